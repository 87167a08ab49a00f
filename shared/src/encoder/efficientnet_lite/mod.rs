//! EfficientNet-Lite: EfficientNet (Tan and Le 2019) without squeeze-and-excitation and with
//! ReLU6, as published for TensorFlow Lite. The classifier is left out.
//!
//! Transfer layers are the output of each block, `blocks.0` and so on, and `head` after its ReLU6.
//! Tensor names are those of the PyPI package
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

mod scaling;

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};

use super::architecture::{Architecture, Convolve, Layer, convolution};
use super::published::Source;
pub use scaling::EfficientNetLiteConfig;
use scaling::{BlockShape, CHANNELS, STEM};

impl EfficientNetLiteConfig {
    /// Makes the network up to a transfer layer, given by its place, with untrained weights.
    #[must_use]
    pub fn init(&self, layer: usize, device: &Device) -> EfficientNetLite {
        let shapes = self.blocks();
        let last = shapes.last().map_or(STEM, |shape| shape.channels_out);
        EfficientNetLite {
            stem: same(3, STEM, 3, 2, 1, device),
            blocks: shapes.iter().take(layer + 1).map(|shape| shape.init(device)).collect(),
            head: (layer >= shapes.len()).then(|| same(last, CHANNELS, 1, 1, 1, device)),
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
        self.layers
    }

    fn side(&self) -> usize {
        self.side
    }

    /// (x - 127) / 128 for every channel.
    fn normalisation(&self) -> ([f32; 3], [f32; 3]) {
        ([127.0; 3], [128.0; 3])
    }

    fn map_side(&self, layer: usize, side: usize) -> Option<usize> {
        // The stem has a stride of 2.
        let halved = self
            .blocks()
            .iter()
            .take(layer + 1)
            .fold(side.div_ceil(2), |side, block| side.div_ceil(block.stride));
        Some(halved).filter(|&map| map > 0)
    }

    fn epsilon(&self) -> f32 {
        1e-3
    }

    fn sources(&self, layer: usize) -> Vec<Source> {
        let mut sources = vec![Source::normed("_conv_stem", "_bn0", "network.stem")];
        for (index, block) in self.blocks().iter().take(layer + 1).enumerate() {
            let layers = [("expand", "_bn0"), ("depthwise", "_bn1"), ("project", "_bn2")];
            for (layer, norm) in layers.into_iter().skip(usize::from(block.expansion == 1)) {
                sources.push(Source::normed(
                    format!("_blocks.{index}._{layer}_conv"),
                    format!("_blocks.{index}.{norm}"),
                    format!("network.blocks.{index}.{layer}"),
                ));
            }
        }
        if layer >= self.blocks().len() {
            sources.push(Source::normed("_conv_head", "_bn1", "network.head"));
        }
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

    fn before(&self, block: &str) -> Option<usize> {
        let blocks = self.blocks().len();
        (1..blocks)
            .find(|place| block == format!("network.blocks.{place}"))
            .or((block == "network.head").then_some(blocks))
            .map(|place| place - 1)
    }

    fn taps(&self) -> bool {
        true
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

/// The network up to a transfer layer, at most to the map before the classifier.
#[derive(Module, Debug)]
pub struct EfficientNetLite {
    stem: Conv2d,
    blocks: Vec<Block>,
    head: Option<Conv2d>,
}

impl EfficientNetLite {
    /// # Shapes
    /// `[batch, 3, side, side]` to `[batch, channels, rows, columns]`, with the head
    /// `[batch, 1280, side / 32, side / 32]`, rounded up.
    pub fn forward(&self, photos: Tensor<4>, convolve: Convolve) -> Tensor<4> {
        self.after(0, relu6(convolve(&self.stem, photos)), convolve) // [batch, 32, side / 2, side / 2]
    }

    /// The same with what the blocks of some places made, in forward order.
    ///
    /// # Shapes
    /// Each `[batch, channels, rows, columns]` of its own.
    pub(super) fn forward_with(
        &self,
        photos: Tensor<4>,
        blocks: &[usize],
        convolve: Convolve,
    ) -> (Tensor<4>, Vec<Tensor<4>>) {
        let mut map = relu6(convolve(&self.stem, photos));
        let (mut kept, mut done) = (Vec::new(), 0);
        for &place in blocks {
            let between = self.blocks.iter().take(place + 1).skip(done);
            map = between.fold(map, |map, block| block.forward(map, convolve));
            kept.push(map.clone());
            done = place + 1;
        }
        (self.after(done, map, convolve), kept)
    }

    /// What the network makes of the map that goes into a block, given by its place.
    ///
    /// # Shapes
    /// `[batch, channels, rows, columns]`, before and after.
    pub(super) fn after(&self, blocks: usize, map: Tensor<4>, convolve: Convolve) -> Tensor<4> {
        let map = self.blocks.iter().skip(blocks).fold(map, |map, block| block.forward(map, convolve));
        match &self.head {
            Some(head) => relu6(convolve(head, map)),
            None => map,
        }
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
    fn forward(&self, input: Tensor<4>, convolve: Convolve) -> Tensor<4> {
        let wide = match &self.expand {
            Some(expand) => relu6(convolve(expand, input.clone())),
            None => input.clone(),
        };
        let output = convolve(&self.project, relu6(convolve(&self.depthwise, wide)));
        if output.dims() == input.dims() { output + input } else { output }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_the_blocks() {
        for config in [EfficientNetLiteConfig::lite0(), EfficientNetLiteConfig::lite2()] {
            let blocks = config.blocks();
            let (head, layers) = config.layers().split_last().unwrap();
            assert_eq!((head.name, head.channels, layers.len()), ("head", CHANNELS, blocks.len()));
            for (place, (layer, block)) in layers.iter().zip(blocks).enumerate() {
                assert_eq!((layer.name, layer.channels), (&*format!("blocks.{place}"), block.channels_out));
                assert_eq!(
                    config.before(&format!("network.blocks.{}", place + 1)),
                    (place + 1 < layers.len()).then_some(place)
                );
            }
            assert_eq!(config.before("network.head"), Some(layers.len() - 1));
            assert_eq!(config.before("network.blocks.0"), None);
            assert_eq!(config.before("network.stem"), None);
        }
    }
}
