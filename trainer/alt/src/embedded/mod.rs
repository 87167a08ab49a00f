//! The description that a picture's file carries: what whoever made it has said comes before what a captioner says.
//!
//! Looked for, in this order: XMP's alternative text (`Iptc4xmpCore:AltTextAccessibility`, IPTC Photo Metadata 2021.1),
//! `dc:description`, IPTC's caption (2:120), EXIF's `ImageDescription`, and PNG's text `Description`; in SVG `<title>`
//! and `<desc>`. What cameras and programs put there by themselves is passed over.

mod fields;
mod svg;
mod xmp;

use std::fmt;
use std::path::Path;

use serde::Serialize;
use showtell_types::alt::TOO_LONG;

use crate::edit::tidy;
use crate::name;

/// Where a description was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Field {
    /// `Iptc4xmpCore:AltTextAccessibility`.
    AltText,
    /// `dc:description`.
    Description,
    /// IPTC 2:120.
    Caption,
    /// EXIF `ImageDescription`.
    ImageDescription,
    /// PNG `Description`.
    PngText,
    /// SVG `<title>` or `<desc>`.
    Svg,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AltText => "XMP alternative text",
            Self::Description => "XMP description",
            Self::Caption => "IPTC caption",
            Self::ImageDescription => "EXIF description",
            Self::PngText => "PNG description",
            Self::Svg => "SVG title",
        })
    }
}

/// A description in a picture's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// In one line.
    pub text: String,
    /// Where it was found.
    pub field: Field,
    /// The language that it says it is in.
    pub language: Option<String>,
}

/// The descriptions in a file, the best first; where a field has several languages, each of them.
#[must_use]
pub fn read(path: &Path) -> Vec<Description> {
    showtell_files::read(path, crate::MAX_PICTURE).map(|bytes| find(&bytes)).unwrap_or_default()
}

/// The same, of a file's bytes.
#[must_use]
pub fn find(bytes: &[u8]) -> Vec<Description> {
    let mut found = if svg::is(bytes) { svg::texts(bytes) } else { fields::texts(bytes) };
    for description in &mut found {
        description.text = tidy(&description.text);
    }
    found.retain(says_something);
    found
}

/// What programs write by themselves.
const EMPTY: [&str; 26] = [
    "olympus digital camera",
    "sony dsc",
    "dcim",
    "exif_jpeg_picture",
    "digital camera",
    "konica minolta digital camera",
    "minolta digital camera",
    "kodak digital still camera",
    "samsung camera pictures",
    "samsung digital camera",
    "default",
    "dav",
    "hdr",
    "rhdr",
    "sdr",
    "edf",
    "cof",
    "oznor",
    "hdrpl",
    "created with gimp",
    "processed with vsco",
    "screenshot",
    "test",
    "untitled",
    "description",
    "none",
];

/// Not a camera's string, nor a name; and short enough to be heard in one go, unless it was meant for that.
fn says_something(description: &Description) -> bool {
    let Description { text, field, .. } = description;
    let lower = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let program = EMPTY.contains(&lower.as_str())
        || ["processed with ", "created with ", "file written by ", "creator: ", "file source: "]
            .into_iter()
            .any(|start| lower.starts_with(start))
        || lower.ends_with("digital camera");
    let long = text.chars().count() > TOO_LONG && *field != Field::AltText;
    let words = lower.chars().filter(|c| c.is_alphabetic()).count() >= 3;
    words && !program && !long && !name::surely(text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG with a segment, and a PNG with a chunk, of whatever content.
    fn jpeg(mark: u8, content: &[u8]) -> Vec<u8> {
        let mut picture = include_bytes!("../../../../tests/data/grey.jpg").to_vec();
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        picture.splice(2..2, [&[0xff, mark], length.as_slice(), content].concat());
        picture
    }

    fn png(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut picture = include_bytes!("../../../../tests/data/upright.png").to_vec();
        let named = [kind.as_slice(), content].concat();
        // The chunk's checksum (PNG, annex D).
        let sum = named.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 }
            })
        });
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        // Behind the signature and the header.
        picture.splice(33..33, [length.as_slice(), &named, &(!sum).to_be_bytes()].concat());
        picture
    }

    fn packet(inside: &str) -> String {
        format!(
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\">{inside}</rdf:Description></rdf:RDF>\
             </x:xmpmeta>"
        )
    }

    fn xmp(inside: &str) -> Vec<u8> {
        jpeg(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", packet(inside).as_bytes()].concat())
    }

    fn texts(bytes: &[u8]) -> Vec<(Field, String, Option<String>)> {
        find(bytes).into_iter().map(|found| (found.field, found.text, found.language)).collect()
    }

    fn one(field: Field, text: &str) -> Vec<(Field, String, Option<String>)> {
        vec![(field, text.to_owned(), None)]
    }

    /// EXIF with nothing but a description.
    fn exif(text: &str) -> Vec<u8> {
        let head = [b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x0e\0\x02".as_slice()].concat();
        let length = u32::try_from(text.len() + 1).unwrap().to_be_bytes();
        jpeg(0xe1, &[&head, length.as_slice(), &[0, 0, 0, 26], &[0; 4], text.as_bytes(), b"\0"].concat())
    }

    #[test]
    fn each_field_is_found() {
        let alternatives = "<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang=\"x-default\">Two boats &amp; a pier\
            </rdf:li><rdf:li xml:lang=\"de\">Zwei Boote</rdf:li></rdf:Alt></Iptc4xmpCore:AltTextAccessibility>";
        let description = "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">At noon</rdf:li></rdf:Alt></dc:description>";
        let german = (Field::AltText, "Zwei Boote".to_owned(), Some("de".to_owned()));
        let both =
            [one(Field::AltText, "Two boats & a pier"), vec![german], one(Field::Description, "At noon")]
                .concat();
        assert_eq!(texts(&xmp(&format!("{description}{alternatives}"))), both);
        assert_eq!(
            texts(&png(
                b"iTXt",
                &[b"XML:com.adobe.xmp\0\0\0\0\0".as_slice(), packet(description).as_bytes()].concat()
            )),
            one(Field::Description, "At noon")
        );
        let iptc =
            [b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0e\x1c\x02\x78\0\x09".as_slice(), b"Two boats"]
                .concat();
        assert_eq!(texts(&jpeg(0xed, &iptc)), one(Field::Caption, "Two boats"));
        assert_eq!(texts(&exif("Two boats")), one(Field::ImageDescription, "Two boats"));
        assert_eq!(texts(&png(b"tEXt", b"Description\0Two boats")), one(Field::PngText, "Two boats"));
        assert_eq!(
            texts(&png(b"iTXt", "Description\0\0\0\0\0Zwei gr\u{fc}ne Boote".as_bytes())),
            one(Field::PngText, "Zwei gr\u{fc}ne Boote")
        );
        assert_eq!(texts(&png(b"tEXt", b"Software\0Two boats")), []);
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Two boats</title><g><title>a part</title></g></svg>";
        assert_eq!(texts(svg.as_bytes()), one(Field::Svg, "Two boats"));
    }

    #[test]
    fn cameras_and_names_say_nothing() {
        for text in [
            "OLYMPUS DIGITAL CAMERA         ",
            "SONY DSC",
            "IMG_2041.jpg",
            "default",
            "42",
            " ",
            "Processed with VSCO with c1 preset",
        ] {
            assert_eq!(texts(&exif(text)), [], "{text}");
        }
        assert_eq!(texts(&exif(&"word ".repeat(50))), []);
        assert_eq!(texts(b"no picture"), []);
        assert_eq!(texts(b"\xff\xd8\xff"), []);
    }
}
