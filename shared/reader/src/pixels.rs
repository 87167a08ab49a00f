//! Pixels, scaled and laid out as the networks take them.

use fast_image_resize::images::{Image as Raster, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use rten_tensor::NdTensorViewMut;

/// A part of a picture: left, top, width, height in pixels.
pub(crate) type Part = (f64, f64, f64, f64);

/// Scales a part of a picture to `width` times `height` pixels; averages where that is less.
pub(crate) fn scaled(picture: &RgbImage, part: Part, width: u32, height: u32) -> RgbImage {
    let (left, top, of_width, of_height) = part;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
        .crop(left, top, of_width, of_height);
    let mut target = Raster::new(width, height, PixelType::U8x3);
    let source = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3);
    let resized = source
        .map_err(|error| error.to_string())
        .and_then(|source| Resizer::new().resize(&source, &mut target, &options).map_err(|e| e.to_string()));
    // An `RgbImage` holds as many bytes as it says, and parts lie within it: nothing is left that could fail.
    debug_assert!(resized.is_ok(), "{resized:?}");
    RgbImage::from_raw(width, height, target.into_vec()).unwrap_or_else(|| RgbImage::new(width, height))
}

/// How the values of pixels become a network's input.
pub(crate) struct Normal {
    /// Subtracted, of values from 0 to 1.
    pub(crate) mean: [f32; 3],
    /// What is left is divided by this.
    pub(crate) std: [f32; 3],
}

impl Normal {
    /// Writes a picture to the upper left of a tensor, whose channels are blue, green and red, as OpenCV has them
    /// and the networks learnt. What lies right of the picture and below it stays.
    ///
    /// # Shapes
    /// `to` `[3, height, width]`, no smaller than the picture.
    pub(crate) fn write(&self, picture: &RgbImage, mut to: NdTensorViewMut<f32, 3>) {
        for channel in 0..3 {
            let (mean, std) = (self.mean[channel], self.std[channel]);
            let table: [f32; 256] = std::array::from_fn(|value| (value as f32 / 255.0 - mean) / std);
            let mut plane = to.slice_mut(channel);
            let rows = picture.as_raw().chunks_exact(picture.width() as usize * 3);
            for (y, row) in rows.enumerate() {
                for (x, pixel) in row.chunks_exact(3).enumerate() {
                    plane[[y, x]] = table[usize::from(pixel[2 - channel])];
                }
            }
        }
    }
}
