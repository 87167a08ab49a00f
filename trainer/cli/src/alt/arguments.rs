//! What `showtell alt` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use showtell_alt::Doubt;

#[cfg(feature = "reader")]
use crate::args::ReaderArgument;
use crate::args::{BeamArgument, BundleArgument};

/// Find images without alt text in HTML and Markdown pages, and fill them in
///
/// Lists images whose alt text is missing or poor, each with a suggestion. What an author has said is left
/// alone: any text that says something, alt="", role="presentation", aria-hidden, aria-label, title.
/// With --write, suggestions take the place of missing texts, of file names and of words like "image"; no
/// other byte of a page changes. Other poor texts are only listed, and so is what takes a person: links and
/// buttons, pictures that are not on this machine, and those the captioner cannot describe.
///
/// Exit status: 0 where nothing is left to do, 1 where something is, 2 where something went wrong.
#[derive(Debug, Args)]
pub struct Alt {
    /// Folders, files, or globs in quotes: 'site/**/*.html'
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Only find and judge: no captions, fast
    #[arg(long, conflicts_with_all = ["write", "review", "apply"])]
    pub(super) check: bool,
    /// Write suggestions into the pages
    #[arg(long, conflicts_with_all = ["review", "apply"])]
    pub(super) write: bool,
    /// Write a table of what was found, to edit and to give to --apply
    #[arg(long, value_name = "FILE.csv", conflicts_with = "apply")]
    pub(super) review: Option<PathBuf>,
    /// Write the texts of such a table into the pages, one row at a time: `decision` is write, decorative
    /// or leave
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["format", "doubt", "language"])]
    pub(super) apply: Option<PathBuf>,
    /// How to print the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
    /// Where addresses that begin with a slash start [default: each folder that was named]
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// Follow symbolic links out of the folders named, to pages and pictures
    #[arg(long)]
    pub(super) follow: bool,
    /// What to do with captions that may be wrong
    #[arg(long, value_name = "HOW", default_value = "tell")]
    pub(super) doubt: Doubtful,
    /// The language that the bundle writes; pages in another are left to a person
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub(super) language: String,
    #[command(flatten)]
    pub(super) bundle: BundleArgument,
    #[command(flatten)]
    pub(super) beam: BeamArgument,
    /// Read the words in the pictures as well, and tell them where they are few, sure and large: "A screenshot: Save
    /// as …"
    #[cfg(feature = "reader")]
    #[arg(long)]
    pub(super) text: bool,
    #[cfg(feature = "reader")]
    #[command(flatten)]
    pub(super) reader: ReaderArgument,
    /// Where captions are kept, so that no photo is described twice [default: SHOWTELL_CACHE, or the user's cache]
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
}

/// Forms of the report.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For code review: SARIF 2.1.0, with suggestions as fixes
    Sarif,
}

/// What becomes of doubtful captions.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Doubtful {
    /// Say so: "Perhaps a dog runs."
    Tell,
    /// Take them as they are
    Plain,
    /// Leave them to a person
    Leave,
}

impl From<Doubtful> for Doubt {
    fn from(named: Doubtful) -> Self {
        match named {
            Doubtful::Tell => Self::Hedged,
            Doubtful::Plain => Self::Plain,
            Doubtful::Leave => Self::Left,
        }
    }
}
