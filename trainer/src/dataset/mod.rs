//! Data sets: photos, their captions and the split each belongs to.
//!
//! A [`Dataset`] is read as a stream, whether it is a folder as published or the Parquet shards
//! that `showtell prepare` writes: the bytes of one photo are in memory at a time, or of a few.
//! Names and captions of a published folder stay in memory, those of shards do not.
//!
//! A photo is known by its split and its place in the split's order. Nothing asks for more: not
//! even that its name is used only once.

pub mod batch;
pub mod captions;
pub mod coco;
mod draft;
mod error;
pub mod features;
pub mod flickr30k;
pub mod flickr8k;
mod folder;
pub mod iapr;
pub mod karpathy;
pub mod pixels;
mod report;
pub mod shards;
pub mod slots;
pub mod sources;
mod store;
pub mod table;
pub mod text;
pub mod view;
pub mod views;
pub mod words;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use draft::Draft;
pub use error::DatasetError;
use folder::Folder;
pub use report::Report;
use shards::Shards;
use sources::Sources;
pub use store::StoreError;

/// Which part of a data set a photo belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// Weights and vocabulary are learnt from these.
    Train,
    /// Settings are chosen on these.
    Dev,
    /// Looked at once, at the end.
    Test,
}

impl Split {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Train, Self::Dev, Self::Test];
}

impl FromStr for Split {
    type Err = String;

    /// Reads the names that published data sets use. `restval` are the validation photos of COCO
    /// that Karpathy and Fei-Fei (2015) do not evaluate on; everyone trains on them.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "train" | "restval" => Ok(Self::Train),
            "dev" | "val" | "valid" | "validation" => Ok(Self::Dev),
            "test" => Ok(Self::Test),
            other => Err(format!("expected train, dev or test, found {other}")),
        }
    }
}

impl std::fmt::Display for Split {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::Dev => "dev",
            Self::Test => "test",
        })
    }
}

/// A photo and what people wrote about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// File name, with folders below the data set's folder of images where there are any.
    pub image: String,
    /// Its split.
    pub split: Split,
    /// Captions as published; at least one.
    pub captions: Vec<String>,
    /// Where it comes from: what the data set says, or among several the name of its folder; empty where there
    /// is one that says nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// A photo with its place in the split and the bytes of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Place in the split's order, from 0.
    pub index: usize,
    /// Name and captions.
    pub photo: Photo,
    /// JPEG, PNG or WebP, as the file has it.
    pub bytes: Vec<u8>,
}

/// A data set whose photos all exist and all have captions.
#[derive(Debug)]
pub struct Dataset {
    source: Source,
}

#[derive(Debug)]
enum Source {
    Folder(Folder),
    Shards(Shards),
    Several(Sources),
}

/// A published form.
struct Form {
    /// Whether a folder holds it.
    is_here: fn(&Path) -> bool,
    /// What that is told by.
    signs: &'static str,
    /// Reads its text.
    read: fn(&Path) -> Result<Draft, DatasetError>,
}

/// Every form. The first that fits is taken, so that Karpathy's split files win over the original
/// captions beside them.
const FORMS: [Form; 6] = [
    Form { is_here: karpathy::is_here, signs: karpathy::SIGNS, read: karpathy::read },
    Form { is_here: coco::is_here, signs: coco::SIGNS, read: coco::read },
    Form { is_here: flickr8k::is_here, signs: flickr8k::SIGNS, read: flickr8k::read },
    Form { is_here: flickr30k::is_here, signs: flickr30k::SIGNS, read: flickr30k::read },
    Form { is_here: iapr::is_here, signs: iapr::SIGNS, read: iapr::read },
    Form { is_here: table::is_here, signs: table::SIGNS, read: table::read },
];

impl Dataset {
    /// Opens a prepared or published data set and says what had to be left out.
    ///
    /// # Errors
    /// [`DatasetError`]; of a folder in no known form, with everything that was looked for.
    pub fn open(folder: &Path) -> Result<(Self, Report), DatasetError> {
        if Shards::is_here(folder) {
            let shards = Shards::open(folder)?;
            return Ok((Self { source: Source::Shards(shards) }, Report::default()));
        }
        let Some(Form { read, .. }) = FORMS.iter().find(|form| (form.is_here)(folder)) else {
            let signs: Vec<&str> =
                std::iter::once(shards::SIGNS).chain(FORMS.iter().map(|form| form.signs)).collect();
            return Err(DatasetError::UnknownForm { path: folder.to_owned(), looked_for: signs.join("; ") });
        };
        let (found, report) = read(folder)?.finish()?;
        if Split::ALL.iter().all(|&split| found.photos(split).is_empty()) {
            let first = report.lines().first().map_or(String::new(), |line| format!(" ({line})"));
            return Err(DatasetError::Empty { path: folder.to_owned(), first });
        }
        Ok((Self { source: Source::Folder(found) }, report))
    }

    /// Opens one data set or several, one after the other, and says what had to be left out of each.
    ///
    /// # Errors
    /// As [`open`](Self::open), and where two folders are called the same.
    pub fn open_all(folders: &[PathBuf]) -> Result<(Self, Vec<Report>), DatasetError> {
        let (mut members, mut reports) = (Vec::new(), Vec::new());
        for folder in folders {
            let (dataset, report) = Self::open(folder)?;
            members.push((folder.as_path(), dataset));
            reports.push(report);
        }
        Ok(match members.len() {
            1 => (members.remove(0).1, reports),
            _ => (Self { source: Source::Several(Sources::new(members)?) }, reports),
        })
    }

    /// Number of photos in a split.
    #[must_use]
    pub fn len(&self, split: Split) -> usize {
        match &self.source {
            Source::Folder(folder) => folder.photos(split).len(),
            Source::Shards(shards) => shards.len(split),
            Source::Several(sources) => sources.len(split),
        }
    }

    /// Whether a split has no photo.
    #[must_use]
    pub fn is_empty(&self, split: Split) -> bool {
        self.len(split) == 0
    }

    /// How many photos each split has, for people.
    #[must_use]
    pub fn counts(&self) -> String {
        Split::ALL.map(|split| format!("{split} {}", self.len(split))).join(", ")
    }

    /// Names and captions of a split, in order. The bytes of the photos are not touched.
    pub fn photos(&self, split: Split) -> Box<dyn Iterator<Item = Result<Photo, DatasetError>> + Send + '_> {
        match &self.source {
            Source::Folder(folder) => Box::new(folder.photos(split).iter().cloned().map(Ok)),
            Source::Shards(shards) => Box::new(shards.photos(split)),
            Source::Several(sources) => Box::new(sources.photos(split)),
        }
    }

    /// Photos of a split with their files' bytes, in order.
    pub fn records(
        &self,
        split: Split,
    ) -> Box<dyn Iterator<Item = Result<Record, DatasetError>> + Send + '_> {
        self.records_where(split, |_| true)
    }

    /// Those photos of a split whose place is `wanted`, with their files' bytes, in order. Files
    /// and row groups in which nothing is wanted are not read.
    pub fn records_where<'a>(
        &'a self,
        split: Split,
        wanted: impl Fn(usize) -> bool + Send + Sync + 'a,
    ) -> Box<dyn Iterator<Item = Result<Record, DatasetError>> + Send + 'a> {
        match &self.source {
            Source::Folder(folder) => Box::new(
                (0..folder.photos(split).len())
                    .filter(move |&index| wanted(index))
                    .map(move |index| folder.read(split, index)),
            ),
            Source::Shards(shards) => Box::new(shards.records(split, Box::new(wanted))),
            Source::Several(sources) => Box::new(sources.records(split, Arc::new(wanted))),
        }
    }

    /// One photo with its file's bytes.
    ///
    /// # Errors
    /// When the file cannot be read, or the split has no such place.
    pub fn read(&self, split: Split, index: usize) -> Result<Record, DatasetError> {
        if index >= self.len(split) {
            return Err(DatasetError::NoSuchPhoto { split, index, photos: self.len(split) });
        }
        match &self.source {
            Source::Folder(folder) => folder.read(split, index),
            Source::Shards(shards) => shards.read(split, index),
            Source::Several(sources) => sources.read(split, index),
        }
    }

    /// A digest that names a split's content: of the shards' digests, or of a published folder's
    /// place and its files' names and sizes. SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// When a file of a published folder has gone.
    pub fn identity(&self, split: Split) -> Result<String, DatasetError> {
        match &self.source {
            Source::Folder(folder) => folder.identity(split),
            Source::Shards(shards) => Ok(shards.identity(split)),
            Source::Several(sources) => sources.identity(split),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_no_form_names_all_that_was_looked_for() {
        let here = tempfile::tempdir().unwrap();
        let message = Dataset::open(here.path()).unwrap_err().to_string();
        for sign in
            ["dataset.json", "Flickr8k.token.txt", "results_20130124.token", "captions_train2017.json"]
        {
            assert!(message.contains(sign), "{sign} is not in {message}");
        }
        for sign in ["dataset_flickr8k.json", ".eng", "captions.csv", "metadata.jsonl"] {
            assert!(message.contains(sign), "{sign} is not in {message}");
        }
    }
}
