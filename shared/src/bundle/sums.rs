//! `SHA256SUMS`, the list that `sha256sum` writes and checks.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::error::BundleError;
use super::names::{CONFIG, TOKENIZER, WEIGHTS};

/// Why a list of checksums cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SumsError {
    /// A line is not a digest, two spaces and a name.
    #[error("line {line} is not a SHA-256 digest and a file name")]
    Line {
        /// Line number, from 1.
        line: usize,
    },
    /// A file that must be checked is not on the list.
    #[error("there is no line for {file}")]
    Unlisted {
        /// Name of the file.
        file: String,
    },
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The list for a set of files.
#[must_use]
pub fn write(files: &BTreeMap<String, Vec<u8>>) -> String {
    files.iter().map(|(name, bytes)| format!("{}  {name}\n", digest(bytes))).collect()
}

/// Checks every given file that is on the list; the files that carry the model must be on it.
/// Returns the digests by name.
///
/// # Errors
/// [`BundleError::Sums`] or [`BundleError::Hash`].
pub fn check<'a>(
    list: &'a [u8],
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<&'a str, String>, BundleError> {
    let listed = parse(list).map_err(BundleError::Sums)?;
    for name in [CONFIG, TOKENIZER, WEIGHTS] {
        if !listed.contains_key(name) {
            return Err(BundleError::Sums(SumsError::Unlisted { file: name.to_owned() }));
        }
    }
    for (&name, expected) in &listed {
        if let Some(bytes) = files.get(name) {
            let found = digest(bytes);
            if found != *expected {
                return Err(BundleError::Hash { file: name.to_owned(), expected: expected.clone(), found });
            }
        }
    }
    Ok(listed)
}

fn parse(list: &[u8]) -> Result<BTreeMap<&str, String>, SumsError> {
    let text = str::from_utf8(list).map_err(|_| SumsError::Line { line: 1 })?;
    text.lines()
        .enumerate()
        .map(|(index, line)| {
            line.split_once("  ")
                .filter(|(digest, name)| {
                    digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()) && !name.is_empty()
                })
                .map(|(digest, name)| (name, digest.to_ascii_lowercase()))
                .ok_or(SumsError::Line { line: index + 1 })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_bad_line_is_numbered() {
        let good = format!("{}  config.json\n", digest(b""));
        assert!(parse(good.as_bytes()).is_ok());
        assert_eq!(parse(format!("{good}oops\n").as_bytes()), Err(SumsError::Line { line: 2 }));
    }
}
