//! Reading a photo: decoded, upright, opaque.
//!
//! Apart from the captioner, so that programs which only read pictures are built without it. The crate `showtell`
//! exports all of this as part of its `preprocess`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage};

/// The most pixels a photo may have. Decoded, that many take 360 MB as 8-bit RGB, of the 4 GB that wasm32 can
/// address.
pub const MAX_PIXELS: u64 = 120_000_000;
/// The longest side, in pixels: what a JPEG can say. The tables of the resize grow with it.
pub const MAX_SIDE: u32 = 65_535;
/// The most bytes of a photo's pixels as the file has them: [`MAX_PIXELS`] with transparency, half as many of 16 bits.
pub const MAX_DECODED: u64 = 4 * MAX_PIXELS;
/// The most bytes of a photo's file.
pub const MAX_BYTES: u64 = 256 << 20;
/// The most bytes that all else in a PNG may take, unpacked: colour profiles and texts are packed, and may be of any size.
const MAX_EXTRAS: u64 = 16 << 20;
/// The most pixels that one code of a JPEG may stand for: four blocks of eight by four.
const PIXELS_OF_A_CODE: u64 = 32 * 32;

/// Why a photo could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PhotoError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// The bytes start like no image format this crate reads.
    #[error("not a JPEG, PNG or WebP picture")]
    UnknownFormat,
    /// The header names a picture without any pixel.
    #[error("the picture is {width}x{height} pixels: there is nothing to see")]
    NoPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The picture is larger than [`MAX_PIXELS`].
    #[error("the picture is {width}x{height} pixels, over the limit of {} megapixels", MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A side is longer than [`MAX_SIDE`].
    #[error("the picture is {width}x{height} pixels, over the limit of {MAX_SIDE} a side")]
    TooLong {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The file, or what its pixels take as the file has them, is larger than may be.
    #[error("{what} take {found} bytes, over the limit of {most}")]
    TooHeavy {
        /// "the file's contents" or "the pixels".
        what: &'static str,
        /// The limit.
        most: u64,
        /// Bytes they take.
        found: u64,
    },
    /// Truncated or corrupt data, or a variant of the format that is not supported.
    #[error("damaged or unsupported {format} data: {reason}")]
    Damaged {
        /// `JPEG`, `PNG` or `WebP`.
        format: &'static str,
        /// What the decoder said.
        reason: String,
    },
    /// Pixels that are more or fewer than width and height say.
    #[error("{found} bytes are no picture of {width}x{height} pixels at 4 bytes each")]
    Length {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes there are.
        found: usize,
    },
}

/// Decodes a JPEG, PNG or WebP photo to upright, opaque RGB.
///
/// Turned as its EXIF orientation says, transparency laid on white, 16-bit and grey widened to
/// 8-bit RGB, CMYK converted; of an animation the first frame.
///
/// # Errors
/// [`PhotoError`], which names the reason but not the file: the caller knows that.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    let format = image::guess_format(bytes).map_err(|_| PhotoError::UnknownFormat)?;
    let name = match format {
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Png => "PNG",
        ImageFormat::WebP => "WebP",
        _ => return Err(PhotoError::UnknownFormat),
    };
    // The decoder paints what is missing of a JPEG grey and says nothing.
    if format == ImageFormat::Jpeg && !jpeg_is_whole(bytes) {
        let reason = "the file ends before the picture does".to_owned();
        return Err(PhotoError::Damaged { format: name, reason });
    }
    if bytes.len() as u64 > MAX_BYTES {
        let what = "the file's contents";
        return Err(PhotoError::TooHeavy { what, most: MAX_BYTES, found: bytes.len() as u64 });
    }
    let damaged = |error: image::ImageError| PhotoError::Damaged { format: name, reason: error.to_string() };

    // The library makes room for a row before it tells how long that is.
    if let (ImageFormat::Png, Some(&[a, b, c, d, e, f, g, h])) = (format, bytes.get(16..24)) {
        check_size(u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))?;
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    // For what a file holds beside its pixels; those have a limit of their own, checked below from its head.
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(if format == ImageFormat::Png { MAX_EXTRAS } else { MAX_DECODED });
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let pixels = u64::from(width) * u64::from(height);
    // Each code takes a bit at least: what is missing would be painted.
    if format == ImageFormat::Jpeg && pixels / PIXELS_OF_A_CODE > 8 * bytes.len() as u64 {
        let reason = "the file has less data than so many pixels take".to_owned();
        return Err(PhotoError::Damaged { format: name, reason });
    }
    let found = decoder.total_bytes();
    if found > MAX_DECODED {
        return Err(PhotoError::TooHeavy { what: "the pixels", most: MAX_DECODED, found });
    }
    // A photo with a broken EXIF block is still a photo.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(flatten(picture))
}

/// Makes a photo of pixels that are decoded already, transparency laid on white.
///
/// # Shapes
/// `rgba` is `[height, width, 4]`: red, green, blue, alpha (not premultiplied), 0 to 255 each, as
/// `ImageData` has them in a browser.
///
/// # Errors
/// [`PhotoError::NoPixels`], [`PhotoError::TooLarge`], or [`PhotoError::Length`] where the bytes do not
/// fit width and height.
pub fn from_rgba(width: u32, height: u32, rgba: Vec<u8>) -> Result<RgbImage, PhotoError> {
    check_size(width, height)?;
    let found = rgba.len();
    // A picture takes a longer buffer as well, and would hide a mistake.
    let fits = u64::from(width) * u64::from(height) * 4 == found as u64;
    let picture = RgbaImage::from_raw(width, height, rgba).filter(|_| fits);
    picture.map(|picture| flatten(picture.into())).ok_or(PhotoError::Length { width, height, found })
}

fn check_size(width: u32, height: u32) -> Result<(), PhotoError> {
    if width == 0 || height == 0 {
        return Err(PhotoError::NoPixels { width, height });
    }
    if width.max(height) > MAX_SIDE {
        return Err(PhotoError::TooLong { width, height });
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PhotoError::TooLarge { width, height });
    }
    Ok(())
}

/// Whether a JPEG goes on to its end marker (ITU T.81, annex B). Segments are skipped by their
/// length, so that the end marker of an embedded thumbnail does not count.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    const END: u8 = 0xD9;
    let mut at = 2;
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (0xFF, END) => return true,
            // Markers without a segment: escaped data, restarts, and fill bytes.
            (0xFF, 0x00 | 0x01 | 0xD0..=0xD7) => at += 2,
            (0xFF, 0xFF) => at += 1,
            (0xFF, marker) => {
                let Some(length) = bytes.get(at + 2..at + 4) else { return false };
                at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
                if marker == START_OF_SCAN {
                    at += bytes.get(at..).and_then(|scan| scan.iter().position(|&b| b == 0xFF)).unwrap_or(0);
                }
            }
            _ => at += 1,
        }
    }
    false
}

/// Lays a picture on white and drops its alpha channel.
fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    let (width, height) = rgba.dimensions();
    let over_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        // Rounded to nearest; at most 255, so the cast keeps every bit.
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let mut opaque = RgbImage::new(width, height);
    for (to, from) in opaque.pixels_mut().zip(rgba.pixels()) {
        let [r, g, b, a] = from.0;
        to.0 = [over_white(r, a), over_white(g, a), over_white(b, a)];
    }
    opaque
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageBuffer, Luma, LumaA, Rgb, Rgba};

    fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn empty_and_foreign_bytes_are_named() {
        assert!(matches!(decode(b""), Err(PhotoError::Empty)));
        assert!(matches!(decode(b"GIF89a..."), Err(PhotoError::UnknownFormat)));
        assert!(matches!(decode(b"hello, world"), Err(PhotoError::UnknownFormat)));
    }

    #[test]
    fn a_truncated_png_is_damaged() {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(64, 64, |x, y| {
            Rgb([(x * 3) as u8, (y * 5) as u8, ((x * y) % 251) as u8])
        }));
        let mut bytes = encode(&picture, ImageFormat::Png);
        bytes.truncate(bytes.len() / 2);
        assert!(matches!(decode(&bytes), Err(PhotoError::Damaged { format: "PNG", .. })));
    }

    #[test]
    fn a_jpeg_cut_anywhere_is_damaged() {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(40, 40, |x, y| {
            Rgb([(x * 6) as u8, (y * 6) as u8, 90])
        }));
        let bytes = encode(&picture, ImageFormat::Jpeg);
        assert!(decode(&bytes).is_ok());
        for length in 3..bytes.len() - 1 {
            assert!(matches!(decode(&bytes[..length]), Err(PhotoError::Damaged { .. })), "{length}");
        }
    }

    #[test]
    fn a_huge_picture_is_refused_from_its_header() {
        // A PNG header that promises 20,000 x 20,000 pixels and holds none.
        let mut bytes = encode(&DynamicImage::new_rgb8(1, 1), ImageFormat::Png);
        bytes[16..20].copy_from_slice(&20_000_u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&20_000_u32.to_be_bytes());
        let crc = crc32fast::hash(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        assert!(matches!(decode(&bytes), Err(PhotoError::TooLarge { width: 20_000, height: 20_000 })));
    }

    /// A PNG of a head, chunks and an end.
    fn png(width: u32, height: u32, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in [(b"IHDR", &head[..])].iter().chain(chunks).chain(&[(b"IEND", &[][..])]) {
            png.extend((data.len() as u32).to_be_bytes());
            let start = png.len();
            png.extend(*kind);
            png.extend(*data);
            png.extend(crc32fast::hash(&png[start..]).to_be_bytes());
        }
        png
    }

    #[test]
    fn a_side_is_limited_and_so_is_what_the_pixels_take() {
        for (width, height) in [(120_000_000, 1), (1, 120_000_000), (65_536, 2)] {
            let found = decode(&png(width, height, &[(b"IDAT", &[])]));
            assert!(matches!(found, Err(PhotoError::TooLong { .. })), "{found:?}");
        }
        let mut deep = png(10_000, 10_000, &[(b"IDAT", &[])]);
        // 16 bits, with transparency.
        deep[24..26].copy_from_slice(&[16, 6]);
        let crc = crc32fast::hash(&deep[12..29]);
        deep[29..33].copy_from_slice(&crc.to_be_bytes());
        let found = decode(&deep);
        assert!(matches!(found, Err(PhotoError::TooHeavy { found: 800_000_000, .. })), "{found:?}");
    }

    #[test]
    fn a_jpeg_with_hardly_any_data_for_its_size_is_damaged() {
        let mut bytes = encode(&DynamicImage::new_rgb8(8, 8), ImageFormat::Jpeg);
        let frame = bytes.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
        bytes[frame + 5..frame + 9].copy_from_slice(&[0x2A, 0xCA, 0x2A, 0xCA]);
        let found = decode(&bytes);
        assert!(
            matches!(&found, Err(PhotoError::Damaged { reason, .. }) if reason.contains("less data")),
            "{found:?}"
        );
    }

    #[test]
    fn grey_sixteen_bit_and_alpha_become_rgb() {
        let grey = DynamicImage::ImageLuma16(ImageBuffer::from_pixel(2, 2, Luma([0x8080])));
        let seen = decode(&encode(&grey, ImageFormat::Png)).unwrap();
        assert_eq!(seen.get_pixel(0, 0), &Rgb([128, 128, 128]));

        let clear = DynamicImage::ImageRgba8(ImageBuffer::from_pixel(2, 2, Rgba([0, 0, 0, 0])));
        let seen = decode(&encode(&clear, ImageFormat::WebP)).unwrap();
        assert_eq!(seen.get_pixel(0, 0), &Rgb([255, 255, 255]));

        let half = DynamicImage::ImageLumaA8(ImageBuffer::from_pixel(2, 2, LumaA([0, 128])));
        let seen = decode(&encode(&half, ImageFormat::Png)).unwrap();
        assert_eq!(seen.get_pixel(0, 0), &Rgb([127, 127, 127]));
    }

    #[test]
    fn pixels_decoded_already_are_seen_as_the_file_is() {
        let pixels = [[200, 10, 0, 255], [0, 0, 0, 0], [0, 0, 0, 128], [9, 8, 7, 255]].concat();
        let rgba = RgbaImage::from_raw(2, 2, pixels.clone()).unwrap();
        let file = decode(&encode(&rgba.into(), ImageFormat::Png)).unwrap();
        assert_eq!(from_rgba(2, 2, pixels.clone()).unwrap(), file);

        let refused = from_rgba(2, 3, pixels.clone());
        assert!(matches!(refused, Err(PhotoError::Length { found: 16, .. })));
        assert!(matches!(from_rgba(1, 2, pixels), Err(PhotoError::Length { .. })));
        assert!(matches!(from_rgba(0, 2, vec![]), Err(PhotoError::NoPixels { .. })));
        assert!(matches!(from_rgba(20_000, 20_000, vec![]), Err(PhotoError::TooLarge { .. })));
    }
}
