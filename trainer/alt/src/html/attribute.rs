//! What attributes say, and where an alt text goes among them.

use super::tag::{Attribute, Tag};
use crate::image::{Form, Slot};

/// Whether something is said.
pub fn said(text: Option<String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

/// Whether that is said, in any case.
pub fn said_as(text: Option<String>, expected: &str) -> bool {
    text.is_some_and(|text| text.trim().eq_ignore_ascii_case(expected))
}

/// The number that a length in an attribute begins with; none for a share of something.
pub fn pixels(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    if text.ends_with('%') { None } else { digits.parse().ok() }
}

/// The last address of a `srcset`, which is the largest by habit.
pub fn largest(set: &str) -> Option<String> {
    // A comma parts candidates where a space follows; any other belongs to the address.
    let candidates = set.split_inclusive(char::is_whitespace).collect::<Vec<_>>();
    let mut parts = candidates.split_inclusive(|word| word.trim_end().ends_with(','));
    let last = parts.rfind(|words| words.iter().any(|word| !word.trim_matches([',', ' ']).is_empty()))?;
    last.concat().split_whitespace().next().map(|address| address.trim_end_matches(',').to_owned())
}

/// Where an image's alt text goes: its value, or behind its address.
pub fn slot(tag: &Tag, bytes: &[u8]) -> Slot {
    if let Some(alt) = tag.attribute("alt") {
        return match &alt.value {
            Some(value) => Slot { span: value.clone(), form: alt.quote.map_or(Form::Bare, Form::Quoted) },
            // `alt` alone, with no value, is an empty text.
            None => Slot { span: alt.place.clone(), form: Form::Attribute { spaced: false } },
        };
    }
    let name = tag.span.start + 1 + tag.prefix + tag.name.len();
    let at = tag.attribute("src").map_or(name, Attribute::end);
    let spaced = bytes.get(at).is_some_and(|byte| !byte.is_ascii_whitespace() && !b"/>".contains(byte));
    Slot { span: at..at, form: Form::Attribute { spaced } }
}
