//! Why a bundle is refused.

use super::names::{CONFIG, LABELS, SUMS, TOKENIZER, WEIGHTS};
use super::sums::SumsError;
use crate::beam::BeamError;
use crate::labels::LabelsError;
use crate::tensors::TensorError;
use crate::vocabulary::VocabularyError;

/// The format written by this version.
pub const FORMAT_VERSION: u32 = 11;
/// The oldest format read: version 5 added settings of decoder and encoder, and short scales; version 6 the
/// detector of words; version 7 the search's `connectors`; version 8 how far a picture lies from the training photos;
/// version 9 the encoder's own classifier, words for its classes, the kinds of pictures that are no photos, and
/// answers that are no sentences; version 10 names the weights of `confidence` and has a detector with weights of its
/// own; version 11 names pictures by classifier and detector together.
pub const OLDEST_VERSION: u32 = 4;

/// Why a bundle is refused. Every variant names the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// A file is absent.
    #[error("{file} is missing")]
    MissingFile {
        /// Name of the file.
        file: String,
    },
    /// The bytes are not those that were published.
    #[error("{file} is damaged: expected SHA-256 {expected}, found {found}")]
    Hash {
        /// Name of the file.
        file: String,
        /// Published digest, hexadecimal.
        expected: String,
        /// Digest of the bytes given.
        found: String,
    },
    /// Shorter or longer than published; a broken download.
    #[error("{file} has {found} bytes, expected {expected}")]
    Size {
        /// Name of the file.
        file: String,
        /// Published size in bytes.
        expected: u64,
        /// Bytes given.
        found: u64,
    },
    /// A line of the list of checksums cannot be read, or a file is not on it.
    #[error("{SUMS} is unusable")]
    Sums(#[source] SumsError),
    /// Not JSON, or fields are missing or unknown.
    #[error("{CONFIG} is not a bundle configuration")]
    Config(#[source] serde_json::Error),
    /// Written by another version of the format.
    #[error(
        "{CONFIG} has format version {found}, this program reads versions {OLDEST_VERSION} to {FORMAT_VERSION}"
    )]
    Version {
        /// The version in the file.
        found: u32,
    },
    /// A setting is out of range.
    #[error("{CONFIG} has an unusable setting: {reason}")]
    Setting {
        /// Which, and why.
        reason: String,
    },
    /// The vocabulary cannot be used.
    #[error("{TOKENIZER} is unusable")]
    Vocabulary(#[source] VocabularyError),
    /// The vocabulary and the model disagree.
    #[error("{TOKENIZER} has {found} words, the model in {CONFIG} expects {expected}")]
    VocabularySize {
        /// Words the model predicts.
        expected: usize,
        /// Words in the file.
        found: usize,
    },
    /// The words for the classes cannot be used.
    #[error("{LABELS} is unusable")]
    Labels(#[source] LabelsError),
    /// The words and the classifier disagree.
    #[error("{LABELS} has words for {found} classes, the model in {CONFIG} has {expected}")]
    LabelCount {
        /// Classes that the model tells apart.
        expected: usize,
        /// Classes in the file.
        found: usize,
    },
    /// The weights do not fit the model.
    #[error("{WEIGHTS} does not fit")]
    Weights(#[source] TensorError),
}

impl From<BeamError> for BundleError {
    fn from(error: BeamError) -> Self {
        Self::Setting { reason: error.to_string() }
    }
}
