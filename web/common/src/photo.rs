//! From a file to pixels, and to a small picture of it.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage, imageops};
use js_sys::{Reflect, Uint8Array};
use showtell_photo::{MAX_PIXELS, PhotoError};
use showtell_protocol::Refusal;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

use crate::browser::{scope, text_of};

/// The longer side of a thumbnail, in pixels.
const THUMBNAIL: u32 = 240;
/// The least of its shorter side, where the picture is not smaller: a panorama would be a smear.
const NARROWEST: u32 = 120;
/// The most of its longer side all the same.
const LONGEST: u32 = 960;
const THUMBNAIL_QUALITY: u8 = 75;

/// Reads whatever came as a photo: a file, a bitmap, or pixels as `ImageData` has them.
///
/// # Errors
/// Why it cannot be read.
pub async fn read(photo: &JsValue) -> Result<RgbImage, Refusal> {
    if let Some(file) = photo.dyn_ref::<Blob>() {
        return by_file(file).await;
    }
    if let Some(bitmap) = photo.dyn_ref::<ImageBitmap>() {
        return by_bitmap(bitmap);
    }
    by_pixels(photo)
}

/// JPEG, PNG and WebP as the command line does, bit by bit the same, other formats as far as the
/// browser knows them (AVIF in all, HEIC in Safari).
async fn by_file(file: &Blob) -> Result<RgbImage, Refusal> {
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| Refusal::Unreadable)?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    match showtell_photo::decode(&bytes) {
        Err(PhotoError::UnknownFormat) => {
            drop(bytes);
            by_browser(file).await
        }
        decoded => decoded.map_err(refusal),
    }
}

fn refusal(error: PhotoError) -> Refusal {
    match error {
        PhotoError::Empty => Refusal::Empty,
        PhotoError::UnknownFormat => Refusal::UnknownFormat,
        PhotoError::NoPixels { .. } => Refusal::NoPixels,
        PhotoError::TooLarge { width, height } | PhotoError::TooLong { width, height } => {
            Refusal::TooLarge { width, height }
        }
        error @ PhotoError::Damaged { .. } => Refusal::Damaged { reason: error.to_string() },
        error => Refusal::Other { reason: error.to_string() },
    }
}

/// Pixels as `ImageData` has them: width, height, and four bytes for each.
fn by_pixels(photo: &JsValue) -> Result<RgbImage, Refusal> {
    let field = |name: &str| Reflect::get(photo, &name.into()).unwrap_or_default();
    let side = |name| field(name).as_f64().map(|side| side as u32);
    let (Some(width), Some(height), Some(data)) =
        (side("width"), side("height"), field("data").dyn_into::<js_sys::Object>().ok())
    else {
        return Err(Refusal::Other { reason: "no photo came".to_owned() });
    };
    showtell_photo::from_rgba(width, height, Uint8Array::new(&data).to_vec()).map_err(refusal)
}

/// Lets the browser decode, which also turns the photo upright.
async fn by_browser(file: &Blob) -> Result<RgbImage, Refusal> {
    let unknown = |_: JsValue| Refusal::UnknownFormat;
    let promise = scope().create_image_bitmap_with_blob(file).map_err(unknown)?;
    let bitmap: ImageBitmap = JsFuture::from(promise).await.map_err(unknown)?.unchecked_into();
    by_bitmap(&bitmap)
}

/// Draws a bitmap on white and reads the pixels back.
fn by_bitmap(bitmap: &ImageBitmap) -> Result<RgbImage, Refusal> {
    let (width, height) = (bitmap.width(), bitmap.height());
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Refusal::TooLarge { width, height });
    }
    let other = |error: JsValue| Refusal::Other { reason: text_of(&error) };
    let canvas = OffscreenCanvas::new(width, height).map_err(other)?;
    let context = canvas.get_context("2d").map_err(other)?.ok_or(Refusal::UnknownFormat)?;
    let context: OffscreenCanvasRenderingContext2d = context.unchecked_into();
    context.set_fill_style_str("white");
    context.fill_rect(0.0, 0.0, f64::from(width), f64::from(height));
    context.draw_image_with_image_bitmap(bitmap, 0.0, 0.0).map_err(other)?;
    bitmap.close();
    let pixels = context.get_image_data(0.0, 0.0, f64::from(width), f64::from(height)).map_err(other)?.data();
    let (pixels, _) = pixels.as_chunks::<4>();
    let mut picture = RgbImage::new(width, height);
    for (pixel, &[red, green, blue, _]) in picture.pixels_mut().zip(pixels) {
        *pixel = Rgb([red, green, blue]);
    }
    Ok(picture)
}

/// A small JPEG of a photo, for lists.
#[must_use]
pub fn thumbnail(picture: &RgbImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let (longer, shorter) = (u64::from(width.max(height)), u64::from(width.min(height)).max(1));
    let wide = (u64::from(NARROWEST) * longer / shorter).clamp(THUMBNAIL.into(), LONGEST.into());
    let scaled = |side: u32| ((u64::from(side) * wide.min(longer)).div_ceil(longer) as u32).max(1);
    let small = imageops::thumbnail(picture, scaled(width), scaled(height));
    let mut bytes = Vec::new();
    // Writing into memory fails for no picture of this size; a list can do without its thumbnail.
    let _ = JpegEncoder::new_with_quality(&mut bytes, THUMBNAIL_QUALITY).encode_image(&small);
    bytes
}
