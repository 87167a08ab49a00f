//! Tags: their names and attributes, and where these stand in the bytes of the page.

use std::ops::Range;

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The name, in lower case but in XML.
    pub name: String,
    /// Bytes before the name that are no part of it: `h:` in XML.
    pub prefix: usize,
    /// From `<` to behind `>`.
    pub span: Range<usize>,
    /// Attributes as they are written; where a name stands twice, the first counts.
    pub attributes: Vec<Attribute>,
}

/// An attribute of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The name, in lower case but in XML.
    pub name: String,
    /// Where the name is.
    pub place: Range<usize>,
    /// Where the value is, without its quotes; none where there is only a name.
    pub value: Option<Range<usize>>,
    /// The quote around the value.
    pub quote: Option<u8>,
}

impl Attribute {
    /// Where all of it ends.
    pub fn end(&self) -> usize {
        let closed = |value: &Range<usize>| value.end + usize::from(self.quote.is_some());
        self.value.as_ref().map_or(self.place.end, closed)
    }
}

impl Tag {
    /// The first attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Reads a start tag whose end is known (HTML Standard, 13.2.5.32 to 13.2.5.40).
    pub fn read(bytes: &[u8], span: Range<usize>) -> Self {
        let mut tag = Self::read_xml(bytes, span);
        tag.name.make_ascii_lowercase();
        tag.attributes.iter_mut().for_each(|attribute| attribute.name.make_ascii_lowercase());
        tag
    }

    /// The same, with names as they are written.
    pub fn read_xml(bytes: &[u8], span: Range<usize>) -> Self {
        let end = span.end - 1;
        let blank = |at: usize| bytes[at].is_ascii_whitespace();
        let stop = |at: usize| at >= end;
        let mut at = span.start + 1;
        while !stop(at) && !blank(at) && bytes[at] != b'/' {
            at += 1;
        }
        let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
        let name = text(&bytes[span.start + 1..at]);
        let mut attributes = Vec::new();
        loop {
            while !stop(at) && (blank(at) || bytes[at] == b'/') {
                at += 1;
            }
            if stop(at) {
                return Self { name, prefix: 0, span, attributes };
            }
            let start = at;
            // An equals sign in the first place is part of the name.
            at += 1;
            while !stop(at) && !blank(at) && !b"/=".contains(&bytes[at]) {
                at += 1;
            }
            let place = start..at;
            let mut next = at;
            while !stop(next) && blank(next) {
                next += 1;
            }
            let (mut value, mut quote) = (None, None);
            if !stop(next) && bytes[next] == b'=' {
                at = next + 1;
                while !stop(at) && blank(at) {
                    at += 1;
                }
                let mark = bytes[at];
                if !stop(at) && (mark == b'"' || mark == b'\'') {
                    let from = at + 1;
                    at = from;
                    while !stop(at) && bytes[at] != mark {
                        at += 1;
                    }
                    (value, quote) = (Some(from..at), Some(mark));
                    at = (at + 1).min(end);
                } else {
                    let from = at;
                    while !stop(at) && !blank(at) {
                        at += 1;
                    }
                    value = Some(from..at);
                }
            }
            attributes.push(Attribute { name: text(&bytes[place.clone()]), place, value, quote });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_as_a_browser_reads_them() {
        let read = |text: &str| {
            let tag = Tag::read(text.as_bytes(), 0..text.len());
            let value = |attribute: &Attribute| attribute.value.clone().map(|value| text[value].to_owned());
            let attributes = tag.attributes.iter().map(|a| (a.name.clone(), value(a), a.quote)).collect();
            (tag.name, attributes)
        };
        let some = |text: &str| Some(text.to_owned());
        for (text, name, expected) in [
            ("<img>", "img", vec![]),
            ("<IMG/>", "img", vec![]),
            ("<img a b=c/>", "img", vec![("a", None, None), ("b", some("c/"), None)]),
            (
                "<a x = '1' Y=\"2\"z=3>",
                "a",
                vec![("x", some("1"), Some(b'\'')), ("y", some("2"), Some(b'"')), ("z", some("3"), None)],
            ),
            ("<a =x=y>", "a", vec![("=x", some("y"), None)]),
            ("<a x=>", "a", vec![("x", some(""), None)]),
            ("<a x='>' y>", "a", vec![("x", some(">"), Some(b'\'')), ("y", None, None)]),
            ("<a/x/y=1>", "a", vec![("x", None, None), ("y", some("1"), None)]),
        ] {
            let expected: Vec<(String, Option<String>, Option<u8>)> =
                expected.into_iter().map(|(name, value, quote)| (name.to_owned(), value, quote)).collect();
            assert_eq!(read(text), (name.to_owned(), expected), "{text}");
        }
    }
}
