//! Captions that are kept, so that no photo is described twice: a file for each bundle and search, a line
//! for each photo, known by its SHA-256.
//!
//! Lines are written whole and at the end, so that several programs may share a file; a line that was cut
//! short is passed over.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use showtell_types::{Answer, Rung, Trust};

/// A caption as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The sentence.
    pub text: String,
    /// See [`showtell_types::Caption::confidence`].
    pub confidence: f32,
    /// How it should be told, for whoever knows no rungs.
    pub trust: Trust,
    /// What is told; nothing where it was kept before there were answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

impl Kept {
    /// What is told of the picture, with as much doubt as it deserves.
    #[must_use]
    pub fn hedged(&self) -> String {
        let worded = || Answer::new(Rung::from(self.trust), &self.text, self.confidence);
        self.answer.clone().unwrap_or_else(worded).text
    }
}

/// Why a picture has no caption.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undescribed {
    /// The file is not what it was a moment ago.
    #[error("it has changed while it was read")]
    Changed,
    /// It cannot be read, or is no picture.
    #[error("{0}")]
    Unreadable(String),
}

/// What is known of pictures, by their files.
pub type Captions = HashMap<PathBuf, Result<Kept, Undescribed>>;

#[derive(Serialize, Deserialize)]
struct Line {
    photo: String,
    #[serde(flatten)]
    kept: Kept,
}

/// The most bytes of captions that are kept.
const MAX_CACHE: u64 = 1 << 30;

/// Captions of one bundle and search.
#[derive(Debug)]
pub struct Cache {
    known: HashMap<String, Kept>,
    file: Mutex<File>,
}

impl Cache {
    /// Opens the captions of a bundle and search, which `key` names, in a folder that is made if needed.
    ///
    /// # Errors
    /// When folder or file cannot be made, read or written.
    pub fn open(folder: &Path, key: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{key}.jsonl"));
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(&path)?;
        let bytes = showtell_files::read(&path, MAX_CACHE)?;
        // What was cut short must not swallow the next line.
        if bytes.last().is_some_and(|&byte| byte != b'\n') {
            file.write_all(b"\n")?;
        }
        let lines = bytes.split(|&byte| byte == b'\n');
        let known = lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok());
        Ok(Self { known: known.map(|line| (line.photo, line.kept)).collect(), file: Mutex::new(file) })
    }

    /// The caption of a photo, known by its SHA-256.
    #[must_use]
    pub fn get(&self, photo: &str) -> Option<&Kept> {
        self.known.get(photo)
    }

    /// Keeps a caption for the next time.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn put(&self, photo: &str, kept: &Kept) -> io::Result<()> {
        let line = Line { photo: photo.to_owned(), kept: kept.clone() };
        let mut bytes = serde_json::to_vec(&line)?;
        bytes.push(b'\n');
        // One call, which the system does not part from others' at the end of a file.
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Kept {
        Kept { text: text.to_owned(), confidence: 0.5, trust: Trust::Doubtful, answer: None }
    }

    #[test]
    fn captions_come_back_and_torn_lines_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), "key").unwrap();
        cache.put("one", &kept("A \"dog\"\nruns.")).unwrap();
        cache.put("two", &kept("A cat sits.")).unwrap();
        let path = folder.path().join("key.jsonl");
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let cache = Cache::open(folder.path(), "key").unwrap();
            cache.put("three", &kept("Two boats.")).unwrap();
            let again = Cache::open(folder.path(), "key").unwrap();
            assert_eq!(again.get("three"), Some(&kept("Two boats.")), "{length}");
            assert!(again.get("one").is_none_or(|found| *found == kept("A \"dog\"\nruns.")));
        }
        assert_eq!(Cache::open(folder.path(), "other").unwrap().get("one"), None);
    }

    #[test]
    fn several_writers_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let folder = folder.path();
                scope.spawn(move || {
                    let cache = Cache::open(folder, "key").unwrap();
                    (0..50).for_each(|n| cache.put(&format!("{writer}-{n}"), &kept("A dog.")).unwrap());
                });
            }
        });
        assert_eq!(Cache::open(folder.path(), "key").unwrap().known.len(), 200);
    }
}
