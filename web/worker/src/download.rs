//! Fetches the files of a bundle, from what an earlier visit kept or over the network, counting bytes
//! as they come.

use std::collections::BTreeMap;

use showtell::bundle::{BundleConfig, CONFIG, SUMS};
use showtell_protocol::{BundleAddress, Failure};
use showtell_worker_common::Store;
use showtell_worker_common::download::{file, place, small, text_beside};

/// Why a captioner could not be loaded.
pub type Fault = (Failure, anyhow::Error);

/// A bundle's files, not checked yet.
#[derive(Debug)]
pub struct Download {
    files: BTreeMap<String, Vec<u8>>,
    /// Names and hashes of those that are not kept yet.
    fresh: Vec<(String, String)>,
    /// Hashes of all that may be kept.
    hashes: Vec<String>,
    store: Store,
}

impl Download {
    /// The files, by name.
    #[must_use]
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.files.clone()
    }

    /// Keeps what is new for the next visit. To be called once the files have been found sound.
    pub async fn keep(self) {
        for (name, hash) in &self.fresh {
            if let Some(bytes) = self.files.get(name) {
                self.store.keep(hash, bytes).await;
            }
        }
    }

    /// Forgets everything: something in it is damaged.
    pub async fn forget(self) {
        for hash in &self.hashes {
            self.store.forget(hash).await;
        }
    }
}

/// Downloads a bundle; `progress` hears bytes here and bytes in all.
///
/// The small files come first: the configuration tells sizes and hashes of the others.
pub async fn bundle(address: &BundleAddress, progress: impl Fn(u64, u64)) -> Result<Download, Fault> {
    let unreachable = |error| (Failure::Unreachable, error);
    let store = Store::open().await;
    let mut files = BTreeMap::new();
    for name in [SUMS, CONFIG] {
        let bytes = small(address, name).await.map_err(unreachable)?;
        files.insert(name.to_owned(), bytes);
    }
    let config = BundleConfig::from_json(&files[CONFIG]).map_err(|error| (Failure::Damaged, error.into()))?;
    let total = config.files.values().map(|entry| entry.size).sum();
    let (mut before, mut fresh, mut hashes) = (0, Vec::new(), Vec::new());
    progress(0, total);
    for (name, entry) in &config.files {
        hashes.push(entry.sha256.clone());
        let kept = match text_beside(address, name) {
            Some(text) => Some(text.as_bytes().to_vec()),
            None => store.get(&entry.sha256).await,
        };
        let bytes = match kept {
            Some(bytes) => bytes,
            None => {
                fresh.push((name.clone(), entry.sha256.clone()));
                let report = |loaded| progress(before + loaded, total);
                let place = place(address, name).map_err(unreachable)?;
                file(&place, &entry.sha256, entry.size, &store, report).await.map_err(unreachable)?
            }
        };
        before += entry.size;
        progress(before, total);
        files.insert(name.clone(), bytes);
    }
    Ok(Download { files, fresh, hashes, store })
}
