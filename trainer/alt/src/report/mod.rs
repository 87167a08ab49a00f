//! What was found and done, as text, JSON and SARIF.

mod json;
mod sarif;
mod text;

use std::path::PathBuf;

use serde::Serialize;

use crate::survey::{Outcome, Surveyed};

pub use json::json;
pub use sarif::sarif;
pub use text::text;

/// What stands in the way of a page.
#[derive(Debug, Clone, Serialize)]
pub struct Complaint {
    /// Its file.
    pub file: String,
    /// Why.
    pub message: String,
}

impl Complaint {
    /// A complaint about a file.
    #[must_use]
    pub fn new(path: &std::path::Path, message: impl std::fmt::Display) -> Self {
        Self { file: file(path), message: message.to_string() }
    }
}

/// Everything to report.
#[derive(Debug)]
pub struct Report<'a> {
    /// The pages that could be read.
    pub pages: &'a [Surveyed],
    /// What went wrong.
    pub complaints: &'a [Complaint],
}

/// How many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Pages read.
    pub pages: usize,
    /// Images in them.
    pub images: usize,
    /// Suggestions written.
    pub written: usize,
    /// Suggestions not written.
    pub suggested: usize,
    /// Images for which a suggestion could be made.
    pub fillable: usize,
    /// Images that take a person.
    pub person: usize,
    /// Texts that could be better.
    #[serde(rename = "told")]
    pub listed: usize,
    /// Images left out on purpose.
    pub skipped: usize,
    /// Images about which something is left to do.
    pub remaining: usize,
}

impl Report<'_> {
    /// Counts.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let images = self.pages.iter().map(|page| page.images).sum();
        let mut summary = Summary { pages: self.pages.len(), images, ..Summary::default() };
        for finding in self.pages.iter().flat_map(|page| &page.findings) {
            summary.remaining += usize::from(finding.remains());
            *match finding.outcome {
                Outcome::Written { .. } => &mut summary.written,
                Outcome::Suggested { .. } => &mut summary.suggested,
                Outcome::Fillable => &mut summary.fillable,
                Outcome::Person { .. } => &mut summary.person,
                Outcome::Listed => &mut summary.listed,
                Outcome::Skipped { .. } => &mut summary.skipped,
            } += 1;
        }
        summary
    }
}

/// A path as reports name it: with slashes, everywhere.
#[must_use]
pub fn file(path: &std::path::Path) -> String {
    let parts: PathBuf = path.components().collect();
    parts.to_string_lossy().replace('\\', "/")
}
