//! Why what is kept of photos and captions cannot be made or read.

use std::io;
use std::path::{Path, PathBuf};

use showtell::bundle::tensors::TensorError;
use showtell::encoder::EncoderError;
use showtell::preprocess::PhotoError;

use super::DatasetError;
use super::text::TextError;

/// Why what is kept of photos and captions cannot be made or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The disk refuses.
    #[error("cannot {doing} {}", path.display())]
    Disk {
        /// What was being done: "read", "write", "make".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The list of a store is not in its form.
    #[error("{} cannot be understood", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The folder holds another store.
    #[error("{}: expected {expected}, found {found}; remove the folder", path.display())]
    OtherStore {
        /// The list of the store.
        path: PathBuf,
        /// What it should say.
        expected: String,
        /// What it says.
        found: String,
    },
    /// A slot that the store does not have, or of another size.
    #[error("no slot {slot} of {bytes} bytes among {slots} in {}", folder.display())]
    NoSlot {
        /// The slot.
        slot: usize,
        /// The size asked for.
        bytes: usize,
        /// How many slots there are.
        slots: usize,
        /// The store's folder.
        folder: PathBuf,
    },
    /// A slot that is not as it was written.
    #[error("slot {slot} in {} is damaged: remove the folder, and it is made anew", folder.display())]
    Damaged {
        /// The slot.
        slot: usize,
        /// The store's folder.
        folder: PathBuf,
    },
    /// Values that do not fill a slot.
    #[error("expected {expected} bytes for slot {slot}, found {found}")]
    SlotSize {
        /// The slot.
        slot: usize,
        /// Its size.
        expected: usize,
        /// That of the values.
        found: usize,
    },
    /// An encoder whose settings cannot be written down, to name its features by.
    #[error("the encoder's settings cannot be written")]
    Settings(#[from] serde_json::Error),
    /// A photo that does not decode.
    #[error("{name}")]
    Photo {
        /// The photo's name or file.
        name: String,
        /// What is wrong.
        source: PhotoError,
    },
    /// A store that cannot be made of another before that is complete.
    #[error("expected features of all {photos} photos to derive others from")]
    Incomplete {
        /// The photos.
        photos: usize,
    },
    /// Features of another shape.
    #[error("expected features of {expected:?}, found {found:?}")]
    Shape {
        /// `[photos, regions, channels]` of the store.
        expected: [usize; 3],
        /// Those found.
        found: [usize; 3],
    },
    /// No photos to read features of.
    #[error("no photos to gather features of")]
    NoPhotos,
    /// A view that is not kept.
    #[error("no view {view} among {views}")]
    NoView {
        /// The view's place.
        view: usize,
        /// How many there are.
        views: usize,
    },
    /// Not one view for each photo.
    #[error("expected {expected} views, one for each photo, found {found}")]
    Views {
        /// How many photos.
        expected: usize,
        /// How many views.
        found: usize,
    },
    /// Pixels that are no square of the encoder's side.
    #[error("expected a photo of {side} x {side} pixels")]
    Side {
        /// The encoder's side.
        side: usize,
    },
    /// A photo that the captions are not of.
    #[error("no captions of photo {photo} among {photos}")]
    NoCaptions {
        /// The photo's place.
        photo: usize,
        /// How many photos have captions.
        photos: usize,
    },
    /// Captions that have been damaged since they were written.
    #[error("cannot read the stored captions")]
    Captions {
        /// The system's reason, where there is one.
        source: Option<io::Error>,
    },
    /// A part of the encoder without weights.
    #[error("{name} is missing")]
    Weights {
        /// The tensor.
        name: String,
    },
    /// A network that takes no features from between its layers.
    #[error("the encoder cannot begin in its midst")]
    Midst,
    /// The device gave no result.
    #[error("the device gave no features")]
    Device,
    /// The data set cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Captions that the tokenizer refuses.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Weights that do not fit.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// An encoder that cannot be made.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
}

impl StoreError {
    /// For what the system says while something is done to a file or a folder.
    pub fn disk(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::Disk { doing, path: path.to_owned(), source }
    }

    /// For a photo that does not decode.
    pub fn photo(name: impl ToString) -> impl FnOnce(PhotoError) -> Self {
        move |source| Self::Photo { name: name.to_string(), source }
    }

    /// For captions that cannot be read any more.
    pub(super) fn captions(source: io::Error) -> Self {
        Self::Captions { source: Some(source) }
    }
}
