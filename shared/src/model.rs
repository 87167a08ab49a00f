//! The whole network: encoder, decoder and, where there is one, the detector of words.

use burn::module::Module;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::decoder::{Decoder, DecoderConfig};
use crate::detector::WordDetector;
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
    /// Whether a detector tells the words of a photo beforehand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub detector: bool,
}

impl ModelConfig {
    /// Makes a model with untrained weights.
    #[must_use]
    pub fn init(&self, device: &Device) -> Model {
        let channels = self.encoder.channels();
        Model {
            encoder: self.encoder.init(device),
            decoder: self.decoder.init(channels, self.vocabulary, device),
            detector: self.detector.then(|| self.untrained_detector(device)),
        }
    }

    /// A detector without knowledge for what the decoder sees of a photo.
    #[must_use]
    pub fn untrained_detector(&self, device: &Device) -> WordDetector {
        let region = self.decoder.seen(self.encoder.channels());
        WordDetector::new(region, self.decoder.embedding, self.vocabulary, device)
    }
}

/// An encoder, a decoder and perhaps a detector.
#[derive(Module, Debug)]
pub struct Model {
    /// Reads the photo.
    pub encoder: Encoder,
    /// Writes the sentence.
    pub decoder: Decoder,
    /// Knows which words to expect.
    pub detector: Option<WordDetector>,
}
