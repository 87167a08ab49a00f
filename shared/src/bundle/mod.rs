//! The bundle: a folder that holds everything needed to run a model.
//!
//! | file | what |
//! |---|---|
//! | `config.json` | [`BundleConfig`]: format version, model, preprocessing, decoding defaults, size and SHA-256 of the files below |
//! | `tokenizer.json` | the vocabulary, as Hugging Face `tokenizers` writes it (WordLevel) |
//! | `model.safetensors` | the weights, float32, float16 or 8-bit integers, named by path in the model |
//! | `labels.json` | words for the classes of the encoder's own classifier, where the model has that: [`Labels`] |
//! | `README.md` | the model card |
//! | `SHA256SUMS` | SHA-256 of every file above, as `sha256sum -c` reads it |
//!
//! This module sees names and bytes only. Everything is checked before any compute.

pub mod config;
mod draft;
pub mod error;
mod names;
pub mod sums;

use std::collections::BTreeMap;

use burn::tensor::Device;

use crate::detector::{self, DetectorConfig};
use crate::labels::Labels;
use crate::model::{Model, ModelConfig};
use crate::tensors::{TensorError, Tensors, apply_from, read_safetensors, shapes_of, stored_shapes};
use crate::vocabulary::Vocabulary;
use sums::SumsError;

pub use config::{BundleConfig, FileEntry, MAX_FILE, MAX_SIDE, sizes};
pub use draft::Draft;
pub use error::{BundleError, FORMAT_VERSION};
pub use names::{CARD, CONFIG, LABELS, NEEDED, OPTIONAL, SUMS, TOKENIZER, WEIGHTS};

pub use crate::tensors;

/// A bundle whose files are all there, whole, and agree with each other.
#[derive(Debug, Clone)]
pub struct Bundle {
    config: BundleConfig,
    vocabulary: Vocabulary,
    labels: Option<Labels>,
    tensors: Tensors,
}

impl Bundle {
    /// Checks and reads the files of a bundle, by name.
    ///
    /// # Errors
    /// [`BundleError`] for the first file that is absent, damaged, of another version or at odds
    /// with the rest.
    pub fn from_files(files: BTreeMap<String, Vec<u8>>) -> Result<Self, BundleError> {
        let file = |name: &str| {
            files
                .get(name)
                .map(Vec::as_slice)
                .ok_or_else(|| BundleError::MissingFile { file: name.to_owned() })
        };
        for name in NEEDED {
            file(name)?;
        }
        let config = BundleConfig::from_json(file(CONFIG)?);
        // A damaged configuration is better called damaged than misspelt, but another version is
        // better called that than damaged.
        let (config, digests) = match config {
            Err(version @ BundleError::Version { .. }) => return Err(version),
            config => {
                let digests = sums::check(file(SUMS)?, &files)?;
                (config?, digests)
            }
        };
        let described = config.model.classifier.map(|_| LABELS);
        for name in [TOKENIZER, WEIGHTS].into_iter().chain(described) {
            let bytes = file(name)?;
            let Some(entry) = config.files.get(name) else {
                return Err(BundleError::Setting { reason: format!("files has no entry for {name}") });
            };
            let found = bytes.len() as u64;
            if found != entry.size {
                return Err(BundleError::Size { file: name.to_owned(), expected: entry.size, found });
            }
            // The bytes have this digest: the list of checksums was just held against them.
            let Some(found) = digests.get(name).cloned() else {
                return Err(BundleError::Sums(SumsError::Unlisted { file: name.to_owned() }));
            };
            if found != entry.sha256 {
                let expected = entry.sha256.clone();
                return Err(BundleError::Hash { file: name.to_owned(), expected, found });
            }
        }

        let vocabulary = Vocabulary::from_json(file(TOKENIZER)?).map_err(BundleError::Vocabulary)?;
        let (expected, found) = (config.model.vocabulary, vocabulary.len());
        if expected != found {
            return Err(BundleError::VocabularySize { expected, found });
        }
        let labels = match config.model.classifier {
            None if config.files.contains_key(LABELS) => {
                let reason = format!("files has {LABELS}, which needs model.classifier");
                return Err(BundleError::Setting { reason });
            }
            None => None,
            Some(expected) => {
                let labels = Labels::from_json(file(LABELS)?).map_err(BundleError::Labels)?;
                let found = labels.classes();
                if found != expected {
                    return Err(BundleError::LabelCount { expected, found });
                }
                Some(labels)
            }
        };
        check_shapes(file(WEIGHTS)?, &config.model).map_err(BundleError::Weights)?;
        let tensors = read_safetensors(file(WEIGHTS)?).map_err(BundleError::Weights)?;
        if let Some(DetectorConfig::Own { words, .. }) = config.model.detector
            && let Some(usual) = tensors.get("detector.usual")
        {
            let found = detector::known(&usual.values).count();
            if found != words {
                let reason = format!("model.detector knows {words} words, detector.usual tells of {found}");
                return Err(BundleError::Setting { reason });
            }
        }
        Ok(Self { config, vocabulary, labels, tensors })
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &BundleConfig {
        &self.config
    }

    /// The words the model knows.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The words for what the model's classifier tells apart, where it has one.
    #[must_use]
    pub fn labels(&self) -> Option<&Labels> {
        self.labels.as_ref()
    }

    /// The weights, by path in the model.
    #[must_use]
    pub fn tensors(&self) -> &Tensors {
        &self.tensors
    }

    /// Builds the model on a device.
    ///
    /// # Errors
    /// [`BundleError::Weights`] names the first tensor that is absent, misshapen or unknown.
    pub fn model(&self, device: &Device) -> Result<Model, BundleError> {
        let untrained = self.config.model.init(device);
        apply_from(untrained, &self.tensors, device).map_err(BundleError::Weights)
    }
}

/// Holds the names and shapes in the head of a weights file against the model, before any of its values is read:
/// what has no place would only fill the memory.
fn check_shapes(file: &[u8], model: &ModelConfig) -> Result<(), TensorError> {
    // A browser's GPU has to be made ready first, by whoever has chosen it: without a CPU, names and shapes are compared
    // when the model takes its weights.
    if !cfg!(feature = "cpu") {
        return Ok(());
    }
    // Nothing is put there.
    #[cfg(feature = "cpu")]
    let device = Device::flex();
    #[cfg(not(feature = "cpu"))]
    let device = Device::default();
    let expected = shapes_of(&model.init(&device));
    let mut stored: BTreeMap<String, Vec<usize>> = stored_shapes(file)?.into_iter().collect();
    for (tensor, expected) in expected {
        match stored.remove(&tensor) {
            // How many words a detector tells is compared with its own values, further down.
            Some(found) if found != expected && !tensor.starts_with("detector.") => {
                return Err(TensorError::Shape { tensor, expected, found });
            }
            Some(_) => {}
            None => return Err(TensorError::Missing { tensor }),
        }
    }
    if let Some(tensor) = stored.into_keys().next() {
        return Err(TensorError::Unexpected { tensor });
    }
    Ok(())
}

#[cfg(test)]
mod toy;

#[cfg(test)]
mod tests {
    use super::toy::{toy, toy_with};
    use super::*;

    #[test]
    fn a_detector_knows_as_many_words_as_it_says() {
        let own =
            |words| toy_with(DetectorConfig::Own { width: 3, words }).map_err(|error| error.to_string());
        let files = own(7).unwrap();
        assert!(
            Bundle::from_files(files).unwrap().model(&Device::flex()).unwrap().detector.unwrap().is_own()
        );
        assert!(own(6).unwrap_err().contains("knows 6 words, detector.usual tells of 7"));
        assert!(own(8).unwrap_err().contains("model.detector must have a width"));
    }

    fn refused(change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) -> String {
        let mut files = toy();
        change(&mut files);
        match Bundle::from_files(files).and_then(|bundle| bundle.model(&Device::flex())) {
            Ok(_) => "accepted".into(),
            Err(error) => match std::error::Error::source(&error) {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            },
        }
    }

    /// Changes the configuration and brings the checksums up to date, as a forger would.
    fn reconfigured(change: impl FnOnce(&mut serde_json::Value)) -> String {
        refused(|files| {
            let mut config: serde_json::Value = serde_json::from_slice(&files[CONFIG]).unwrap();
            change(&mut config);
            files.insert(CONFIG.into(), config.to_string().into_bytes());
            files.remove(SUMS);
            let list = sums::write(files);
            files.insert(SUMS.into(), list.into_bytes());
        })
    }

    #[test]
    fn a_whole_bundle_is_accepted_with_or_without_its_card() {
        assert_eq!(refused(|_| ()), "accepted");
        assert_eq!(refused(|files| drop(files.remove(CARD))), "accepted");
    }

    #[test]
    fn a_flipped_bit_is_found_in_every_file() {
        for name in [CONFIG, TOKENIZER, WEIGHTS, LABELS, CARD] {
            let message = refused(|files| {
                let bytes = files.get_mut(name).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
            });
            assert!(message.starts_with(&format!("{name} is damaged")), "{message}");
        }
    }

    #[test]
    fn missing_files_are_named() {
        for name in NEEDED.into_iter().chain([LABELS]) {
            assert_eq!(refused(|files| drop(files.remove(name))), format!("{name} is missing"));
        }
    }

    #[test]
    fn another_version_is_named_before_anything_else() {
        let message = refused(|files| {
            files.insert(CONFIG.into(), br#"{"format_version": 1, "old": true}"#.to_vec());
        });
        assert_eq!(message, "config.json has format version 1, this program reads versions 4 to 11");
    }

    #[test]
    fn settings_at_odds_are_named() {
        let message = reconfigured(|config| config["model"]["decoder"]["hidden"] = 9.into());
        assert!(
            message.contains("tensor decoder.project.weight has shape [1280, 8], expected [1280, 9]"),
            "{message}"
        );
        let message = reconfigured(|config| config["decoding"]["width"] = 0.into());
        assert!(message.contains("beam width must be 1 to 1000, found 0"), "{message}");
        let message = reconfigured(|config| config["model"]["vocabulary"] = 8.into());
        assert!(message.contains("tokenizer.json has 7 words"), "{message}");
        let message = reconfigured(|config| config["preprocessing"]["side"] = 64.into());
        assert!(message.contains("init injection needs one region, found 4"), "{message}");
        let message = reconfigured(|config| config["preprocessing"]["side"] = 0.into());
        assert!(message.contains("preprocessing.side"), "{message}");
        let message = reconfigured(|config| config["files"][WEIGHTS]["sha256"] = "0".repeat(64).into());
        assert!(message.starts_with("model.safetensors is damaged: expected SHA-256 0000"), "{message}");
        let message = reconfigured(|config| config["files"][TOKENIZER]["size"] = 1.into());
        assert!(message.contains("tokenizer.json has") && message.contains("bytes, expected 1"), "{message}");
        let scores = || serde_json::json!({"rerank": 0.1, "prior": 0.5});
        assert_eq!(reconfigured(|config| config["decoding"]["word_scores"] = scores()), "accepted");
        let message = reconfigured(|config| {
            config["model"].as_object_mut().unwrap().remove("detector");
            config["decoding"]["word_scores"] = scores();
        });
        assert!(message.contains("decoding.word_scores needs model.detector"), "{message}");
        let message = reconfigured(|config| config["model"]["novelty"] = 1281.into());
        assert!(message.contains("model.novelty must be 1 to 1280"), "{message}");
        let message = reconfigured(|config| config["model"]["novelty"] = 3.into());
        assert!(
            message.contains("tensor novelty.directions has shape [1280, 2], expected [1280, 3]"),
            "{message}"
        );
        let message = reconfigured(|config| config["model"]["classifier"] = 4.into());
        assert!(
            message.contains("labels.json has words for 3 classes, the model in config.json has 4"),
            "{message}"
        );
        let message =
            reconfigured(|config| drop(config["model"].as_object_mut().unwrap().remove("classifier")));
        assert!(message.contains("files has labels.json, which needs model.classifier"), "{message}");
        let message = reconfigured(|config| drop(config["files"].as_object_mut().unwrap().remove(LABELS)));
        assert!(message.contains("files has no entry for labels.json"), "{message}");
        let message = reconfigured(|config| {
            config["decoding"]["word_scores"] =
                serde_json::json!({"weight": 0.1, "prior": 0.5, "labels": 0.5});
        });
        assert_eq!(message, "accepted");
        let names = |names: &[&str]| serde_json::json!({"names": names, "above": 0.5, "sure": 0.5});
        let message = reconfigured(|config| config["model"]["kinds"] = names(&["map", "map"]));
        assert!(message.contains("model.kinds.names must differ, found \"map\" twice"), "{message}");
        let message = reconfigured(|config| config["model"]["kinds"] = names(&["map"]));
        assert!(
            message.contains("tensor kinds.layer.weight has shape [1280, 3], expected [1280, 2]"),
            "{message}"
        );
        let message = reconfigured(|config| config["extra"] = 1.into());
        assert!(message.contains("unknown field `extra`"), "{message}");
        let message = reconfigured(|config| {
            config["model"]["encoder"] = "efficientnet-lite2".into();
        });
        assert!(message.contains("tensor encoder.network.blocks.3.depthwise.weight has shape"), "{message}");
    }
}
