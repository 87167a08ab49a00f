//! Images in the code of templates: tags in strings, which nobody here can write into without knowing the engine.

use encoding_rs::Encoding;

use super::tag::Tag;
use crate::image::{Form, Image, Slot, Standing};
use crate::template::Mask;

/// Bytes behind the start of a tag in which its attributes are looked for.
const TAG: usize = 1000;

/// The images in code that have no alt text, for a person.
pub fn images(bytes: &[u8], encoding: &'static Encoding, mask: &Mask) -> Vec<Image> {
    let mut images = Vec::new();
    for span in mask.code() {
        let code = &bytes[span.clone()];
        let starts: Vec<usize> = code
            .windows(5)
            .enumerate()
            .filter(|(_, word)| word[..4].eq_ignore_ascii_case(b"<img"))
            .filter(|(_, word)| word[4].is_ascii_whitespace() || b"/>".contains(&word[4]))
            .map(|(at, _)| at)
            .collect();
        for (place, &start) in starts.iter().enumerate() {
            let next = starts.get(place + 1).copied().unwrap_or(code.len());
            let around = &code[start..next.min(start + TAG)];
            let says = |name: &[u8]| around.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name));
            if [&b"alt="[..], b"alt ", b"aria-hidden", b"aria-label", b"presentation"].into_iter().any(says) {
                continue;
            }
            let end = around.iter().position(|&byte| byte == b'>').map_or(around.len(), |end| end + 1);
            let tag = Tag::read(around, 0..end);
            let source = tag.attribute("src").and_then(|source| source.value.clone());
            let source =
                source.map(|value| encoding.decode_without_bom_handling(&around[value]).0.into_owned());
            // Quotes of a string within a string have marks of their own.
            let plain = source.map(|text| text.trim_matches(['\\', '"', '\'', ' ']).to_owned());
            let at = span.start + start;
            images.push(Image {
                span: at..at + end,
                sources: plain.into_iter().filter(|text| !text.is_empty()).collect(),
                alt: None,
                standing: Standing::Code,
                size: [None, None],
                language: None,
                slot: Slot { span: at + end..at + end, form: Form::Nowhere },
            });
        }
    }
    images
}
