//! InceptionV3 (Szegedy et al. 2015, "Rethinking the Inception Architecture for Computer Vision").
//!
//! Transfer layers are the concatenations `mixed_5b` to `mixed_7c`. torchvision's
//! `inception_v3_google` and timm's `inception_v3.tf_in1k` and `.tv_in1k` have the same tensor names
//! and were trained on photos scaled to -1..1. (torchvision's `transform_input` only undoes the
//! ImageNet normalisation that its own pipeline has applied before, so that the network sees the
//! same.)
//!
//! | published | here |
//! |---|---|
//! | `Conv2d_1a_3x3` to `Conv2d_4a_3x3`: `.conv.weight`, `.bn.*` | `network.stem.0` to `.4` |
//! | `Mixed_5b` to `Mixed_7c`: `.BRANCH.conv.weight`, `.BRANCH.bn.*` | `network.mixed.N.branches.B.convolutions.K` |
//! | `...branch3x3_2a`, `_2b`, `...branch3x3dbl_3a`, `_3b` of `Mixed_7b` and `_7c` | `network.mixed.N.branches.B.split.0`, `.1` |
//! | `AuxLogits.*`, `fc.*` | the classifiers, not read |
//!
//! Average pooling counts its padding, as in torchvision; TensorFlow's original does not, a
//! departure that torchvision made when it ported the weights.

mod branch;

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::architecture::{Architecture, Layer, SYMMETRIC, max_pool, windows};
use super::published::Source;
use branch::{BranchPlan, Mixed, Step, block_a, block_b, block_c, block_d, block_e, chain, halve, keep};

/// The stem; after the third and the last of these comes a max pooling.
const STEM: [Step; 5] = [
    halve("Conv2d_1a_3x3", 32),
    Step("Conv2d_2a_3x3", 32, [3, 3], 1, false),
    keep("Conv2d_2b_3x3", 64, [3, 3]),
    keep("Conv2d_3b_1x1", 80, [1, 1]),
    Step("Conv2d_4a_3x3", 192, [3, 3], 1, false),
];
/// Steps of the stem after which the map is pooled.
const POOLED_AFTER: [usize; 2] = [2, 4];

const LAYERS: &[Layer] = &[
    Layer::new("mixed_5b", 256),
    Layer::new("mixed_5c", 288),
    Layer::new("mixed_5d", 288),
    Layer::new("mixed_6a", 768),
    Layer::new("mixed_6b", 768),
    Layer::new("mixed_6c", 768),
    Layer::new("mixed_6d", 768),
    Layer::new("mixed_6e", 768),
    Layer::new("mixed_7a", 1280),
    Layer::new("mixed_7b", 2048),
    Layer::new("mixed_7c", 2048),
];
/// Places in [`LAYERS`] of the blocks that halve the map.
const HALVING: [usize; 2] = [3, 8];

/// The blocks of [`LAYERS`].
fn blocks() -> [Vec<BranchPlan>; LAYERS.len()] {
    [
        block_a(32),
        block_a(64),
        block_a(64),
        block_b(),
        block_c(128),
        block_c(160),
        block_c(160),
        block_c(192),
        block_d(),
        block_e(),
        block_e(),
    ]
}

/// InceptionV3 has no variants here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InceptionV3Config;

impl InceptionV3Config {
    /// Makes the network up to a transfer layer, given by its place, with untrained weights.
    #[must_use]
    pub fn init(&self, layer: usize, device: &Device) -> InceptionV3 {
        let mut channels = 3;
        let stem = chain(&STEM, &mut channels, device);
        let mut mixed = Vec::new();
        for (branches, layer) in blocks().iter().zip(LAYERS).take(layer + 1) {
            mixed.push(Mixed { branches: branches.iter().map(|plan| plan.init(channels, device)).collect() });
            channels = layer.channels;
        }
        InceptionV3 { stem, mixed }
    }
}

impl Architecture for InceptionV3Config {
    fn layers(&self) -> &'static [Layer] {
        LAYERS
    }

    fn side(&self) -> usize {
        299
    }

    fn normalisation(&self) -> ([f32; 3], [f32; 3]) {
        SYMMETRIC
    }

    fn map_side(&self, layer: usize, side: usize) -> Option<usize> {
        let mut map = side;
        for (index, &Step(_, _, [window, _], stride, padded)) in STEM.iter().enumerate() {
            map = windows(map, window, stride, if padded { window / 2 } else { 0 })?;
            if POOLED_AFTER.contains(&index) {
                map = windows(map, 3, 2, 0)?;
            }
        }
        for _ in HALVING.iter().filter(|&&place| place <= layer) {
            map = windows(map, 3, 2, 0)?;
        }
        Some(map)
    }

    fn epsilon(&self) -> f32 {
        1e-3
    }

    fn sources(&self, layer: usize) -> Vec<Source> {
        let source = |published: String, name| {
            Source::normed(format!("{published}.conv"), format!("{published}.bn"), name)
        };
        let stem = STEM.iter().enumerate();
        let mut sources: Vec<Source> =
            stem.map(|(nth, step)| source(step.0.to_owned(), format!("network.stem.{nth}"))).collect();
        for (block, (branches, layer)) in blocks().iter().zip(LAYERS).enumerate().take(layer + 1) {
            let published = layer.name.replacen('m', "M", 1);
            for (nth, branch) in branches.iter().enumerate() {
                for (part, steps) in [("convolutions", &branch.steps), ("split", &branch.split)] {
                    for (place, step) in steps.iter().enumerate() {
                        sources.push(source(
                            format!("{published}.{}", step.0),
                            format!("network.mixed.{block}.branches.{nth}.{part}.{place}"),
                        ));
                    }
                }
            }
        }
        sources
    }

    fn ignored(&self) -> &'static [&'static str] {
        &["AuxLogits.", "fc."]
    }
}

/// The network up to its transfer layer.
#[derive(Module, Debug)]
pub struct InceptionV3 {
    stem: Vec<Conv2d>,
    mixed: Vec<Mixed>,
}

impl InceptionV3 {
    /// # Shapes
    /// `[batch, 3, 299, 299]` to `[batch, 2048, 8, 8]` for `mixed_7c`.
    pub fn forward(&self, photos: Tensor<4>) -> Tensor<4> {
        let mut x = photos;
        for (index, layer) in self.stem.iter().enumerate() {
            x = relu(layer.forward(x));
            if POOLED_AFTER.contains(&index) {
                x = max_pool(x, 3, 2, 0);
            }
        }
        for block in &self.mixed {
            x = block.forward(x);
        }
        x
    }
}
