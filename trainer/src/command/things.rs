//! Pictures of one thing each, and what a captioner finds of them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rayon::prelude::*;
use serde::Deserialize;
use showtell::captioner::{AttentionMaps, CaptionOptions};
use showtell::{Bundle, Captioner};

use crate::dataset::features::read_photo;
use crate::fit::calibration::Pictured;
use crate::progress;

/// The source under which they are reported.
const SOURCE: &str = "things";

/// A picture and what it shows.
#[derive(Debug, Deserialize)]
struct Line {
    image: String,
    thing: String,
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
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut things = Vec::new();
        for (line, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
            let Line { image, thing } = serde_json::from_str(text).with_context(|| {
                format!("line {} of {} names no image and thing", line + 1, path.display())
            })?;
            if thing.trim().is_empty() {
                bail!("line {} of {} has an empty thing", line + 1, path.display());
            }
            things.push((folder.join(image), thing.to_lowercase()));
        }
        if things.is_empty() {
            bail!("{} names no things", path.display());
        }
        Ok(Self { things })
    }

    /// What a bundle's captioner finds of them, each on a core of its own.
    ///
    /// # Errors
    /// When a picture cannot be read, or the model breaks.
    pub fn pictured(&self, bundle: &Bundle, captioner: &Captioner) -> anyhow::Result<Vec<Pictured>> {
        let options =
            CaptionOptions { beam: bundle.config().decoding.clone(), attention: AttentionMaps::Dropped };
        let bar = progress::bar(self.things.len(), "captioning things");
        let labels = bundle.labels();
        let one = |(path, thing): &(PathBuf, String)| {
            let features = captioner.encode(&[&read_photo(path)?]);
            let found = pollster::block_on(captioner.find(features, &options))?.pop();
            let found = found.context("a thing without a caption")?;
            bar.inc(1);
            let words: Vec<&str> = thing.split_whitespace().collect();
            Ok(Pictured {
                source: SOURCE.to_owned(),
                evidence: found.evidence(labels).context("a thing without a caption")?,
                // One word is not all that a sentence says.
                right: None,
                classes: found.classes,
                named: found.named,
                shown: labels.map(|labels| labels.mentions(&words)).unwrap_or_default(),
                is_of_one_thing: true,
            })
        };
        let pictured = self.things.par_iter().map(one).collect();
        bar.finish_and_clear();
        pictured
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
