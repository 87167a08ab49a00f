//! What a page is made of, element by element: images, and what around them decides about their texts.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use lol_html::html_content::Element;

use super::Found;
use super::attribute::{largest, pixels, said, said_as, slot, value};
use crate::image::{Image, Page, Standing};

/// Attributes in which scripts find the picture that they load later.
const LAZY: [&str; 5] = ["data-src", "data-original", "data-lazy-src", "data-srcset", "data-lazy-srcset"];
/// Attributes that name an element by themselves.
const NAMES: [&str; 3] = ["aria-label", "aria-labelledby", "title"];
/// Elements that may end without an end tag, which nobody would be told of (HTML Standard, 13.1.2.4).
const OPEN: [&str; 17] = [
    "li", "p", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "caption", "option",
    "optgroup", "rt", "rp", "body",
];
/// Elements that name themselves by their content: the text of a picture in them would become part of the name.
const CONTROLS: [&str; 3] = ["button", "summary", "label"];
/// Roles that do the same.
const CONTROL_ROLES: [&str; 9] = [
    "button",
    "checkbox",
    "menuitem",
    "menuitemcheckbox",
    "menuitemradio",
    "option",
    "radio",
    "switch",
    "tab",
];
/// What template engines put into tags.
const TEMPLATES: [&[u8]; 6] = [b"{{", b"{%", b"<?", b"<%", b"{#", b"${"];

/// What ends with an element.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// A link or button, by its number.
    Link(usize),
    /// Something hidden from readers.
    Hidden,
    /// `<picture>`.
    Picture,
    /// A control that names itself by its content.
    Control,
}

#[derive(Debug)]
struct Link {
    span: Range<usize>,
    /// Whether there is text, or a name.
    labelled: bool,
    /// Images in it that have a text, which names it for the others.
    speaking: Vec<usize>,
}

/// A page as far as it has been read.
#[derive(Debug, Default)]
pub struct Reading {
    page: Page,
    /// The link that each image lies in.
    within: Vec<Option<usize>>,
    links: Vec<Link>,
    open: Vec<usize>,
    /// How many elements around are hidden from readers.
    hidden: usize,
    /// How many elements around are controls.
    controls: usize,
    /// Addresses that the `<picture>` around offers.
    offered: Vec<String>,
    outline: DefaultHasher,
}

impl Reading {
    /// Takes an element in; what is to be told when it ends.
    pub fn open(&mut self, element: &Element<'_, '_>, bytes: &[u8]) -> Vec<End> {
        let span = element.source_location().bytes();
        let value = |name: &str| value(element, name);
        let is = |name: &str, expected: &str| said_as(value(name), expected);
        let tag = element.tag_name();
        let mut ends = Vec::new();
        element.tag_name().hash(&mut self.outline);
        for attribute in element.attributes().iter().filter(|attribute| attribute.name() != "alt") {
            (attribute.name(), attribute.value()).hash(&mut self.outline);
        }
        match tag.as_str() {
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
                    ends.push(self.link(element, span.start..bytes.len()));
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
            _ if is("role", "link") => ends.push(self.link(element, span.start..bytes.len())),
            _ => {}
        }
        if is("aria-hidden", "true") && !OPEN.contains(&tag.as_str()) {
            ends.push(End::Hidden);
        }
        if CONTROLS.contains(&tag.as_str()) || CONTROL_ROLES.into_iter().any(|role| is("role", role)) {
            ends.push(End::Control);
        }
        if !element.can_have_content() {
            return Vec::new();
        }
        self.hidden += ends.iter().filter(|end| matches!(end, End::Hidden)).count();
        self.controls += ends.iter().filter(|end| matches!(end, End::Control)).count();
        ends
    }

    /// Takes in what leads somewhere.
    fn link(&mut self, element: &Element<'_, '_>, span: Range<usize>) -> End {
        let labelled = NAMES.into_iter().any(|name| said(value(element, name)));
        let link = self.links.len();
        self.open.push(link);
        self.links.push(Link { span, labelled, speaking: Vec::new() });
        End::Link(link)
    }

    /// Ends what an element has begun; `at` is where its end tag ends.
    pub fn close(&mut self, end: End, at: usize) {
        match end {
            End::Link(link) => {
                if let Some(depth) = self.open.iter().rposition(|&open| open == link) {
                    self.open.truncate(depth);
                    self.links[link].span.end = at;
                }
            }
            End::Hidden => self.hidden -= 1,
            End::Control => self.controls -= 1,
            End::Picture => self.offered.clear(),
        }
    }

    /// Text inside the links that are open.
    pub fn label(&mut self) {
        self.open.iter().for_each(|&link| self.links[link].labelled = true);
    }

    fn image(&mut self, element: &Element<'_, '_>, bytes: &[u8], span: Range<usize>) {
        let value = |name: &str| value(element, name);
        let role = value("role").unwrap_or_default().to_ascii_lowercase();
        let hidden = self.hidden > 0
            || ["none", "presentation"].contains(&role.trim())
            || said_as(value("aria-hidden"), "true");
        let bound = element.attributes().iter().any(|attribute| binds_alt(&attribute.name()));
        let named = bound || NAMES.into_iter().any(|name| said(value(name)));
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
        } else if self.controls > 0
            || element.tag_name() != "img"
            || ["usemap", "onclick"].into_iter().any(|name| element.has_attribute(name))
        {
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

    /// What came of it, in a page of so many bytes.
    pub fn finish(mut self, end: usize) -> Found {
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

/// How frameworks write a text that is reckoned in the browser: `:alt`, `v-bind:alt`, `[alt]`, `[attr.alt]`.
fn binds_alt(name: &str) -> bool {
    name.ends_with(":alt") || ["[alt]", "[attr.alt]"].contains(&name)
}
