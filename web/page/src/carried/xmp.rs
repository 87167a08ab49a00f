//! Descriptions in an XMP packet (ISO 16684-1): as elements with alternatives by language, or as attributes.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// What a packet says of the picture.
#[derive(Debug, Default)]
pub struct Descriptions {
    /// `Iptc4xmpCore:AltTextAccessibility`.
    pub alt: Option<String>,
    /// `Iptc4xmpCore:ExtDescrAccessibility`.
    pub extended: Option<String>,
    /// `dc:description`.
    pub description: Option<String>,
}

impl Descriptions {
    /// Reads a packet as far as it is sound.
    #[must_use]
    pub fn read(packet: &str) -> Self {
        let mut found = Self::default();
        let mut reader = Reader::from_str(packet);
        // The property that is being read, and whether its alternative is the one for everybody.
        let (mut inside, mut default, mut text) = (None::<String>, false, String::new());
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Start(tag) | Event::Empty(tag) if inside.is_none() => {
                    found.attributes(&tag);
                    let name = local(tag.name().0);
                    inside = found.place(&name).is_some().then_some(name);
                }
                Event::Start(tag) => {
                    default = attribute(&tag, "lang").is_none_or(|lang| lang == "x-default");
                    text.clear();
                }
                Event::Text(part) => text += &part.xml10_content(),
                Event::CData(part) => text += &part.xml10_content(),
                Event::GeneralRef(name) => match name.resolve_char_ref() {
                    Ok(Some(letter)) => text.push(letter),
                    _ => text += resolve_xml_entity(&name).unwrap_or_default(),
                },
                Event::End(tag) => {
                    if let Some(name) = &inside {
                        if !text.trim().is_empty() {
                            let said = std::mem::take(&mut text);
                            found.set(name, said, default);
                        }
                        if local(tag.name().0) == *name {
                            inside = None;
                        }
                    }
                    text.clear();
                }
                Event::Eof => break,
                _ => {}
            }
        }
        found
    }

    fn place(&mut self, name: &str) -> Option<&mut Option<String>> {
        match name {
            "AltTextAccessibility" => Some(&mut self.alt),
            "ExtDescrAccessibility" => Some(&mut self.extended),
            "description" => Some(&mut self.description),
            _ => None,
        }
    }

    /// The alternative for everybody counts, or else the first.
    fn set(&mut self, name: &str, text: String, default: bool) {
        if let Some(place) = self.place(name)
            && (default || place.is_none())
        {
            *place = Some(text);
        }
    }

    fn attributes(&mut self, tag: &BytesStart) {
        for attribute in tag.attributes().flatten() {
            let name = local(attribute.key.0);
            if let Ok(value) = attribute.normalized_value(XmlVersion::default()) {
                self.set(&name, value.into_owned(), true);
            }
        }
    }
}

fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let mut all = tag.attributes().flatten();
    let found = all.find(|attribute| local(attribute.key.0) == name)?;
    Some(found.normalized_value(XmlVersion::default()).ok()?.into_owned())
}

/// A name without its prefix: which prefix stands for which vocabulary is nearly always the same.
fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}
