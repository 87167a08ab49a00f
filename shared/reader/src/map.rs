//! Where in a picture text is: the detector over the whole of it, tile by tile where it is large.

use image::{RgbImage, imageops};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::error::ReaderError;
use crate::files::DETECTOR;
use crate::models::{Models, run};
use crate::pixels::Normal;

/// Means and deviations of ImageNet, in the order in which PP-OCR learnt with them.
const NORMAL: Normal = Normal { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
/// The detector halves its input five times.
const MULTIPLE: u32 = 32;
/// Sides of what it is given at once. Its memory grows with the area: 180 bytes a pixel and more.
const TILE: u32 = 1280;
/// What tiles have in common, so that a line lies whole in one of them or is found by both in its middle.
const OVERLAP: u32 = 128;

/// The probability of each pixel that it belongs to the inner part of a line of text.
#[derive(Debug)]
pub(crate) struct Map {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// `[height, width]`
    pub(crate) values: Vec<f32>,
}

/// Runs the detector over a picture.
pub(crate) fn map(models: &Models, picture: &RgbImage) -> Result<Map, ReaderError> {
    let (width, height) = picture.dimensions();
    let mut whole = Map {
        width: width as usize,
        height: height as usize,
        values: vec![0.0; width as usize * height as usize],
    };
    for (top, bottom) in spans(height) {
        for (left, right) in spans(width) {
            let tile = imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image();
            let found = one(models, &tile)?;
            whole.merge(&found.view(), left as usize, top as usize, (right - left, bottom - top));
        }
    }
    Ok(whole)
}

/// Stretches of a side, overlapping, as few and as even as can be.
fn spans(side: u32) -> Vec<(u32, u32)> {
    if side <= TILE {
        return vec![(0, side)];
    }
    let count = (side - OVERLAP).div_ceil(TILE - OVERLAP);
    let step = (side - OVERLAP).div_ceil(count);
    (0..count).map(|index| (index * step, (index * step + step + OVERLAP).min(side))).collect()
}

fn one(models: &Models, tile: &RgbImage) -> Result<NdTensor<f32, 4>, ReaderError> {
    let (width, height) = tile.dimensions();
    let padded = |side: u32| side.next_multiple_of(MULTIPLE) as usize;
    let mut input = NdTensor::zeros([1, 3, padded(height), padded(width)]);
    NORMAL.write(tile, input.slice_mut(0));
    run(&models.detector, DETECTOR, input)
}

impl Map {
    /// The larger probability counts where tiles overlap.
    fn merge(&mut self, tile: &rten_tensor::NdTensorView<f32, 4>, left: usize, top: usize, size: (u32, u32)) {
        let plane = tile.slice((0, 0));
        let (width, height) = ((size.0 as usize).min(plane.size(1)), (size.1 as usize).min(plane.size(0)));
        for y in 0..height {
            let row = &mut self.values[(top + y) * self.width + left..][..width];
            for (x, value) in row.iter_mut().enumerate() {
                *value = value.max(plane[[y, x]]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_a_side_and_overlap() {
        for side in [1, TILE, TILE + 1, 2_500, 8_000] {
            let spans = spans(side);
            assert_eq!((spans[0].0, spans[spans.len() - 1].1), (0, side));
            assert!(spans.iter().all(|(from, to)| from < to && to - from <= TILE), "{spans:?}");
            assert!(spans.windows(2).all(|two| two[0].1 >= two[1].0 + OVERLAP), "{spans:?}");
        }
    }
}
