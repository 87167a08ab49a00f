//! Pictures as wikis and notebooks write them.

use crate::image::{Form, Image, Slot};

/// Files that `![[...]]` shows; it takes in notes as well.
const PICTURES: [&str; 9] = ["jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "bmp", "tiff"];

/// `![[picture.jpg]]`, `![[picture.jpg|a text]]`, `![[picture.jpg|300]]`; whether it is a picture.
pub(super) fn wiki(image: &mut Image, text: &str, has_text: bool) -> bool {
    let address = image.sources.first().map(String::as_str).unwrap_or_default();
    let ending = address.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if !ending.is_some_and(|ending| PICTURES.contains(&ending.as_str())) {
        return false;
    }
    let end = image.span.end - 2;
    let bar = text[image.span.start..end].find('|').map(|bar| image.span.start + bar + 1);
    let sized =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x');
    match bar.filter(|_| has_text) {
        None => {
            image.alt = None;
            image.slot = Slot { span: end..end, form: Form::Wiki { bars: [true, false] } };
        }
        Some(start) if sized(&text[start..end]) => {
            image.alt = None;
            image.slot = Slot { span: start..start, form: Form::Wiki { bars: [false, true] } };
        }
        Some(start) => {
            // A size may stand behind the text.
            let (said, _) = text[start..end].split_once('|').unwrap_or((&text[start..end], ""));
            image.alt = Some(said.to_owned());
            let span = start..start + said.len();
            image.slot = Slot { span, form: Form::Wiki { bars: [false, false] } };
        }
    }
    true
}
