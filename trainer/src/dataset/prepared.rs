//! The data set that `showtell prepare` writes: one `dataset.json` that points at the images.

use std::fs;
use std::io;
use std::path::Path;

use super::{Dataset, DatasetError, Report};
use crate::files::write_atomically;

/// Name of the file.
pub const FILE: &str = "dataset.json";

/// Reads a prepared data set. Photos whose file has gone since are reported and left out.
///
/// # Errors
/// [`DatasetError::Read`] or [`DatasetError::Prepared`].
pub fn read(folder: &Path) -> Result<(Dataset, Report), DatasetError> {
    let path = folder.join(FILE);
    let bytes = fs::read(&path).map_err(|source| DatasetError::Read { path: path.clone(), source })?;
    let mut dataset: Dataset =
        serde_json::from_slice(&bytes).map_err(|source| DatasetError::Prepared { path, source })?;
    let mut report = Report::default();
    let images = dataset.images.clone();
    dataset.photos.retain(|photo| {
        let there = images.join(&photo.image).is_file();
        if !there {
            report.missing_photos.push(photo.image.clone());
        }
        there
    });
    if dataset.photos.is_empty() {
        return Err(DatasetError::Empty { path: folder.to_owned() });
    }
    Ok((dataset, report))
}

/// Writes a data set and the report of what was left out.
///
/// # Errors
/// When a file cannot be written.
pub fn write(folder: &Path, dataset: &Dataset, report: &Report) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    write_atomically(&folder.join("report.json"), &serde_json::to_vec_pretty(report)?)?;
    write_atomically(&folder.join(FILE), &serde_json::to_vec_pretty(dataset)?)
}
