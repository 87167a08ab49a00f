//! `config.json`: what a bundle says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::{BundleError, FORMAT_VERSION, OLDEST_VERSION};
use super::names::{LABELS, TOKENIZER, WEIGHTS};
use crate::beam::BeamConfig;
use crate::confidence::Calibration;
use crate::detector::DetectorConfig;
use crate::model::ModelConfig;
use crate::preprocess::Preprocessing;

/// Size and digest of a file in the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Size in bytes; the page adds these up for its progress bar.
    pub size: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// `config.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleConfig {
    /// [`OLDEST_VERSION`] to [`FORMAT_VERSION`].
    pub format_version: u32,
    /// A name for people, shown by the page.
    pub name: String,
    /// The network.
    pub model: ModelConfig,
    /// How photos become its input.
    pub preprocessing: Preprocessing,
    /// How sentences are searched for unless the caller says otherwise.
    pub decoding: BeamConfig,
    /// How far captions can be trusted, where that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Calibration>,
    /// The vocabulary, the weights and the words for classes, where there are any.
    pub files: BTreeMap<String, FileEntry>,
}

/// The largest file of a bundle, in bytes.
pub const MAX_FILE: u64 = 2 << 30;
/// The longest side of an encoder's input, in pixels.
pub const MAX_SIDE: usize = 1024;

/// The sizes that a `config.json` declares, of the files that a bundle may have. Read first, so that no more is read of
/// anything; whether the rest of it is sound is for [`BundleConfig::from_json`].
///
/// # Errors
/// [`BundleError::Setting`] where a size is over [`MAX_FILE`].
pub fn sizes(json: &[u8]) -> Result<BTreeMap<&'static str, u64>, BundleError> {
    #[derive(Deserialize)]
    struct Sizes {
        files: BTreeMap<String, Size>,
    }
    #[derive(Deserialize)]
    struct Size {
        size: u64,
    }
    let Ok(Sizes { files }) = serde_json::from_slice(json) else { return Ok(BTreeMap::new()) };
    let declared = |name| Some((name, files.get(name)?.size));
    let sizes: BTreeMap<_, _> = [TOKENIZER, WEIGHTS, LABELS].into_iter().filter_map(declared).collect();
    match sizes.iter().find(|(_, size)| **size > MAX_FILE) {
        Some((name, size)) => Err(too_large(name, *size)),
        None => Ok(sizes),
    }
}

fn too_large(name: &str, found: u64) -> BundleError {
    BundleError::Setting { reason: format!("files.{name}.size must be at most {MAX_FILE}, found {found}") }
}

impl BundleConfig {
    /// Reads and checks `config.json`, the version first.
    ///
    /// # Errors
    /// [`BundleError::Config`], [`BundleError::Version`] or [`BundleError::Setting`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, BundleError> {
        #[derive(Deserialize)]
        struct Version {
            format_version: u32,
        }
        let Version { format_version } = serde_json::from_slice(bytes).map_err(BundleError::Config)?;
        if !(OLDEST_VERSION..=FORMAT_VERSION).contains(&format_version) {
            return Err(BundleError::Version { found: format_version });
        }
        let config: Self = serde_json::from_slice(bytes).map_err(BundleError::Config)?;
        config.validate()?;
        Ok(config)
    }

    fn validate(&self) -> Result<(), BundleError> {
        let setting = |reason: String| Err(BundleError::Setting { reason });
        let Preprocessing { side, mean, std } = &self.preprocessing;
        for (name, entry) in &self.files {
            if ![TOKENIZER, WEIGHTS, LABELS].contains(&name.as_str()) {
                return setting(format!("files has {name:?}, which is no file of a bundle"));
            }
            if entry.size > MAX_FILE {
                return Err(too_large(name, entry.size));
            }
        }
        // Small enough that a hostile file cannot ask for gigabytes of activations.
        if !(1..=MAX_SIDE).contains(side) {
            return setting(format!("preprocessing.side must be 1 to {MAX_SIDE}, found {side}"));
        }
        if !mean.iter().all(|m| m.is_finite()) || !std.iter().all(|s| s.is_finite() && *s > 0.0) {
            return setting("preprocessing.mean must be finite, preprocessing.std above zero".into());
        }
        let ModelConfig { encoder, decoder, vocabulary, detector, novelty, classifier, kinds } = &self.model;
        if !(1..=1 << 20).contains(vocabulary) {
            return setting(format!("model.vocabulary must be 1 to 1048576, found {vocabulary}"));
        }
        let encoder = encoder.clone().with_side(*side);
        encoder.validate().or_else(|error| setting(format!("model.{error}")))?;
        decoder.validate(encoder.regions()).or_else(|error| setting(format!("model: {error}")))?;
        let channels = encoder.channels();
        if novelty.is_some_and(|directions| !(1..=channels).contains(&directions)) {
            return setting(format!("model.novelty must be 1 to {channels}, the encoder's channels"));
        }
        if classifier.is_some_and(|classes| !(1..=1 << 16).contains(&classes)) {
            return setting("model.classifier must be 1 to 65536 classes".into());
        }
        if let Some(DetectorConfig::Own { width, words }) = detector
            && !((1..=1 << 12).contains(width) && (1..=*vocabulary).contains(words))
        {
            return setting(format!(
                "model.detector must have a width of 1 to 4096 and know 1 to {vocabulary} words, found {width} and {words}"
            ));
        }
        if let Some(kinds) = kinds {
            kinds.validate().or_else(|error| setting(format!("model.{error}")))?;
        }
        if let Some(calibration) = &self.confidence {
            calibration.validate().or_else(|error| setting(error.to_string()))?;
            if calibration.distance.is_some() && novelty.is_none() {
                return setting("confidence.distance needs model.novelty".into());
            }
            if calibration.labels.is_some() && classifier.is_none() {
                return setting("confidence.labels needs model.classifier".into());
            }
        }
        self.decoding.validate()?;
        self.decoding.check_model(*vocabulary, encoder.regions(), channels)?;
        if self.decoding.word_scores.is_some() && detector.is_none() {
            return setting("decoding.word_scores needs model.detector".into());
        }
        if self.decoding.word_scores.is_some_and(|scores| scores.labels > 0.0) && classifier.is_none() {
            return setting("decoding.word_scores.labels needs model.classifier".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::{CaptionStats, PictureStats, Stats};

    /// That of a bundle that shipped once, of format 9: weights by their place.
    const SHIPPED: &[u8] = include_bytes!("../../tests/data/format-9.json");

    #[test]
    fn weights_of_older_formats_come_back_under_their_names() {
        let shipped = BundleConfig::from_json(SHIPPED).unwrap();
        assert_eq!(shipped.format_version, 9);
        let places: serde_json::Value = serde_json::from_slice(SHIPPED).unwrap();
        let written =
            serde_json::to_value(BundleConfig { format_version: FORMAT_VERSION, ..shipped.clone() }).unwrap();
        for (model, names) in [("picture", PictureStats::NAMES), ("caption", CaptionStats::NAMES)] {
            let weights = |config: &serde_json::Value| config["confidence"][model]["weights"].clone();
            let (places, named) = (weights(&places), weights(&written));
            assert_eq!(places.as_array().unwrap().len(), names.len());
            for (place, name) in names.iter().enumerate() {
                // As wide as the program has them: the file says more digits.
                let weight = |value: &serde_json::Value| value.as_f64().unwrap() as f32;
                assert_eq!(weight(&places[place]), weight(&named[name]), "{model}.{name}");
            }
        }
        let read = BundleConfig::from_json(&serde_json::to_vec(&written).unwrap()).unwrap();
        assert_eq!((read.confidence, read.format_version), (shipped.confidence, FORMAT_VERSION));
    }
}
