//! What a drawing says of itself: `<title>` and `<desc>` of the whole (SVG 2, 5.8).

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Description, Field};

/// Whether a file is SVG.
pub fn is(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(1000)];
    start.windows(4).any(|word| word == b"<svg") && !start.contains(&0)
}

/// The title, and the description behind it.
pub fn texts(bytes: &[u8]) -> Vec<Description> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(&text);
    let mut found = Vec::new();
    let (mut depth, mut start, mut language) = (0_usize, None, None);
    loop {
        let before = place(&reader);
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                depth += 1;
                let said =
                    tag.attributes().flatten().find(|said| ["lang", "xml:lang"].contains(&said.key.as_ref()));
                let said = said.map(|said| said.value.into_owned());
                match tag.local_name().as_ref() {
                    "svg" if depth == 1 => language = said,
                    "title" | "desc" if depth == 2 => start = Some((place(&reader), said)),
                    _ => {}
                }
            }
            Ok(Event::End(_)) => {
                depth = depth.saturating_sub(1);
                if depth == 1
                    && let Some((from, own)) = start.take()
                {
                    let text = htmlize::unescape(&text[from..before]).into_owned();
                    found.push(Description {
                        text,
                        field: Field::Svg,
                        language: own.or_else(|| language.clone()),
                    });
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

fn place(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}
