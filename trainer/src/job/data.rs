//! The data set of a job, and where its features are kept.

use std::path::{Path, PathBuf};

use super::JobError;
use crate::dataset::{Dataset, Split};
use crate::reporter::Reporter;

/// A data set of one or several folders.
#[derive(Debug, Clone)]
pub struct Data {
    /// The folders; several are taken together.
    pub folders: Vec<PathBuf>,
    /// Where features of its photos are kept.
    pub cache: PathBuf,
}

impl Data {
    /// A data set in one folder.
    #[must_use]
    pub fn new(folder: &Path, cache: &Path) -> Self {
        Self { folders: vec![folder.to_owned()], cache: cache.to_owned() }
    }

    /// Opens the data set and tells what was left out.
    ///
    /// # Errors
    /// [`DatasetError`](crate::dataset::DatasetError).
    pub fn open(&self, reporter: &dyn Reporter) -> Result<Dataset, JobError> {
        let (dataset, reports) = Dataset::open_all(&self.folders)?;
        reports.iter().flat_map(crate::dataset::Report::lines).for_each(|line| reporter.warn(&line));
        Ok(dataset)
    }

    /// The folders, for people.
    #[must_use]
    pub fn named(&self) -> String {
        let names: Vec<String> = self.folders.iter().map(|folder| folder.display().to_string()).collect();
        names.join(" and ")
    }

    /// Refuses a data set without photos of a split; `because` says why they are needed.
    pub(super) fn check(
        &self,
        dataset: &Dataset,
        split: Split,
        because: &'static str,
    ) -> Result<(), JobError> {
        if !dataset.is_empty(split) {
            return Ok(());
        }
        Err(JobError::NoPhotos { data: self.named(), split, because, counts: dataset.counts() })
    }
}
