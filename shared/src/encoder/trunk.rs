//! A network of whichever architecture, as the encoder runs it.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::architecture::Convolve;
use super::efficientnet_lite::{EfficientNetLite, EfficientNetLiteConfig};
use super::inception_v3::{InceptionV3, InceptionV3Config};
use super::network::Network;
use super::resnet::{ResNet, ResNetConfig};
use super::vgg16::{Vgg16, Vgg16Config};
use super::xception::{Xception, XceptionConfig};

/// A network up to its transfer layer.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "one exists at a time; smaller on wasm32")]
pub enum Trunk {
    EfficientNetLite(EfficientNetLite),
    InceptionV3(InceptionV3),
    ResNet(ResNet),
    Vgg16(Vgg16),
    Xception(Xception),
}

impl Trunk {
    /// Makes a network up to a layer, given by its place, with untrained weights.
    pub(super) fn new(network: Network, layer: usize, device: &Device) -> Self {
        let resnet = |config: ResNetConfig| Self::ResNet(config.init(layer, device));
        let lite = |config: EfficientNetLiteConfig| Self::EfficientNetLite(config.init(layer, device));
        match network {
            Network::InceptionV3 => Self::InceptionV3(InceptionV3Config.init(layer, device)),
            Network::Vgg16 => Self::Vgg16(Vgg16Config.init(layer, device)),
            Network::ResNet18 => resnet(ResNetConfig::RESNET_18),
            Network::ResNet50 => resnet(ResNetConfig::RESNET_50),
            Network::ResNet101 => resnet(ResNetConfig::RESNET_101),
            Network::ResNet152 => resnet(ResNetConfig::RESNET_152),
            Network::Xception => Self::Xception(XceptionConfig.init(layer, device)),
            Network::EfficientNetLite0 => lite(EfficientNetLiteConfig::lite0()),
            Network::EfficientNetLite2 => lite(EfficientNetLiteConfig::lite2()),
        }
    }

    /// EfficientNet-Lite computes its convolutions as it is told, the others by [`Conv2d::forward`](burn::nn::conv::Conv2d::forward).
    ///
    /// # Shapes
    /// `[batch, 3, side, side]` to `[batch, channels, rows, columns]`.
    pub fn forward(&self, photos: Tensor<4>, convolve: Convolve) -> Tensor<4> {
        match self {
            Self::EfficientNetLite(network) => network.forward(photos, convolve),
            Self::InceptionV3(network) => network.forward(photos),
            Self::ResNet(network) => network.forward(photos),
            Self::Vgg16(network) => network.forward(photos),
            Self::Xception(network) => network.forward(photos),
        }
    }

    /// The same with the maps of earlier layers, given by their places in forward order, after it; none
    /// of them where the network does not give them.
    ///
    /// # Shapes
    /// Each `[batch, channels, rows, columns]` of its own layer.
    pub fn forward_with(
        &self,
        photos: Tensor<4>,
        layers: &[usize],
        convolve: Convolve,
    ) -> (Tensor<4>, Vec<Tensor<4>>) {
        match self {
            Self::EfficientNetLite(network) => network.forward_with(photos, layers, convolve),
            _ => (self.forward(photos, convolve), Vec::new()),
        }
    }

    /// What the network makes of the map of one of its earlier transfer layers, given by its place;
    /// none where it cannot begin there.
    ///
    /// # Shapes
    /// `[batch, channels, rows, columns]`, before and after.
    pub fn after(&self, layer: usize, map: Tensor<4>, convolve: Convolve) -> Option<Tensor<4>> {
        match self {
            Self::EfficientNetLite(network) => Some(network.after(layer + 1, map, convolve)),
            _ => None,
        }
    }
}
