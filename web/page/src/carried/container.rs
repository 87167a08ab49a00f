//! Where JPEG, PNG and WebP keep what is said of a picture.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::decoded;

/// The most that a compressed text may grow to.
const MOST: u64 = 1 << 20;

/// What a file says of its picture, by the form it is said in.
#[derive(Debug, Default)]
pub struct Parts {
    /// An XMP packet.
    pub xmp: Option<String>,
    /// IPTC's records.
    pub iptc: Option<Vec<u8>>,
    /// EXIF, as a TIFF.
    pub exif: Option<Vec<u8>>,
    /// Texts that a PNG calls a description.
    pub texts: Vec<String>,
}

/// What a file says; nothing of formats that are not known here.
#[must_use]
pub fn parts(bytes: Vec<u8>) -> Option<Parts> {
    match bytes.get(..12)? {
        [0xff, 0xd8, ..] => Some(jpeg(&bytes)),
        [0x89, b'P', b'N', b'G', ..] => Some(png(&bytes)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => Some(webp(&bytes)),
        _ => None,
    }
}

/// The segments before the scan (ITU T.81, annex B).
fn jpeg(bytes: &[u8]) -> Parts {
    const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
    let mut parts = Parts::default();
    let mut rest = &bytes[2..];
    while let [0xff, marker, high, low, ..] = *rest {
        // The picture itself begins.
        if marker == 0xda {
            break;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some(data) = rest.get(4..2 + length) else { break };
        match marker {
            0xe1 if data.starts_with(b"Exif\0\0") => parts.exif = Some(data[6..].to_vec()),
            0xe1 if data.starts_with(XMP) => parts.xmp = Some(decoded(&data[XMP.len()..])),
            0xed => parts.iptc = parts.iptc.or_else(|| super::iptc::records(data)),
            _ => {}
        }
        rest = &rest[2 + length..];
    }
    parts
}

/// The chunks with texts (PNG, third edition, 11.3.3).
fn png(bytes: &[u8]) -> Parts {
    let mut parts = Parts::default();
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let [a, b, c, d, ..] = *rest {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let (Some(kind), Some(data)) = (rest.get(4..8), rest.get(8..).and_then(|rest| rest.get(..length)))
        else {
            break;
        };
        match kind {
            b"eXIf" => parts.exif = Some(data.to_vec()),
            b"tEXt" | b"zTXt" | b"iTXt" => {
                if let Some((key, text)) = text(kind, data) {
                    match key.as_str() {
                        "XML:com.adobe.xmp" => parts.xmp = Some(text),
                        "Description" | "Alt" | "Caption" => parts.texts.push(text),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        rest = rest.get(12 + length..).unwrap_or_default();
    }
    parts
}

/// A text chunk's key and text.
fn text(kind: &[u8], data: &[u8]) -> Option<(String, String)> {
    let end = data.iter().position(|byte| *byte == 0)?;
    let (key, rest) = (decoded(&data[..end]), &data[end + 1..]);
    let text = match kind {
        b"tEXt" => decoded(rest),
        b"zTXt" => decoded(&inflated(rest.get(1..)?)?),
        _ => {
            // Whether it is compressed, how, then a language and the key in it.
            let (compressed, rest) = (*rest.first()? == 1, rest.get(2..)?);
            let mut parts = rest.splitn(3, |byte| *byte == 0);
            let body = parts.nth(2)?;
            decoded(&if compressed { inflated(body)? } else { body.to_vec() })
        }
    };
    Some((key, text))
}

fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    ZlibDecoder::new(bytes).take(MOST).read_to_end(&mut text).ok()?;
    Some(text)
}

/// The chunks of a WebP (RFC 9649).
fn webp(bytes: &[u8]) -> Parts {
    let mut parts = Parts::default();
    let mut rest = bytes.get(12..).unwrap_or_default();
    while let [k, i, n, d, a, b, c, e, ..] = *rest {
        let length = u32::from_le_bytes([a, b, c, e]) as usize;
        let Some(data) = rest.get(8..).and_then(|rest| rest.get(..length)) else { break };
        match &[k, i, n, d] {
            b"EXIF" => parts.exif = Some(data.strip_prefix(b"Exif\0\0").unwrap_or(data).to_vec()),
            b"XMP " => parts.xmp = Some(decoded(data)),
            _ => {}
        }
        rest = rest.get(8 + length + length % 2..).unwrap_or_default();
    }
    parts
}
