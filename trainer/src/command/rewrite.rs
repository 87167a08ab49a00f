//! Changing the configuration of a bundle that lies on disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use showtell::Bundle;
use showtell::bundle::{BundleConfig, CARD, CONFIG, SUMS, TOKENIZER, WEIGHTS, sums};

use crate::files::write_atomically;

/// Changes a bundle's configuration, the checksums last, having read the outcome back first.
///
/// # Errors
/// When a file cannot be read or written, or the bundle would not be sound.
pub fn reconfigure(folder: &Path, change: impl FnOnce(&mut BundleConfig)) -> anyhow::Result<()> {
    let mut files = BTreeMap::new();
    for name in [CONFIG, TOKENIZER, WEIGHTS, CARD] {
        let path = folder.join(name);
        if name != CARD || path.exists() {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.insert(name.to_owned(), bytes);
        }
    }
    let mut config = BundleConfig::from_json(&files[CONFIG])?;
    change(&mut config);
    let mut json = serde_json::to_vec_pretty(&config)?;
    json.push(b'\n');
    files.insert(CONFIG.to_owned(), json.clone());
    let list = sums::write(&files);
    files.insert(SUMS.to_owned(), list.clone().into_bytes());
    Bundle::from_files(files)?;
    write_atomically(&folder.join(CONFIG), &json)?;
    write_atomically(&folder.join(SUMS), list.as_bytes())?;
    Ok(())
}
