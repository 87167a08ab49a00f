//! XHTML as browsers read it: as XML, where an empty element is empty and nothing is guessed.

use html5ever::{LocalName, QualName, ns};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::soup::{Parsed, Rest};
use super::tag::Tag;
use super::tree::{Place, Tree};
use crate::PageError;

/// The namespace of HTML.
const XHTML: &[u8] = b"http://www.w3.org/1999/xhtml";

/// An element that is open.
struct Open {
    place: Place,
    name: String,
    /// The namespace of names without a prefix, and of those with one, from the outside in.
    spaces: Vec<(String, bool)>,
}

/// Reads a page.
pub fn parse(bytes: &[u8]) -> Result<Parsed, PageError> {
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    // What is a tag does not depend on letters beyond ASCII, which may be of any encoding.
    let ascii: String =
        bytes[start..].iter().map(|&byte| if byte.is_ascii() { char::from(byte) } else { 'x' }).collect();
    let mut reader = Reader::from_str(&ascii);
    let mut parsed = Parsed { tree: Tree::new(), tags: Vec::new(), rest: Vec::new() };
    let mut open: Vec<Open> = Vec::new();
    loop {
        let from = start + place(reader.buffer_position());
        let event = reader.read_event().map_err(|error| PageError::Xml(error.to_string()))?;
        let to = start + place(reader.buffer_position());
        let (before, parent) = (parsed.tags.len(), open.last().map_or(0, |open| open.place));
        match event {
            Event::Start(_) | Event::Empty(_) => {
                let empty = matches!(event, Event::Empty(_));
                let element = element(bytes, Tag::read_xml(bytes, from..to), open.last(), &mut parsed);
                parsed.tree.put(element.place, parent);
                if empty {
                    parsed.rest.push((parsed.tags.len(), Rest::End(element.name)));
                } else {
                    open.push(element);
                }
            }
            Event::End(_) => {
                let ended = open.pop().ok_or_else(|| PageError::Xml("an end tag ends nothing".to_owned()))?;
                parsed.rest.push((before, Rest::End(ended.name)));
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                let said = match &event {
                    Event::CData(text) => text,
                    Event::GeneralRef(name) if ["nbsp", "#160", "#xa0", "#xA0"].contains(&&**name) => "",
                    _ => &ascii[from - start..to - start],
                };
                parsed.tree.text(parent, said);
                parsed.rest.push((before, Rest::Text(bytes[from..to].to_vec())));
            }
            Event::Comment(_) => parsed.rest.push((before, Rest::Comment(bytes[from..to].to_vec()))),
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof if open.is_empty() => return Ok(parsed),
            Event::Eof => {
                let names: Vec<&str> = open.iter().map(|open| open.name.as_str()).collect();
                return Err(PageError::Xml(format!("<{}> is not closed", names.join("> <"))));
            }
        }
    }
}

fn place(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// Adds an element to the tree, in the namespace that its prefix stands for.
fn element(bytes: &[u8], mut tag: Tag, around: Option<&Open>, parsed: &mut Parsed) -> Open {
    let mut spaces = around.map(|open| open.spaces.clone()).unwrap_or_default();
    for attribute in &tag.attributes {
        let prefix = match attribute.name.strip_prefix("xmlns") {
            Some("") => "",
            Some(prefix) if prefix.starts_with(':') => &prefix[1..],
            _ => continue,
        };
        let value = attribute.value.clone().map_or(&b""[..], |value| &bytes[value]);
        spaces.push((prefix.to_owned(), value == XHTML));
    }
    let whole = tag.name.clone();
    let (prefix, local) = whole.split_once(':').unwrap_or(("", &whole));
    // A page that names no namespace is meant as HTML.
    let html =
        spaces.iter().rev().find(|(own, _)| own == prefix).map_or(prefix.is_empty(), |(_, html)| *html);
    let space = if html { ns!(html) } else { ns!() };
    if html {
        tag.prefix = tag.name.len() - local.len();
        tag.name = local.to_owned();
    }
    let name = QualName::new(None, space, LocalName::from(local));
    let place = parsed.tree.add(name, Some(parsed.tags.len()));
    parsed.tags.push(tag);
    Open { place, name: whole, spaces }
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use crate::html::find_xml;
    use crate::image::Standing;

    /// The standing of each image.
    fn found(inside: &str) -> Vec<Standing> {
        let page = format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" \
             xmlns:h=\"http://www.w3.org/1999/xhtml\"><head><title/></head><body>{inside}</body></html>"
        );
        find_xml(page.as_bytes(), UTF_8).unwrap().page.images.iter().map(|image| image.standing).collect()
    }

    #[test]
    fn empty_elements_are_empty() {
        for name in
            ["title", "script", "style", "iframe", "textarea", "noscript", "select", "table", "p", "xmp"]
        {
            assert_eq!(found(&format!("<{name}/><img src=\"a\"/>")), [Standing::Shown], "{name}");
        }
        assert_eq!(found("<span aria-hidden=\"true\"/><img src=\"a\"/>"), [Standing::Shown]);
        assert_eq!(found("<a href=\"x\"/><img src=\"a\"/>"), [Standing::Shown]);
        assert_eq!(found("<a href=\"x\"><img src=\"a\"></img></a>"), [Standing::Functional]);
        assert_eq!(found("<a href=\"x\">&nbsp;<img src=\"a\"/></a>"), [Standing::Functional]);
        assert_eq!(found("<a href=\"x\">&eacute;<img src=\"a\"/></a>"), [Standing::Shown]);
    }

    #[test]
    fn text_is_text_and_names_are_what_they_are() {
        assert_eq!(found("<![CDATA[<img src=\"a\"/>]]><!-- <img src=\"a\"/> -->"), []);
        assert_eq!(found("<IMG src=\"a\"/>"), []);
        assert_eq!(found("<h:img src=\"a\"/>"), [Standing::Shown]);
        assert_eq!(found("<svg xmlns=\"http://www.w3.org/2000/svg\"><img src=\"a\"/></svg>"), []);
        assert_eq!(found("<script><img src=\"a\"/></script>"), []);
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        for page in ["<p>", "<p></b>", "<p><img src=\"a\"></p>", "</p>"] {
            assert!(find_xml(page.as_bytes(), UTF_8).is_err(), "{page}");
        }
    }
}
