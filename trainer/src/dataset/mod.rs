//! Data sets: photos, their captions and the split each belongs to.

pub mod batch;
pub mod features;
pub mod flickr8k;
pub mod prepared;
pub mod text;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which part of a data set a photo belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// Weights and vocabulary are learnt from these.
    Train,
    /// Settings are chosen on these.
    Dev,
    /// Looked at once, at the end.
    Test,
}

impl FromStr for Split {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "train" => Ok(Self::Train),
            "dev" | "val" => Ok(Self::Dev),
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
    /// File name inside the data set's folder of images.
    pub image: String,
    /// Its split.
    pub split: Split,
    /// Captions as published.
    pub captions: Vec<String>,
}

/// A data set whose photos all exist and all have captions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// Folder of the images.
    pub images: PathBuf,
    /// Photos in the order of their names.
    pub photos: Vec<Photo>,
}

/// What was left out of a data set, and why. Nothing is dropped without a line here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Photos that captions or split lists name but whose file is not there.
    pub missing_photos: Vec<String>,
    /// Photos that a split list names but nobody captioned.
    pub without_captions: Vec<String>,
    /// Captioned photos that stand in no split list.
    pub without_split: Vec<String>,
    /// Captions without a word in them, as `image: caption`.
    pub empty_captions: Vec<String>,
    /// Files in the folder of images that nothing names.
    pub unused_files: Vec<String>,
}

impl Report {
    /// One line for each kind of fault, with a count and the first few names.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        [
            ("photos named but not found", &self.missing_photos),
            ("photos in a split without captions", &self.without_captions),
            ("captioned photos in no split", &self.without_split),
            ("captions without a word", &self.empty_captions),
            ("image files that nothing names", &self.unused_files),
        ]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| {
            let shown = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
            let more = if names.len() > 3 { ", ..." } else { "" };
            format!("{} {what}: {shown}{more}", names.len())
        })
        .collect()
    }
}

/// Why a data set cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The folder is in none of the known forms.
    #[error("{} is no data set: expected dataset.json (made by `showtell prepare`), Flickr8k.token.txt or captions.txt in it", path.display())]
    UnknownForm {
        /// The folder.
        path: PathBuf,
    },
    /// A line that is not in the file's form.
    #[error("{}, line {line}: expected {expected}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
        /// What a line looks like.
        expected: &'static str,
    },
    /// The prepared file is not what this version writes.
    #[error("{} cannot be understood", path.display())]
    Prepared {
        /// The file.
        path: PathBuf,
        /// The parser's reason.
        source: serde_json::Error,
    },
    /// A photo stands in two split lists.
    #[error("{image} is in both the {first} and the {second} list")]
    TwoSplits {
        /// Name of the photo.
        image: String,
        /// One of its splits.
        first: Split,
        /// The other.
        second: Split,
    },
    /// Nothing is left.
    #[error("no photo of {} has both a file and captions", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

impl Dataset {
    /// Opens a prepared or published data set and says what had to be left out.
    ///
    /// # Errors
    /// [`DatasetError`].
    pub fn open(folder: &Path) -> Result<(Self, Report), DatasetError> {
        if folder.join(prepared::FILE).is_file() {
            return prepared::read(folder);
        }
        if !flickr8k::is_here(folder) {
            return Err(DatasetError::UnknownForm { path: folder.to_owned() });
        }
        let (dataset, report) = flickr8k::read(folder)?;
        if dataset.photos.is_empty() {
            return Err(DatasetError::Empty { path: folder.to_owned() });
        }
        Ok((dataset, report))
    }

    /// Photos of one split, in order.
    pub fn split(&self, split: Split) -> impl Iterator<Item = &Photo> {
        self.photos.iter().filter(move |photo| photo.split == split)
    }

    /// Path of a photo's file.
    #[must_use]
    pub fn path(&self, photo: &Photo) -> PathBuf {
        self.images.join(&photo.image)
    }
}
