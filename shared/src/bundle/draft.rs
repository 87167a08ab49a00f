//! Writing a bundle.

use std::collections::BTreeMap;

use super::Bundle;
use super::config::{BundleConfig, FileEntry};
use super::error::{BundleError, FORMAT_VERSION};
use super::names::{CARD, CONFIG, LABELS, SUMS, TOKENIZER, WEIGHTS};
use super::sums::{self, digest};
use crate::beam::BeamConfig;
use crate::confidence::Calibration;
use crate::model::ModelConfig;
use crate::preprocess::Preprocessing;
use crate::tensors::{Precision, Tensors, write_safetensors};

/// What a trained model needs to become a bundle.
#[derive(Debug)]
pub struct Draft {
    /// A name for people.
    pub name: String,
    /// The network.
    pub model: ModelConfig,
    /// How photos become its input.
    pub preprocessing: Preprocessing,
    /// Decoding defaults.
    pub decoding: BeamConfig,
    /// How far captions can be trusted, where that was measured.
    pub confidence: Option<Calibration>,
    /// `tokenizer.json`.
    pub tokenizer: Vec<u8>,
    /// `labels.json`, for a model with a classifier.
    pub labels: Option<Vec<u8>>,
    /// The weights.
    pub tensors: Tensors,
    /// The model card, Markdown.
    pub card: String,
}

impl Draft {
    /// Writes the files of the bundle and reads them back, so that nothing is published that
    /// could not be loaded.
    ///
    /// # Errors
    /// [`BundleError`] when the parts do not fit each other.
    pub fn into_files(self, precision: Precision) -> Result<BTreeMap<String, Vec<u8>>, BundleError> {
        let weights = write_safetensors(&self.tensors, precision);
        let described = self.labels.map(|labels| (LABELS.to_owned(), labels));
        let mut files: BTreeMap<String, Vec<u8>> =
            [(TOKENIZER.to_owned(), self.tokenizer), (WEIGHTS.to_owned(), weights)]
                .into_iter()
                .chain(described)
                .collect();
        let entry = |bytes: &Vec<u8>| FileEntry { size: bytes.len() as u64, sha256: digest(bytes) };
        let config = BundleConfig {
            format_version: FORMAT_VERSION,
            name: self.name,
            model: self.model,
            preprocessing: self.preprocessing,
            decoding: self.decoding,
            confidence: self.confidence,
            files: files.iter().map(|(name, bytes)| (name.clone(), entry(bytes))).collect(),
        };
        let mut json = serde_json::to_vec_pretty(&config).map_err(BundleError::Config)?;
        json.push(b'\n');
        files.insert(CONFIG.to_owned(), json);
        files.insert(CARD.to_owned(), self.card.into_bytes());
        let list = sums::write(&files);
        files.insert(SUMS.to_owned(), list.into_bytes());
        Bundle::from_files(files.clone())?;
        Ok(files)
    }
}
