//! What programs for sites make of a page that CommonMark would not: it is rewritten, byte for byte, into something
//! that CommonMark reads alike.
//!
//! - HTML with an attribute `markdown` holds Markdown (kramdown, Python-Markdown): the tags make way for spaces.
//! - Notes and tabs hold what stands four spaces in from them (`!!!`, `???`, `===` of mkdocs-material): they become
//!   items of lists, which do.

use std::ops::Range;

use crate::html::Tag;

/// A page in plain CommonMark, with all places as they were.
#[derive(Debug)]
pub struct Plain {
    /// The text.
    pub text: Vec<u8>,
    /// Tags that are no longer in it.
    pub tags: Vec<Range<usize>>,
}

/// Rewrites a page.
pub fn plain(text: &[u8]) -> Plain {
    let mut plain = Plain { text: text.to_vec(), tags: Vec::new() };
    tags(text, &mut plain);
    notes(&mut plain.text);
    plain
}

/// Elements whose content is Markdown, because they say so.
fn tags(text: &[u8], plain: &mut Plain) {
    let mut at = 0;
    while let Some(start) = text[at..].iter().position(|&byte| byte == b'<').map(|found| at + found) {
        at = start + 1;
        if !text.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let Some(length) = text[start..].iter().position(|&byte| byte == b'>') else { return };
        let span = start..start + length + 1;
        if !text[span.clone()].windows(8).any(|word| word.eq_ignore_ascii_case(b"markdown")) {
            continue;
        }
        let tag = Tag::read(text, span.clone());
        let Some(attribute) = tag.attribute("markdown") else { continue };
        let value = attribute.value.clone().map_or(&b"1"[..], |value| &text[value]);
        if ![&b"1"[..], b"block", b"span", b"true", b""].contains(&value.to_ascii_lowercase().as_slice()) {
            continue;
        }
        if let Some(end) = closing(text, span.end, tag.name.as_bytes()) {
            for tag in [span, end] {
                plain.text[tag.clone()]
                    .iter_mut()
                    .filter(|byte| !b"\r\n".contains(byte))
                    .for_each(|byte| *byte = b' ');
                plain.tags.push(tag);
            }
        }
    }
}

/// The end tag of an element whose start tag ends at `from`.
fn closing(text: &[u8], from: usize, name: &[u8]) -> Option<Range<usize>> {
    let mut depth = 1;
    let mut at = from;
    while let Some(start) = text[at..].iter().position(|&byte| byte == b'<').map(|found| at + found) {
        let closes = text.get(start + 1) == Some(&b'/');
        at = start + 1 + usize::from(closes);
        let own = text.get(at..at + name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name));
        let ends =
            text.get(at + name.len()).is_some_and(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte));
        if own && ends {
            if !closes {
                depth += 1;
                continue;
            }
            depth -= 1;
            if depth == 0 {
                let length = text[start..].iter().position(|&byte| byte == b'>')?;
                return Some(start..start + length + 1);
            }
        }
    }
    None
}

/// Notes and tabs.
fn notes(text: &mut [u8]) {
    let ends: Vec<usize> =
        text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    let starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
    let indent = |line: &[u8]| line.iter().take_while(|&&byte| byte == b' ').count();
    let line = |place: usize, text: &[u8]| {
        let start = *starts.get(place)?;
        Some(start..starts.get(place + 1).copied().unwrap_or(text.len()))
    };
    for place in 0..starts.len() {
        let Some(span) = line(place, text) else { continue };
        let inside = indent(&text[span.clone()]);
        let start = span.start + inside;
        let rest = &text[start..span.end];
        let Some(mark) = [&b"!!!"[..], b"???", b"==="].into_iter().find(|mark| rest.starts_with(mark)) else {
            continue;
        };
        // `???+` is open at first, `===!` begins a new set, `===+` is chosen.
        let more = usize::from(rest.get(3).is_some_and(|byte| b"+!".contains(byte)));
        let parted = rest.get(3 + more) == Some(&b' ');
        let first = rest.get(4 + more).copied().unwrap_or(b' ');
        let named = if mark == b"===" { b"\"'".contains(&first) } else { !first.is_ascii_whitespace() };
        let next = (place + 1..starts.len())
            .filter_map(|next| line(next, text))
            .find(|next| !text[next.clone()].trim_ascii().is_empty());
        if parted && named && next.is_some_and(|next| indent(&text[next]) >= inside + 4) {
            text[start..start + 4].copy_from_slice(b"-   ");
            if more > 0 {
                // What stands behind the mark begins in the fifth column, as what the note holds does.
                text[start + 4] = b'x';
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_become_commonmark() {
        let read = |text: &str| String::from_utf8(plain(text.as_bytes()).text).unwrap();
        for (text, expected) in [
            ("<div markdown=\"1\">\n![](a)\n</div>", "                  \n![](a)\n      "),
            ("<div markdown><div>x</div></div>", "              <div>x</div>      "),
            ("<div markdown=\"0\">\nx\n</div>", "<div markdown=\"0\">\nx\n</div>"),
            ("<div class=markdown>\nx\n</div>", "<div class=markdown>\nx\n</div>"),
            ("!!! note\n    x", "-   note\n    x"),
            ("??? note\n\n    x", "-   note\n\n    x"),
            ("???+ note \"T\"\n    x", "-   xnote \"T\"\n    x"),
            ("=== \"A\"\n\n    !!! b\n\n        x", "-   \"A\"\n\n    -   b\n\n        x"),
            ("Title\n=== \n    x", "Title\n=== \n    x"),
            ("!!! wow\nx", "!!! wow\nx"),
            ("!!!", "!!!"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
