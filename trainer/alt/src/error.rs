//! What can go wrong: with a page, and with a site.

use std::io;
use std::path::PathBuf;

/// Why a page could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// It is in an encoding that is no superset of ASCII.
    #[error("{0} is not read: save the page as UTF-8")]
    Encoding(&'static str),
    /// Markdown is UTF-8.
    #[error("not UTF-8: save the page as UTF-8")]
    Utf8,
    /// XHTML that is no XML, which browsers refuse as well.
    #[error("not well-formed XML: {0}; a page that is served as HTML is read as such with a name in .html")]
    Xml(String),
    /// Elements in elements in elements, many thousand of them: reading on would take time that grows with the square.
    #[error("its elements lie too deep in each other to be read")]
    Deep,
    /// Nobody may write to the file.
    #[error("the file is read-only: nothing was written")]
    ReadOnly,
    /// The file has other names, which a new file would not have.
    #[error(
        "the file has {0} names (hard links), and the others would keep the old page: nothing was written"
    )]
    Linked(u64),
    /// Nobody may put a file into its folder.
    #[error("its folder is read-only: nothing was written")]
    Folder,
    /// The file is a mount of its own, as containers have them.
    #[error("the file is mounted by itself and cannot be replaced: mount its folder; nothing was written")]
    Mount,
    /// Somebody else has written to the file.
    #[error("the page has changed since it was read: nothing was written, run the command again")]
    Changed,
    /// Written as usual, a text would have changed more than itself.
    #[error("the text \u{201c}{0}\u{201d} cannot be put there without changing more: nothing was written")]
    Unfit(String),
    /// Reading or writing failed.
    #[error("{0}")]
    File(#[from] io::Error),
}

/// Why the pages of a site could not be worked on at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AltError {
    /// The paths lead to no page.
    #[error("no HTML or Markdown page found: name a folder with .html, .htm, .xhtml, .md or .markdown files")]
    NoPage,
    /// There is no folder that addresses could start from.
    #[error("no folder {} for addresses to start from", path.display())]
    Root {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Pictures that are in pages have nowhere to go.
    #[error("cannot make a temporary folder")]
    Temporary(#[source] io::Error),
    /// The folder of captions cannot be used.
    #[error("cannot keep captions in {}", folder.display())]
    Cache {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A caption cannot be kept.
    #[error("cannot keep a caption")]
    Keep(#[source] io::Error),
    /// The settings that captions are known by cannot be written down.
    #[error("the search's settings cannot be written as JSON")]
    Settings(#[source] serde_json::Error),
    /// The networks that read words broke.
    #[cfg(feature = "reader")]
    #[error("the words in a picture cannot be read")]
    Reader(#[from] showtell_reader::ReaderError),
    /// The bundle does not make a model.
    #[cfg(feature = "captioner")]
    #[error(transparent)]
    Bundle(#[from] showtell::BundleError),
    /// The model broke.
    #[cfg(feature = "captioner")]
    #[error(transparent)]
    Caption(#[from] showtell::CaptionError),
}
