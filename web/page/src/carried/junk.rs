//! What cameras and programs write in the place of a description.

use showtell_types::alt::{Remark, remarks};

/// Beginnings of what machines write, in small letters.
const MACHINES: [&str; 20] = [
    "olympus digital camera",
    "konica minolta digital camera",
    "minolta digital camera",
    "digital camera",
    "sony dsc",
    "samsung",
    "kenox",
    "hdr",
    "dcim",
    "dav",
    "smartphone",
    "exif_jpeg",
    "created with",
    "processed with",
    "made with",
    "screenshot",
    "default",
    "untitled",
    "http://",
    "https://",
];

/// Whether a text says nothing of the picture.
#[must_use]
pub fn is_junk(text: &str, name: &str) -> bool {
    let small = text.to_lowercase();
    // A camera's own words stand alone; a sentence may begin with them.
    let machine = MACHINES.iter().any(|start| small.starts_with(start) && small.split(' ').count() < 5);
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    machine
        || letters < 3
        || remarks(text, Some(name))
            .iter()
            .any(|remark| matches!(remark, Remark::Empty | Remark::FileName | Remark::Placeholder))
}
