//! The whole network: encoder, decoder and, where there are any, what tells words and strange pictures.

use burn::module::Module;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::classifier::Classifier;
use crate::decoder::{Decoder, DecoderConfig};
use crate::detector::{DetectorConfig, WordDetector};
use crate::encoder::{Encoder, EncoderConfig};
use crate::kind::{KindClassifier, KindsConfig};
use crate::novelty::Novelty;

/// What a model is made of. Travels in the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// The network that reads the photo.
    pub encoder: EncoderConfig,
    /// The network that writes the sentence.
    pub decoder: DecoderConfig,
    /// Number of words, special tokens included.
    pub vocabulary: usize,
    /// How a detector tells the words of a photo beforehand, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "DetectorConfig::read")]
    pub detector: Option<DetectorConfig>,
    /// Directions in which the training photos are known to differ, where pictures unlike them are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub novelty: Option<usize>,
    /// Classes of the encoder's own classifier, where it came along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classifier: Option<usize>,
    /// Kinds of pictures that are no photos, where these are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<KindsConfig>,
}

impl ModelConfig {
    /// Makes a model with untrained weights.
    #[must_use]
    pub fn init(&self, device: &Device) -> Model {
        let channels = self.encoder.channels();
        Model {
            encoder: self.encoder.init(device),
            decoder: self.decoder.init(channels, self.vocabulary, device),
            detector: self.detector.map(|detector| self.untrained_detector(detector, device)),
            novelty: self.novelty.map(|directions| Novelty::new(channels, directions, device)),
            classifier: self.classifier.map(|classes| self.untrained_classifier(classes, device)),
            kinds: self.kinds.as_ref().map(|kinds| KindClassifier::new(channels, kinds.names.len(), device)),
        }
    }

    /// A classifier without knowledge for what the encoder's transfer layer gives.
    #[must_use]
    pub fn untrained_classifier(&self, classes: usize, device: &Device) -> Classifier {
        Classifier::new(self.encoder.layer_channels(), classes, device)
    }

    /// A detector without knowledge.
    #[must_use]
    pub fn untrained_detector(&self, detector: DetectorConfig, device: &Device) -> WordDetector {
        let channels = self.encoder.channels();
        match detector {
            DetectorConfig::Tied => {
                let region = self.decoder.seen(channels);
                WordDetector::tied(region, self.decoder.embedding, self.vocabulary, device)
            }
            DetectorConfig::Own { width, words } => {
                WordDetector::own(channels, width, words, self.vocabulary, device)
            }
        }
    }
}

/// An encoder, a decoder and perhaps what tells words, things and strange pictures beforehand.
#[derive(Module, Debug)]
pub struct Model {
    /// Reads the photo.
    pub encoder: Encoder,
    /// Writes the sentence.
    pub decoder: Decoder,
    /// Knows which words to expect.
    pub detector: Option<WordDetector>,
    /// Knows how far a photo lies from those of the training set.
    pub novelty: Option<Novelty>,
    /// Knows what the encoder was trained to tell apart.
    pub classifier: Option<Classifier>,
    /// Knows photos from graphics, and these by their kind.
    pub kinds: Option<KindClassifier>,
}
