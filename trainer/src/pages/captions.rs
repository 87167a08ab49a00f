//! Captions of pictures: each distinct one once, on every core, kept for the next time.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use indicatif::ProgressBar;
use rayon::prelude::*;
use showtell::bundle::sums::digest;
use showtell::{Bundle, CaptionOptions, Captioner, preprocess};

use super::cache::{Cache, Kept};

/// A photo is not what it was a moment ago.
const CHANGED: &str = "it has changed while it was read";

/// What captions pictures.
#[derive(Debug)]
pub struct Describer {
    captioner: Captioner,
    options: CaptionOptions,
    cache: Cache,
}

impl Describer {
    /// Loads a bundle, and the captions that it has made before with this search, which are in `folder`.
    ///
    /// # Errors
    /// When weights do not fit the model, or the folder cannot be used.
    pub fn new(
        bundle: &Bundle,
        options: CaptionOptions,
        device: &burn::tensor::Device,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        // The configuration names the weights by their SHA-256.
        let key = digest(&serde_json::to_vec(&(bundle.config(), &options.beam))?);
        Ok(Self {
            captioner: Captioner::new(bundle, device)?,
            options,
            cache: Cache::open(folder, &key)
                .with_context(|| format!("cannot keep captions in {}", folder.display()))?,
        })
    }

    /// Captions pictures, or says why one cannot be.
    ///
    /// # Errors
    /// When the model breaks or the captions cannot be kept.
    pub fn describe(
        &self,
        pictures: &[PathBuf],
        bar: impl FnOnce(usize) -> ProgressBar,
    ) -> anyhow::Result<HashMap<PathBuf, Result<Kept, String>>> {
        let named: Vec<(&PathBuf, Result<String, String>)> = pictures
            .par_iter()
            .map(|path| (path, fs::read(path).map(|bytes| digest(&bytes)).map_err(|error| error.to_string())))
            .collect();
        // One file for each picture that nobody has described yet.
        let mut news: HashMap<&str, &PathBuf> = HashMap::new();
        for (path, name) in &named {
            if let Ok(name) = name.as_ref().map(String::as_str)
                && self.cache.get(name).is_none()
            {
                news.insert(name, path);
            }
        }
        let bar = bar(news.len());
        let described: HashMap<String, Result<Kept, String>> = news
            .into_par_iter()
            .map(|(name, path)| {
                let kept = self.one(name, path)?;
                bar.inc(1);
                Ok((name.to_owned(), kept))
            })
            .collect::<anyhow::Result<_>>()?;
        bar.finish_and_clear();
        let found = named.into_iter().map(|(path, name)| {
            let kept = name.and_then(|name| match self.cache.get(&name) {
                Some(kept) => Ok(kept.clone()),
                None => described.get(&name).cloned().unwrap_or_else(|| Err(CHANGED.to_owned())),
            });
            (path.clone(), kept)
        });
        Ok(found.collect())
    }

    /// Each photo goes its way alone, on a core of its own: batches of four and more are no faster and take
    /// more memory, and one batch after the other on all cores takes twice as long.
    fn one(&self, name: &str, path: &Path) -> anyhow::Result<Result<Kept, String>> {
        let bytes = fs::read(path).map_err(|error| error.to_string());
        // What is kept under a name has to be of that very photo.
        let bytes =
            bytes.and_then(|bytes| if digest(&bytes) == name { Ok(bytes) } else { Err(CHANGED.to_owned()) });
        let photo = bytes.and_then(|bytes| preprocess::decode(&bytes).map_err(|error| error.to_string()));
        let photo = match photo {
            Ok(photo) => photo,
            Err(reason) => return Ok(Err(reason)),
        };
        let caption = self.captioner.caption_blocking_with(&photo, &self.options)?;
        let showtell::Caption { text, confidence, trust, answer, .. } = caption;
        let kept = Kept { text, confidence: confidence.value(), trust, answer: Some(answer) };
        self.cache.put(name, &kept).context("cannot keep a caption")?;
        Ok(Ok(kept))
    }
}
