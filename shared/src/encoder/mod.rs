//! Encoders: normalised photos in, a grid of features out.

pub mod efficientnet_lite;
pub mod published;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use crate::preprocess::Preprocessing;
use efficientnet_lite::{EfficientNetLite, EfficientNetLiteConfig};

/// Which convolutional network reads the photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncoderConfig {
    /// EfficientNet-Lite0, 224 px, 7x7 regions of 1280 channels.
    EfficientnetLite0,
    /// EfficientNet-Lite2, 260 px, 9x9 regions of 1280 channels.
    EfficientnetLite2,
}

impl EncoderConfig {
    /// The architecture's numbers.
    #[must_use]
    pub fn architecture(self) -> EfficientNetLiteConfig {
        match self {
            Self::EfficientnetLite0 => EfficientNetLiteConfig::lite0(),
            Self::EfficientnetLite2 => EfficientNetLiteConfig::lite2(),
        }
    }

    /// The name used in recipes, bundles and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EfficientnetLite0 => "efficientnet-lite0",
            Self::EfficientnetLite2 => "efficientnet-lite2",
        }
    }

    /// The input its published weights were trained on.
    #[must_use]
    pub fn preprocessing(self) -> Preprocessing {
        self.architecture().preprocessing()
    }

    /// Channels of each region.
    #[must_use]
    pub fn channels(self) -> usize {
        efficientnet_lite::CHANNELS
    }

    /// Rows and columns of regions for an input of `side` pixels.
    #[must_use]
    pub fn grid(self, side: usize) -> usize {
        side.div_ceil(efficientnet_lite::STRIDE)
    }

    /// Makes the network with untrained weights.
    #[must_use]
    pub fn init(self, device: &Device) -> Encoder {
        Encoder { network: self.architecture().init(device) }
    }
}

/// A network that turns photos into features.
#[derive(Module, Debug)]
pub struct Encoder {
    network: EfficientNetLite,
}

impl Encoder {
    /// Encodes a batch of normalised photos.
    ///
    /// # Shapes
    /// `[batch, 3, side, side]` to `[batch, regions, channels]`, regions row by row.
    pub fn forward(&self, photos: Tensor<4>) -> Tensor<3> {
        let map = self.network.forward(photos); // [batch, channels, rows, columns]
        map.flatten::<3>(2, 3).swap_dims(1, 2) // [batch, regions, channels]
    }
}
