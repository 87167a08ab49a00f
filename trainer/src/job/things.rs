//! Pictures of one thing each, and what a captioner finds of them.

use std::path::{Path, PathBuf};

use anyhow::Context;
use rayon::prelude::*;
use serde::Deserialize;
use showtell::captioner::{AttentionMaps, CaptionOptions};
use showtell::{Bundle, Captioner};

use super::JobError;
use crate::files::{MAX_LIST, read_photo, read_text};
use crate::fit::calibration::Pictured;
use crate::reporter::Reporter;

/// The source under which they are reported.
const SOURCE: &str = "things";

/// A picture and what it shows.
#[derive(Debug, Deserialize)]
struct Line {
    image: String,
    thing: String,
}

/// Why a list of things cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ThingsError {
    /// The list could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The list.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A line that is in another form.
    #[error("line {line} of {} names no image and thing", path.display())]
    Line {
        /// The list.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A line without a thing.
    #[error("line {line} of {} has an empty thing", path.display())]
    Empty {
        /// The list.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
    },
    /// A list without a line.
    #[error("{} names no things", path.display())]
    None {
        /// The list.
        path: PathBuf,
    },
}

/// Pictures of one thing each.
#[derive(Debug)]
pub struct Things {
    things: Vec<(PathBuf, String)>,
}

impl Things {
    /// Reads a list: lines of JSON, with the addresses of pictures from the folder that the list lies in.
    ///
    /// # Errors
    /// When the file cannot be read, a line is no such thing, or there is none.
    pub fn read(path: &Path) -> Result<Self, ThingsError> {
        let list = || path.to_owned();
        let text = read_text(path, MAX_LIST).map_err(|source| ThingsError::Read { path: list(), source })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut things = Vec::new();
        for (line, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
            let Line { image, thing } = serde_json::from_str(text).map_err(|source| ThingsError::Line {
                path: list(),
                line: line + 1,
                source,
            })?;
            if thing.trim().is_empty() {
                return Err(ThingsError::Empty { path: list(), line: line + 1 });
            }
            things.push((folder.join(image), thing.to_lowercase()));
        }
        if things.is_empty() {
            return Err(ThingsError::None { path: list() });
        }
        Ok(Self { things })
    }

    /// What a bundle's captioner finds of them, each on a core of its own.
    ///
    /// # Errors
    /// When a picture cannot be read, or the model breaks.
    pub fn pictured(
        &self,
        bundle: &Bundle,
        captioner: &Captioner,
        reporter: &dyn Reporter,
    ) -> Result<Vec<Pictured>, JobError> {
        let options =
            CaptionOptions { beam: bundle.config().decoding.clone(), attention: AttentionMaps::Dropped };
        let progress = reporter.progress(self.things.len(), "captioning things");
        let labels = bundle.labels();
        let one = |(path, thing): &(PathBuf, String)| {
            let features = captioner.encode(&[&read_photo(path)?]);
            let found = showtell::block_on(captioner.find(features, &options))?.pop();
            let found = found.context("a thing without a caption")?;
            progress.advance(1);
            let words: Vec<&str> = thing.split_whitespace().collect();
            Ok(Pictured {
                source: SOURCE.to_owned(),
                evidence: found.evidence(labels).context("a thing without a caption")?,
                // One word is not all that a sentence says.
                right: None,
                classes: found.classes,
                detected: found.detected,
                named: found.named,
                shown: labels.map(|labels| labels.mentions(&words)).unwrap_or_default(),
                is_of_one_thing: true,
            })
        };
        self.things.par_iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn lists_that_cannot_be_used_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("things.jsonl");
        let read = |text: &str| {
            fs::write(&path, text).unwrap();
            Things::read(&path).map(|things| things.things).map_err(|error| error.to_string())
        };
        let found = read("{\"image\": \"a/b.webp\", \"thing\": \"Espresso maker\"}\n\n").unwrap();
        assert_eq!(found, [(folder.path().join("a/b.webp"), "espresso maker".to_owned())]);
        assert!(read("").unwrap_err().contains("names no things"));
        assert!(read("{\"image\": \"a.webp\"}").unwrap_err().starts_with("line 1 of "));
        assert!(read("{\"image\": \"a\", \"thing\": \" \"}").unwrap_err().contains("an empty thing"));
    }
}
