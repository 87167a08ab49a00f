//! ResNet-18, -50, -101 and -152 (He et al. 2015, "Deep Residual Learning for Image Recognition").
//!
//! As torchvision has it: where a bottleneck halves the map, its 3x3 convolution has the stride,
//! not its first 1x1 as in the paper. Transfer layers are `layer1` to `layer4`, each after its last
//! ReLU. torchvision's and timm's files have the same tensor names:
//!
//! | published | here |
//! |---|---|
//! | `conv1.weight`, `bn1.*` | `network.stem` |
//! | `layerS.B.convK.weight`, `layerS.B.bnK.*` | `network.blocks.N.convolutions.{K-1}` |
//! | `layerS.B.downsample.0.weight`, `layerS.B.downsample.1.*` | `network.blocks.N.shortcut` |
//! | `fc.*` | the classifier, not read |
//!
//! where `N` counts the blocks of all stages.

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::architecture::{Architecture, IMAGENET, Layer, centred, convolution, max_pool, windows};
use super::published::Source;

/// Channels of the stem.
const STEM: usize = 64;
/// Channels of each stage, before a bottleneck widens them.
const WIDTHS: [usize; 4] = [64, 128, 256, 512];
/// How much wider a bottleneck's output is.
const EXPANSION: usize = 4;

/// What a block consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// Two 3x3 convolutions.
    Basic,
    /// 1x1, 3x3, 1x1, four times wider at the end.
    Bottleneck,
}

/// A member of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResNetConfig {
    /// What its blocks consist of.
    pub kind: BlockKind,
    /// Blocks of each stage.
    pub stages: [usize; 4],
}

/// One block: its name when published, and its sizes.
struct BlockShape {
    published: String,
    channels_in: usize,
    width: usize,
    stride: usize,
}

impl ResNetConfig {
    /// ResNet-18.
    pub const RESNET_18: Self = Self { kind: BlockKind::Basic, stages: [2, 2, 2, 2] };
    /// ResNet-50.
    pub const RESNET_50: Self = Self { kind: BlockKind::Bottleneck, stages: [3, 4, 6, 3] };
    /// ResNet-101.
    pub const RESNET_101: Self = Self { kind: BlockKind::Bottleneck, stages: [3, 4, 23, 3] };
    /// ResNet-152.
    pub const RESNET_152: Self = Self { kind: BlockKind::Bottleneck, stages: [3, 8, 36, 3] };

    fn channels_out(&self, width: usize) -> usize {
        match self.kind {
            BlockKind::Basic => width,
            BlockKind::Bottleneck => width * EXPANSION,
        }
    }

    /// The blocks of the stages up to and with the one at `layer`.
    fn blocks(&self, layer: usize) -> Vec<BlockShape> {
        let mut channels_in = STEM;
        let mut blocks = Vec::new();
        for (stage, (&count, width)) in self.stages.iter().zip(WIDTHS).enumerate().take(layer + 1) {
            for index in 0..count {
                blocks.push(BlockShape {
                    published: format!("layer{}.{index}", stage + 1),
                    channels_in,
                    width,
                    stride: if stage > 0 && index == 0 { 2 } else { 1 },
                });
                channels_in = self.channels_out(width);
            }
        }
        blocks
    }

    fn has_shortcut(&self, block: &BlockShape) -> bool {
        block.stride > 1 || block.channels_in != self.channels_out(block.width)
    }

    fn block(&self, shape: &BlockShape, device: &Device) -> Block {
        let &BlockShape { channels_in, width, stride, .. } = shape;
        let layer = |channels, kernel, stride| {
            convolution(channels, [kernel; 2], stride, centred([kernel; 2])).init(device)
        };
        let channels_out = self.channels_out(width);
        Block {
            convolutions: match self.kind {
                BlockKind::Basic => vec![layer([channels_in, width], 3, stride), layer([width, width], 3, 1)],
                BlockKind::Bottleneck => vec![
                    layer([channels_in, width], 1, 1),
                    layer([width, width], 3, stride),
                    layer([width, channels_out], 1, 1),
                ],
            },
            shortcut: self.has_shortcut(shape).then(|| layer([channels_in, channels_out], 1, stride)),
        }
    }
}

impl ResNetConfig {
    /// Makes the network up to a transfer layer, given by its place, with untrained weights.
    #[must_use]
    pub fn init(&self, layer: usize, device: &Device) -> ResNet {
        let stem = PaddingConfig2d::Explicit(3, 3, 3, 3);
        ResNet {
            stem: convolution([3, STEM], [7, 7], 2, stem).init(device),
            blocks: self.blocks(layer).iter().map(|shape| self.block(shape, device)).collect(),
        }
    }
}

impl Architecture for ResNetConfig {
    fn layers(&self) -> &'static [Layer] {
        const fn named(expansion: usize) -> [Layer; 4] {
            [
                Layer::new("layer1", WIDTHS[0] * expansion),
                Layer::new("layer2", WIDTHS[1] * expansion),
                Layer::new("layer3", WIDTHS[2] * expansion),
                Layer::new("layer4", WIDTHS[3] * expansion),
            ]
        }
        match self.kind {
            BlockKind::Basic => const { &named(1) },
            BlockKind::Bottleneck => const { &named(EXPANSION) },
        }
    }

    fn side(&self) -> usize {
        224
    }

    fn normalisation(&self) -> ([f32; 3], [f32; 3]) {
        IMAGENET
    }

    fn map_side(&self, layer: usize, side: usize) -> Option<usize> {
        // The stem, its max pooling and every stage but the first.
        let mut map = windows(windows(side, 7, 2, 3)?, 3, 2, 1)?;
        for _ in 0..layer {
            map = windows(map, 3, 2, 1)?;
        }
        Some(map)
    }

    fn epsilon(&self) -> f32 {
        1e-5
    }

    fn sources(&self, layer: usize) -> Vec<Source> {
        let mut sources = vec![Source::normed("conv1", "bn1", "network.stem")];
        let convolutions = match self.kind {
            BlockKind::Basic => 2,
            BlockKind::Bottleneck => 3,
        };
        for (index, block) in self.blocks(layer).iter().enumerate() {
            let published = &block.published;
            for nth in 1..=convolutions {
                sources.push(Source::normed(
                    format!("{published}.conv{nth}"),
                    format!("{published}.bn{nth}"),
                    format!("network.blocks.{index}.convolutions.{}", nth - 1),
                ));
            }
            if self.has_shortcut(block) {
                sources.push(Source::normed(
                    format!("{published}.downsample.0"),
                    format!("{published}.downsample.1"),
                    format!("network.blocks.{index}.shortcut"),
                ));
            }
        }
        sources
    }

    fn ignored(&self) -> &'static [&'static str] {
        &["fc."]
    }
}

/// The network up to its transfer layer.
#[derive(Module, Debug)]
pub struct ResNet {
    stem: Conv2d,
    blocks: Vec<Block>,
}

impl ResNet {
    /// # Shapes
    /// `[batch, 3, side, side]` to `[batch, channels, rows, columns]`; for `layer4` rows and columns
    /// are `side / 32`, rounded up.
    pub fn forward(&self, photos: Tensor<4>) -> Tensor<4> {
        let x = relu(self.stem.forward(photos)); // [batch, 64, side / 2, side / 2]
        let mut x = max_pool(x, 3, 2, 1); // [batch, 64, side / 4, side / 4]
        for block in &self.blocks {
            x = block.forward(x);
        }
        x
    }
}

/// Adds to its input what a few convolutions make of it.
#[derive(Module, Debug)]
pub struct Block {
    convolutions: Vec<Conv2d>,
    shortcut: Option<Conv2d>,
}

impl Block {
    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let mut x = input.clone();
        for (nth, convolution) in self.convolutions.iter().enumerate() {
            x = convolution.forward(if nth == 0 { x } else { relu(x) });
        }
        let beside = match &self.shortcut {
            Some(shortcut) => shortcut.forward(input),
            None => input,
        };
        relu(x + beside)
    }
}
