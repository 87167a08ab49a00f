//! Why a checkpoint cannot be written or read.

use std::io;
use std::path::{Path, PathBuf};

use burn::store::RecordError;
use showtell::bundle::tensors::TensorError;

use crate::training::average::MeanError;

/// Why a checkpoint cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
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
    /// The state is not in its form.
    #[error("cannot understand {}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A part that the checkpoint lacks.
    #[error("no checkpoint at {}", path.display())]
    Absent {
        /// The file.
        path: PathBuf,
    },
    /// A file that is not as it was written.
    #[error("{} is damaged: it is not as it was written; remove the checkpoint's folder to go on from the one before", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Weights or an optimizer that cannot be read, or have another shape.
    #[error("cannot load {}", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: RecordError,
    },
    /// Weights or an optimizer that cannot be written.
    #[error("cannot save {}", path.display())]
    Save {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: RecordError,
    },
    /// Decoders of several epochs that are not of one form.
    #[error(transparent)]
    Mean(#[from] MeanError),
    /// Weights that do not fit.
    #[error(transparent)]
    Tensor(#[from] TensorError),
}

impl CheckpointError {
    pub(super) fn disk(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk { doing, path: path.to_owned(), source }
    }

    pub(super) fn load(path: &Path) -> impl FnOnce(RecordError) -> Self {
        move |source| Self::Load { path: path.to_owned(), source }
    }
}
