//! Pictures as `data:` addresses: photos made small, and attention as a veil to lay over them.

use std::io::Cursor;

use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{GrayAlphaImage, ImageFormat, LumaA};
use showtell::preprocess::decode;

/// Longest side of a photo in the page, in pixels.
const SIDE: u32 = 360;
const QUALITY: u8 = 82;
/// Side of an attention picture, in pixels; the browser stretches it over the photo.
const VEIL: u32 = 48;
/// How much the least attended region is darkened, of 255.
const DARKEST: f32 = 175.0;

/// A photo made small, and its width and height.
///
/// # Errors
/// When it cannot be read or encoded.
pub fn picture(bytes: &[u8]) -> anyhow::Result<(String, u32, u32)> {
    let photo = decode(bytes)?;
    let (width, height) = photo.dimensions();
    let scale = (SIDE as f32 / width.max(height) as f32).min(1.0);
    let side = |length: u32| ((length as f32 * scale).round() as u32).max(1);
    let small = imageops::resize(&photo, side(width), side(height), FilterType::CatmullRom);
    let mut made = Vec::new();
    JpegEncoder::new_with_quality(&mut made, QUALITY).encode_image(&small).context("cannot make it small")?;
    Ok((format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(made)), small.width(), small.height()))
}

/// Attention as a dark veil, clear where the model looked most, smoothed as in Xu et al. 2015. The
/// regions are a square grid over the whole photo, row by row.
///
/// # Errors
/// When the picture cannot be encoded.
pub fn attention(weights: &[f32]) -> anyhow::Result<String> {
    let side = (weights.len() as f32).sqrt().round() as u32;
    let most = weights.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let grid = GrayAlphaImage::from_fn(side, side, |x, y| {
        let weight = weights.get((y * side + x) as usize).copied().unwrap_or_default();
        LumaA([0, ((1.0 - weight / most) * DARKEST).round() as u8])
    });
    let veil = imageops::resize(&grid, VEIL, VEIL, FilterType::CatmullRom);
    let mut bytes = Cursor::new(Vec::new());
    veil.write_to(&mut bytes, ImageFormat::Png).context("cannot draw attention")?;
    Ok(format!("data:image/png;base64,{}", BASE64_STANDARD.encode(bytes.into_inner())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_veil_is_clear_where_the_model_looked() {
        let mut weights = vec![0.0; 9];
        weights[5] = 1.0;
        let address = attention(&weights).unwrap();
        let bytes = BASE64_STANDARD.decode(address.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        let veil = image::load_from_memory(&bytes).unwrap().into_luma_alpha8();
        let darkness = |x: u32, y: u32| veil.get_pixel(x * VEIL / 3 + VEIL / 6, y * VEIL / 3 + VEIL / 6).0[1];
        assert!(darkness(2, 1) < 10 && darkness(0, 1) > 165 && darkness(2, 2) > 120);
    }
}
