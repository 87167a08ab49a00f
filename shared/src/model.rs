//! The whole network: encoder and decoder.

use burn::module::Module;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::decoder::{Decoder, DecoderConfig};
use crate::encoder::{Encoder, EncoderConfig};

/// What a model is made of. Travels in the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// The network that reads the photo.
    pub encoder: EncoderConfig,
    /// The network that writes the sentence.
    pub decoder: DecoderConfig,
    /// Number of words, special tokens included.
    pub vocabulary: usize,
}

impl ModelConfig {
    /// Makes a model with untrained weights.
    #[must_use]
    pub fn init(&self, device: &Device) -> Model {
        Model {
            encoder: self.encoder.init(device),
            decoder: self.decoder.init(self.encoder.channels(), self.vocabulary, device),
        }
    }
}

/// An encoder and a decoder.
#[derive(Module, Debug)]
pub struct Model {
    /// Reads the photo.
    pub encoder: Encoder,
    /// Writes the sentence.
    pub decoder: Decoder,
}
