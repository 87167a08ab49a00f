//! Why a data set cannot be read.

use std::path::{Path, PathBuf};

use super::Split;

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
    #[error("{} is no data set; looked in it for {looked_for}", path.display())]
    UnknownForm {
        /// The folder.
        path: PathBuf,
        /// What each known form is told by.
        looked_for: String,
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
    /// A JSON file that is not in the published form.
    #[error("{} cannot be understood", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// The parser's reason, with line and column.
        source: serde_json::Error,
    },
    /// Data sets as versions before Parquet shards wrote them, or as later versions may.
    #[error("{} was prepared by another version: expected format {expected}, found {found}; run `showtell prepare` again", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The format that this version reads.
        expected: u32,
        /// What the file says.
        found: String,
    },
    /// A shard that is not as `dataset.json` says.
    #[error("{}: expected {expected}, found {found}", path.display())]
    Shard {
        /// The file.
        path: PathBuf,
        /// What `dataset.json` promises.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// A shard that is damaged.
    #[error("{} is damaged", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The library's reason.
        source: parquet::errors::ParquetError,
    },
    /// A photo stands in two splits.
    #[error("{image} is in both the {first} and the {second} split")]
    TwoSplits {
        /// Name of the photo.
        image: String,
        /// One of its splits.
        first: Split,
        /// The other.
        second: Split,
    },
    /// Nothing is left.
    #[error("no photo of {} has both a file and captions{first}", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
        /// The first thing that was left out, in brackets.
        first: String,
    },
    /// Photos of two folders could not be told apart by their source.
    #[error("{} and {} are both called {name}: rename one of them", first.display(), second.display())]
    SameName {
        /// What they are called.
        name: String,
        /// One of them.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// More sources than a byte can number.
    #[error("photos come from more than 255 sources")]
    TooManySources,
    /// A photo of two sources.
    #[error("{image} is of both the source {first} and the source {second}")]
    TwoSources {
        /// Name of the photo.
        image: String,
        /// One of its sources.
        first: String,
        /// The other.
        second: String,
    },
    /// A place behind the end of a split.
    #[error("there is no photo {index} in {split}, which has {photos}")]
    NoSuchPhoto {
        /// The split.
        split: Split,
        /// The place, from 0.
        index: usize,
        /// Photos of the split.
        photos: usize,
    },
}

impl DatasetError {
    /// [`DatasetError::Read`] of a file, for `map_err`.
    pub(super) fn read(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Read { path: path.to_owned(), source }
    }

    /// [`DatasetError::Parquet`] of a file, for `map_err`.
    pub(super) fn parquet(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> Self + '_ {
        move |source| Self::Parquet { path: path.to_owned(), source }
    }
}
