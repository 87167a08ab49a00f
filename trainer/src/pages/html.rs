//! Finds the images of an HTML page. Nothing is written here, and nothing is serialised again: what comes
//! out are places in the page's own bytes.
//!
//! lol_html reads as a browser does that runs scripts: comments, scripts and `<noscript>` hold no image.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::rc::Rc;

use encoding_rs::Encoding;
use lol_html::html_content::{Attribute, Element};
use lol_html::{AsciiCompatibleEncoding, HtmlRewriter, Settings, element, text};

use super::PageError;
use super::image::{Form, Image, Page, Slot, Standing};

/// Attributes in which scripts find the picture that they load later.
const LAZY: [&str; 5] = ["data-src", "data-original", "data-lazy-src", "data-srcset", "data-lazy-srcset"];
/// Attributes that name an element by themselves.
const NAMES: [&str; 3] = ["aria-label", "aria-labelledby", "title"];
/// What template engines put into tags.
const TEMPLATES: [&[u8]; 6] = [b"{{", b"{%", b"<?", b"<%", b"{#", b"${"];

/// What a page holds, with its links, for whoever puts images of another kind into it.
#[derive(Debug, Default)]
pub struct Found {
    /// The page.
    pub page: Page,
    /// Links and buttons without any text, from the start of their tag to their end.
    pub bare: Vec<Range<usize>>,
    /// All tags and attributes but alt texts, in short.
    pub outline: u64,
}

/// Finds the images of a page.
///
/// # Errors
/// [`PageError::Html`] where no reader could say what is a tag and what is text.
pub fn find(bytes: &[u8], encoding: &'static Encoding) -> Result<Found, PageError> {
    let known = AsciiCompatibleEncoding::new(encoding).ok_or(PageError::Encoding(encoding.name()))?;
    let reading = Rc::new(RefCell::new(Reading::default()));
    let elements = element!("*", |element| {
        for end in reading.borrow_mut().open(element, bytes) {
            let reading = Rc::clone(&reading);
            element.on_end_tag(Box::new(move |tag| {
                reading.borrow_mut().close(end, tag.source_location().bytes().end);
                Ok(())
            }))?;
        }
        Ok(())
    });
    let texts = text!("a, button", |chunk| {
        if !htmlize::unescape(chunk.as_str()).trim().is_empty() {
            reading.borrow_mut().label();
        }
        Ok(())
    });
    let settings = Settings::new()
        .append_element_content_handler(elements)
        .append_element_content_handler(texts)
        .with_encoding(known);
    let mut reader = HtmlRewriter::new(settings, |_: &[u8]| {});
    let read = reader.write(bytes).and_then(|()| reader.end());
    read.map_err(|error| PageError::Html(error.to_string()))?;
    Ok(reading.take().finish(bytes.len()))
}

/// What ends with an element.
#[derive(Debug, Clone, Copy)]
enum End {
    Link(usize),
    Hidden,
    Picture,
}

#[derive(Debug)]
struct Link {
    span: Range<usize>,
    /// Whether there is text, or a name.
    labelled: bool,
    /// Images in it that have a text, which names it for the others.
    speaking: Vec<usize>,
}

#[derive(Debug, Default)]
struct Reading {
    page: Page,
    /// The link that each image lies in.
    within: Vec<Option<usize>>,
    links: Vec<Link>,
    open: Vec<usize>,
    /// How many elements around are hidden from readers.
    hidden: usize,
    /// Addresses that the `<picture>` around offers.
    offered: Vec<String>,
    outline: DefaultHasher,
}

impl Reading {
    /// Takes an element in; what is to be told when it ends.
    fn open(&mut self, element: &Element<'_, '_>, bytes: &[u8]) -> Vec<End> {
        let span = element.source_location().bytes();
        let value = |name: &str| value(element, name);
        let is = |name: &str, expected: &str| said_as(value(name), expected);
        let mut ends = Vec::new();
        element.tag_name().hash(&mut self.outline);
        for attribute in element.attributes().iter().filter(|attribute| attribute.name() != "alt") {
            (attribute.name(), attribute.value()).hash(&mut self.outline);
        }
        match element.tag_name().as_str() {
            "html" if self.page.language.is_none() => {
                self.page.language = value("lang").or_else(|| value("xml:lang"));
            }
            "base" if self.page.base.is_none() => self.page.base = value("href"),
            name @ ("a" | "button") => {
                // A link ends where the next begins.
                let before = if name == "a" { self.open.pop() } else { None };
                before.into_iter().for_each(|link| self.links[link].span.end = span.start);
                // An anchor without an address leads nowhere.
                if name == "button" || value("href").is_some() {
                    let labelled = NAMES.into_iter().any(|name| said(value(name)));
                    ends.push(End::Link(self.links.len()));
                    self.open.push(self.links.len());
                    self.links.push(Link { span: span.start..bytes.len(), labelled, speaking: Vec::new() });
                }
            }
            "picture" => {
                self.offered.clear();
                ends.push(End::Picture);
            }
            "source" => {
                let address = value("srcset").or_else(|| value("data-srcset"));
                self.offered.extend(address.as_deref().and_then(largest));
            }
            "img" => self.image(element, bytes, span),
            "area" if value("href").is_some() => self.image(element, bytes, span),
            "input" if is("type", "image") => self.image(element, bytes, span),
            _ => {}
        }
        if is("aria-hidden", "true") && element.can_have_content() {
            self.hidden += 1;
            ends.push(End::Hidden);
        }
        if element.can_have_content() { ends } else { Vec::new() }
    }

    fn close(&mut self, end: End, at: usize) {
        match end {
            End::Link(link) => {
                if let Some(depth) = self.open.iter().rposition(|&open| open == link) {
                    self.open.truncate(depth);
                    self.links[link].span.end = at;
                }
            }
            End::Hidden => self.hidden -= 1,
            End::Picture => self.offered.clear(),
        }
    }

    /// Text inside the links that are open.
    fn label(&mut self) {
        self.open.iter().for_each(|&link| self.links[link].labelled = true);
    }

    fn image(&mut self, element: &Element<'_, '_>, bytes: &[u8], span: Range<usize>) {
        let value = |name: &str| value(element, name);
        let role = value("role").unwrap_or_default().to_ascii_lowercase();
        let hidden = self.hidden > 0
            || ["none", "presentation"].contains(&role.trim())
            || said_as(value("aria-hidden"), "true");
        let named = NAMES.into_iter().any(|name| said(value(name)));
        let alt = value("alt");
        if said(alt.clone()) || named {
            let place = self.page.images.len();
            self.open.iter().for_each(|&link| self.links[link].speaking.push(place));
        }
        let tag = &bytes[span.clone()];
        let standing = if TEMPLATES.iter().any(|mark| tag.windows(mark.len()).any(|part| part == *mark)) {
            Standing::Templated
        } else if hidden {
            Standing::Hidden
        } else if named {
            Standing::Named
        } else if element.tag_name() != "img" {
            Standing::Functional
        } else {
            Standing::Shown
        };
        let address = |name: &str| {
            let found = value(name).filter(|found| !found.trim().is_empty())?;
            if name.ends_with("set") { largest(&found) } else { Some(found) }
        };
        // Where a script loads the picture, `src` holds something else until then.
        let mut sources: Vec<String> = LAZY.into_iter().filter_map(address).collect();
        if sources.is_empty() {
            sources = ["src", "srcset"]
                .into_iter()
                .filter_map(address)
                .chain(self.offered.iter().cloned())
                .collect();
        }
        let pixels = |name: &str| value(name).and_then(|text| pixels(&text));
        self.within.push(self.open.last().copied());
        self.page.images.push(Image {
            sources,
            alt,
            standing,
            size: [pixels("width"), pixels("height")],
            slot: slot(element, bytes, &span),
            span,
        });
    }

    fn finish(mut self, end: usize) -> Found {
        for (place, (image, link)) in self.page.images.iter_mut().zip(&self.within).enumerate() {
            let link = link.map(|link| &self.links[link]);
            let alone = |link: &Link| !link.labelled && link.speaking.iter().all(|&other| other == place);
            if image.standing == Standing::Shown && link.is_some_and(alone) {
                image.standing = Standing::Functional;
            }
        }
        let bare = self.links.into_iter().filter(|link| !link.labelled && link.speaking.is_empty());
        let bare = bare.map(|link| link.span.start..link.span.end.min(end)).collect();
        Found { page: self.page, bare, outline: self.outline.finish() }
    }
}

/// An attribute's value, with its character references read.
fn value(element: &Element<'_, '_>, name: &str) -> Option<String> {
    element.get_attribute(name).map(|raw| htmlize::unescape_attribute(raw).into_owned())
}

/// Whether something is said.
fn said(text: Option<String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

/// Whether that is said, in any case.
fn said_as(text: Option<String>, expected: &str) -> bool {
    text.is_some_and(|text| text.trim().eq_ignore_ascii_case(expected))
}

/// The number that a length in an attribute begins with; none for a share of something.
fn pixels(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    if text.ends_with('%') { None } else { digits.parse().ok() }
}

/// The last address of a `srcset`, which is the largest by habit.
fn largest(set: &str) -> Option<String> {
    // A comma parts candidates where a space follows; any other belongs to the address.
    let candidates = set.split_inclusive(char::is_whitespace).collect::<Vec<_>>();
    let parts = candidates.split_inclusive(|word| word.trim_end().ends_with(','));
    let last =
        parts.filter(|words| words.iter().any(|word| !word.trim_matches([',', ' ']).is_empty())).last()?;
    last.concat().split_whitespace().next().map(|address| address.trim_end_matches(',').to_owned())
}

fn slot(element: &Element<'_, '_>, bytes: &[u8], tag: &Range<usize>) -> Slot {
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

#[cfg(test)]
mod tests {
    use encoding_rs::{SHIFT_JIS, UTF_8, WINDOWS_1252};
    use proptest::prelude::*;

    use super::*;

    fn images(html: &str) -> Vec<Image> {
        find(html.as_bytes(), UTF_8).unwrap().page.images
    }

    fn standing(html: &str) -> Standing {
        let images = images(html);
        assert_eq!(images.len(), 1, "{html}");
        images[0].standing
    }

    #[test]
    fn images_are_found_where_a_browser_shows_them() {
        for (html, count) in [
            ("<img src=a.jpg>", 1),
            ("<IMG SRC='a.jpg'/>", 1),
            ("<p>no end <img\n\tsrc = \"a>b.jpg\"", 0),
            ("<p><img src=a><img src=b></div></p></b><img src=c>", 3),
            ("<!-- <img src=a> --><!--[if IE]><img src=b><![endif]-->", 0),
            ("<script>document.write('<img src=a>')</script>", 0),
            ("<style>/*<img src=a>*/</style><title><img></title><textarea><img></textarea>", 0),
            ("<noscript><img src=a></noscript>", 0),
            ("<template><img src=a></template>", 1),
            ("<svg><image href=a></image></svg>", 0),
            ("<a title='<img src=x>'>x</a>", 0),
            ("<map><area href=x><area></map><input type=IMAGE src=a><input type=text>", 2),
        ] {
            assert_eq!(images(html).len(), count, "{html}");
        }
    }

    #[test]
    fn addresses_are_read_and_the_lazy_ones_count() {
        let sources = |html: &str| images(html)[0].sources.clone();
        assert_eq!(sources("<img src='a&amp;b.jpg?x=1&copy=2'>"), ["a&b.jpg?x=1&copy=2"]);
        assert_eq!(sources("<img src=blank.gif data-src=real.jpg>"), ["real.jpg"]);
        assert_eq!(sources("<img srcset='s.jpg 320w, l.jpg 1280w'>"), ["l.jpg"]);
        assert_eq!(sources("<picture><source srcset='a.webp, b.webp 2x'><img></picture>"), ["b.webp"]);
        assert_eq!(sources("<picture><source srcset=a></picture><img src=' '>"), [""; 0]);
    }

    #[test]
    fn what_the_author_said_otherwise_is_seen() {
        assert_eq!(standing("<img src=a role=' Presentation'>"), Standing::Hidden);
        assert_eq!(standing("<div aria-hidden=true><p><img src=a></p></div>"), Standing::Hidden);
        assert_eq!(standing("<div aria-hidden=true></div><img src=a>"), Standing::Shown);
        assert_eq!(standing("<img src=a title='A dog'>"), Standing::Named);
        assert_eq!(standing("<img src=a title=' '>"), Standing::Shown);
        assert_eq!(standing("<img src='{{ page.image }}'>"), Standing::Templated);
        assert_eq!(standing("<img src='<?php echo $a ?>'>"), Standing::Templated);
    }

    #[test]
    fn an_image_alone_in_a_link_or_button_is_functional() {
        for (html, expected) in [
            ("<a href=x><img src=a></a>", Standing::Functional),
            ("<a href=x>\n&nbsp;<span><img src=a></span></a> text", Standing::Functional),
            ("<button><img src=a></button>", Standing::Functional),
            ("<input type=image src=a>", Standing::Functional),
            ("<a href=x><img src=a> Home</a>", Standing::Shown),
            ("<a href=x><img src=a alt=logo></a>", Standing::Functional),
            ("<a href=x>Home <img src=a></a>", Standing::Shown),
            ("<a href=x aria-label=Home><img src=a></a>", Standing::Shown),
            ("<a name=top><img src=a></a>", Standing::Shown),
            ("<a href=x></a><img src=a>", Standing::Shown),
            ("<a href=x><a href=y>text</a><img src=a>", Standing::Shown),
        ] {
            assert_eq!(standing(html), expected, "{html}");
        }
        let two = images("<a href=x><img src=a><img src=b alt='Home'></a>");
        assert_eq!(two[0].standing, Standing::Shown);
    }

    #[test]
    fn page_and_sizes_are_read() {
        let html = "<html lang=de><base href=/sub/><img width=1 height='20px'><img width=50%>";
        let page = find(html.as_bytes(), UTF_8).unwrap().page;
        assert_eq!((page.language.as_deref(), page.base.as_deref()), (Some("de"), Some("/sub/")));
        assert_eq!(page.images[0].size, [Some(1), Some(20)]);
        assert_eq!(page.images[1].size, [None, None]);
    }

    #[test]
    fn the_slot_is_the_value_or_a_place_for_one() {
        for (html, around, form) in [
            (r#"<img src="a.jpg">"#, r#"<img src="a.jpg"|>"#, Form::Attribute { spaced: false }),
            ("<img src=a.jpg/>", "<img src=a.jpg/|>", Form::Attribute { spaced: false }),
            ("<img src='a'class=b>", "<img src='a'|class=b>", Form::Attribute { spaced: true }),
            ("<img/>", "<img|/>", Form::Attribute { spaced: false }),
            ("<img alt = 'x' src=a>", "<img alt = '|' src=a>", Form::Quoted(b'\'')),
            ("<img alt=\"x\">", "<img alt=\"|\">", Form::Quoted(b'"')),
            ("<img alt=x src=a>", "<img alt=| src=a>", Form::Bare),
            ("<img ALT=x alt=y>", "<img ALT=| alt=y>", Form::Bare),
        ] {
            let slot = &images(html)[0].slot;
            assert_eq!(format!("{}|{}", &html[..slot.span.start], &html[slot.span.end..]), around);
            assert_eq!(slot.form, form, "{html}");
        }
    }

    #[test]
    fn places_are_bytes_in_any_encoding() {
        let (bytes, ..) = SHIFT_JIS.encode("<p>\u{8868}\u{793a}</p><img alt='\u{5199}\u{771f}' src=a>");
        let image = &find(&bytes, SHIFT_JIS).unwrap().page.images[0];
        assert_eq!(image.alt.as_deref(), Some("\u{5199}\u{771f}"));
        assert!(bytes[image.span.clone()].starts_with(b"<img alt='"));
        let image = &find(b"\xe9<img src=a alt=caf\xe9>", WINDOWS_1252).unwrap().page.images[0];
        assert_eq!((image.alt.as_deref(), image.slot.span.clone()), (Some("caf\u{e9}"), 16..20));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in pieces()) {
            if let Ok(found) = find(&bytes, WINDOWS_1252) {
                let mut end = 0;
                for image in found.page.images {
                    prop_assert!(image.span.start >= end && image.span.end <= bytes.len());
                    prop_assert!(image.span.start < image.slot.span.start);
                    prop_assert!(image.slot.span.end <= image.span.end);
                    end = image.span.end;
                }
            }
        }
    }

    /// Bytes that look like HTML often enough.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "<img",
                "<img src=a",
                " alt=",
                "\"",
                "'",
                ">",
                "/>",
                "<a href=x>",
                "</a>",
                "<!--",
                "-->",
                "<script>",
                "</script>",
                "<picture>",
                "<svg>",
                "<math>",
                "<table>",
                "<select>",
                "<textarea>",
                "</",
                "\r\n",
                "&amp;",
                "<title>",
                "=",
                " ",
                "\0",
                "<plaintext>",
                "<![CDATA[",
            ])
            .prop_map(|text| text.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..6),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }
}
