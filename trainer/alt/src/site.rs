//! The pages of a site, from the paths that name them to what is written into them.

use std::path::{Path, PathBuf};

use showtell_files::temporary::{Unfinished, scratch};

use crate::cache::Captions;
use crate::fill::{self, Policy};
use crate::report::{Complaint, Report};
use crate::review::{self, Applied, Row};
use crate::survey::{Finding, Survey, Surveyed};
use crate::walk::{Fault, PageFile, walk};
use crate::{AltError, Links};

/// The files of pages.
#[derive(Debug)]
#[non_exhaustive]
pub struct PageFiles {
    /// Each once, sorted.
    pub files: Vec<PageFile>,
    /// What pages may be missing for.
    pub complaints: Vec<Complaint>,
    /// What was passed over without losing a page, as a link that leads in a circle.
    pub warnings: Vec<Fault>,
    /// Where links may lead.
    pub links: Links,
}

/// What becomes of images without a text that says something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Goal {
    /// They are only found and judged.
    Lint,
    /// Their pictures will be described: those that are in the pages themselves are put into files.
    #[default]
    Describe,
}

impl PageFiles {
    /// Finds the pages in folders, files, and what globs name.
    #[must_use]
    pub fn find(paths: &[PathBuf]) -> Self {
        Self::find_with(paths, Links::Inside)
    }

    /// The same where links may lead elsewhere, those of pictures as well.
    #[must_use]
    pub fn find_with(paths: &[PathBuf], links: Links) -> Self {
        let (files, faults) = walk(paths, links);
        let (lossy, warnings): (Vec<Fault>, Vec<Fault>) = faults.into_iter().partition(|fault| fault.lossy);
        let complaints: Vec<Complaint> =
            lossy.into_iter().map(|fault| Complaint::new(&fault.path, fault.reason)).collect();
        Self { files, complaints, warnings, links }
    }

    /// Whether there is something to read, or to complain of.
    fn checked(self) -> Result<Self, AltError> {
        let nothing = self.files.is_empty() && self.complaints.is_empty();
        if nothing { Err(AltError::NoPage) } else { Ok(self) }
    }

    /// Reads the pages, on every core, and judges their alt texts. Addresses that begin with a slash start at
    /// `root`, without one at the folder that was named.
    ///
    /// # Errors
    /// When there is no page, no such folder, or no temporary one. A page that cannot be read is a complaint.
    pub fn survey(self, root: Option<&Path>, goal: Goal) -> Result<Site, AltError> {
        let named = |folder: &Path| {
            folder.canonicalize().map_err(|source| AltError::Root { path: folder.to_owned(), source })
        };
        let Self { files, mut complaints, links, .. } = self.checked()?;
        let root = root.map(named).transpose()?;
        let inline = match goal {
            Goal::Lint => None,
            Goal::Describe => Some(scratch().map_err(AltError::Temporary)?),
        };
        let survey = Survey { root: root.as_deref(), inline: inline.as_ref().map(Unfinished::path), links };
        let mut pages = Vec::with_capacity(files.len());
        for read in survey.pages(files) {
            match read {
                Ok(page) => pages.push(page),
                Err((file, error)) => complaints.push(Complaint::new(&file.path, error)),
            }
        }
        Ok(Site { pages, complaints, _inline: inline })
    }

    /// Writes the texts of a reviewed table into the pages that its rows name; see [`review::read`].
    ///
    /// # Errors
    /// When there is no page. A row that cannot be applied is refused.
    pub fn apply(self, rows: &[Row]) -> Result<Applied, AltError> {
        let Self { files, complaints, .. } = self.checked()?;
        let mut applied = review::apply(rows, &files);
        applied.refused.splice(0..0, complaints);
        Ok(applied)
    }
}

/// Pages that have been read, and what comes of their images.
#[derive(Debug)]
#[non_exhaustive]
pub struct Site {
    /// The pages that could be read.
    pub pages: Vec<Surveyed>,
    /// What went wrong.
    pub complaints: Vec<Complaint>,
    /// Pictures that are in pages, until they have been described.
    _inline: Option<Unfinished>,
}

impl Site {
    /// The pictures that have to be described for a suggestion, each once: not those that say what they show.
    #[must_use]
    pub fn pictures(&self) -> Vec<PathBuf> {
        let says = |finding: &&Finding| finding.described.iter().any(|said| said.language.is_none());
        let findings = self.pages.iter().flat_map(|page| &page.findings).filter(|finding| !says(finding));
        let mut pictures: Vec<PathBuf> = findings.filter_map(|finding| finding.picture.clone()).collect();
        pictures.sort();
        pictures.dedup();
        pictures
    }

    /// Turns what pictures say of themselves, and captions of the others, into suggestions.
    pub fn suggest(&mut self, policy: &Policy, captions: &Captions) {
        policy.suggest(&mut self.pages, captions);
    }

    /// Writes what is suggested into the pages, on every core. A page that cannot be written stays as it is and
    /// is complained of.
    pub fn write(&mut self) {
        let failed = fill::write(&mut self.pages);
        self.complaints.extend(failed.iter().map(|(path, error)| Complaint::new(path, error)));
    }

    /// Everything to report.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        Report { pages: &self.pages, complaints: &self.complaints }
    }
}
