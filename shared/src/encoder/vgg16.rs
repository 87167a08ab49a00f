//! VGG16 (Simonyan and Zisserman 2014, configuration D), without batch norm.
//!
//! Transfer layers, each after its ReLU: `conv3_3`, `conv4_3`, `conv5_3` (before the pooling that
//! follows), `pool5`, and the fully connected `fc1` and `fc2`, which exist for 224 px only. A fully
//! connected layer is written here as the convolution that it equals: `fc1` has a 7x7 kernel on a
//! 7x7 map. (torchvision averages the map to 7x7 first, which changes nothing at 224 px.)
//!
//! | torchvision | timm | here |
//! |---|---|---|
//! | `features.N.weight`, `.bias` | the same | `network.convolutions.M`, `M` counting convolutions |
//! | `classifier.0.weight` `[4096, 25088]`, `.bias` | `pre_logits.fc1.*` `[4096, 512, 7, 7]` | `network.dense.0` |
//! | `classifier.3.weight` `[4096, 4096]`, `.bias` | `pre_logits.fc2.*` `[4096, 4096, 1, 1]` | `network.dense.1` |
//! | `classifier.6.*` | `head.fc.*` | the classifier, not read |
//!
//! A file with the convolutions alone, as `vgg16(...).features` saved, serves all layers up to
//! `pool5`.

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::architecture::{Architecture, IMAGENET, Layer, centred, convolution, max_pool};
use super::published::Source;

/// Channels of the thirteen convolutions, a stage a row.
const STAGES: [&[usize]; 5] = [&[64, 64], &[128, 128], &[256; 3], &[512; 3], &[512; 3]];
/// Width of both fully connected layers.
const DENSE: usize = 4096;
/// The input that the fully connected layers need, in pixels, and the map they then read.
const SIDE: usize = 224;
const MAP: usize = 7;

const LAYERS: &[Layer] = &[
    Layer::new("conv3_3", 256),
    Layer::new("conv4_3", 512),
    Layer::new("conv5_3", 512),
    Layer::new("pool5", 512),
    Layer::dense("fc1", DENSE),
    Layer::dense("fc2", DENSE),
];
/// Places in [`LAYERS`].
const CONV5_3: usize = 2;
const POOL5: usize = 3;

/// VGG16 has no variants here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vgg16Config;

impl Vgg16Config {
    /// Stages of convolutions up to a layer, and fully connected layers.
    fn depth(layer: usize) -> (usize, usize) {
        ((layer + 3).min(STAGES.len()), layer.saturating_sub(POOL5))
    }
}

impl Vgg16Config {
    /// Makes the network up to a transfer layer, given by its place, with untrained weights.
    #[must_use]
    pub fn init(&self, layer: usize, device: &Device) -> Vgg16 {
        let (stages, dense) = Self::depth(layer);
        let mut channels_in = 3;
        let mut convolutions = Vec::new();
        for &channels in STAGES[..stages].iter().copied().flatten() {
            convolutions.push(convolution([channels_in, channels], [3, 3], 1, centred([3, 3])).init(device));
            channels_in = channels;
        }
        let fully_connected = [([channels_in, DENSE], MAP), ([DENSE, DENSE], 1)];
        Vgg16 {
            convolutions,
            dense: fully_connected
                .into_iter()
                .take(dense)
                .map(|(channels, kernel)| {
                    convolution(channels, [kernel; 2], 1, PaddingConfig2d::Valid).init(device)
                })
                .collect(),
            pooled: layer >= POOL5,
        }
    }
}

impl Architecture for Vgg16Config {
    fn layers(&self) -> &'static [Layer] {
        LAYERS
    }

    fn default_layer(&self) -> usize {
        CONV5_3
    }

    fn side(&self) -> usize {
        SIDE
    }

    fn normalisation(&self) -> ([f32; 3], [f32; 3]) {
        IMAGENET
    }

    fn map_side(&self, layer: usize, side: usize) -> Option<usize> {
        let (stages, dense) = Self::depth(layer);
        if dense > 0 {
            return (side == SIDE).then_some(1);
        }
        let poolings = if layer == POOL5 { stages } else { stages - 1 };
        Some(side >> poolings).filter(|&map| map > 0)
    }

    /// There is no batch norm.
    fn epsilon(&self) -> f32 {
        0.0
    }

    fn sources(&self, layer: usize) -> Vec<Source> {
        let (stages, dense) = Self::depth(layer);
        let mut sources = Vec::new();
        // Counts convolutions, ReLUs and poolings, as `features` does.
        let mut place = 0;
        for stage in &STAGES[..stages] {
            for _ in *stage {
                let name = format!("network.convolutions.{}", sources.len());
                sources.push(Source::biased(format!("features.{place}"), name));
                place += 2;
            }
            place += 1;
        }
        let fully_connected = [("classifier.0", MAP), ("classifier.3", 1)];
        for (index, (published, kernel)) in fully_connected.into_iter().take(dense).enumerate() {
            sources.push(Source::dense(published, kernel, format!("network.dense.{index}")));
        }
        sources
    }

    fn ignored(&self) -> &'static [&'static str] {
        &["classifier.6."]
    }

    fn canonical(&self, name: String) -> String {
        let pairs = [("pre_logits.fc1.", "0"), ("pre_logits.fc2.", "3"), ("head.fc.", "6")];
        for (timm, place) in pairs {
            if let Some(part) = name.strip_prefix(timm) {
                return format!("classifier.{place}.{part}");
            }
        }
        name
    }
}

/// The network up to its transfer layer.
#[derive(Module, Debug)]
pub struct Vgg16 {
    convolutions: Vec<Conv2d>,
    dense: Vec<Conv2d>,
    /// Whether the last stage's pooling is there.
    #[module(skip)]
    pooled: bool,
}

impl Vgg16 {
    /// # Shapes
    /// `[batch, 3, side, side]` to `[batch, 512, side / 16, side / 16]` for `conv5_3`, and to
    /// `[batch, 4096, 1, 1]` for `fc1` and `fc2`.
    pub fn forward(&self, photos: Tensor<4>) -> Tensor<4> {
        let mut x = photos;
        let mut convolutions = self.convolutions.iter().peekable();
        for stage in STAGES {
            for convolution in convolutions.by_ref().take(stage.len()) {
                x = relu(convolution.forward(x));
            }
            if convolutions.peek().is_some() {
                x = max_pool(x, 2, 2, 0); // half the rows and columns
            }
        }
        if self.pooled {
            x = max_pool(x, 2, 2, 0);
        }
        for layer in &self.dense {
            x = relu(layer.forward(x));
        }
        x
    }
}
