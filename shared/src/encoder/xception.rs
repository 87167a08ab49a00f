//! Xception (Chollet 2016, "Xception: Deep Learning with Depthwise Separable Convolutions").
//!
//! Transfer layers: `block11` (19x19, after the ReLU that block 12 begins with) and `conv4` (10x10,
//! the last map, after its ReLU). As in Keras, there is nothing between the two convolutions of a
//! separable one, and its batch norm comes after the second. timm's `legacy_xception.tf_in1k`
//! (`xception` in older versions, and Cadene's file before it) has the TensorFlow weights:
//!
//! | published | here |
//! |---|---|
//! | `conv1`, `conv2` with `bn1`, `bn2` | `network.stem.0`, `.1` |
//! | `blockN.rep.K.conv1.weight` | `network.blocks.{N-1}.separable.J.depthwise`, without a bias |
//! | `blockN.rep.K.pointwise.weight`, `blockN.rep.{K+1}.*` | `network.blocks.{N-1}.separable.J.pointwise` |
//! | `blockN.skip.weight`, `blockN.skipbn.*` | `network.blocks.{N-1}.shortcut` |
//! | `conv3.conv1`, `conv3.pointwise`, `bn3`, and `conv4`, `bn4` | `network.tail.0`, `.1` |
//! | `fc.*`, `last_linear.*` | the classifier, not read |
//!
//! Departure of timm from Keras: a strided max pooling is padded evenly on both sides.

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::architecture::{Architecture, Layer, SYMMETRIC, centred, convolution, max_pool, windows};
use super::published::Source;

/// Channels of the two convolutions of the stem.
const STEM: [usize; 2] = [32, 64];
/// Channels of the two separable convolutions at the end.
const TAIL: [usize; 2] = [1536, 2048];
/// Blocks of the entry flow and the middle flow; the exit flow adds one.
const BLOCKS_BEFORE_EXIT: usize = 11;

const LAYERS: &[Layer] = &[Layer::new("block11", 728), Layer::new("conv4", TAIL[1])];
/// Place in [`LAYERS`].
const CONV4: usize = 1;

/// One block: channels after each separable convolution, and how the map goes on.
struct BlockShape {
    channels: Vec<usize>,
    /// Whether the map is halved, and the input is added through a convolution.
    halving: bool,
    /// Whether a ReLU comes before the first convolution.
    activated: bool,
}

/// Figure 5 of the paper.
fn blocks(layer: usize) -> Vec<BlockShape> {
    let halving = |channels| BlockShape { channels, halving: true, activated: true };
    let mut blocks = vec![
        BlockShape { activated: false, ..halving(vec![128; 2]) },
        halving(vec![256; 2]),
        halving(vec![728; 2]),
    ];
    blocks.resize_with(BLOCKS_BEFORE_EXIT, || BlockShape {
        channels: vec![728; 3],
        halving: false,
        activated: true,
    });
    if layer == CONV4 {
        blocks.push(halving(vec![728, 1024]));
    }
    blocks
}

/// Xception has no variants here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XceptionConfig;

impl XceptionConfig {
    /// Makes the network up to a transfer layer, given by its place, with untrained weights.
    #[must_use]
    pub fn init(&self, layer: usize, device: &Device) -> Xception {
        let plain = |channels, stride| convolution(channels, [3, 3], stride, PaddingConfig2d::Valid);
        let mut channels = STEM[1];
        let blocks = blocks(layer).iter().map(|shape| shape.init(&mut channels, device)).collect();
        let tail: &[usize] = if layer == CONV4 { &TAIL } else { &[] };
        Xception {
            stem: vec![plain([3, STEM[0]], 2).init(device), plain(STEM, 1).init(device)],
            blocks,
            tail: tail.iter().map(|&to| Separable::new(&mut channels, to, device)).collect(),
        }
    }
}

impl Architecture for XceptionConfig {
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
        let mut map = windows(windows(side, 3, 2, 0)?, 3, 1, 0)?;
        for _ in blocks(layer).iter().filter(|block| block.halving) {
            map = windows(map, 3, 2, 1)?;
        }
        Some(map)
    }

    fn epsilon(&self) -> f32 {
        1e-5
    }

    fn sources(&self, layer: usize) -> Vec<Source> {
        let separable = |published: String, norm: String, name: String| {
            [
                Source::bare(format!("{published}.conv1"), format!("{name}.depthwise")),
                Source::normed(format!("{published}.pointwise"), norm, format!("{name}.pointwise")),
            ]
        };
        let mut sources = vec![
            Source::normed("conv1", "bn1", "network.stem.0"),
            Source::normed("conv2", "bn2", "network.stem.1"),
        ];
        for (index, block) in blocks(layer).iter().enumerate() {
            let published = format!("block{}", index + 1);
            for nth in 0..block.channels.len() {
                // ReLU, separable convolution and batch norm take three places each.
                let place = 3 * nth + usize::from(block.activated);
                sources.extend(separable(
                    format!("{published}.rep.{place}"),
                    format!("{published}.rep.{}", place + 1),
                    format!("network.blocks.{index}.separable.{nth}"),
                ));
            }
            if block.halving {
                sources.push(Source::normed(
                    format!("{published}.skip"),
                    format!("{published}.skipbn"),
                    format!("network.blocks.{index}.shortcut"),
                ));
            }
        }
        if layer == CONV4 {
            for nth in 0..TAIL.len() {
                let (published, norm) = (format!("conv{}", nth + 3), format!("bn{}", nth + 3));
                sources.extend(separable(published, norm, format!("network.tail.{nth}")));
            }
        }
        sources
    }

    fn ignored(&self) -> &'static [&'static str] {
        &["fc.", "last_linear."]
    }
}

impl BlockShape {
    fn init(&self, channels: &mut usize, device: &Device) -> Block {
        let channels_in = *channels;
        let separable: Vec<Separable> =
            self.channels.iter().map(|&to| Separable::new(channels, to, device)).collect();
        let shortcut = || convolution([channels_in, *channels], [1, 1], 2, PaddingConfig2d::Valid);
        Block {
            shortcut: self.halving.then(|| shortcut().init(device)),
            separable,
            activated: self.activated,
        }
    }
}

/// The network up to its transfer layer.
#[derive(Module, Debug)]
pub struct Xception {
    stem: Vec<Conv2d>,
    blocks: Vec<Block>,
    tail: Vec<Separable>,
}

impl Xception {
    /// # Shapes
    /// `[batch, 3, 299, 299]` to `[batch, 2048, 10, 10]` for `conv4`.
    pub fn forward(&self, photos: Tensor<4>) -> Tensor<4> {
        let mut x = photos;
        for layer in &self.stem {
            x = relu(layer.forward(x));
        }
        for block in &self.blocks {
            x = block.forward(x);
        }
        if self.tail.is_empty() {
            return relu(x);
        }
        for layer in &self.tail {
            x = relu(layer.forward(x));
        }
        x
    }
}

/// Separable convolutions with the input added at the end.
#[derive(Module, Debug)]
pub struct Block {
    separable: Vec<Separable>,
    shortcut: Option<Conv2d>,
    #[module(skip)]
    activated: bool,
}

impl Block {
    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let mut x = input.clone();
        for (nth, layer) in self.separable.iter().enumerate() {
            x = layer.forward(if nth > 0 || self.activated { relu(x) } else { x });
        }
        match &self.shortcut {
            Some(shortcut) => max_pool(x, 3, 2, 1) + shortcut.forward(input),
            None => x + input,
        }
    }
}

/// Each channel filtered on its own, then the channels mixed.
#[derive(Module, Debug)]
pub struct Separable {
    depthwise: Conv2d,
    pointwise: Conv2d,
}

impl Separable {
    fn new(channels: &mut usize, channels_out: usize, device: &Device) -> Self {
        let channels_in = std::mem::replace(channels, channels_out);
        let depthwise = convolution([channels_in; 2], [3, 3], 1, centred([3, 3]));
        Self {
            depthwise: depthwise.with_groups(channels_in).with_bias(false).init(device),
            pointwise: convolution([channels_in, channels_out], [1, 1], 1, PaddingConfig2d::Valid)
                .init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.pointwise.forward(self.depthwise.forward(x))
    }
}
