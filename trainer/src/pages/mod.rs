//! Alt texts of pages: finds images without one, or with a poor one, and writes suggestions into the
//! pages, changing no other byte.
//!
//! ```text
//! walk ─ files ─ read (html, markdown) ─ images ─ judge ─ source ┬ survey ─ report (text, JSON, SARIF)
//!                                                                └ captions ─ edit ─ review
//! ```

pub mod cache;
pub mod captions;
pub mod edit;
pub mod encoding;
pub mod fill;
pub mod html;
pub mod image;
pub mod judge;
pub mod markdown;
pub mod report;
pub mod review;
pub mod source;
pub mod spot;
pub mod survey;
pub mod walk;

use std::path::Path;

use encoding_rs::{Encoding, UTF_8};

use image::Page;

/// Why a page could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// It is in an encoding that is no superset of ASCII.
    #[error("{0} is not read: save the page as UTF-8")]
    Encoding(&'static str),
    /// Markdown is UTF-8.
    #[error("not UTF-8: save the page as UTF-8")]
    Utf8,
    /// Tags and text cannot be told apart.
    #[error("the HTML cannot be read: {0}")]
    Html(String),
    /// Nobody may write to the file.
    #[error("the file is read-only: nothing was written")]
    ReadOnly,
    /// Somebody else has written to the file.
    #[error("the page has changed since it was read: nothing was written, run the command again")]
    Changed,
    /// Written as usual, a text would have changed more than itself.
    #[error("the text \u{201c}{0}\u{201d} cannot be put there without changing more: nothing was written")]
    Unfit(String),
    /// Reading or writing failed.
    #[error("{0}")]
    File(#[from] std::io::Error),
}

/// What a page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// HTML, XHTML.
    Html,
    /// CommonMark with the usual additions; UTF-8.
    Markdown,
}

impl Kind {
    /// By the ending of a file's name.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "html" | "htm" | "xhtml" | "xht" => Some(Self::Html),
            "md" | "markdown" | "mdown" | "mkd" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// Reads a page.
    ///
    /// # Errors
    /// When its encoding or its HTML cannot be read.
    pub fn read(self, bytes: &[u8]) -> Result<(Page, &'static Encoding), PageError> {
        match self {
            Self::Html => {
                let encoding = encoding::detect(bytes)?;
                Ok((html::find(bytes, encoding)?.page, encoding))
            }
            Self::Markdown => Ok((markdown::find(utf8(bytes)?)?.0, UTF_8)),
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, PageError> {
    std::str::from_utf8(bytes).map_err(|_| PageError::Utf8)
}
