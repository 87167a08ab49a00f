//! Attributes of a tag: what they say, and where they stand in the bytes of the page.

use std::ops::Range;

use lol_html::html_content::{Attribute, Element};

use crate::image::{Form, Slot};

/// An attribute's value, with its character references read.
pub fn value(element: &Element<'_, '_>, name: &str) -> Option<String> {
    element.get_attribute(name).map(|raw| htmlize::unescape_attribute(raw).into_owned())
}

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
pub fn slot(element: &Element<'_, '_>, bytes: &[u8], tag: &Range<usize>) -> Slot {
    let attribute = |name: &str| element.attributes().iter().find(|attribute| attribute.name() == name);
    let ends = |attribute: &Attribute<'_>| {
        let name = attribute.name_source_location()?.bytes();
        let value = attribute.value_source_location().map(|value| value.bytes());
        Some(value.map_or(name.end, |value| value.end + usize::from(quote(bytes, &value).is_some())))
    };
    if let Some(alt) = attribute("alt") {
        if let Some(value) = alt.value_source_location().map(|value| value.bytes()) {
            let form = quote(bytes, &value).map_or(Form::Bare, Form::Quoted);
            return Slot { span: value, form };
        }
        // `alt` alone, with no value, is an empty text.
        if let Some(name) = alt.name_source_location().map(|name| name.bytes()) {
            return Slot { span: name, form: Form::Attribute { spaced: false } };
        }
    }
    let name = tag.start + 1 + element.tag_name().len();
    let at = attribute("src").and_then(ends).unwrap_or(name);
    let spaced = bytes.get(at).is_some_and(|byte| !byte.is_ascii_whitespace() && !b"/>".contains(byte));
    Slot { span: at..at, form: Form::Attribute { spaced } }
}

/// The quote around a value.
fn quote(bytes: &[u8], value: &Range<usize>) -> Option<u8> {
    let before = *bytes.get(value.start.checked_sub(1)?)?;
    let after = *bytes.get(value.end)?;
    (before == after && (before == b'"' || before == b'\'')).then_some(before)
}
