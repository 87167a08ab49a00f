//! Why captioning fails.

use crate::beam::BeamError;

/// Why captioning failed although bundle and photo were sound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptionError {
    /// A decoding setting is out of range.
    #[error("unusable decoding setting")]
    Decoding(#[from] BeamError),
    /// The device gave no result: lost, or out of memory.
    #[error("the device gave no result: {reason}")]
    Device {
        /// What the device said.
        reason: String,
    },
    /// The search shall count words that a detector expects, and the model has none.
    #[error("word scores take a model with a detector of words")]
    NoDetector,
    /// The search shall count what a classifier sees, and the model has none, or no words for its classes.
    #[error("word scores of labels take a model with a classifier and its labels")]
    NoLabels,
    /// The model produced no sentence, which takes weights gone to NaN.
    #[error("the model found no words")]
    NoWords,
}
