//! An image in a page: what its author said of it, and where an alt text goes.

use std::ops::Range;

/// An image, by its place in the bytes of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The whole tag, or the whole of a Markdown image, in bytes.
    pub span: Range<usize>,
    /// Addresses of the picture, the one a browser shows first; decoded, otherwise as written.
    pub sources: Vec<String>,
    /// The text that stands for it, decoded; nothing where there is none at all.
    pub alt: Option<String>,
    /// What else its author said.
    pub standing: Standing,
    /// Width and height that the page gives it, in pixels.
    pub size: [Option<u32>; 2],
    /// The language that the page says it is in there, as a tag of BCP 47, where it says so around the image.
    pub language: Option<String>,
    /// Where its alt text goes.
    pub slot: Slot,
}

/// What surrounds an image, as far as it decides about its alt text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It shows something.
    Shown,
    /// It is hidden from readers: `role="presentation"`, `aria-hidden="true"`.
    Hidden,
    /// Its author has said that it is to be passed over: `<!-- showtell-ignore -->` before it.
    Ignored,
    /// It has a name by other means: `aria-label`, `aria-labelledby`, `title`.
    Named,
    /// It is all there is of a link, or part of a control that names itself by its content.
    Functional,
    /// A template engine has yet to write part of its tag.
    Templated,
    /// It is a text in the code of a template.
    Code,
}

impl Standing {
    /// Whether its author has decided, so that nothing is said about its text.
    #[must_use]
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Hidden | Self::Ignored | Self::Named)
    }
}

/// Where an alt text goes, and in which form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The bytes that make way for it; empty where it is new.
    pub span: Range<usize>,
    /// How it is written there.
    pub form: Form,
}

/// How an alt text is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// A whole new attribute.
    Attribute {
        /// Whether another attribute follows without a space.
        spaced: bool,
    },
    /// The value of an attribute, between quotes that stay.
    Quoted(u8),
    /// The value of an attribute that has no quotes yet.
    Bare,
    /// The text between the brackets of a Markdown image.
    Markdown,
    /// The brackets of a Markdown image whose text is the name of its reference too: the text goes into
    /// brackets of its own before.
    Label {
        /// That name, as it is written.
        name: String,
    },
    /// The text of a wiki's image, behind a bar.
    Wiki {
        /// Whether a bar has to be put before the text, and one behind it.
        bars: [bool; 2],
    },
    /// Nowhere that is known: nothing is written.
    Nowhere,
}

impl Form {
    /// Whether an empty text says that the picture is decoration. Markdown cannot say that.
    #[must_use]
    pub fn can_be_decorative(&self) -> bool {
        matches!(self, Self::Attribute { .. } | Self::Quoted(_) | Self::Bare)
    }
}

/// A page, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Its images, in the order of their places.
    pub images: Vec<Image>,
    /// What relative addresses are relative to, where the page says.
    pub base: Option<String>,
    /// The language it says it is in, as a tag of BCP 47.
    pub language: Option<String>,
}

impl Page {
    /// Takes in images that were found otherwise.
    pub fn add(&mut self, images: Vec<Image>) {
        self.images.extend(images);
        self.images.sort_by_key(|image| image.span.start);
    }
}
