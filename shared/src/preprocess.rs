//! From the bytes of a photo to the numbers an encoder reads.
//!
//! One path for trainer, command line and page: decode, turn upright, lay transparency on white,
//! squash to a square, normalise. The aspect ratio is not kept, as in the training data.

use fast_image_resize::images::Image as Raster;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use serde::{Deserialize, Serialize};

pub use showtell_photo::{MAX_BYTES, MAX_DECODED, MAX_PIXELS, MAX_SIDE, PhotoError, decode, from_rgba};

/// How pixels become an encoder's input. Travels in the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preprocessing {
    /// Width and height of the input, in pixels.
    pub side: usize,
    /// Subtracted from every channel value, 0 to 255, in the order red, green, blue.
    pub mean: [f32; 3],
    /// Divides every channel value after the mean is subtracted.
    pub std: [f32; 3],
}

impl Preprocessing {
    /// Squashes a photo to the input size and normalises it.
    ///
    /// # Shapes
    /// Returns `[3, side, side]` in row-major order, channels red, green, blue.
    #[must_use]
    pub fn pixels(&self, photo: &RgbImage) -> Vec<f32> {
        self.normalise(&self.resize(photo))
    }

    /// Normalises a photo of the input size.
    ///
    /// # Shapes
    /// `[side, side, 3]` in, `[3, side, side]` out.
    #[must_use]
    pub fn normalise(&self, resized: &[u8]) -> Vec<f32> {
        let area = self.side * self.side;
        let mut planes = vec![0.0; 3 * area];
        for (index, pixel) in resized.chunks_exact(3).enumerate() {
            for channel in 0..3 {
                let value = f32::from(pixel[channel]);
                planes[channel * area + index] = (value - self.mean[channel]) / self.std[channel];
            }
        }
        planes
    }

    /// Squashes a photo to the input size: bicubic (Catmull-Rom) with antialiasing when shrinking,
    /// in fixed point, so that a photo gives the same bytes natively and in the browser.
    ///
    /// # Shapes
    /// Returns `[side, side, 3]`.
    #[must_use]
    pub fn resize(&self, photo: &RgbImage) -> Vec<u8> {
        let side = self.side as u32;
        if photo.dimensions() == (side, side) {
            return photo.as_raw().clone();
        }
        let (width, height) = photo.dimensions();
        let mut target = Raster::new(side, side, PixelType::U8x3);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
        let resized =
            fast_image_resize::images::ImageRef::new(width, height, photo.as_raw(), PixelType::U8x3)
                .map_err(|error| error.to_string())
                .and_then(|source| {
                    Resizer::new().resize(&source, &mut target, &options).map_err(|error| error.to_string())
                });
        // An `RgbImage` always holds width * height * 3 bytes, the only thing that can fail here.
        debug_assert!(resized.is_ok(), "{resized:?}");
        target.into_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn pixels_are_planar_and_normalised() {
        let config = Preprocessing { side: 2, mean: [127.0; 3], std: [128.0; 3] };
        let photo = RgbImage::from_pixel(2, 2, Rgb([255, 127, 0]));
        let planes = config.pixels(&photo);
        assert_eq!(planes[..4], [1.0; 4]);
        assert_eq!(planes[4..8], [0.0; 4]);
        assert_eq!(planes[8..], [-127.0 / 128.0; 4]);
    }

    #[test]
    fn a_photo_of_one_colour_keeps_it_through_the_resize() {
        let config = Preprocessing { side: 37, mean: [0.0; 3], std: [1.0; 3] };
        for (width, height) in [(1, 1), (1, 900), (500, 3), (40, 40)] {
            let photo = RgbImage::from_pixel(width, height, Rgb([9, 200, 77]));
            let planes = config.pixels(&photo);
            assert_eq!(planes.len(), 3 * 37 * 37);
            assert!(planes[..37 * 37].iter().all(|&v| v == 9.0));
            assert!(planes[2 * 37 * 37..].iter().all(|&v| v == 77.0));
        }
    }
}
