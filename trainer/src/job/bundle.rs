//! Bundles on disk: read, written, changed.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind::NotFound;
use std::path::Path;

use anyhow::Context;
use burn::module::Module;
use burn::tensor::Device;
use showtell::Bundle;
use showtell::bundle::tensors::{Precision, collect};
use showtell::bundle::{
    BundleConfig, CARD, CONFIG, Draft, FORMAT_VERSION, LABELS, SUMS, TOKENIZER, WEIGHTS, sums,
};
use showtell_files::folder;

use super::JobError;
use super::publish::PublishError;
use crate::files::{self, MAX_TEXT, MAX_WEIGHTS};
use crate::reporter::Reporter;

pub use showtell_cli::files::read_bundle as read;

/// Writes the files of a bundle, all at once: killed at any moment, the folder is what it was or what it shall be.
///
/// # Errors
/// When the folder holds something else, or the disk refuses.
pub fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), JobError> {
    folder::recover(folder).map_err(JobError::write(folder))?;
    if folder.is_dir() && !folder.join(SUMS).exists() {
        // Versions before 0.2.0 wrote in place, and left a part of a bundle when they were killed.
        let ours = |name: &OsStr| {
            let name = name.to_string_lossy();
            [CONFIG, TOKENIZER, WEIGHTS, LABELS, CARD].contains(&&*name) || name.starts_with(".tmp")
        };
        for entry in fs::read_dir(folder).map_err(JobError::read(folder))? {
            if !ours(&entry.map_err(JobError::read(folder))?.file_name()) {
                return Err(PublishError::Occupied { folder: folder.to_owned() }.into());
            }
        }
    }
    folder::change(folder, files).map_err(JobError::write(folder))
}

/// What a bundle is made of, to make another. Its calibration stays behind: it was measured with other weights, if
/// only by their rounding.
///
/// # Errors
/// When the bundle cannot be read.
pub fn redraft(folder: &Path, reporter: &dyn Reporter) -> Result<Draft, JobError> {
    let bundle = read(folder)?;
    let bytes = |name: &str| {
        let path = folder.join(name);
        files::read(&path, MAX_WEIGHTS).map_err(JobError::read(&path))
    };
    let config = bundle.config().clone();
    if config.confidence.is_some() {
        let here = folder.display();
        reporter.note(&format!("the calibration of {here} stays behind: run showtell calibrate"));
    }
    let card = folder.join(CARD);
    Ok(Draft {
        name: config.name,
        model: config.model,
        preprocessing: config.preprocessing,
        decoding: config.decoding,
        confidence: None,
        tensors: bundle.tensors().clone(),
        tokenizer: bytes(TOKENIZER)?,
        labels: bundle.labels().map(|_| bytes(LABELS)).transpose()?,
        card: match files::read_text(&card, MAX_TEXT) {
            // The one file that may be missing.
            Err(error) if error.kind() == NotFound => String::new(),
            text => text.map_err(JobError::read(&card))?,
        },
    })
}

/// Changes a bundle's configuration and checksums at once, having read the outcome back first.
///
/// # Errors
/// When a file cannot be read or written, or the bundle would not be sound.
pub fn reconfigure(folder: &Path, change: impl FnOnce(&mut BundleConfig)) -> Result<(), JobError> {
    let mut files = BTreeMap::new();
    for name in [CONFIG, TOKENIZER, WEIGHTS, LABELS, CARD] {
        let path = folder.join(name);
        if ![LABELS, CARD].contains(&name) || path.exists() {
            files.insert(name.to_owned(), files::read(&path, MAX_WEIGHTS).map_err(JobError::read(&path))?);
        }
    }
    let json = changed(&files[CONFIG], change)?;
    files.insert(CONFIG.to_owned(), json.clone());
    let list = sums::write(&files);
    files.insert(SUMS.to_owned(), list.clone().into_bytes());
    Bundle::from_files(files)?;
    let new = [(CONFIG, json), (SUMS, list.into_bytes())].map(|(name, bytes)| (name.to_owned(), bytes));
    folder::change(folder, &new.into()).map_err(JobError::write(folder))
}

/// Gives a bundle layers beside encoder and decoder, in place of those that it has by that name, in the number
/// format of its weights. Its calibration stays behind. Returns the size of the bundle in bytes.
///
/// # Errors
/// When a file cannot be read or written, or the bundle would not be sound.
pub fn add_layers(
    folder: &Path,
    name: &str,
    layers: &impl Module,
    change: impl FnOnce(&mut Draft),
    reporter: &dyn Reporter,
) -> Result<usize, JobError> {
    let path = folder.join(WEIGHTS);
    let weights = files::read(&path, MAX_WEIGHTS).map_err(JobError::read(&path))?;
    let precision = Precision::of(&weights).with_context(|| path.display().to_string())?;
    let mut draft = redraft(folder, reporter)?;
    change(&mut draft);
    draft.tensors.retain(|own, _| !own.starts_with(&format!("{name}.")));
    let named = collect(layers)?.into_iter().map(|(own, values)| (format!("{name}.{own}"), values));
    draft.tensors.extend(named);
    publish(draft, precision, folder)
}

/// Makes the bundle that a draft describes, tries it out and writes it. Returns its size in bytes.
pub(super) fn publish(draft: Draft, precision: Precision, folder: &Path) -> Result<usize, JobError> {
    let files = draft.into_files(precision)?;
    // A weight beyond float16 would only be found by whoever loads the bundle.
    Bundle::from_files(files.clone())?.model(&Device::flex())?;
    write(folder, &files)?;
    Ok(files.values().map(Vec::len).sum())
}

/// The configuration with a change, in the newest format: what is new may not be known to an older one.
fn changed(json: &[u8], change: impl FnOnce(&mut BundleConfig)) -> Result<Vec<u8>, JobError> {
    let mut config = BundleConfig::from_json(json)?;
    change(&mut config);
    config.format_version = FORMAT_VERSION;
    let mut json = serde_json::to_vec_pretty(&config).context("a configuration can be written")?;
    json.push(b'\n');
    Ok(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_configuration_is_of_the_newest_format() {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap() + "/../assets/showtell-everyday";
        let mut old = BundleConfig::from_json(&fs::read(Path::new(&folder).join(CONFIG)).unwrap()).unwrap();
        old.format_version = 4;
        let json = changed(&serde_json::to_vec(&old).unwrap(), |config| config.decoding.width = 2).unwrap();
        let new = BundleConfig::from_json(&json).unwrap();
        assert_eq!((new.format_version, new.decoding.width), (FORMAT_VERSION, 2));
        assert_eq!(new.files, old.files);
    }
}
