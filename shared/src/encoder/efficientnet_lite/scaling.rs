//! How the members of the family are scaled from EfficientNet-B0.

use crate::encoder::architecture::Layer;

/// Channels of the last feature map, not scaled with the width.
pub(super) const CHANNELS: usize = 1280;
/// Channels of the stem, not scaled with the width.
pub(super) const STEM: usize = 32;
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

/// The transfer layers of a member with blocks of so many channels.
macro_rules! layers {
    ($($name:literal: $channels:literal),*) => {
        &[$(Layer::new($name, $channels),)* Layer::new("head", CHANNELS)]
    };
}

const LITE0: &[Layer] = layers![
    "blocks.0": 16, "blocks.1": 24, "blocks.2": 24, "blocks.3": 40, "blocks.4": 40, "blocks.5": 80,
    "blocks.6": 80, "blocks.7": 80, "blocks.8": 112, "blocks.9": 112, "blocks.10": 112, "blocks.11": 192,
    "blocks.12": 192, "blocks.13": 192, "blocks.14": 192, "blocks.15": 320
];

const LITE2: &[Layer] = layers![
    "blocks.0": 16, "blocks.1": 24, "blocks.2": 24, "blocks.3": 24, "blocks.4": 48, "blocks.5": 48,
    "blocks.6": 48, "blocks.7": 88, "blocks.8": 88, "blocks.9": 88, "blocks.10": 88, "blocks.11": 120,
    "blocks.12": 120, "blocks.13": 120, "blocks.14": 120, "blocks.15": 208, "blocks.16": 208,
    "blocks.17": 208, "blocks.18": 208, "blocks.19": 208, "blocks.20": 352
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
    /// Its transfer layers.
    pub(super) layers: &'static [Layer],
}

/// What one inverted-residual block looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockShape {
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
        Self { width: 1.0, depth: 1.0, side: 224, layers: LITE0 }
    }

    /// Lite2: ImageNet top-1 77.6 %.
    #[must_use]
    pub const fn lite2() -> Self {
        Self { width: 1.1, depth: 1.2, side: 260, layers: LITE2 }
    }

    /// Scales a channel count and rounds it to the divisor, never down by more than a tenth.
    fn scaled(&self, channels: usize) -> usize {
        let exact = channels as f64 * self.width;
        let rounded = ((exact + DIVISOR / 2.0) / DIVISOR).floor().max(1.0) * DIVISOR;
        (if rounded < 0.9 * exact { rounded + DIVISOR } else { rounded }) as usize
    }

    /// Blocks of each stage.
    pub(super) fn repeats(&self) -> [usize; STAGES.len()] {
        let mut repeats = STAGES.each_ref().map(|stage| stage.repeats);
        for scaled in &mut repeats[1..STAGES.len() - 1] {
            *scaled = (*scaled as f64 * self.depth).ceil() as usize;
        }
        repeats
    }

    /// Every block in order, with the stage's stride on its first block only.
    pub(super) fn blocks(&self) -> Vec<BlockShape> {
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
