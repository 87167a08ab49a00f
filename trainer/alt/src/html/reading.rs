//! What a page's tree says of its images: what around them decides about their texts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use encoding_rs::Encoding;

use super::attribute::{largest, pixels, said, said_as, slot};
use super::soup::{Parsed, Rest};
use super::tag::Tag;
use super::tree::Place;
use super::{Around, Found, Probe};
use crate::image::{Image, Page, Standing};
use crate::template::Mask;

/// Attributes in which scripts find the picture that they load later.
const LAZY: [&str; 5] = ["data-src", "data-original", "data-lazy-src", "data-srcset", "data-lazy-srcset"];
/// Attributes that name an element by themselves.
const NAMES: [&str; 3] = ["aria-label", "aria-labelledby", "title"];
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
/// Elements whose text nobody sees.
const UNSEEN: [&str; 7] = ["script", "style", "noscript", "template", "iframe", "noembed", "noframes"];
/// Parts of tables, which a browser drops where there is no table: pages that are parts of others have them.
const PARTS: [&str; 8] = ["caption", "colgroup", "tbody", "thead", "tfoot", "tr", "td", "th"];

/// Addresses of a `<picture>` that are looked at: each of its images has them all.
const MOST_OFFERED: usize = 32;

/// What is known where an element is: its own and what it inherits.
#[derive(Debug, Clone, Copy, Default)]
struct Inherited {
    /// Hidden from readers.
    hidden: bool,
    /// Part of a control.
    control: bool,
    /// Text here is not seen.
    unseen: bool,
    /// Nothing here is ever shown.
    inert: bool,
    /// The link around.
    link: Option<Place>,
    /// The `<picture>` around.
    picture: Option<Place>,
    /// The tag that says which language it is.
    language: Option<usize>,
}

/// A page that is being read.
pub struct Reading<'a> {
    bytes: &'a [u8],
    encoding: &'static Encoding,
    mask: &'a Mask,
    parsed: &'a Parsed,
    known: Vec<Option<Inherited>>,
    /// Tags that the tree dropped, and the tags that they would be around: for each of [`PARTS`] in order, and apart
    /// from each other, since each ends the one before.
    strays: [Vec<(usize, Range<usize>)>; PARTS.len()],
    /// The tags of an element beside its own.
    merged: HashMap<Place, Vec<usize>>,
}

impl<'a> Reading<'a> {
    /// Begins with a page's bytes as they are, and what was read of them.
    pub fn new(bytes: &'a [u8], encoding: &'static Encoding, mask: &'a Mask, parsed: &'a Parsed) -> Self {
        let known = vec![None; parsed.tree.nodes.len()];
        let mut merged: HashMap<Place, Vec<usize>> = HashMap::new();
        for &(place, number) in &parsed.tree.merged {
            merged.entry(place).or_default().push(number);
        }
        Self { bytes, encoding, mask, parsed, known, strays: strays(parsed), merged }
    }

    /// An attribute's value, with its character references read.
    fn value(&self, tag: &Tag, name: &str) -> Option<String> {
        let attribute = tag.attribute(name)?;
        let raw = attribute.value.clone().map_or(&b""[..], |value| &self.bytes[value]);
        let (text, _) = self.encoding.decode_without_bom_handling(raw);
        Some(htmlize::unescape_attribute(text).into_owned())
    }

    fn is(&self, tag: &Tag, name: &str, expected: &str) -> bool {
        said_as(self.value(tag, name), expected)
    }

    fn role(&self, tag: &Tag, roles: &[&str]) -> bool {
        // Of several roles the first that is known counts, and most are known.
        let role = self.value(tag, "role").unwrap_or_default().to_ascii_lowercase();
        role.split_ascii_whitespace().next().is_some_and(|role| roles.contains(&role))
    }

    /// What an element's own tag adds to what it inherits.
    fn own(&self, mut here: Inherited, place: Place, number: usize) -> Inherited {
        let tag = &self.parsed.tags[number];
        here.hidden |= self.is(tag, "aria-hidden", "true");
        here.control |= CONTROLS.contains(&tag.name.as_str()) || self.role(tag, &CONTROL_ROLES);
        if ["lang", "xml:lang"].into_iter().any(|name| tag.attribute(name).is_some()) {
            here.language = Some(number);
        }
        // An anchor without an address leads nowhere.
        if (tag.name == "a" && tag.attribute("href").is_some()) || self.role(tag, &["link"]) {
            here.link = Some(place);
        }
        here
    }

    /// What is known at a node.
    fn at(&mut self, place: Place) -> Inherited {
        let nodes = &self.parsed.tree.nodes;
        let mut path = Vec::new();
        let mut next = Some(place);
        let mut here = Inherited::default();
        while let Some(place) = next {
            if let Some(known) = self.known[place] {
                here = known;
                break;
            }
            path.push(place);
            next = nodes[place].parent;
        }
        for place in path.into_iter().rev() {
            let unseen = UNSEEN.into_iter().any(|name| self.parsed.tree.is(place, name));
            here.unseen |= unseen;
            // Scripts make pages of templates.
            here.inert |= unseen && !self.parsed.tree.is(place, "template");
            if self.parsed.tree.is(place, "picture") {
                here.picture = Some(place);
            }
            if let Some(number) = nodes[place].tag {
                here = self.own(here, place, number);
            }
            for number in self.merged.get(&place).into_iter().flatten() {
                here = self.own(here, place, *number);
            }
            self.known[place] = Some(here);
        }
        here
    }

    /// What is known at an image, with what is around it and has no element.
    fn image_at(&mut self, place: Place, number: usize) -> Inherited {
        let mut here = self.at(place);
        let around = |strays: &Vec<(usize, Range<usize>)>| {
            let (stray, around) =
                strays.get(strays.partition_point(|(stray, _)| *stray < number).checked_sub(1)?)?;
            around.contains(&number).then_some(*stray)
        };
        let mut strays: Vec<usize> = self.strays.iter().filter_map(around).collect();
        strays.sort_unstable();
        for stray in strays {
            let language = here.language;
            here = self.own(here, place, stray);
            // What lies in it says more than it does.
            here.language = language.or(here.language);
        }
        here
    }

    fn language(&self, here: Inherited) -> Option<String> {
        let tag = &self.parsed.tags[here.language?];
        self.value(tag, "lang").or_else(|| self.value(tag, "xml:lang"))
    }

    /// The images of the page, and what is around those of another language at `probes`.
    pub fn finish(mut self, probes: &[Probe]) -> Found {
        let (nodes, tags) = (&self.parsed.tree.nodes, &self.parsed.tags);
        let mut page = self.page();
        let mut found = vec![None; probes.len()];
        // The addresses that each `<picture>` offers.
        let mut offered: HashMap<Place, Vec<String>> = HashMap::new();
        // Links with a text or a name; images that name a link, and those that may have to.
        let mut labelled = vec![false; nodes.len()];
        let (mut speaking, mut silent) = (Vec::new(), Vec::new());
        for place in 0..nodes.len() {
            if nodes[place].text {
                let here = self.at(place);
                if let Some(link) = here.link.filter(|_| !here.hidden && !here.unseen) {
                    labelled[link] = true;
                }
                continue;
            }
            let Some(number) = nodes[place].tag else { continue };
            let tag = &tags[number];
            let here = self.image_at(place, number);
            if here.link == Some(place) && NAMES.into_iter().any(|name| said(self.value(tag, name))) {
                labelled[place] = true;
            }
            if let Ok(probe) = probes.binary_search_by_key(&tag.span.start, |probe| probe.start) {
                let around = Around {
                    hidden: here.hidden,
                    ignored: false,
                    functional: here.control,
                    language: self.language(here),
                };
                found[probe] = Some(around);
                let list = if probes[probe].speaks { &mut speaking } else { &mut silent };
                list.push((here.link, Err(probe)));
                if probes[probe].speaks {
                    silent.push((here.link, Err(probe)));
                }
                continue;
            }
            if self.parsed.tree.is(place, "source") {
                let address = self.value(tag, "srcset").or_else(|| self.value(tag, "data-srcset"));
                if let (Some(picture), Some(address)) = (here.picture, address.as_deref().and_then(largest)) {
                    let offered = offered.entry(picture).or_default();
                    if offered.len() < MOST_OFFERED {
                        offered.push(address);
                    }
                }
            }
            let shows = self.parsed.tree.is(place, "img")
                || (self.parsed.tree.is(place, "area") && tag.attribute("href").is_some())
                || (self.parsed.tree.is(place, "input") && self.is(tag, "type", "image"));
            // In XHTML a script may hold tags, which are not shown.
            if !shows || here.inert {
                continue;
            }
            let empty = Vec::new();
            let offered = here.picture.and_then(|picture| offered.get(&picture)).unwrap_or(&empty);
            let image = self.image(tag, here, offered);
            if said(image.alt.clone()) || image.standing == Standing::Named || self.named(tag) {
                speaking.push((here.link, Ok(page.images.len())));
            }
            silent.push((here.link, Ok(page.images.len())));
            page.images.push(image);
        }
        // All there is of a link: no text, and no other image speaks.
        let mut voices: HashMap<Place, Vec<Result<usize, usize>>> = HashMap::new();
        for (link, image) in speaking {
            if let Some(link) = link {
                voices.entry(link).or_default().push(image);
            }
        }
        for (link, image) in silent {
            let Some(link) = link.filter(|link| !labelled[*link]) else { continue };
            if voices.get(&link).is_some_and(|others| others.iter().any(|other| *other != image)) {
                continue;
            }
            match image {
                Ok(place) if page.images[place].standing == Standing::Shown => {
                    page.images[place].standing = Standing::Functional;
                }
                Ok(_) => {}
                Err(probe) => found[probe].iter_mut().for_each(|around| around.functional = true),
            }
        }
        page.images.sort_by_key(|image| image.span.start);
        let ignored = self.ignored();
        for span in &ignored {
            let probes = probes.iter().zip(&mut found).filter(|(probe, _)| span.contains(&probe.start));
            probes.flat_map(|(_, around)| around).for_each(|around| around.ignored = true);
        }
        Found {
            outline: self.outline(!probes.is_empty() || self.mask.shadow()),
            page,
            probes: found,
            ignored,
        }
    }

    /// Where images are to be passed over: from a comment that says so to the end of the next image, or all over.
    fn ignored(&self) -> Vec<Range<usize>> {
        let tags = &self.parsed.tags;
        let said = |(before, piece): &(usize, Rest)| {
            let Rest::Comment(text) = piece else { return None };
            let text = String::from_utf8_lossy(text);
            let word = text.trim_start_matches("<!--").trim_end_matches("-->").trim();
            if word == "showtell-ignore-file" {
                return Some(0..self.bytes.len());
            }
            if word != "showtell-ignore" {
                return None;
            }
            let start = before.checked_sub(1).map_or(0, |tag| tags[tag].span.end);
            let shows = |tag: &&Tag| ["img", "image", "area", "input"].contains(&tag.name.as_str());
            let next = tags[*before..].iter().find(shows).map_or(start, |tag| tag.span.end);
            Some(start..next)
        };
        self.parsed.rest.iter().filter_map(said).collect()
    }

    /// What the page says of itself.
    fn page(&self) -> Page {
        let first = |name: &str, value: &str| {
            self.parsed.tags.iter().filter(|tag| tag.name == name).find_map(|tag| self.value(tag, value))
        };
        let meta = || {
            let metas = self.parsed.tags.iter().filter(|tag| tag.name == "meta");
            let mut said = metas.filter(|tag| self.is(tag, "http-equiv", "content-language"));
            // A list of languages says for whom the page is, not what it is in.
            said.find_map(|tag| self.value(tag, "content")).filter(|language| !language.contains(','))
        };
        let language = first("html", "lang").or_else(|| first("html", "xml:lang")).or_else(meta);
        Page { base: first("base", "href"), language, ..Page::default() }
    }

    fn named(&self, tag: &Tag) -> bool {
        let bound = tag.attributes.iter().any(|attribute| binds_alt(&attribute.name));
        bound || NAMES.into_iter().any(|name| said(self.value(tag, name)))
    }

    fn image(&self, tag: &Tag, here: Inherited, offered: &[String]) -> Image {
        let value = |name: &str| self.value(tag, name);
        let hidden = here.hidden || self.role(tag, &["none", "presentation"]);
        let standing = if self.mask.touches(&tag.span) {
            Standing::Templated
        } else if hidden {
            Standing::Hidden
        } else if self.named(tag) {
            Standing::Named
        } else if here.control
            || !["img", "image"].contains(&tag.name.as_str())
            || ["usemap", "onclick"].into_iter().any(|name| tag.attribute(name).is_some())
        {
            Standing::Functional
        } else {
            Standing::Shown
        };
        // Browsers take tabs and line ends out of addresses (URL Standard, 4.4).
        let clean = |address: String| address.replace(['\t', '\n', '\r'], "");
        let address = |name: &str| {
            let found = value(name).filter(|found| !found.trim().is_empty())?;
            if name.ends_with("set") { largest(&found) } else { Some(clean(found)) }
        };
        // Where a script loads the picture, `src` holds something else until then.
        let mut sources: Vec<String> = LAZY.into_iter().filter_map(address).collect();
        if sources.is_empty() {
            sources =
                ["src", "srcset"].into_iter().filter_map(address).chain(offered.iter().cloned()).collect();
        }
        let pixels = |name: &str| value(name).and_then(|text| pixels(&text));
        Image {
            sources,
            alt: value("alt"),
            standing,
            size: [pixels("width"), pixels("height")],
            language: self.language(here),
            slot: slot(tag, self.bytes),
            span: tag.span.clone(),
        }
    }

    /// All of the page but alt texts, in short. Of a page in another language, whose words stand elsewhere, without
    /// its text.
    fn outline(&self, partial: bool) -> u64 {
        let mut hasher = DefaultHasher::new();
        let mut rest = self.parsed.rest.iter().peekable();
        for (number, tag) in self.parsed.tags.iter().enumerate() {
            while let Some((_, piece)) = rest.next_if(|(before, _)| *before <= number) {
                outlined(piece, partial, &mut hasher);
            }
            tag.name.hash(&mut hasher);
            for attribute in tag.attributes.iter().filter(|attribute| attribute.name != "alt") {
                self.bytes[attribute.place.clone()].hash(&mut hasher);
                attribute.value.clone().map(|value| &self.bytes[value]).hash(&mut hasher);
            }
        }
        rest.for_each(|(_, piece)| outlined(piece, partial, &mut hasher));
        hasher.finish()
    }
}

fn outlined(piece: &Rest, partial: bool, hasher: &mut DefaultHasher) {
    match piece {
        Rest::Text(_) if partial => {}
        Rest::Comment(text) if partial => {
            let words: Vec<Cow<'_, str>> = text
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
                .map(String::from_utf8_lossy)
                .collect();
            words.hash(hasher);
        }
        piece => piece.hash(hasher),
    }
}

/// Parts of tables for which there is no element, with the tags that they were written around.
fn strays(parsed: &Parsed) -> [Vec<(usize, Range<usize>)>; PARTS.len()] {
    let mut has_element = vec![false; parsed.tags.len()];
    parsed.tree.nodes.iter().filter_map(|node| node.tag).for_each(|tag| has_element[tag] = true);
    let rank = |name: &str| PARTS.iter().position(|part| *part == name);
    let dropped = |number: usize| !has_element[number] && rank(&parsed.tags[number].name).is_some();
    let strays = (0..parsed.tags.len()).filter(|&number| dropped(number));
    let range = |number: usize| {
        let name = &parsed.tags[number].name;
        // Cells end cells, and rows end both.
        let cell = |name: &str| name == "td" || name == "th";
        let ends = |other: &str| rank(other) <= rank(name) || (cell(other) && cell(name));
        let next =
            (number + 1..parsed.tags.len()).find(|&other| dropped(other) && ends(&parsed.tags[other].name));
        let next = next.unwrap_or(parsed.tags.len());
        let behind = parsed.rest.partition_point(|(before, _)| *before <= number);
        let mut within = parsed.rest[behind..].iter().take_while(|(before, _)| *before <= next);
        let closed = within.find_map(|(before, piece)| match piece {
            Rest::End(end) if end == name => Some(*before),
            _ => None,
        });
        (number, number + 1..closed.unwrap_or(next))
    };
    let says = |number: &usize| {
        let tag = &parsed.tags[*number];
        ["aria-hidden", "lang", "xml:lang", "role"].into_iter().any(|name| tag.attribute(name).is_some())
    };
    let mut found = [const { Vec::new() }; PARTS.len()];
    for number in strays.filter(says) {
        if let Some(rank) = rank(&parsed.tags[number].name) {
            found[rank].push(range(number));
        }
    }
    found
}

/// How frameworks write a text that is reckoned in the browser: `:alt`, `v-bind:alt`, `[alt]`, `[attr.alt]`.
fn binds_alt(name: &str) -> bool {
    name.ends_with(":alt") || ["[alt]", "[attr.alt]"].contains(&name)
}
