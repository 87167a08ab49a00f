//! The description that a picture's file carries: where photographers, agencies and programs for pictures write what
//! it shows. Looked for in the order of how well it serves as an alt text.
//!
//! XMP's `AltTextAccessibility` and `ExtDescrAccessibility` (IPTC Photo Metadata Standard 2021.1), `dc:description`,
//! IPTC's caption (IIM 2:120), the texts of a PNG, and EXIF's `ImageDescription`. What cameras and programs write there
//! by themselves is no description.

mod container;
mod iptc;
mod junk;
mod xmp;

use container::Parts;

/// The description that a file carries, if a person seems to have written it.
#[must_use]
pub fn description(bytes: Vec<u8>, name: &str) -> Option<String> {
    let Parts { xmp, iptc, exif, texts } = container::parts(bytes)?;
    let xmp = xmp.map(|packet| xmp::Descriptions::read(&packet)).unwrap_or_default();
    let all = [xmp.alt, xmp.extended, xmp.description, iptc.as_deref().and_then(iptc::caption)];
    let found = all.into_iter().flatten().chain(texts).chain(exif.and_then(exif_description));
    found.map(|text| tidy(&text)).find(|text| !junk::is_junk(text, name))
}

/// EXIF's `ImageDescription`.
fn exif_description(bytes: Vec<u8>) -> Option<String> {
    let read = exif::Reader::new().read_raw(bytes).ok()?;
    match &read.get_field(exif::Tag::ImageDescription, exif::In::PRIMARY)?.value {
        exif::Value::Ascii(parts) => Some(decoded(&parts.concat())),
        _ => None,
    }
}

/// A text that may be in UTF-8, or else in Latin-1 as older programs wrote it.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// A text in one line.
fn tidy(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let mut bytes = (data.len() as u32).to_be_bytes().to_vec();
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(data);
        // Checksums are nobody's business here.
        bytes.extend_from_slice(&[0; 4]);
        bytes
    }

    fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
        let head = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
        let end = chunk(b"IEND", &[]);
        [&b"\x89PNG\r\n\x1a\n"[..], &head, &chunks.concat(), &end].concat()
    }

    fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
        let length = (data.len() as u16 + 2).to_be_bytes();
        [&[0xff, marker], &length[..], data].concat()
    }

    fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
        // What follows the start of the scan is not read.
        let scan = [&segment(0xda, &[0; 10])[..], &[1, 2, 3, 0xff, 0xd9]].concat();
        [&[0xff, 0xd8][..], &segments.concat(), &scan].concat()
    }

    fn xmp(inside: &str) -> String {
        format!(
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
             <rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' \
             xmlns:Iptc4xmpCore='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/'>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"
        )
    }

    /// A TIFF with nothing but a description.
    fn exif(text: &str) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0".to_vec();
        bytes.extend_from_slice(&(text.len() as u32 + 1).to_le_bytes());
        bytes.extend_from_slice(&26u32.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
        bytes
    }

    #[test]
    fn what_was_written_as_alt_text_comes_first() {
        let packet = xmp(
            "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>A caption</rdf:li></rdf:Alt></dc:description>\
             <Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang='de'>Ein Hund</rdf:li>\
             <rdf:li xml:lang='x-default'>A dog &amp; a cat\n  play</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>",
        );
        let packet = [b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat();
        let file =
            jpeg(&[segment(0xe1, &packet), segment(0xe1, &[b"Exif\0\0", &exif("From EXIF")[..]].concat())]);
        assert_eq!(description(file, "a.jpg").as_deref(), Some("A dog & a cat play"));
    }

    #[test]
    fn each_place_is_looked_at() {
        let block = |text: &[u8]| {
            let record = [&[0x1c, 2, 120], &(text.len() as u16).to_be_bytes()[..], text].concat();
            let head =
                [&b"Photoshop 3.0\x008BIM\x04\x04\0\0"[..], &(record.len() as u32).to_be_bytes()].concat();
            [head, record].concat()
        };
        let iptc = jpeg(&[segment(0xed, &block(b"Sheep on a hill"))]);
        assert_eq!(description(iptc, "a.jpg").as_deref(), Some("Sheep on a hill"));
        let latin = jpeg(&[segment(0xed, &block(b"K\xfche"))]);
        assert_eq!(description(latin, "a.jpg").as_deref(), Some("K\u{fc}he"));
        let plain = jpeg(&[segment(0xe1, &[b"Exif\0\0", &exif("A red barn")[..]].concat())]);
        assert_eq!(description(plain, "a.jpg").as_deref(), Some("A red barn"));
        let attribute = png(&[chunk(
            b"iTXt",
            &[
                &b"XML:com.adobe.xmp\0\0\0\0\0"[..],
                b"<r:Description xmlns:dc='d' dc:description='Two boats'/>",
            ]
            .concat(),
        )]);
        assert_eq!(description(attribute, "a.png").as_deref(), Some("Two boats"));
        let text = png(&[chunk(b"tEXt", b"Software\0x"), chunk(b"tEXt", b"Description\0A caf\xe9")]);
        assert_eq!(description(text, "a.png").as_deref(), Some("A caf\u{e9}"));
        let webp = |kind: &[u8], data: &[u8]| {
            let padded = [data, &vec![0; data.len() % 2]].concat();
            let chunk = [kind, &(data.len() as u32).to_le_bytes()[..], &padded].concat();
            [b"RIFF", &(chunk.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunk].concat()
        };
        assert_eq!(description(webp(b"EXIF", &exif("A lake")), "a.webp").as_deref(), Some("A lake"));
    }

    #[test]
    fn what_machines_write_is_no_description() {
        for text in [
            "OLYMPUS DIGITAL CAMERA",
            "SONY DSC",
            "img_0815.jpg",
            "a.jpg",
            "  ",
            "DCIM\\100MEDIA\\DJI_0001.JPG",
        ] {
            let file = jpeg(&[segment(0xe1, &[b"Exif\0\0", &exif(text)[..]].concat())]);
            assert_eq!(description(file, "a.jpg"), None, "{text}");
        }
    }

    #[test]
    fn files_that_are_broken_carry_nothing() {
        let whole = jpeg(&[segment(0xe1, &[b"Exif\0\0", &exif("A red barn")[..]].concat())]);
        for length in 0..whole.len() {
            // Nothing is expected but an answer.
            let _ = description(whole[..length].to_vec(), "a.jpg");
        }
        assert_eq!(description(b"GIF89a".to_vec(), "a.gif"), None);
        assert_eq!(description(Vec::new(), ""), None);
    }
}
