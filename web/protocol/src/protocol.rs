//! What page and worker say to each other: two enums, both ways through `postMessage`. A photo goes
//! beside its request as the file itself, which the browser hands over without copying its bytes.

use std::collections::BTreeMap;

use js_sys::{Object, Reflect};
use serde::{Deserialize, Serialize};
use showtell_types::Caption;
use showtell_types::reading::Reading;
use showtell_types::together::Together;
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Request {
    /// Load a bundle. Sent once, after [`Reply::Listening`].
    Load {
        /// Where the bundle is.
        bundle: BundleAddress,
        /// Where to compute.
        device: DeviceChoice,
    },
    /// Caption the photo that comes with it.
    Caption {
        /// Comes back with the answer.
        id: u32,
        /// How to search.
        search: Search,
    },
    /// Load the reader of words. Sent once, after [`Reply::Listening`], to its own worker.
    LoadReader {
        /// Where its files are.
        files: BundleAddress,
    },
    /// Read the words in the picture that comes with it.
    Read {
        /// Comes back with the answer.
        id: u32,
        /// What the captioner says of the picture, to be told together with its words.
        #[cfg_attr(test, ts(optional))]
        caption: Option<Caption>,
    },
}

/// Where a bundle's files are; addresses are absolute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum BundleAddress {
    /// All in one folder, under their own names.
    Folder(String),
    /// Each by itself, by its own name: where a bundler has put them under other names.
    Files {
        /// The small ones, as they are: tools take them for something else or put them into addresses.
        texts: BTreeMap<String, String>,
        /// Addresses of the others.
        addresses: BTreeMap<String, String>,
    },
}

/// From the worker to the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Reply {
    /// The worker runs and will hear requests; what is sent earlier is lost.
    Listening,
    /// Bytes of the bundle so far.
    Progress {
        /// Bytes here.
        loaded: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Everything is here; the device is being made ready.
    Warming,
    /// Photos can come.
    Ready {
        /// Where the worker computes, and why there.
        device: DeviceReport,
        /// The bundle.
        bundle: BundleReport,
    },
    /// A photo has been read and is being described.
    Seen {
        /// That of the request.
        id: u32,
        /// Width and height in pixels, upright.
        size: (u32, u32),
        /// A small JPEG of it.
        #[serde(with = "serde_bytes")]
        #[cfg_attr(test, ts(type = "Uint8Array"))]
        thumbnail: Vec<u8>,
    },
    /// A photo's caption.
    Captioned {
        /// That of the request.
        id: u32,
        /// The caption.
        caption: Caption,
        /// It with as much doubt as it deserves, in English.
        hedged: String,
        /// Whether the picture seems to hold words worth reading.
        worded: bool,
        /// Milliseconds from bytes to caption.
        milliseconds: f64,
    },
    /// Pictures can be read.
    ReaderReady,
    /// The words in a picture.
    Read {
        /// That of the request.
        id: u32,
        /// The words.
        reading: Reading,
        /// The caption of the request with the words, where they belong to it.
        #[cfg_attr(test, ts(optional))]
        told: Option<Together>,
        /// Milliseconds from bytes to words.
        milliseconds: f64,
    },
    /// A photo could not be captioned, or read; others can.
    Refused {
        /// That of the request.
        id: u32,
        /// Why.
        refusal: Refusal,
    },
    /// The worker cannot go on: it has to be started anew.
    Broken {
        /// What happened.
        reason: String,
    },
    /// The captioner, or the reader, could not be loaded.
    Failed {
        /// What was at fault.
        failure: Failure,
        /// Why, for people.
        reason: String,
    },
}

/// What was at fault when a captioner could not be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Failure {
    /// A file did not come.
    Unreachable,
    /// What came is no sound bundle.
    Damaged,
    /// The device cannot be used.
    Device,
    /// What was asked for was not understood: page and worker are of different versions.
    Request,
}

/// How to search for sentences; what is absent is the bundle's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Search {
    /// Sentences kept after each word, or drawn.
    #[cfg_attr(test, ts(optional))]
    pub width: Option<usize>,
    /// The most words.
    #[cfg_attr(test, ts(optional))]
    pub max_words: Option<usize>,
    /// Draws words in place of searching, at this temperature.
    #[cfg_attr(test, ts(optional))]
    pub temperature: Option<f32>,
    /// Seed of what is drawn.
    #[serde(default)]
    pub seed: u64,
}

/// Why a photo has no caption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Refusal {
    /// No bytes at all.
    Empty,
    /// Neither this program nor the browser knows the format.
    UnknownFormat,
    /// Width or height is nothing.
    NoPixels,
    /// More pixels than can be held.
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Truncated or corrupt.
    Damaged {
        /// What the decoder said.
        reason: String,
    },
    /// The browser does not hand the file out: moved, or deleted since.
    Unreadable,
    /// The worker broke over it.
    Crashed {
        /// What happened.
        reason: String,
    },
    /// Anything else, for people.
    Other {
        /// Why.
        reason: String,
    },
}

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// On the GPU where there is one and it is not slower.
    #[default]
    Auto,
    /// On the CPU.
    Cpu,
    /// On the GPU, or not at all.
    WebGpu,
}

impl DeviceChoice {
    /// Reads the page's `?device=`; anything unknown is nothing.
    #[must_use]
    pub fn from_name(value: &str) -> Option<Self> {
        match value {
            "auto" => Some(Self::Auto),
            "cpu" => Some(Self::Cpu),
            "webgpu" => Some(Self::WebGpu),
            _ => None,
        }
    }

    /// As the page's address has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::WebGpu => "webgpu",
        }
    }
}

/// Why a device is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DeviceReason {
    /// The visitor chose it.
    Asked,
    /// There is no GPU to be had.
    NoAdapter,
    /// It took less time to look at a picture.
    Faster,
    /// The GPU could not be used; what it said.
    GpuFailed(String),
}

/// The device in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeviceReport {
    /// `WebGPU` or `CPU`.
    pub name: String,
    /// Why this one.
    pub reason: DeviceReason,
    /// Milliseconds the CPU takes to look at a picture, where measured.
    #[cfg_attr(test, ts(optional))]
    pub cpu: Option<f64>,
    /// Milliseconds the GPU takes, where measured.
    #[cfg_attr(test, ts(optional))]
    pub gpu: Option<f64>,
}

/// The bundle in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BundleReport {
    /// Its name.
    pub name: String,
    /// Bytes of its files.
    pub size: u64,
    /// Width of its own search.
    pub width: usize,
    /// The most words in its own captions.
    pub max_words: usize,
}

/// Makes a message of a value.
///
/// # Errors
/// When the value has no form in JavaScript, which none of the types above lacks.
pub fn pack<T: Serialize>(value: &T) -> Result<JsValue, serde_wasm_bindgen::Error> {
    value.serialize(&serde_wasm_bindgen::Serializer::new())
}

/// Reads a message.
///
/// # Errors
/// When it is of another kind.
pub fn unpack<T: for<'a> Deserialize<'a>>(message: JsValue) -> Result<T, serde_wasm_bindgen::Error> {
    serde_wasm_bindgen::from_value(message)
}

const REQUEST: &str = "request";
const PHOTO: &str = "photo";

/// Makes a message of a request and the photo that belongs to it.
///
/// # Errors
/// As for [`pack`].
pub fn envelope(request: &Request, photo: Option<&Blob>) -> Result<JsValue, JsValue> {
    let envelope = Object::new();
    Reflect::set(&envelope, &REQUEST.into(), &pack(request)?)?;
    if let Some(photo) = photo {
        Reflect::set(&envelope, &PHOTO.into(), photo)?;
    }
    Ok(envelope.into())
}

/// Reads such a message: the request, and whatever came as its photo.
///
/// # Errors
/// When it is of another kind.
pub fn open(envelope: &JsValue) -> Result<(Request, JsValue), JsValue> {
    let request = unpack(Reflect::get(envelope, &REQUEST.into())?)?;
    Ok((request, Reflect::get(envelope, &PHOTO.into())?))
}
