//! Which network reads the photo, where its features are taken and how they are pooled.

mod error;
mod serde;
mod validate;

use super::architecture::Layer;
use super::network::Network;
use super::pooling::{Pooling, adapt};
use crate::preprocess::Preprocessing;
use burn::tensor::Tensor;

pub use error::EncoderError;

/// An encoder.
///
/// In a recipe or a bundle either the name of a network, which takes its defaults, or a table:
///
/// ```toml
/// [encoder]
/// network = "inception-v3"
/// layer = "mixed_7c"      # a transfer layer of the network; its default
/// side = 299              # of the input, in pixels; the network's
/// grid = 14               # average the map to 14x14 regions; the map as it is
/// pooling = "none"        # or "mean", "max", { window = 5 }
/// taps = []               # earlier layers whose channels stand beside, EfficientNet-Lite only
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncoderConfig {
    network: Network,
    layer: String,
    side: usize,
    grid: Option<usize>,
    pooling: Pooling,
    taps: Vec<String>,
}

impl From<Network> for EncoderConfig {
    fn from(network: Network) -> Self {
        Self::new(network)
    }
}

impl EncoderConfig {
    /// A network with its defaults: its last map, not pooled.
    #[must_use]
    pub fn new(network: Network) -> Self {
        let architecture = network.architecture();
        let layer = architecture.layers()[architecture.default_layer()].name.to_owned();
        let (side, pooling) = (architecture.side(), Pooling::None);
        Self { network, layer, side, grid: None, pooling, taps: Vec::new() }
    }

    /// The same with the features of another layer.
    #[must_use]
    pub fn with_layer(self, layer: impl Into<String>) -> Self {
        Self { layer: layer.into(), ..self }
    }

    /// The same for inputs of another side, in pixels.
    #[must_use]
    pub fn with_side(self, side: usize) -> Self {
        Self { side, ..self }
    }

    /// The same for inputs of another side, the map averaged to the rows and columns that it has now.
    #[must_use]
    pub fn resized(&self, side: usize) -> Self {
        let map = self.clone().with_pooling(Pooling::None);
        self.clone().with_side(side).with_grid(map.grid_side())
    }

    /// The same with the map averaged to so many rows and columns.
    #[must_use]
    pub fn with_grid(self, grid: usize) -> Self {
        Self { grid: Some(grid), ..self }
    }

    /// The same with other pooling.
    #[must_use]
    pub fn with_pooling(self, pooling: Pooling) -> Self {
        Self { pooling, ..self }
    }

    /// The same with the channels of earlier layers beside those of its own. What an ImageNet network
    /// classifies by is near its end; colours, textures and small things are plainer before. Each map is
    /// averaged to the rows and columns of the last one's, and each of its regions brought to mean 0 and
    /// deviation 1 over its channels (Hariharan et al. 2015, "hypercolumns", but for the scale).
    #[must_use]
    pub fn with_taps<S: Into<String>>(self, layers: impl IntoIterator<Item = S>) -> Self {
        Self { taps: layers.into_iter().map(Into::into).collect(), ..self }
    }

    /// The same without grid and pooling: what is worth keeping on disk, since
    /// [`pool`](Self::pool) makes the rest of it.
    #[must_use]
    pub fn map(&self) -> Self {
        Self { grid: None, pooling: Pooling::None, ..self.clone() }
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> Network {
        self.network
    }

    /// The network's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.network.name()
    }

    /// The transfer layer's name.
    #[must_use]
    pub fn layer(&self) -> &str {
        &self.layer
    }

    /// Earlier layers whose channels stand beside the transfer layer's.
    #[must_use]
    pub fn taps(&self) -> &[String] {
        &self.taps
    }

    /// How regions are pooled.
    #[must_use]
    pub fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// Side of the input in pixels.
    #[must_use]
    pub fn side(&self) -> usize {
        self.side
    }

    /// The input that the network's published weights were trained on, at this side.
    #[must_use]
    pub fn preprocessing(&self) -> Preprocessing {
        let (mean, std) = self.network.architecture().normalisation();
        Preprocessing { side: self.side, mean, std }
    }

    /// Channels of each region: the transfer layer's, then those of the layers beside it.
    #[must_use]
    pub fn channels(&self) -> usize {
        let layers = self.network.architecture().layers();
        self.layer_at().1.channels + self.tap_places().iter().map(|&tap| layers[tap].channels).sum::<usize>()
    }

    /// Channels of the transfer layer alone, which come first.
    #[must_use]
    pub fn layer_channels(&self) -> usize {
        self.layer_at().1.channels
    }

    /// The places of the layers that stand beside the transfer layer; those that are not there left out.
    pub(super) fn tap_places(&self) -> Vec<usize> {
        let layers = self.network.architecture().layers();
        let place = |name: &String| layers.iter().position(|layer| layer.name == *name);
        self.taps.iter().filter_map(place).collect()
    }

    /// Rows, and columns, of regions after grid and pooling; 0 where [`validate`](Self::validate)
    /// refuses.
    #[must_use]
    pub fn grid_side(&self) -> usize {
        let map = self.network.architecture().map_side(self.layer_at().0, self.side).unwrap_or(0);
        self.pooling.side(self.grid.unwrap_or(map))
    }

    /// Regions after grid and pooling.
    #[must_use]
    pub fn regions(&self) -> usize {
        self.grid_side().pow(2)
    }

    /// Whether every photo becomes a single region, which attention has no choice among.
    #[must_use]
    pub fn is_pooled(&self) -> bool {
        self.regions() == 1
    }

    /// The transfer layer and its place; of a layer that is not there, the default's.
    pub(super) fn layer_at(&self) -> (usize, Layer) {
        let architecture = self.network.architecture();
        let layers = architecture.layers();
        let place = layers.iter().position(|layer| layer.name == self.layer);
        let place = place.unwrap_or(architecture.default_layer());
        (place, layers[place])
    }

    /// Applies grid and pooling to the features of the plain map.
    ///
    /// # Shapes
    /// `[batch, regions of the map, channels]` to `[batch, regions, channels]`. The map is square.
    #[must_use]
    pub fn pool(&self, features: Tensor<3>) -> Tensor<3> {
        let features = match self.grid {
            Some(grid) => adapt(features, grid),
            None => features,
        };
        self.pooling.forward(features)
    }

    /// The same network up to the map that goes into one of its [`blocks`](Self::blocks), not pooled;
    /// none where features cannot be taken there, or earlier layers stand beside the transfer layer.
    /// [`Encoder::after`](super::Encoder::after) goes on from it.
    #[must_use]
    pub fn before(&self, block: &str) -> Option<Self> {
        let architecture = self.network.architecture();
        let layer = architecture.before(block).filter(|&layer| layer < self.layer_at().0);
        let layer = layer.filter(|_| self.taps.is_empty())?;
        Some(self.map().with_layer(architecture.layers()[layer].name))
    }

    /// Paths of the network's parts, in forward order up to the transfer layer, as its tensors'
    /// names begin: `network.stem`, `network.blocks.0`, ... To fine-tune from a part on is to train
    /// that part and those after it. A prefix is to be compared with the dot that follows it.
    #[must_use]
    pub fn blocks(&self) -> Vec<String> {
        let mut blocks: Vec<String> = Vec::new();
        for source in self.network.architecture().sources(self.layer_at().0) {
            // Up to the first number: the parts of a list count one by one.
            let parts = source.name.split('.');
            let mut numbered = false;
            let upto = parts.take_while(|part| {
                let go_on = !numbered;
                numbered |= part.bytes().all(|byte| byte.is_ascii_digit());
                go_on
            });
            let block = upto.collect::<Vec<_>>().join(".");
            if blocks.last() != Some(&block) {
                blocks.push(block);
            }
        }
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_papers() {
        let sizes = |config: EncoderConfig| (config.side(), config.grid_side(), config.channels());
        let expected = [
            (299, 8, 2048),
            (224, 14, 512),
            (224, 7, 512),
            (224, 7, 2048),
            (224, 7, 2048),
            (224, 7, 2048),
            (299, 10, 2048),
            (224, 7, 1280),
            (260, 9, 1280),
        ];
        assert_eq!(Network::ALL.map(|network| sizes(network.into())), expected);
        let layer = |network: Network, layer: &str| sizes(EncoderConfig::new(network).with_layer(layer));
        assert_eq!(layer(Network::InceptionV3, "mixed_6e"), (299, 17, 768));
        assert_eq!(layer(Network::InceptionV3, "mixed_5d"), (299, 35, 288));
        assert_eq!(layer(Network::Vgg16, "fc2"), (224, 1, 4096));
        assert_eq!(layer(Network::Vgg16, "pool5"), (224, 7, 512));
        assert_eq!(layer(Network::ResNet18, "layer3"), (224, 14, 256));
        assert_eq!(layer(Network::Xception, "block11"), (299, 19, 728));
        let show_and_tell = EncoderConfig::new(Network::InceptionV3).with_pooling(Pooling::Window(5));
        assert_eq!(show_and_tell.regions(), 1);
        assert_eq!(EncoderConfig::new(Network::ResNet18).with_grid(14).regions(), 196);
    }

    #[test]
    fn blocks_come_in_forward_order() {
        let blocks = EncoderConfig::new(Network::EfficientNetLite0).blocks();
        assert_eq!(blocks.len(), 18);
        assert_eq!(blocks[..2], ["network.stem", "network.blocks.0"]);
        assert_eq!(blocks[17], "network.head");
        let blocks = EncoderConfig::new(Network::InceptionV3).with_layer("mixed_6a").blocks();
        assert_eq!(blocks.len(), 5 + 4);
        assert_eq!(blocks[8], "network.mixed.3");
    }
}
