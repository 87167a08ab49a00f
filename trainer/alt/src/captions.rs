//! Captions of pictures: each distinct one once, on every core, kept for the next time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use showtell::{Bundle, CaptionOptions, Captioner, Device, preprocess};
#[cfg(feature = "reader")]
use showtell::{answer::Answer, image::RgbImage, together::together};
use showtell_files::read;
#[cfg(feature = "reader")]
use showtell_reader::Reader;

use crate::cache::{Cache, Captions, Kept, Undescribed};
use crate::{AltError, MAX_PICTURE, digest};

/// Another version may say the same in other words.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What captions pictures.
#[derive(Debug)]
pub struct Describer {
    captioner: Captioner,
    options: CaptionOptions,
    cache: Cache,
    #[cfg(feature = "reader")]
    reader: Option<Reader>,
}

impl Describer {
    /// Loads a bundle, and the captions that it has made before with this search, which are in `folder`.
    ///
    /// # Errors
    /// When weights do not fit the model, or the folder cannot be used.
    pub fn new(
        bundle: &Bundle,
        options: CaptionOptions,
        device: &Device,
        folder: &Path,
    ) -> Result<Self, AltError> {
        // The configuration names the weights by their SHA-256.
        let settings =
            serde_json::to_vec(&(bundle.config(), &options.beam, VERSION)).map_err(AltError::Settings)?;
        Self::with(&settings, bundle, options, device, folder)
    }

    /// The same with a reader: what it reads is told as well where it is few words, sure and large. What was kept
    /// without a reader, or with another, does not count.
    ///
    /// # Errors
    /// As those of [`new`](Self::new).
    #[cfg(feature = "reader")]
    pub fn reading(
        reader: Reader,
        bundle: &Bundle,
        options: CaptionOptions,
        device: &Device,
        folder: &Path,
    ) -> Result<Self, AltError> {
        let settings = (bundle.config(), &options.beam, "words", reader.identity(), VERSION);
        let settings = serde_json::to_vec(&settings).map_err(AltError::Settings)?;
        Ok(Self { reader: Some(reader), ..Self::with(&settings, bundle, options, device, folder)? })
    }

    fn with(
        settings: &[u8],
        bundle: &Bundle,
        options: CaptionOptions,
        device: &Device,
        folder: &Path,
    ) -> Result<Self, AltError> {
        Ok(Self {
            captioner: Captioner::new(bundle, device)?,
            options,
            cache: Cache::open(folder, &digest(settings))
                .map_err(|source| AltError::Cache { folder: folder.to_owned(), source })?,
            #[cfg(feature = "reader")]
            reader: None,
        })
    }

    /// Captions pictures, or says why one cannot be. `progress` is told how many of how many pictures that
    /// nobody had described are done, from any thread.
    ///
    /// # Errors
    /// When the model breaks or the captions cannot be kept.
    pub fn describe(
        &self,
        pictures: &[PathBuf],
        progress: impl Fn(usize, usize) + Sync,
    ) -> Result<Captions, AltError> {
        let unreadable = |error: std::io::Error| Undescribed::Unreadable(error.to_string());
        let named: Vec<(&PathBuf, Result<String, Undescribed>)> = pictures
            .par_iter()
            .map(|path| (path, read(path, MAX_PICTURE).map(|bytes| digest(&bytes)).map_err(unreadable)))
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
        let (count, done) = (news.len(), AtomicUsize::new(0));
        progress(0, count);
        let described: HashMap<String, Result<Kept, Undescribed>> = news
            .into_par_iter()
            .map(|(name, path)| {
                let kept = self.one(name, path)?;
                progress(done.fetch_add(1, Ordering::Relaxed) + 1, count);
                Ok((name.to_owned(), kept))
            })
            .collect::<Result<_, AltError>>()?;
        let found = named.into_iter().map(|(path, name)| {
            let kept = name.and_then(|name| match self.cache.get(&name) {
                Some(kept) => Ok(kept.clone()),
                None => described.get(&name).cloned().unwrap_or(Err(Undescribed::Changed)),
            });
            (path.clone(), kept)
        });
        Ok(found.collect())
    }

    /// Each photo goes its way alone, on a core of its own: batches of four and more are no faster and take
    /// more memory, and one batch after the other on all cores takes twice as long.
    fn one(&self, name: &str, path: &Path) -> Result<Result<Kept, Undescribed>, AltError> {
        let photo = match read(path, MAX_PICTURE) {
            // What is kept under a name has to be of that very photo.
            Ok(bytes) if digest(&bytes) != name => return Ok(Err(Undescribed::Changed)),
            Ok(bytes) => preprocess::decode(&bytes).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let photo = match photo {
            Ok(photo) => photo,
            Err(reason) => return Ok(Err(Undescribed::Unreadable(reason))),
        };
        let caption = self.captioner.caption_blocking_with(&photo, &self.options)?;
        let showtell::Caption { text, confidence, trust, answer, .. } = caption;
        let kept = Kept { text, confidence: confidence.value(), trust, answer: Some(answer) };
        #[cfg(feature = "reader")]
        let kept = self.read(&photo, kept)?;
        self.cache.put(name, &kept).map_err(AltError::Keep)?;
        Ok(Ok(kept))
    }
    /// A caption, with the words in the picture where they belong to it.
    #[cfg(feature = "reader")]
    fn read(&self, photo: &RgbImage, kept: Kept) -> Result<Kept, AltError> {
        let Some(reader) = &self.reader else { return Ok(kept) };
        let Some(answer) = &kept.answer else { return Ok(kept) };
        let Some(both) = together(answer, &kept.text, &reader.read(photo)?) else { return Ok(kept) };
        let answer = Answer { rung: both.rung, text: both.hedged, confidence: answer.confidence };
        Ok(Kept { text: both.plain, trust: both.rung.trust(), answer: Some(answer), ..kept })
    }
}
