//! IPTC's older records (IIM 4.2), as Photoshop wraps them in a JPEG.

use super::decoded;

/// The records within Photoshop's blocks.
#[must_use]
pub fn records(segment: &[u8]) -> Option<Vec<u8>> {
    let mut rest = segment.strip_prefix(b"Photoshop 3.0\0")?;
    while let Some(block) = rest.strip_prefix(b"8BIM") {
        let kind = block.get(..2)?;
        // A name with its length before it, to an even number of bytes.
        let name = usize::from(*block.get(2)?) + 1;
        let block = block.get(2 + name + name % 2..)?;
        let length = u32::from_be_bytes(block.get(..4)?.try_into().ok()?) as usize;
        let data = block.get(4..)?.get(..length)?;
        if kind == [4, 4] {
            return Some(data.to_vec());
        }
        rest = block.get(4 + length + length % 2..)?;
    }
    None
}

/// The caption, record 2:120.
#[must_use]
pub fn caption(records: &[u8]) -> Option<String> {
    let mut rest = records;
    while let [0x1c, record, field, high, low, ..] = *rest {
        // Lengths above 32,767 are written in another way, which nobody uses for captions.
        let length = usize::from(u16::from_be_bytes([high, low]));
        let data = rest.get(5..)?.get(..length)?;
        if (record, field) == (2, 120) {
            return Some(decoded(data));
        }
        rest = &rest[5 + length..];
    }
    None
}
