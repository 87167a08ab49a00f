//! What page and worker say to each other: two enums, both ways through `postMessage`.

use serde::{Deserialize, Serialize};
use showtell::Caption;
use wasm_bindgen::JsValue;

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Load a bundle. Sent once, after [`Reply::Listening`].
    Load {
        /// Address of the bundle's folder, absolute, of the page's own origin.
        bundle: String,
        /// Where to compute.
        device: DeviceChoice,
    },
    /// Caption a photo.
    Caption {
        /// Comes back with the answer.
        id: u32,
        /// The file's bytes.
        #[serde(with = "serde_bytes")]
        photo: Vec<u8>,
    },
}

/// From the worker to the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The worker runs and will hear requests; what is sent earlier is lost.
    Listening,
    /// Bytes of the bundle so far.
    Progress {
        /// Bytes received.
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
        /// The bundle's name.
        bundle: String,
    },
    /// A photo's caption.
    Captioned {
        /// That of the request.
        id: u32,
        /// The caption.
        caption: Caption,
        /// Milliseconds from bytes to caption.
        milliseconds: f64,
    },
    /// A photo could not be captioned; others can.
    Refused {
        /// That of the request.
        id: u32,
        /// Why, for people.
        reason: String,
    },
    /// The captioner could not be loaded.
    Failed {
        /// Why, for people.
        reason: String,
    },
}

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    /// Reads the page's `?device=`; anything unknown leaves the choice to the worker.
    #[must_use]
    pub fn from_query(value: Option<&str>) -> Self {
        match value {
            Some("cpu") => Self::Cpu,
            Some("webgpu") => Self::WebGpu,
            _ => Self::Auto,
        }
    }
}

/// The device in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// `WebGPU` or `CPU`.
    pub name: String,
    /// Why this one, for people.
    pub reason: String,
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
