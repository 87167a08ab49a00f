//! Captions and results in COCO's JSON forms.
//!
//! References: `{"images": [{"id": 1}], "annotations": [{"image_id": 1, "caption": "..."}]}`.
//! Hypotheses: `[{"image_id": 1, "caption": "..."}]`. Ids are integers or strings, other fields are
//! passed over, a byte order mark as well.
//!
//! As with the published tools: an image may be annotated any number of times, equal annotations
//! count each time, images without a hypothesis are left out of the scores (and counted, so that a
//! command can say so), and an empty hypothesis or reference scores as a caption without words. What those tools
//! stop at without saying where is a [`CocoError`].

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Names an image.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected an integer or a string")]
pub enum ImageId {
    /// COCO's own.
    Number(i64),
    /// Beyond what the above can hold.
    Large(u64),
    /// A file name, for data sets without numbers.
    Name(String),
}

impl fmt::Display for ImageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Large(number) => number.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// A caption of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captioned {
    /// The image.
    pub image_id: ImageId,
    /// The caption as written.
    pub caption: String,
}

#[derive(Debug, Deserialize)]
struct CaptionsFile {
    images: Option<Vec<Object<Image>>>,
    annotations: Vec<Object<Captioned>>,
}

#[derive(Debug, Deserialize)]
struct Image {
    id: ImageId,
}

/// A JSON object. Plain derived structs also take a list with their fields in order.
#[derive(Debug)]
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
            }
        }

        deserializer.deserialize_map(Fields(PhantomData))
    }
}

/// Why two files cannot be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CocoError {
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Not JSON, or other JSON than expected.
    #[error("{} at `{place}`: {reason}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Where in the file's structure.
        place: String,
        /// What was expected and found.
        reason: String,
    },
    /// Two hypotheses about one image.
    #[error("image {image} has two hypotheses, \"{first}\" and \"{second}\"; expected one")]
    TwoHypotheses {
        /// The image.
        image: ImageId,
        /// Its first hypothesis.
        first: String,
        /// Its second.
        second: String,
    },
    /// A hypothesis about an image that the references do not know.
    #[error("{count} hypotheses are about images that the references do not know, the first about {image}")]
    UnknownImage {
        /// The first such image.
        image: ImageId,
        /// How many there are.
        count: usize,
    },
    /// Hypotheses about images that nobody described.
    #[error("{count} images with a hypothesis have no reference caption, the first is {image}")]
    NoReference {
        /// The first such image.
        image: ImageId,
        /// How many there are.
        count: usize,
    },
    /// No hypothesis at all.
    #[error("there is no hypothesis to score")]
    Nothing,
}

/// Images that have a hypothesis and references, in the order of the references.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pairs {
    /// The images.
    pub images: Vec<ImageId>,
    /// The references of each.
    pub references: Vec<Vec<String>>,
    /// The hypothesis about each.
    pub hypotheses: Vec<String>,
    /// Images of the references without a hypothesis.
    pub without_hypothesis: usize,
}

impl Pairs {
    /// Reads and pairs two files.
    ///
    /// # Errors
    /// [`CocoError`].
    pub fn read(references: &Path, hypotheses: &Path) -> Result<Self, CocoError> {
        Self::new(read_captions(references)?, read_results(hypotheses)?)
    }

    fn new(references: Vec<(ImageId, Vec<String>)>, hypotheses: Vec<Captioned>) -> Result<Self, CocoError> {
        if hypotheses.is_empty() {
            return Err(CocoError::Nothing);
        }
        let known: HashSet<&ImageId> = references.iter().map(|(image, _)| image).collect();
        let mut strangers = hypotheses.iter().filter(|hypothesis| !known.contains(&hypothesis.image_id));
        if let Some(first) = strangers.next() {
            let (image, count) = (first.image_id.clone(), 1 + strangers.count());
            return Err(CocoError::UnknownImage { image, count });
        }
        let mut captions: HashMap<ImageId, String> = HashMap::new();
        for Captioned { image_id, caption } in hypotheses {
            if let Some(first) = captions.get(&image_id) {
                let (image, first, second) = (image_id, first.clone(), caption);
                return Err(CocoError::TwoHypotheses { image, first, second });
            }
            captions.insert(image_id, caption);
        }
        let mut silent =
            references.iter().filter(|(image, all)| all.is_empty() && captions.contains_key(image));
        if let Some((image, _)) = silent.next() {
            return Err(CocoError::NoReference { image: image.clone(), count: 1 + silent.count() });
        }
        let without_hypothesis = references.len() - captions.len();
        let mut pairs =
            Self { images: Vec::new(), references: Vec::new(), hypotheses: Vec::new(), without_hypothesis };
        for (image, all) in references {
            if let Some(hypothesis) = captions.remove(&image) {
                pairs.images.push(image);
                pairs.references.push(all);
                pairs.hypotheses.push(hypothesis);
            }
        }
        Ok(pairs)
    }
}

/// Reads a captions file: each image once, in the file's order, with all its captions. Without a
/// list of images, they are those that the annotations name; with one, annotations of other images
/// are passed over.
///
/// # Errors
/// [`CocoError::Read`] and [`CocoError::Form`].
pub fn read_captions(path: &Path) -> Result<Vec<(ImageId, Vec<String>)>, CocoError> {
    let Object(CaptionsFile { images, annotations }) =
        parse(path, b'{', "an object with `annotations`, as in COCO's captions files")?;
    let listed = images.is_some();
    let mut places: HashMap<ImageId, usize> = HashMap::new();
    let mut all: Vec<(ImageId, Vec<String>)> = Vec::new();
    let mut place_of = |image: ImageId, all: &mut Vec<(ImageId, Vec<String>)>| {
        *places.entry(image.clone()).or_insert_with(|| {
            all.push((image, Vec::new()));
            all.len() - 1
        })
    };
    for Object(Image { id }) in images.into_iter().flatten() {
        place_of(id, &mut all);
    }
    let count = all.len();
    for Object(Captioned { image_id, caption }) in annotations {
        let place = place_of(image_id, &mut all);
        all[place].1.push(caption);
    }
    if listed {
        all.truncate(count);
    }
    Ok(all)
}

/// Reads a results file.
///
/// # Errors
/// [`CocoError::Read`] and [`CocoError::Form`].
pub fn read_results(path: &Path) -> Result<Vec<Captioned>, CocoError> {
    let rows: Vec<Object<Captioned>> = parse(path, b'[', "a list of objects with `image_id` and `caption`")?;
    Ok(rows.into_iter().map(|Object(row)| row).collect())
}

/// The most bytes of a file of captions.
const MAX_FILE: u64 = 512 << 20;

/// Reads JSON that begins with `opening`, as `expected` does.
fn parse<T: DeserializeOwned>(path: &Path, opening: u8, expected: &str) -> Result<T, CocoError> {
    let bytes = showtell_files::read(path, MAX_FILE)
        .map_err(|source| CocoError::Read { path: path.to_owned(), source })?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let form = |place: String, reason: String| CocoError::Form { path: path.to_owned(), place, reason };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(form(".".to_owned(), "expected UTF-8, found UTF-16".to_owned()));
    }
    // Said better here than by the parser.
    if let Some(found) = bytes.iter().find(|byte| !byte.is_ascii_whitespace())
        && *found != opening
    {
        return Err(form(".".to_owned(), format!("expected {expected}, found {:?}", char::from(*found))));
    }
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Ok(value);
    }
    // Once more, slower, to say where it went wrong.
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| form(error.path().to_string(), error.inner().to_string()))?;
    json.end().map_err(|error| form(".".to_owned(), error.to_string()))?;
    Ok(value)
}
