//! A small bundle for tests.

use std::collections::BTreeMap;

use burn::tensor::Device;

use super::{BundleError, Draft};
use crate::beam::BeamConfig;
use crate::decoder::{
    Activation, CellKind, DecoderConfig, InitLayers, Injection, Normalisation, OutputConfig,
};
use crate::detector::DetectorConfig;
use crate::encoder::Network;
use crate::kind::KindsConfig;
use crate::model::ModelConfig;
use crate::preprocess::Preprocessing;
use crate::tensors::{self, Precision};
use crate::vocabulary::{END, PAD, START, UNKNOWN};

/// A bundle with untrained weights and a handful of words.
pub fn toy() -> BTreeMap<String, Vec<u8>> {
    toy_with(DetectorConfig::Tied).unwrap()
}

/// The same with another detector of words.
pub fn toy_with(detector: DetectorConfig) -> Result<BTreeMap<String, Vec<u8>>, BundleError> {
    let device = Device::flex();
    let words = [PAD, START, END, UNKNOWN, "a", "dog", "runs"];
    let vocab: BTreeMap<&str, usize> = words.iter().enumerate().map(|(i, w)| (*w, i)).collect();
    let tokenizer = serde_json::json!({"model": {"type": "WordLevel", "vocab": vocab}});
    let labels = serde_json::json!({
        "nodes": [{"word": "dog", "plural": "dogs"}, {"word": "cat", "plural": "cats"}],
        "classes": [0, 1, 0],
    });
    let model = ModelConfig {
        encoder: Network::EfficientNetLite0.into(),
        decoder: DecoderConfig {
            cell: CellKind::Gru,
            embedding: 4,
            hidden: 8,
            layers: 2,
            normalisation: Normalisation::None,
            injection: Injection::Init { activation: Activation::Tanh, layers: InitLayers::All },
            output: OutputConfig::Plain { inner: None, tied: false },
        },
        vocabulary: words.len(),
        detector: Some(detector),
        novelty: Some(2),
        classifier: Some(3),
        kinds: Some(KindsConfig {
            names: vec!["chart".into(), "map".into()],
            broader: BTreeMap::new(),
            above: 0.5,
            sure: 0.5,
        }),
    };
    Draft {
        name: "toy".into(),
        tensors: tensors::collect(&model.init(&device)).unwrap(),
        preprocessing: Preprocessing { side: 32, ..model.encoder.preprocessing() },
        model,
        decoding: BeamConfig { width: 2, max_length: 5, length_penalty: 0.7, ..BeamConfig::default() },
        confidence: None,
        tokenizer: tokenizer.to_string().into_bytes(),
        labels: Some(labels.to_string().into_bytes()),
        card: "# Toy\n".into(),
    }
    .into_files(Precision::F16)
}
