//! Why training stops.

use std::io;
use std::path::{Path, PathBuf};

use showtell::bundle::tensors::TensorError;

use super::checkpoint::CheckpointError;
use crate::dataset::StoreError;
use crate::evaluation::EvaluationError;

/// The largest number of float16.
pub(super) const LARGEST: f32 = 65_504.0;

/// Why training stops.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// Nothing to learn from.
    #[error("the data set has no training photos")]
    NoPhotos,
    /// The loss or its gradient is no number any more.
    #[error("at step {step} the loss is {loss} and its gradient's norm {norm}: lower the learning rate")]
    Diverged {
        /// The step, from 1.
        step: usize,
        /// The loss.
        loss: f32,
        /// The norm of its gradient.
        norm: f32,
    },
    /// A weight is larger than bundles can hold.
    #[error(
        "after epoch {epoch} {tensor} holds {value:e}, beyond the {LARGEST} that weights may have in a bundle \
         (float16): lower the learning rate"
    )]
    Beyond {
        /// The epoch, from 1.
        epoch: usize,
        /// The tensor.
        tensor: String,
        /// Its largest value.
        value: f32,
    },
    /// An encoder that shall be held to its classifier, which is not there.
    #[error(
        "training.fine_tune.keep: the encoder's weights come without their classifier; name weights as published, \
         or a bundle that has it"
    )]
    NoClassifier,
    /// No word that the encoder could be told.
    #[error("training.fine_tune.words: no content word stands in {least} captions")]
    NoContentWord {
        /// How many captions it takes.
        least: usize,
    },
    /// Weights to start from that do not fit.
    #[error("the weights to start from")]
    Start(#[source] TensorError),
    /// A classifier that does not fit the encoder.
    #[error("the encoder's classifier")]
    Classifier(#[source] TensorError),
    /// The greedy baseline without a greedy caption.
    #[error("the greedy baseline needs a greedy caption")]
    NoGreedy,
    /// Leaving one out of too few captions.
    #[error("leaving one out of {captions} leaves nothing")]
    LeaveOneOut {
        /// Captions of the photo.
        captions: usize,
    },
    /// The device gave no result.
    #[error("the device gave no {what}")]
    Device {
        /// What was wanted.
        what: &'static str,
    },
    /// A record that cannot be read or written.
    #[error("cannot understand {}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: csv::Error,
    },
    /// A folder without the record of a run.
    #[error("{} holds no record of a run: expected steps.csv and epochs.csv", run.display())]
    NoRecord {
        /// The folder.
        run: PathBuf,
    },
    /// The loss curve cannot be drawn.
    #[error("cannot draw the loss curve: {reason}")]
    Curve {
        /// What is wrong.
        reason: String,
    },
    /// TensorBoard's events cannot be written.
    #[error("cannot write TensorBoard's events")]
    Events(#[source] io::Error),
    /// The disk refuses.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Features, pixels or captions that cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A checkpoint that cannot be written or read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Dev cannot be captioned.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
}

impl TrainingError {
    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Write { path: path.to_owned(), source }
    }

    pub(super) fn record(path: &Path) -> impl Fn(csv::Error) -> Self {
        move |source| Self::Record { path: path.to_owned(), source }
    }
}
