//! Changing a bundle that lies on disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use burn::module::Module;
use showtell::Bundle;
use showtell::bundle::tensors::{Precision, collect};
use showtell::bundle::{
    BundleConfig, CARD, CONFIG, Draft, FORMAT_VERSION, LABELS, SUMS, TOKENIZER, WEIGHTS, sums,
};

use super::device;
use super::publish::{redraft, write};
use crate::files::write_atomically;

/// Changes a bundle's configuration, the checksums last, having read the outcome back first.
///
/// # Errors
/// When a file cannot be read or written, or the bundle would not be sound.
pub fn reconfigure(folder: &Path, change: impl FnOnce(&mut BundleConfig)) -> anyhow::Result<()> {
    let mut files = BTreeMap::new();
    for name in [CONFIG, TOKENIZER, WEIGHTS, LABELS, CARD] {
        let path = folder.join(name);
        if ![LABELS, CARD].contains(&name) || path.exists() {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.insert(name.to_owned(), bytes);
        }
    }
    let json = changed(&files[CONFIG], change)?;
    files.insert(CONFIG.to_owned(), json.clone());
    let list = sums::write(&files);
    files.insert(SUMS.to_owned(), list.clone().into_bytes());
    Bundle::from_files(files)?;
    write_atomically(&folder.join(CONFIG), &json)?;
    write_atomically(&folder.join(SUMS), list.as_bytes())?;
    Ok(())
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
) -> anyhow::Result<usize> {
    let path = folder.join(WEIGHTS);
    let weights = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let precision = Precision::of(&weights).with_context(|| path.display().to_string())?;
    let mut draft = redraft(folder)?;
    change(&mut draft);
    draft.tensors.retain(|own, _| !own.starts_with(&format!("{name}.")));
    let named = collect(layers)?.into_iter().map(|(own, values)| (format!("{name}.{own}"), values));
    draft.tensors.extend(named);
    let files = draft.into_files(precision)?;
    Bundle::from_files(files.clone())?.model(&device())?;
    write(folder, &files)?;
    Ok(files.values().map(Vec::len).sum())
}

/// The configuration with a change, in the newest format: what is new may not be known to an older one.
fn changed(json: &[u8], change: impl FnOnce(&mut BundleConfig)) -> anyhow::Result<Vec<u8>> {
    let mut config = BundleConfig::from_json(json)?;
    change(&mut config);
    config.format_version = FORMAT_VERSION;
    let mut json = serde_json::to_vec_pretty(&config)?;
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
