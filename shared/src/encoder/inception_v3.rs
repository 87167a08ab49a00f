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

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::nn::pool::AvgPool2dConfig;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::architecture::{Architecture, Layer, SYMMETRIC, Trunk, centred, convolution, max_pool, windows};
use super::published::Source;

/// A convolution: published name, channels, kernel, stride, and whether padding keeps the size.
struct Step(&'static str, usize, [usize; 2], usize, bool);

/// Stride 1, padded to keep the size.
const fn keep(name: &'static str, channels: usize, kernel: [usize; 2]) -> Step {
    Step(name, channels, kernel, 1, true)
}

/// 3x3 with stride 2, without padding.
const fn halve(name: &'static str, channels: usize) -> Step {
    Step(name, channels, [3, 3], 2, false)
}

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

/// What a branch does before its convolutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pooling {
    None,
    /// 3x3, stride 1, padded.
    Average,
    /// 3x3, stride 2.
    Maximum,
}

/// A path through a block.
struct BranchPlan {
    pooling: Pooling,
    steps: Vec<Step>,
    /// Two convolutions side by side on what the steps gave.
    split: Vec<Step>,
}

fn branch<const N: usize>(steps: [Step; N]) -> BranchPlan {
    BranchPlan { pooling: Pooling::None, steps: steps.into(), split: Vec::new() }
}

fn averaged(channels: usize) -> BranchPlan {
    BranchPlan { pooling: Pooling::Average, ..branch([keep("branch_pool", channels, [1, 1])]) }
}

fn maximum() -> BranchPlan {
    BranchPlan { pooling: Pooling::Maximum, ..branch([]) }
}

/// 35x35, figure 5 of the paper with the first 3x3 of one branch as 5x5.
fn block_a(pooled: usize) -> Vec<BranchPlan> {
    vec![
        branch([keep("branch1x1", 64, [1, 1])]),
        branch([keep("branch5x5_1", 48, [1, 1]), keep("branch5x5_2", 64, [5, 5])]),
        branch([
            keep("branch3x3dbl_1", 64, [1, 1]),
            keep("branch3x3dbl_2", 96, [3, 3]),
            keep("branch3x3dbl_3", 96, [3, 3]),
        ]),
        averaged(pooled),
    ]
}

/// 35x35 to 17x17, figure 10.
fn block_b() -> Vec<BranchPlan> {
    vec![
        branch([halve("branch3x3", 384)]),
        branch([
            keep("branch3x3dbl_1", 64, [1, 1]),
            keep("branch3x3dbl_2", 96, [3, 3]),
            halve("branch3x3dbl_3", 96),
        ]),
        maximum(),
    ]
}

/// 17x17, figure 6 with n = 7.
fn block_c(width: usize) -> Vec<BranchPlan> {
    vec![
        branch([keep("branch1x1", 192, [1, 1])]),
        branch([
            keep("branch7x7_1", width, [1, 1]),
            keep("branch7x7_2", width, [1, 7]),
            keep("branch7x7_3", 192, [7, 1]),
        ]),
        branch([
            keep("branch7x7dbl_1", width, [1, 1]),
            keep("branch7x7dbl_2", width, [7, 1]),
            keep("branch7x7dbl_3", width, [1, 7]),
            keep("branch7x7dbl_4", width, [7, 1]),
            keep("branch7x7dbl_5", 192, [1, 7]),
        ]),
        averaged(192),
    ]
}

/// 17x17 to 8x8.
fn block_d() -> Vec<BranchPlan> {
    vec![
        branch([keep("branch3x3_1", 192, [1, 1]), halve("branch3x3_2", 320)]),
        branch([
            keep("branch7x7x3_1", 192, [1, 1]),
            keep("branch7x7x3_2", 192, [1, 7]),
            keep("branch7x7x3_3", 192, [7, 1]),
            halve("branch7x7x3_4", 192),
        ]),
        maximum(),
    ]
}

/// 8x8, figure 7.
fn block_e() -> Vec<BranchPlan> {
    let split = |a, b| vec![keep(a, 384, [1, 3]), keep(b, 384, [3, 1])];
    vec![
        branch([keep("branch1x1", 320, [1, 1])]),
        BranchPlan {
            split: split("branch3x3_2a", "branch3x3_2b"),
            ..branch([keep("branch3x3_1", 384, [1, 1])])
        },
        BranchPlan {
            split: split("branch3x3dbl_3a", "branch3x3dbl_3b"),
            ..branch([keep("branch3x3dbl_1", 448, [1, 1]), keep("branch3x3dbl_2", 384, [3, 3])])
        },
        averaged(192),
    ]
}

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

    fn trunk(&self, layer: usize, device: &Device) -> Trunk {
        let mut channels = 3;
        let stem = chain(&STEM, &mut channels, device);
        let mut mixed = Vec::new();
        for (branches, layer) in blocks().iter().zip(LAYERS).take(layer + 1) {
            mixed.push(Mixed { branches: branches.iter().map(|plan| plan.init(channels, device)).collect() });
            channels = layer.channels;
        }
        Trunk::InceptionV3(InceptionV3 { stem, mixed })
    }
}

impl Step {
    fn init(&self, channels_in: usize, device: &Device) -> Conv2d {
        let &Self(_, channels, kernel, stride, padded) = self;
        let padding = if padded { centred(kernel) } else { PaddingConfig2d::Valid };
        convolution([channels_in, channels], kernel, stride, padding).init(device)
    }
}

/// Convolutions one after the other; `channels` goes along.
fn chain(steps: &[Step], channels: &mut usize, device: &Device) -> Vec<Conv2d> {
    let layer = |step: &Step| {
        let made = step.init(*channels, device);
        *channels = step.1;
        made
    };
    steps.iter().map(layer).collect()
}

impl BranchPlan {
    fn init(&self, channels_in: usize, device: &Device) -> Branch {
        let mut channels = channels_in;
        Branch {
            convolutions: chain(&self.steps, &mut channels, device),
            split: self.split.iter().map(|step| step.init(channels, device)).collect(),
            pooling: self.pooling,
        }
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

/// Several branches on one map, concatenated.
#[derive(Module, Debug)]
pub struct Mixed {
    branches: Vec<Branch>,
}

impl Mixed {
    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let parts = self.branches.iter().flat_map(|branch| branch.forward(input.clone()));
        Tensor::cat(parts.collect(), 1)
    }
}

/// A path through a block.
#[derive(Module, Debug)]
pub struct Branch {
    convolutions: Vec<Conv2d>,
    split: Vec<Conv2d>,
    #[module(skip)]
    pooling: Pooling,
}

impl Branch {
    /// One map, or two when the branch splits.
    fn forward(&self, input: Tensor<4>) -> Vec<Tensor<4>> {
        let mut x = match self.pooling {
            Pooling::None => input,
            Pooling::Average => AvgPool2dConfig::new([3, 3])
                .with_strides([1, 1])
                .with_padding(centred([3, 3]))
                .with_count_include_pad(true)
                .init()
                .forward(input),
            Pooling::Maximum => max_pool(input, 3, 2, 0),
        };
        for layer in &self.convolutions {
            x = relu(layer.forward(x));
        }
        if self.split.is_empty() {
            return vec![x];
        }
        self.split.iter().map(|layer| relu(layer.forward(x.clone()))).collect()
    }
}
