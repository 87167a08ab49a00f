//! What every encoder network says of itself, and the pieces that they are built of.

use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::MaxPool2dConfig;
use burn::tensor::Tensor;

use super::published::Source;

/// A layer whose output can be taken as features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// Its name in the paper or in the reference implementation.
    pub name: &'static str,
    /// Channels of its output.
    pub channels: usize,
    /// Whether it is fully connected: one region, at one input side only, nothing left to pool.
    pub dense: bool,
}

impl Layer {
    pub(super) const fn new(name: &'static str, channels: usize) -> Self {
        Self { name, channels, dense: false }
    }

    pub(super) const fn dense(name: &'static str, channels: usize) -> Self {
        Self { name, channels, dense: true }
    }
}

/// A network's numbers. Layers are given by their place in [`layers`](Self::layers).
pub(super) trait Architecture {
    /// Its transfer layers, in forward order.
    fn layers(&self) -> &'static [Layer];

    /// Which of them is taken unless a recipe says otherwise.
    fn default_layer(&self) -> usize {
        self.layers().len() - 1
    }

    /// Side of the input that its published weights were trained on, in pixels.
    fn side(&self) -> usize;

    /// Mean and standard deviation of red, green and blue, in units of 0 to 255.
    fn normalisation(&self) -> ([f32; 3], [f32; 3]);

    /// Rows, and columns, of a layer's map for an input of `side` pixels; none when nothing would
    /// be left of it.
    fn map_side(&self, layer: usize, side: usize) -> Option<usize>;

    /// Epsilon of its batch norms.
    fn epsilon(&self) -> f32;

    /// Where its convolutions are found in a published file, in forward order up to a layer.
    fn sources(&self, layer: usize) -> Vec<Source>;

    /// What the names of published tensors begin with that no transfer layer needs: classifiers.
    fn ignored(&self) -> &'static [&'static str];

    /// The name of a published tensor as [`sources`](Self::sources) has it, where a second
    /// publisher uses another one.
    fn canonical(&self, name: String) -> String {
        name
    }

    /// The transfer layer whose map goes into a block, given by the path of its tensors; none where
    /// there is no such layer.
    fn before(&self, _block: &str) -> Option<usize> {
        None
    }

    /// Whether the maps of earlier layers can be taken together with a layer's.
    fn taps(&self) -> bool {
        false
    }
}

/// How a convolution is computed, `[batch, channels, rows, columns]` before and after: [`Conv2d::forward`],
/// or what equals it and learns faster.
pub type Convolve = fn(&Conv2d, Tensor<4>) -> Tensor<4>;

/// Mean and standard deviation of ImageNet's photos, torchvision's numbers times 255.
pub(super) const IMAGENET: ([f32; 3], [f32; 3]) = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]);

/// From -1 to 1, as the TensorFlow networks have it.
pub(super) const SYMMETRIC: ([f32; 3], [f32; 3]) = ([127.5; 3], [127.5; 3]);

/// A convolution of `[channels in, channels out]` with a kernel of `[rows, columns]`.
pub(super) fn convolution(
    channels: [usize; 2],
    kernel: [usize; 2],
    stride: usize,
    padding: PaddingConfig2d,
) -> Conv2dConfig {
    Conv2dConfig::new(channels, kernel).with_stride([stride; 2]).with_padding(padding)
}

/// Zeros on every side so that a kernel of odd sides with stride 1 keeps the size.
pub(super) fn centred([rows, columns]: [usize; 2]) -> PaddingConfig2d {
    let (vertical, horizontal) = (rows / 2, columns / 2);
    PaddingConfig2d::Explicit(vertical, horizontal, vertical, horizontal)
}

/// Max pooling; the padding never wins.
pub(super) fn max_pool(map: Tensor<4>, window: usize, stride: usize, padding: usize) -> Tensor<4> {
    MaxPool2dConfig::new([window; 2])
        .with_strides([stride; 2])
        .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
        .init()
        .forward(map)
}

/// Side of what a window leaves of a map of `side`, `padding` on both ends.
pub(super) fn windows(side: usize, window: usize, stride: usize, padding: usize) -> Option<usize> {
    Some((side + 2 * padding).checked_sub(window)? / stride + 1)
}
