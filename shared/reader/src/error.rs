//! Why there is no reader, or why it broke.

use crate::files::SUMS;

/// Why there is no reader, or why it broke.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReaderError {
    /// A file is absent.
    #[error("{file} is missing")]
    MissingFile {
        /// Name of the file.
        file: String,
    },
    /// The list of checksums has no line for a file that is needed, or is none.
    #[error("{SUMS} has no SHA-256 of {file}")]
    Unlisted {
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
    /// A network that cannot be loaded.
    #[error("{file} is no network that this program runs: {reason}")]
    Network {
        /// Name of the file.
        file: &'static str,
        /// What the engine said.
        reason: String,
    },
    /// A list of characters that is not UTF-8, or has another number of them than the network tells apart.
    #[error("{file} has {found} characters, the network tells {expected} apart")]
    Characters {
        /// Name of the file.
        file: &'static str,
        /// Characters that the network tells apart.
        expected: usize,
        /// Characters in the file.
        found: usize,
    },
    /// A network gave something else than what it should.
    #[error("{file} failed: {reason}")]
    Run {
        /// Name of the file.
        file: &'static str,
        /// What went wrong.
        reason: String,
    },
}
