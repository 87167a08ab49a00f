//! Finds the images of a Markdown page, those written in HTML too.
//!
//! Where a page ends in HTML, all else is blanked out, so that places in what is left are places in the
//! page. Words stay words, which tells whether a link has any.

use std::ops::Range;

use encoding_rs::UTF_8;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::PageError;
use crate::html;
use crate::image::{Form, Image, Page, Slot, Standing};

/// What the common programs for sites understand.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
}

/// Finds the images of a page; beside it, its HTML's outline.
///
/// # Errors
/// [`PageError::Html`] where the page's HTML cannot be read.
pub fn find(text: &str) -> Result<(Page, u64), PageError> {
    let mut reading = Reading::new(text);
    for (event, span) in Parser::new_ext(text, options()).into_offset_iter() {
        reading.take(&event, span);
    }
    reading.finish()
}

/// What a page says beside the texts of its images and its HTML.
#[must_use]
pub fn outline(text: &str) -> Vec<Event<'_>> {
    let mut depth = 0;
    let nothing = || CowStr::Borrowed("");
    let parser = Parser::new_ext(text, options());
    let kept = parser.filter_map(|event| match event {
        Event::Start(Tag::Image { dest_url, title, .. }) => {
            depth += 1;
            // Kind and name of the reference may change with the text.
            Some(Event::Start(Tag::Image { link_type: LinkType::Inline, dest_url, title, id: nothing() }))
        }
        Event::End(TagEnd::Image) => {
            depth -= 1;
            Some(event)
        }
        _ if depth > 0 => None,
        Event::Html(_) => Some(Event::Html(nothing())),
        Event::InlineHtml(_) => Some(Event::InlineHtml(nothing())),
        _ => Some(event),
    });
    kept.collect()
}

struct Reading<'a> {
    text: &'a str,
    /// The page with nothing left but HTML and the outlines of words.
    html: Vec<u8>,
    images: Vec<Image>,
    /// The image that is open, and the bytes of its text so far.
    open: Option<(Image, LinkType, Range<usize>)>,
    /// Images inside the text of an image, which are part of that text.
    inner: usize,
    /// The links around, with what they hold: the first of their images, and whether there is text.
    links: Vec<(usize, bool)>,
}

impl<'a> Reading<'a> {
    fn new(text: &'a str) -> Self {
        // Line ends are kept: they decide where HTML ends a comment's line no more than a space does, but
        // people read places as lines.
        let html = text.bytes().map(|byte| if b"\r\n".contains(&byte) { byte } else { b' ' }).collect();
        Self { text, html, images: Vec::new(), open: None, inner: 0, links: Vec::new() }
    }

    fn take(&mut self, event: &Event<'_>, span: Range<usize>) {
        if let Some((image, _, inside)) = &mut self.open {
            match event {
                Event::Start(Tag::Image { .. }) => self.inner += 1,
                Event::End(TagEnd::Image) if self.inner > 0 => self.inner -= 1,
                Event::End(TagEnd::Image) => return self.close(),
                Event::Text(text) | Event::Code(text) => image.alt.get_or_insert_default().push_str(text),
                Event::SoftBreak | Event::HardBreak => image.alt.get_or_insert_default().push(' '),
                _ => {}
            }
            inside.end = inside.end.max(span.end);
            return;
        }
        match event {
            Event::Start(Tag::Image { link_type, dest_url, .. }) => {
                let start = span.start + 2;
                let image = Image {
                    sources: vec![dest_url.to_string()].into_iter().filter(|url| !url.is_empty()).collect(),
                    alt: None,
                    standing: if dest_url.contains("{{") || dest_url.contains("{%") {
                        Standing::Templated
                    } else {
                        Standing::Shown
                    },
                    size: [None, None],
                    slot: Slot { span: start..start, form: Form::Markdown },
                    span,
                };
                self.open = Some((image, *link_type, start..start));
            }
            Event::Start(Tag::Link { .. }) => self.links.push((self.images.len(), false)),
            Event::End(TagEnd::Link) => {
                if let Some((first, false)) = self.links.pop() {
                    let within = &mut self.images[first..];
                    let speaking: Vec<bool> = within.iter().map(|image| image.alt.is_some()).collect();
                    for (place, image) in within.iter_mut().enumerate() {
                        let named =
                            speaking.iter().enumerate().any(|(other, &speaks)| speaks && other != place);
                        if image.standing == Standing::Shown && !named {
                            image.standing = Standing::Functional;
                        }
                    }
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => self.keep(html, span),
            Event::Text(_) | Event::Code(_) => {
                let words = self.text[span.clone()].bytes().zip(&mut self.html[span]);
                words.filter(|(from, _)| !from.is_ascii_whitespace()).for_each(|(_, to)| *to = b'x');
                self.links.iter_mut().for_each(|link| link.1 = true);
            }
            _ => {}
        }
    }

    /// Keeps HTML, without the marks of quotes and lists that lines in its midst begin with.
    fn keep(&mut self, html: &str, span: Range<usize>) {
        let lines: Vec<&str> = html.split('\n').collect();
        let raw: Vec<&str> = self.text[span.clone()].split('\n').collect();
        if lines.len() != raw.len() {
            return;
        }
        let mut end = span.start;
        for (line, raw) in lines.into_iter().zip(raw) {
            end += raw.len();
            let (line, own) = (line.trim_end_matches('\r'), raw.trim_end_matches('\r'));
            if own.ends_with(line) {
                let end = end - (raw.len() - own.len());
                self.html[end - line.len()..end].copy_from_slice(line.as_bytes());
            }
            end += 1;
        }
    }

    fn close(&mut self) {
        let Some((mut image, kind, inside)) = self.open.take() else { return };
        // Spaces around the text belong to it as well.
        let bytes = self.text.as_bytes();
        let rest = bytes[inside.end..image.span.end].iter();
        let spaces = rest.take_while(|byte| byte.is_ascii_whitespace()).count();
        image.slot.span = inside.start..inside.end + spaces;
        // `![name]` and `![name][]` take their text for the name of the reference.
        if matches!(kind, LinkType::Collapsed | LinkType::Shortcut) {
            image.slot.form = Form::Label { name: self.text[image.slot.span.clone()].to_owned() };
            if bytes[image.slot.span.end..].starts_with(b"][]") {
                image.slot.span.end += 2;
            }
        }
        if image.alt.as_deref().is_some_and(|alt| alt.trim().is_empty()) {
            image.alt = None;
        }
        // What is written over has to end at the bracket; anything else is left to people.
        if bytes.get(image.slot.span.end) != Some(&b']') {
            image.standing = Standing::Templated;
        }
        self.images.push(image);
    }

    fn finish(self) -> Result<(Page, u64), PageError> {
        let html::Found { mut page, bare, outline } = html::find(&self.html, UTF_8)?;
        let mut images = self.images;
        for image in images.iter_mut().filter(|image| image.standing == Standing::Shown) {
            if bare.iter().any(|link| link.contains(&image.span.start)) {
                image.standing = Standing::Functional;
            }
        }
        page.images.append(&mut images);
        page.images.sort_by_key(|image| image.span.start);
        Ok((page, outline))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slot, the text and the standing of each image.
    fn found(text: &str) -> Vec<(String, Option<String>, Standing)> {
        let (page, _) = find(text).unwrap();
        let slot = |image: Image| (text[image.slot.span].to_owned(), image.alt, image.standing);
        page.images.into_iter().map(slot).collect()
    }

    fn one(text: &str) -> (String, Option<String>, Standing) {
        let mut found = found(text);
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0)
    }

    #[test]
    fn every_form_of_image_is_found() {
        let shown =
            |slot: &str, alt: Option<&str>| (slot.to_owned(), alt.map(str::to_owned), Standing::Shown);
        assert_eq!(one("![](a.png)"), shown("", None));
        assert_eq!(one("![ ](a.png)"), shown(" ", None));
        assert_eq!(one("![ a *b* `c` ](a.png \"title\")"), shown(" a *b* `c` ", Some(" a b c ")));
        assert_eq!(one("![x\\]y](<a b.png>)"), shown("x\\]y", Some("x]y")));
        assert_eq!(one("![][r]\n\n[r]: a.png"), shown("", None));
        assert_eq!(one("![x][r]\n\n[r]: a.png"), shown("x", Some("x")));
        assert_eq!(one("> - ![](a.png)\r\n> - text"), shown("", None));
        assert_eq!(one("| a |\n|---|\n| ![x](a.png) |"), shown("x", Some("x")));
        assert_eq!(one("<p>\n<img src=a.png>\n</p>"), shown("", None));
        assert_eq!(one("text <img src=a.png alt=x> text"), shown("x", Some("x")));
        assert_eq!(one("> <img\n> alt=x\n> src=a.png>"), shown("x", Some("x")));
    }

    #[test]
    fn references_named_by_the_text_are_known() {
        for text in ["![image]\n\n[image]: a.png", "![image][]\n\n[image]: a.png"] {
            let image = find(text).unwrap().0.images.remove(0);
            assert_eq!(
                (&image.slot.form, image.alt.as_deref()),
                (&Form::Label { name: "image".to_owned() }, Some("image"))
            );
            assert!(text[image.slot.span.end..].starts_with("]\n"));
        }
    }

    #[test]
    fn code_and_front_matter_hold_no_image() {
        for text in [
            "---\nhero: \"![](a.png)\"\n---\ntext",
            "+++\nhero = '<img src=a>'\n+++\n",
            "```\n![](a.png)\n<img src=a>\n```",
            "    ![](a.png)",
            "`![](a.png)` and \\![](a.png) and ![no such reference]",
            "<!-- ![](a.png) <img src=a> -->",
            "<script>\n'<img src=a>'\n</script>",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn images_alone_in_links_are_functional() {
        assert_eq!(one("[![](a.png)](x)").2, Standing::Functional);
        assert_eq!(one("[![logo](a.png)](x)").2, Standing::Functional);
        assert_eq!(one("[![](a.png) Home](x)").2, Standing::Shown);
        assert_eq!(found("[![](a.png) ![Home](b.png)](x)")[0].2, Standing::Shown);
        assert_eq!(one("<a href=x>![](a.png)</a>").2, Standing::Functional);
        assert_eq!(one("<a href=x>![](a.png) *Home*</a>").2, Standing::Shown);
        assert_eq!(one("<a href=x><img src=a> Home</a>").2, Standing::Shown);
        assert_eq!(one("<a href=x><img src=a></a> Home").2, Standing::Functional);
        assert_eq!(one("![](<{{ site.url }}/a.png>)").2, Standing::Templated);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(!\\[|\\]|\\(a\\.png\\)|\\[r\\]|\n|\r\n| |`|\\*|_|<img src=a|>|\"|\\||> |- |[a-z\u{e9}]){0,40}") {
            for image in find(&text).map(|(page, _)| page.images).unwrap_or_default() {
                proptest::prop_assert!(text.get(image.slot.span).is_some());
            }
        }
    }
}
