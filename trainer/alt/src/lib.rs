//! Alt texts of HTML and Markdown pages: finds images without one, or with a poor one, describes their pictures,
//! and writes the descriptions into the pages, changing no other byte.
//!
//! # A first page
//!
//! ```
//! use showtell_alt::{Captions, Goal, Kept, Policy, PageFiles, Trust};
//!
//! # let folder = tempfile::tempdir()?;
//! # let site = folder.path().to_owned();
//! std::fs::write(site.join("index.html"), "<p>Our harbour: <img src=boats.jpg></p>")?;
//! # std::fs::write(site.join("boats.jpg"), "a picture")?;
//!
//! // Every image whose alt text is missing or poor, with the file of its picture.
//! let mut site = PageFiles::find(&[site]).survey(None, Goal::Describe)?;
//! assert_eq!(site.report().summary().fillable, 1);
//!
//! // A `Describer` makes captions with a bundle of weights; here is one by hand.
//! let caption = Kept {
//!     text: "Boats lie in a harbour.".to_owned(),
//!     confidence: 0.8,
//!     trust: Trust::Plain,
//!     answer: None,
//! };
//! let captions: Captions =
//!     site.pictures().into_iter().map(|picture| (picture, Ok(caption.clone()))).collect();
//! site.suggest(&Policy::default(), &captions);
//! site.write();
//!
//! let page = std::fs::read_to_string(folder.path().join("index.html"))?;
//! assert_eq!(page, "<p>Our harbour: <img src=boats.jpg alt=\"Boats lie in a harbour.\"></p>");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it works
//!
//! ```text
//! walk ─ files ─ template ─ read (html, markdown) ─ images ─ lint ─ source ┬ survey ─ report (text, JSON, SARIF)
//!                                                                            └ embedded, captions ─ edit ─ review
//! ```
//!
//! [`PageFiles`] and [`Site`] do all of it. For pages that are no files there are the parts: [`Kind::read`] finds the
//! images of a page and where their texts go, [`lint::problems`] says what is wrong with one, and
//! [`edit::compose`] puts texts into a page's bytes and holds the result against what was there.
//!
//! What template engines and makers of sites read before a browser does is masked first ([`template`]), so that places
//! in what is left are places in the page.
//!
//! What an author has said is left alone: a text that says something, `alt=""`, `role="presentation"`,
//! `aria-hidden`, a name by other means. Links, controls and what a template writes are left to a person.
//!
//! With the feature `captioner`, which is on by default, [`captions::Describer`] describes pictures with a
//! bundle, each distinct one once, and keeps what it said for the next time. Without it the crate needs no
//! model.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod cache;
#[cfg(feature = "captioner")]
pub mod captions;
pub mod edit;
pub mod embedded;
pub mod encoding;
mod error;
pub mod fill;
pub mod html;
pub mod image;
pub mod lint;
pub mod markdown;
mod name;
pub mod position;
pub mod report;
pub mod review;
mod site;
pub mod source;
pub mod survey;
pub mod template;
#[cfg(test)]
mod testing;
pub mod walk;

use std::fmt::Write;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};
use sha2::{Digest, Sha256};

use image::Page;

pub use cache::{Captions, Kept, Undescribed};
#[cfg(feature = "captioner")]
pub use captions::Describer;
pub use error::{AltError, PageError};
pub use fill::{Doubt, Policy};
pub use showtell_files::links::Links;
pub use showtell_types::Trust;
pub use site::{Goal, PageFiles, Site};

/// The most bytes of a page.
pub const MAX_PAGE: u64 = 64 << 20;
/// The most bytes of a picture's file.
pub const MAX_PICTURE: u64 = 256 << 20;

/// What a page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// HTML.
    Html,
    /// XHTML, as XML.
    Xhtml,
    /// CommonMark with the usual additions; UTF-8.
    Markdown,
}

impl Kind {
    /// By the ending of a file's name.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "html" | "htm" => Some(Self::Html),
            "xhtml" | "xht" => Some(Self::Xhtml),
            "md" | "markdown" | "mdown" | "mkd" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// Reads a page.
    ///
    /// # Errors
    /// When its encoding or its XML cannot be read.
    pub fn read(self, bytes: &[u8]) -> Result<(Page, &'static Encoding), PageError> {
        let (found, encoding) = self.find(bytes)?;
        Ok((found.page, encoding))
    }

    /// The same, with what must not change.
    fn find(self, bytes: &[u8]) -> Result<(html::Found, &'static Encoding), PageError> {
        let encoding = if self == Self::Markdown { UTF_8 } else { encoding::detect(bytes)? };
        let found = match self {
            Self::Html => html::find(bytes, encoding)?,
            Self::Xhtml => html::find_xml(bytes, encoding)?,
            Self::Markdown => markdown::find(utf8(bytes)?)?,
        };
        Ok((found, encoding))
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, PageError> {
    std::str::from_utf8(bytes).map_err(|_| PageError::Utf8)
}

/// SHA-256 in lower-case hexadecimal: what pages and pictures are known by.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
