//! EfficientNet-Lite: EfficientNet (Tan and Le 2019) without squeeze-and-excitation and with
//! ReLU6, as published for TensorFlow Lite. The classifier is left out; every batch norm is
//! folded into the convolution before it, so that a convolution here always has a bias.

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::tensor::{Device, Tensor};

use crate::preprocess::Preprocessing;

/// Channels of the last feature map, not scaled with the width.
pub const CHANNELS: usize = 1280;
/// Input pixels per region, along each side.
pub const STRIDE: usize = 32;
/// Channels of the stem, not scaled with the width.
const STEM: usize = 32;
/// Channel counts are rounded to a multiple of this.
const DIVISOR: f64 = 8.0;

/// One row of table 1 of the EfficientNet paper.
struct Stage {
    repeats: usize,
    kernel: usize,
    stride: usize,
    expansion: usize,
    channels: usize,
}

const fn stage(repeats: usize, kernel: usize, stride: usize, expansion: usize, channels: usize) -> Stage {
    Stage { repeats, kernel, stride, expansion, channels }
}

/// EfficientNet-B0, before scaling.
const STAGES: [Stage; 7] = [
    stage(1, 3, 1, 1, 16),
    stage(2, 3, 2, 6, 24),
    stage(2, 5, 2, 6, 40),
    stage(3, 3, 2, 6, 80),
    stage(3, 5, 1, 6, 112),
    stage(4, 5, 2, 6, 192),
    stage(1, 3, 1, 6, 320),
];

/// How a member of the family is scaled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EfficientNetLiteConfig {
    /// Multiplies channel counts.
    pub width: f64,
    /// Multiplies the repeats of all stages but the first and the last.
    pub depth: f64,
    /// Side of the input in pixels.
    pub side: usize,
}

/// What one inverted-residual block looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockShape {
    pub kernel: usize,
    pub stride: usize,
    pub expansion: usize,
    pub channels_in: usize,
    pub channels_out: usize,
}

impl EfficientNetLiteConfig {
    /// Lite0: ImageNet top-1 75.1 %.
    #[must_use]
    pub fn lite0() -> Self {
        Self { width: 1.0, depth: 1.0, side: 224 }
    }

    /// Lite2: ImageNet top-1 77.6 %.
    #[must_use]
    pub fn lite2() -> Self {
        Self { width: 1.1, depth: 1.2, side: 260 }
    }

    /// The family's normalisation, (x - 127) / 128 for every channel.
    #[must_use]
    pub fn preprocessing(&self) -> Preprocessing {
        Preprocessing { side: self.side, mean: [127.0; 3], std: [128.0; 3] }
    }

    /// Scales a channel count and rounds it to the divisor, never down by more than a tenth.
    fn scaled(&self, channels: usize) -> usize {
        let exact = channels as f64 * self.width;
        let rounded = ((exact + DIVISOR / 2.0) / DIVISOR).floor().max(1.0) * DIVISOR;
        (if rounded < 0.9 * exact { rounded + DIVISOR } else { rounded }) as usize
    }

    /// Every block in order, with the stage's stride on its first block only.
    pub(crate) fn blocks(&self) -> Vec<BlockShape> {
        let mut channels_in = STEM;
        let mut blocks = Vec::new();
        for (index, stage) in STAGES.iter().enumerate() {
            let fixed = index == 0 || index == STAGES.len() - 1;
            let repeats =
                if fixed { stage.repeats } else { (stage.repeats as f64 * self.depth).ceil() as usize };
            let channels_out = self.scaled(stage.channels);
            for repeat in 0..repeats {
                blocks.push(BlockShape {
                    kernel: stage.kernel,
                    stride: if repeat == 0 { stage.stride } else { 1 },
                    expansion: stage.expansion,
                    channels_in,
                    channels_out,
                });
                channels_in = channels_out;
            }
        }
        blocks
    }

    /// Makes the network with untrained weights.
    #[must_use]
    pub fn init(&self, device: &Device) -> EfficientNetLite {
        let shapes = self.blocks();
        let last = shapes.last().map_or(STEM, |shape| shape.channels_out);
        EfficientNetLite {
            stem: convolution(3, STEM, 3, 2, 1, device),
            blocks: shapes.iter().map(|shape| shape.init(device)).collect(),
            head: convolution(last, CHANNELS, 1, 1, 1, device),
        }
    }
}

impl BlockShape {
    fn init(&self, device: &Device) -> Block {
        let wide = self.channels_in * self.expansion;
        Block {
            expand: (self.expansion > 1).then(|| convolution(self.channels_in, wide, 1, 1, 1, device)),
            depthwise: convolution(wide, wide, self.kernel, self.stride, wide, device),
            project: convolution(wide, self.channels_out, 1, 1, 1, device),
        }
    }
}

/// TensorFlow's SAME padding: the odd pixel goes to the bottom and the right.
fn convolution(
    channels_in: usize,
    channels_out: usize,
    kernel: usize,
    stride: usize,
    groups: usize,
    device: &Device,
) -> Conv2d {
    Conv2dConfig::new([channels_in, channels_out], [kernel, kernel])
        .with_stride([stride, stride])
        .with_groups(groups)
        .with_padding(PaddingConfig2d::Same)
        .init(device)
}

fn relu6(x: Tensor<4>) -> Tensor<4> {
    x.clamp(0.0, 6.0)
}

/// The network up to the feature map before the classifier.
#[derive(Module, Debug)]
pub struct EfficientNetLite {
    stem: Conv2d,
    blocks: Vec<Block>,
    head: Conv2d,
}

impl EfficientNetLite {
    /// # Shapes
    /// `[batch, 3, side, side]` to `[batch, 1280, side / 32, side / 32]`, rounded up.
    pub fn forward(&self, photos: Tensor<4>) -> Tensor<4> {
        let mut x = relu6(self.stem.forward(photos)); // [batch, 32, side / 2, side / 2]
        for block in &self.blocks {
            x = block.forward(x);
        }
        relu6(self.head.forward(x))
    }
}

/// Inverted residual (Sandler et al. 2018): widen, filter each channel, narrow, add the input
/// where the shape allows.
#[derive(Module, Debug)]
pub struct Block {
    expand: Option<Conv2d>,
    depthwise: Conv2d,
    project: Conv2d,
}

impl Block {
    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let wide = match &self.expand {
            Some(expand) => relu6(expand.forward(input.clone())),
            None => input.clone(),
        };
        let output = self.project.forward(relu6(self.depthwise.forward(wide)));
        if output.dims() == input.dims() { output + input } else { output }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lite2_scales_as_published() {
        let blocks = EfficientNetLiteConfig::lite2().blocks();
        assert_eq!(blocks.len(), 21);
        assert_eq!(blocks[1].channels_out, 24);
        assert_eq!(blocks[20].channels_in * 6, 1248);
        assert_eq!(blocks[20].channels_out, 352);
    }

    #[test]
    fn lite0_is_b0() {
        let blocks = EfficientNetLiteConfig::lite0().blocks();
        assert_eq!(blocks.len(), 16);
        assert_eq!(blocks[15].channels_out, 320);
    }
}
