//! Finds the images of an HTML page. Nothing is written here, and nothing is serialised again: what comes
//! out are places in the page's own bytes.
//!
//! Pages are read as a browser does that runs scripts: comments, scripts and `<noscript>` hold no image. XHTML is
//! read as XML. What template engines read first is masked before ([`crate::template`]).

mod attribute;
mod code;
mod reading;
mod soup;
mod tag;
mod tree;
mod xml;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use encoding_rs::Encoding;

use crate::PageError;
use crate::image::{Page, Standing};
use crate::template::{self, Mask};
use reading::Reading;
use soup::Parsed;

pub(crate) use tag::Tag;

/// What a page holds, with what is around images of another kind.
#[derive(Debug, Default)]
pub struct Found {
    /// The page.
    pub page: Page,
    /// What is around each probe; nothing where it lies in a comment, a script and the like.
    pub probes: Vec<Option<Around>>,
    /// All but alt texts, in short.
    pub outline: u64,
    /// Where images are to be passed over.
    pub ignored: Vec<Range<usize>>,
}

impl Found {
    /// Passes over what the author has said is to be passed over.
    fn pass_over(&mut self) {
        for span in &self.ignored {
            let images = self.page.images.iter_mut().filter(|image| span.contains(&image.span.start));
            images.for_each(|image| image.standing = Standing::Ignored);
        }
    }

    /// Holds what was found against the same page read without a thought of templates: what is no image there is left
    /// to a person, and nothing may change there either.
    pub(crate) fn agree(&mut self, other: &Self) {
        for image in &mut self.page.images {
            let place = other.page.images.binary_search_by_key(&image.span.start, |other| other.span.start);
            if !matches!(image.standing, Standing::Code | Standing::Ignored) && place.is_err() {
                image.standing = Standing::Templated;
            }
        }
        let mut both = DefaultHasher::new();
        (self.outline, other.outline).hash(&mut both);
        self.outline = both.finish();
    }
}

/// A place where an image of another language stands, as one of Markdown does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Where it begins, as `<i>` or another tag in the page.
    pub start: usize,
    /// Whether it has a text or a name, which other images of a link are named by.
    pub speaks: bool,
}

/// What the page says around an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// It is hidden from readers.
    pub hidden: bool,
    /// It is to be passed over.
    pub ignored: bool,
    /// It is all there is of a link, or part of a control.
    pub functional: bool,
    /// The language there.
    pub language: Option<String>,
}

/// What a `<meta>` says.
#[derive(Debug, Default)]
pub(crate) struct Meta {
    pub charset: Option<String>,
    pub http_equiv: Option<String>,
    pub content: Option<String>,
}

/// The `<meta>` tags of the beginning of a page, whose encoding is not known yet.
pub(crate) fn metas(start: &[u8]) -> Vec<Meta> {
    let Ok(parsed) = soup::parse(start, &[]) else { return Vec::new() };
    let metas = parsed.tags.iter().filter(|tag| tag.name == "meta");
    let value = |tag: &Tag, name: &str| {
        let value = tag.attribute(name)?.value.clone()?;
        Some(String::from_utf8_lossy(&start[value]).into_owned())
    };
    metas
        .map(|tag| Meta {
            charset: value(tag, "charset"),
            http_equiv: value(tag, "http-equiv"),
            content: value(tag, "content"),
        })
        .collect()
}

/// Finds the images of an HTML page.
///
/// # Errors
/// [`PageError::Encoding`] where the encoding is no superset of ASCII, [`PageError::Deep`].
pub fn find(bytes: &[u8], encoding: &'static Encoding) -> Result<Found, PageError> {
    whole(bytes, encoding, |masked| soup::parse(masked, &[]))
}

/// Finds the images of an XHTML page.
///
/// # Errors
/// [`PageError::Xml`] where it is not well-formed, [`PageError::Encoding`] as for HTML.
pub fn find_xml(bytes: &[u8], encoding: &'static Encoding) -> Result<Found, PageError> {
    whole(bytes, encoding, xml::parse)
}

fn whole(
    bytes: &[u8],
    encoding: &'static Encoding,
    parse: impl Fn(&[u8]) -> Result<Parsed, PageError>,
) -> Result<Found, PageError> {
    if !encoding.is_ascii_compatible() {
        return Err(PageError::Encoding(encoding.name()));
    }
    let front = template::front(bytes);
    let body = front.as_ref().map_or(0, |front| front.end);
    let (mask, bare) = (Mask::new(bytes, body, &[]), Mask::front(body));
    let parsed = parse(&mask.apply(bytes))?;
    let mut found = Reading::new(bytes, encoding, &mask, &parsed).finish(&[]);
    // A page may be no template, for all that looks like one.
    if mask != bare {
        match parse(&bare.apply(bytes)) {
            Ok(parsed) => found.agree(&Reading::new(bytes, encoding, &bare, &parsed).finish(&[])),
            Err(PageError::Deep) => return Err(PageError::Deep),
            // XML that only a template makes well-formed.
            Err(_) => {}
        }
    }
    found.page.add(code::images(bytes, encoding, &mask));
    found.pass_over();
    if let Some(front) = front.filter(|_| found.page.language.is_none()) {
        found.page.language =
            template::language(&encoding.decode_without_bom_handling(&bytes[front.inside]).0);
    }
    Ok(found)
}

/// Reads what is left of a page of another language: `shadow` has its HTML, a tag for each probe, and nothing else;
/// `bytes` is the page.
///
/// # Errors
/// [`PageError::Deep`].
pub fn find_in(shadow: &[u8], bytes: &[u8], mask: &Mask, probes: &[Probe]) -> Result<Found, PageError> {
    let starts: Vec<usize> = probes.iter().map(|probe| probe.start).collect();
    let parsed = soup::parse(shadow, &starts)?;
    let mut found = Reading::new(bytes, encoding_rs::UTF_8, mask, &parsed).finish(probes);
    found.page.add(code::images(bytes, encoding_rs::UTF_8, mask));
    found.pass_over();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use encoding_rs::{SHIFT_JIS, UTF_8, WINDOWS_1252};
    use proptest::prelude::*;

    use super::*;
    use crate::image::{Form, Image};

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
                (Standing::Hidden | Standing::Ignored, _) | (_, Some("")) => "decorative",
                (Standing::Named, _) | (_, Some(_)) => "given",
                (Standing::Functional, None) => "functional",
                (Standing::Shown | Standing::Templated | Standing::Code, None) => "open",
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
