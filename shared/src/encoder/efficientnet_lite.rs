//! EfficientNet-Lite: EfficientNet (Tan and Le 2019) without squeeze-and-excitation and with
//! ReLU6, as published for TensorFlow Lite. The classifier is left out.
//!
//! The one transfer layer is `head`, after its ReLU6. Tensor names are those of the PyPI package
//! `efficientnet-lite-pytorch`, or timm's (`tf_efficientnet_lite0`, `tf_efficientnet_lite2`, the same
//! weights, which timm feeds (x - 127.5) / 127.5):
//!
//! | PyPI | timm | here |
//! |---|---|---|
//! | `_conv_stem`, `_bn0` | `conv_stem`, `bn1` | `network.stem` |
//! | `_blocks.N._expand_conv`, `._bn0` | `blocks.S.R.conv_pw`, `.bn1` | `network.blocks.N.expand` |
//! | `_blocks.N._depthwise_conv`, `._bn1` | `blocks.S.R.conv_dw`, `.bn2` | `network.blocks.N.depthwise` |
//! | `_blocks.N._project_conv`, `._bn2` | `blocks.S.R.conv_pwl`, `.bn3` | `network.blocks.N.project` |
//! | `_conv_head`, `_bn1` | `conv_head`, `bn2` | `network.head` |
//! | `_fc` | `classifier` | the classifier, not read |
//!
//! where timm counts blocks by stage. Its first stage, which does not widen, has `conv_dw`, `bn1`,
//! `conv_pw` and `bn2`.

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};

use super::architecture::{Architecture, Layer, Trunk, convolution};
use super::published::Source;

/// Channels of the last feature map, not scaled with the width.
const CHANNELS: usize = 1280;
/// Input pixels per region, along each side.
const STRIDE: usize = 32;
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
    pub const fn lite0() -> Self {
        Self { width: 1.0, depth: 1.0, side: 224 }
    }

    /// Lite2: ImageNet top-1 77.6 %.
    #[must_use]
    pub const fn lite2() -> Self {
        Self { width: 1.1, depth: 1.2, side: 260 }
    }

    /// Scales a channel count and rounds it to the divisor, never down by more than a tenth.
    fn scaled(&self, channels: usize) -> usize {
        let exact = channels as f64 * self.width;
        let rounded = ((exact + DIVISOR / 2.0) / DIVISOR).floor().max(1.0) * DIVISOR;
        (if rounded < 0.9 * exact { rounded + DIVISOR } else { rounded }) as usize
    }

    /// Blocks of each stage.
    fn repeats(&self) -> [usize; STAGES.len()] {
        let mut repeats = STAGES.each_ref().map(|stage| stage.repeats);
        for scaled in &mut repeats[1..STAGES.len() - 1] {
            *scaled = (*scaled as f64 * self.depth).ceil() as usize;
        }
        repeats
    }

    /// Every block in order, with the stage's stride on its first block only.
    pub(crate) fn blocks(&self) -> Vec<BlockShape> {
        let mut channels_in = STEM;
        let mut blocks = Vec::new();
        for (stage, repeats) in STAGES.iter().zip(self.repeats()) {
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
            stem: same(3, STEM, 3, 2, 1, device),
            blocks: shapes.iter().map(|shape| shape.init(device)).collect(),
            head: same(last, CHANNELS, 1, 1, 1, device),
        }
    }
}

impl BlockShape {
    fn init(&self, device: &Device) -> Block {
        let wide = self.channels_in * self.expansion;
        Block {
            expand: (self.expansion > 1).then(|| same(self.channels_in, wide, 1, 1, 1, device)),
            depthwise: same(wide, wide, self.kernel, self.stride, wide, device),
            project: same(wide, self.channels_out, 1, 1, 1, device),
        }
    }
}

impl Architecture for EfficientNetLiteConfig {
    fn layers(&self) -> &'static [Layer] {
        const { &[Layer::new("head", CHANNELS)] }
    }

    fn side(&self) -> usize {
        self.side
    }

    /// (x - 127) / 128 for every channel.
    fn normalisation(&self) -> ([f32; 3], [f32; 3]) {
        ([127.0; 3], [128.0; 3])
    }

    fn map_side(&self, _layer: usize, side: usize) -> Option<usize> {
        Some(side.div_ceil(STRIDE)).filter(|&map| map > 0)
    }

    fn epsilon(&self) -> f32 {
        1e-3
    }

    fn sources(&self, _layer: usize) -> Vec<Source> {
        let mut sources = vec![Source::normed("_conv_stem", "_bn0", "network.stem")];
        for (index, block) in self.blocks().iter().enumerate() {
            let layers = [("expand", "_bn0"), ("depthwise", "_bn1"), ("project", "_bn2")];
            for (layer, norm) in layers.into_iter().skip(usize::from(block.expansion == 1)) {
                sources.push(Source::normed(
                    format!("_blocks.{index}._{layer}_conv"),
                    format!("_blocks.{index}.{norm}"),
                    format!("network.blocks.{index}.{layer}"),
                ));
            }
        }
        sources.push(Source::normed("_conv_head", "_bn1", "network.head"));
        sources
    }

    fn ignored(&self) -> &'static [&'static str] {
        &["_fc."]
    }

    /// From timm's name.
    fn canonical(&self, name: String) -> String {
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            ["conv_stem" | "conv_head", part] => format!("_{}.{part}", parts[0]),
            ["bn1", part] => format!("_bn0.{part}"),
            ["bn2", part] => format!("_bn1.{part}"),
            ["classifier", part] => format!("_fc.{part}"),
            ["blocks", stage, repeat, layer, part] => {
                let (Ok(stage), Ok(repeat)) = (stage.parse::<usize>(), repeat.parse::<usize>()) else {
                    return name;
                };
                let layer = match (stage, *layer) {
                    (_, "conv_dw") => "_depthwise_conv",
                    (0, "conv_pw") | (_, "conv_pwl") => "_project_conv",
                    (_, "conv_pw") => "_expand_conv",
                    (0, "bn1") | (1.., "bn2") => "_bn1",
                    (0, "bn2") | (_, "bn3") => "_bn2",
                    (_, "bn1") => "_bn0",
                    _ => return name,
                };
                let before: usize = self.repeats().iter().take(stage).sum();
                format!("_blocks.{}.{layer}.{part}", before.saturating_add(repeat))
            }
            _ => name,
        }
    }

    fn trunk(&self, _layer: usize, device: &Device) -> Trunk {
        Trunk::EfficientNetLite(self.init(device))
    }
}

/// TensorFlow's SAME padding: the odd pixel goes to the bottom and the right.
fn same(
    channels_in: usize,
    channels_out: usize,
    kernel: usize,
    stride: usize,
    groups: usize,
    device: &Device,
) -> Conv2d {
    convolution([channels_in, channels_out], [kernel; 2], stride, PaddingConfig2d::Same)
        .with_groups(groups)
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
