//! The blocks of InceptionV3: paths side by side on one map.

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::nn::pool::AvgPool2dConfig;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use crate::encoder::architecture::{centred, convolution, max_pool};

/// A convolution: published name, channels, kernel, stride, and whether padding keeps the size.
pub(super) struct Step(pub &'static str, pub usize, pub [usize; 2], pub usize, pub bool);

/// Stride 1, padded to keep the size.
pub(super) const fn keep(name: &'static str, channels: usize, kernel: [usize; 2]) -> Step {
    Step(name, channels, kernel, 1, true)
}

/// 3x3 with stride 2, without padding.
pub(super) const fn halve(name: &'static str, channels: usize) -> Step {
    Step(name, channels, [3, 3], 2, false)
}

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
pub(super) struct BranchPlan {
    pooling: Pooling,
    pub steps: Vec<Step>,
    /// Two convolutions side by side on what the steps gave.
    pub split: Vec<Step>,
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
pub(super) fn block_a(pooled: usize) -> Vec<BranchPlan> {
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
pub(super) fn block_b() -> Vec<BranchPlan> {
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
pub(super) fn block_c(width: usize) -> Vec<BranchPlan> {
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
pub(super) fn block_d() -> Vec<BranchPlan> {
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
pub(super) fn block_e() -> Vec<BranchPlan> {
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

impl Step {
    fn init(&self, channels_in: usize, device: &Device) -> Conv2d {
        let &Self(_, channels, kernel, stride, padded) = self;
        let padding = if padded { centred(kernel) } else { PaddingConfig2d::Valid };
        convolution([channels_in, channels], kernel, stride, padding).init(device)
    }
}

/// Convolutions one after the other; `channels` goes along.
pub(super) fn chain(steps: &[Step], channels: &mut usize, device: &Device) -> Vec<Conv2d> {
    let layer = |step: &Step| {
        let made = step.init(*channels, device);
        *channels = step.1;
        made
    };
    steps.iter().map(layer).collect()
}

impl BranchPlan {
    pub fn init(&self, channels_in: usize, device: &Device) -> Branch {
        let mut channels = channels_in;
        Branch {
            convolutions: chain(&self.steps, &mut channels, device),
            split: self.split.iter().map(|step| step.init(channels, device)).collect(),
            pooling: self.pooling,
        }
    }
}

/// Several branches on one map, concatenated.
#[derive(Module, Debug)]
pub struct Mixed {
    pub(super) branches: Vec<Branch>,
}

impl Mixed {
    pub(super) fn forward(&self, input: Tensor<4>) -> Tensor<4> {
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
