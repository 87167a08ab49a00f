//! Finds the images of an HTML page. Nothing is written here, and nothing is serialised again: what comes
//! out are places in the page's own bytes.
//!
//! lol_html reads as a browser does that runs scripts: comments, scripts and `<noscript>` hold no image.

mod attribute;
mod reading;

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use encoding_rs::Encoding;
use lol_html::{AsciiCompatibleEncoding, HtmlRewriter, Settings, element, text};

use crate::PageError;
use crate::image::Page;
use reading::Reading;

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
    let texts = text!("a, button, [role=\"link\" i]", |chunk| {
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

#[cfg(test)]
mod tests {
    use encoding_rs::{SHIFT_JIS, UTF_8, WINDOWS_1252};
    use proptest::prelude::*;

    use super::*;
    use crate::image::{Form, Image, Standing};

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
        assert_eq!(standing("<ul><li aria-hidden=true>x<li>y</ul><img src=a>"), Standing::Shown);
        assert_eq!(standing("<img src=a title='A dog'>"), Standing::Named);
        assert_eq!(standing("<img src=a title=' '>"), Standing::Shown);
        assert_eq!(standing("<img :src='a' :alt='b'>"), Standing::Named);
        assert_eq!(standing("<img [src]='a' [attr.alt]='b'>"), Standing::Named);
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

    /// What the package makes of the same images is held to the same list.
    #[test]
    fn an_image_is_for_what_the_list_says() {
        #[derive(serde::Deserialize)]
        struct Row {
            purpose: String,
            html: String,
        }
        let list = include_str!("../../../../tests/data/purposes.json");
        for Row { purpose, html } in serde_json::from_str::<Vec<Row>>(list).unwrap() {
            let image = &images(&html)[0];
            let found = match (image.standing, image.alt.as_deref()) {
                (Standing::Hidden, _) | (_, Some("")) => "decorative",
                (Standing::Named, _) | (_, Some(_)) => "given",
                (Standing::Functional, None) => "functional",
                (Standing::Shown | Standing::Templated, None) => "open",
            };
            assert_eq!(found, purpose, "{html}");
        }
        let page = images("<ul role=menu><li role=menuitem><img src=a></ul><img src=b>");
        assert_eq!([page[0].standing, page[1].standing], [Standing::Functional, Standing::Shown]);
        let page = images("<p><button><img src=a></button><img src=b>");
        assert_eq!([page[0].standing, page[1].standing], [Standing::Functional, Standing::Shown]);
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
