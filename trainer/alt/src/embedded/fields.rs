//! Descriptions in JPEG, PNG and WebP.

use std::io::Cursor;

use encoding_rs::WINDOWS_1252;
use exif::{In, Tag, Value};
use image::{ImageDecoder, ImageReader};

use super::xmp;
use super::{Description, Field};

/// What is in the fields of a picture, the best first.
pub fn texts(bytes: &[u8]) -> Vec<Description> {
    let mut found = Vec::new();
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok();
    if let Some(mut decoder) = reader.and_then(|reader| reader.into_decoder().ok()) {
        let packet = decoder.xmp_metadata().ok().flatten();
        found.extend(packet.iter().flat_map(|packet| xmp::texts(&String::from_utf8_lossy(packet))));
        let caption = decoder.iptc_metadata().ok().flatten().and_then(|block| iptc(&block));
        found.extend(caption.map(|text| plain(Field::Caption, text)));
        let exif = decoder.exif_metadata().ok().flatten().and_then(exif);
        found.extend(exif.map(|text| plain(Field::ImageDescription, text)));
    }
    found.extend(png(bytes).map(|text| plain(Field::PngText, text)));
    found
}

fn plain(field: Field, text: String) -> Description {
    Description { text, field, language: None }
}

/// Fields from before Unicode are UTF-8 all the same, or what Windows wrote.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The caption in IPTC's data sets (IIM 4.2, 2:120).
fn iptc(block: &[u8]) -> Option<String> {
    let start = block.windows(3).position(|mark| mark == [0x1c, 2, 120])? + 3;
    let length = u16::from_be_bytes(block.get(start..start + 2)?.try_into().ok()?);
    let text = block.get(start + 2..start + 2 + usize::from(length))?;
    Some(decoded(text))
}

fn exif(block: Vec<u8>) -> Option<String> {
    let exif = exif::Reader::new().read_raw(block).ok()?;
    match &exif.get_field(Tag::ImageDescription, In::PRIMARY)?.value {
        Value::Ascii(lines) => lines.first().map(|line| decoded(line)),
        _ => None,
    }
}

/// The text `Description` of a PNG (11.3.3.2).
fn png(bytes: &[u8]) -> Option<String> {
    let reader = png::Decoder::new(Cursor::new(bytes)).read_info().ok()?;
    let info = reader.info();
    let is = |keyword: &str| keyword.eq_ignore_ascii_case("Description");
    let wide = info.utf8_text.iter().find(|text| is(&text.keyword)).and_then(|text| text.get_text().ok());
    let latin =
        || info.uncompressed_latin1_text.iter().find(|text| is(&text.keyword)).map(|text| text.text.clone());
    let packed = || info.compressed_latin1_text.iter().find(|text| is(&text.keyword))?.get_text().ok();
    wide.or_else(latin).or_else(packed)
}
