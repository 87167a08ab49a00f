//! Descriptions in an XMP packet (ISO 16684-1).

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Description, Field};

/// The alternative texts and descriptions of a packet, alternative texts first.
pub fn texts(packet: &str) -> Vec<Description> {
    let mut found = Vec::new();
    let mut reader = Reader::from_str(packet);
    let (mut field, mut language) = (None, None);
    let mut start = None;
    loop {
        let before = place(&reader);
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = tag.local_name();
                match name.as_ref() {
                    "AltTextAccessibility" => field = Some(Field::AltText),
                    "description" => field = Some(Field::Description),
                    "li" if field.is_some() => {
                        let said =
                            tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == "xml:lang");
                        language =
                            said.map(|said| said.value.into_owned()).filter(|said| said != "x-default");
                        start = Some(place(&reader));
                    }
                    _ => {}
                }
            }
            Ok(Event::End(tag)) => match tag.local_name().as_ref() {
                "AltTextAccessibility" | "description" => field = None,
                "li" => {
                    if let (Some(field), Some(from)) = (field, start.take()) {
                        let text = htmlize::unescape(&packet[from..before]).into_owned();
                        found.push(Description { text, field, language: language.take() });
                    }
                }
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    found.sort_by_key(|description| description.field != Field::AltText);
    found
}

fn place(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}
