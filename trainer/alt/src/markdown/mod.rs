//! Finds the images of a Markdown page, those written in HTML too.
//!
//! What programs for sites read before or otherwise is masked or rewritten first, byte for byte (`dialect`,
//! [`crate::template`]). What is left of the page's HTML, with a tag for each image of Markdown, is read as a browser
//! would read it: places in it are places in the page, and what is around an image is around it in both languages.
//! Words stay words, which tells whether a link has any.

mod attributes;
mod dialect;
mod outline;
mod prepare;
mod wiki;

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::PageError;
use crate::html::{self, Around, Found, Probe};
use crate::image::{Form, Image, Slot, Standing};
use outline::Outline;
use prepare::{Prepared, Taken, prepare};
use wiki::wiki;

/// What the common programs for sites understand.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_WIKILINKS
}

/// Finds the images of a page.
///
/// # Errors
/// [`PageError::Deep`], of the HTML in it.
pub fn find(text: &str) -> Result<Found, PageError> {
    let (template, plain) = (prepare(text, Taken::Template), prepare(text, Taken::Plain));
    let mut found = read(text, &template)?;
    // A page may be no template, for all that looks like one.
    if template.mask != plain.mask {
        found.agree(&read(text, &plain)?);
    }
    Ok(found)
}

fn read(text: &str, prepared: &Prepared) -> Result<Found, PageError> {
    let mut reading = Reading::new(text, prepared);
    let mut outline = Outline::default();
    for (event, span) in Parser::new_ext(&prepared.plain, options()).into_offset_iter() {
        outline.take(&event);
        reading.take(&event, span.start + prepared.mark..span.end + prepared.mark);
    }
    let mut found = reading.finish()?;
    found.outline = outline.with(prepared.mark, found.outline);
    Ok(found)
}

/// A link of Markdown.
#[derive(Debug)]
struct Link {
    span: Range<usize>,
    /// Whether it has text or a title.
    labelled: bool,
}

/// An image of Markdown that is open.
#[derive(Debug)]
struct Open {
    image: Image,
    kind: LinkType,
    /// The bytes of its text so far.
    inside: Range<usize>,
}

struct Reading<'a> {
    text: &'a str,
    prepared: &'a Prepared,
    /// The page with nothing left but HTML, tags for images, and the outlines of words.
    html: Vec<u8>,
    images: Vec<Image>,
    open: Option<Open>,
    /// Images inside the text of an image, which are part of that text.
    inner: usize,
    /// The links around, and those that have ended.
    around: Vec<Link>,
    links: Vec<Link>,
}

impl<'a> Reading<'a> {
    fn new(text: &'a str, prepared: &'a Prepared) -> Self {
        // Line ends are kept: they decide where HTML ends a comment's line no more than a space does, but
        // people read places as lines.
        let mut html: Vec<u8> =
            text.bytes().map(|byte| if b"\r\n".contains(&byte) { byte } else { b' ' }).collect();
        for tag in &prepared.tags {
            html[tag.clone()].copy_from_slice(&text.as_bytes()[tag.clone()]);
        }
        Self {
            text,
            prepared,
            html,
            images: Vec::new(),
            open: None,
            inner: 0,
            around: Vec::new(),
            links: Vec::new(),
        }
    }

    fn take(&mut self, event: &Event<'_>, span: Range<usize>) {
        if let Some(Open { image, inside, .. }) = &mut self.open {
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
            Event::Start(Tag::Image { link_type, dest_url, title, .. }) => {
                self.image(*link_type, dest_url, !title.trim().is_empty(), span);
            }
            Event::Start(Tag::Link { title, .. }) => {
                self.around.push(Link { span, labelled: !title.trim().is_empty() });
            }
            Event::End(TagEnd::Link) => self.links.extend(self.around.pop()),
            Event::Html(html) | Event::InlineHtml(html) => self.keep(html, span),
            Event::Text(_) | Event::Code(_) => {
                let words = self.text[span.clone()].bytes().zip(&mut self.html[span]);
                words.filter(|(from, _)| !from.is_ascii_whitespace()).for_each(|(_, to)| *to = b'x');
                self.around.iter_mut().for_each(|link| link.labelled = true);
            }
            _ => {}
        }
    }

    fn image(&mut self, kind: LinkType, address: &str, titled: bool, span: Range<usize>) {
        let start = span.start + if matches!(kind, LinkType::WikiLink { .. }) { 3 } else { 2 };
        let templated = self.prepared.mask.touches(&span);
        let said = attributes::said(&self.text[span.end..]);
        let named = titled.then_some(Standing::Named);
        let standing = if templated { Some(Standing::Templated) } else { said.standing.or(named) };
        // What a template writes is masked.
        let written = || {
            let inside = self.text[span.clone()].rsplit_once("](").map_or("", |(_, inside)| inside);
            inside.trim_end_matches(')').trim_matches(['<', '>']).to_owned()
        };
        let address = if templated { written() } else { address.to_owned() };
        // A wiki knows its pictures by their names alone.
        let wiki = matches!(kind, LinkType::WikiLink { .. }).then(|| format!("/{address}"));
        let image = Image {
            sources: [Some(address), wiki].into_iter().flatten().filter(|url| !url.is_empty()).collect(),
            alt: None,
            standing: standing.unwrap_or(Standing::Shown),
            size: [None, None],
            language: said.language,
            slot: Slot { span: start..start, form: Form::Markdown },
            span,
        };
        self.open = Some(Open { image, kind, inside: start..start });
    }

    /// Keeps HTML, without the marks of quotes and lists that lines in its midst begin with.
    fn keep(&mut self, html: &str, span: Range<usize>) {
        let lines: Vec<&str> = html.split('\n').collect();
        let plain = &self.prepared.plain[span.start - self.prepared.mark..span.end - self.prepared.mark];
        let raw: Vec<&str> = plain.split('\n').collect();
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
        let Some(Open { mut image, kind, inside }) = self.open.take() else { return };
        let bytes = self.text.as_bytes();
        if let LinkType::WikiLink { has_pothole } = kind {
            if !wiki(&mut image, self.text, has_pothole) {
                return;
            }
        } else {
            // Spaces around the text belong to it as well.
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
        }
        if image.alt.as_deref().is_some_and(|alt| alt.trim().is_empty()) {
            image.alt = None;
        }
        // What is written over has to end at the bracket; anything else is left to people.
        let wiki = matches!(kind, LinkType::WikiLink { .. });
        if !wiki && bytes.get(image.slot.span.end) != Some(&b']') {
            image.standing = Standing::Templated;
        }
        self.html[image.span.start..image.span.start + 3].copy_from_slice(b"<z>");
        self.images.push(image);
    }

    fn finish(self) -> Result<Found, PageError> {
        let said = |image: &Image| image.alt.is_some() || image.standing == Standing::Named;
        let probe = |image: &Image| Probe { start: image.span.start, speaks: said(image) };
        let probes: Vec<Probe> = self.images.iter().map(probe).collect();
        let mut found = html::find_in(&self.html, self.text.as_bytes(), &self.prepared.mask, &probes)?;
        let around = std::mem::take(&mut found.probes);
        let images = self.images.into_iter().zip(around);
        let shown = |(mut image, around): (Image, Option<Around>)| {
            let around = around?;
            image.standing = match image.standing {
                _ if around.ignored => Standing::Ignored,
                Standing::Shown | Standing::Named if around.hidden => Standing::Hidden,
                Standing::Shown if around.functional => Standing::Functional,
                standing => standing,
            };
            image.language = image.language.or(around.language);
            Some(image)
        };
        found.page.add(images.filter_map(shown).collect());
        for link in self.links.iter().filter(|link| !link.labelled) {
            functional(&mut found.page.images, &link.span);
        }
        found.page.language = self.prepared.language.clone().or(found.page.language);
        Ok(found)
    }
}

/// Leaves the images of a link without text to a person, unless another one speaks for them.
fn functional(images: &mut [Image], link: &Range<usize>) {
    let within = images.iter_mut().filter(|image| link.contains(&image.span.start));
    let within: Vec<&mut Image> = within.collect();
    let speaks = |image: &Image| {
        image.standing == Standing::Named || image.alt.as_deref().is_some_and(|alt| !alt.trim().is_empty())
    };
    let voices: Vec<bool> = within.iter().map(|image| speaks(image)).collect();
    for (place, image) in within.into_iter().enumerate() {
        let named = voices.iter().enumerate().any(|(other, &speaks)| speaks && other != place);
        if image.standing == Standing::Shown && !named {
            image.standing = Standing::Functional;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slot, the text and the standing of each image.
    fn found(text: &str) -> Vec<(String, Option<String>, Standing)> {
        let page = find(text).unwrap().page;
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
        assert_eq!(one("![ a *b* `c` ](a.png \" \")"), shown(" a *b* `c` ", Some(" a b c ")));
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
            let image = find(text).unwrap().page.images.remove(0);
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
            for image in find(&text).unwrap().page.images {
                proptest::prop_assert!(text.get(image.slot.span).is_some());
            }
        }
    }
}
