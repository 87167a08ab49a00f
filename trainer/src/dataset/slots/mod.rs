//! A file of slots of one size, one for each photo of a split, filled once and read at random.
//!
//! A store is a folder: `slots` (the values), `checks` (a checksum of each, in which its place counts too), `done` (a byte
//! a photo, set once both are on disk) and `index.json` (what the slots are). Work that was broken off goes on where it
//! stopped; one program fills a store at a time. A whole store may be read-only. Slots are read at their offset into the
//! caller's buffer, not mapped: what a process has read of a file does not count as its memory.

mod file;
mod fill;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use positioned_io::ReadAt;
use serde::{Deserialize, Serialize};

use super::{Dataset, Split, StoreError};
use crate::files::write_atomically;
use file::{CHECK, check, open};

/// Marks looked at in one piece.
const MARKS: usize = 64 << 10;
/// Stands in the names of stores. To be raised when what is kept of a photo changes: how it is decoded, resized, cut or
/// encoded, or how a store is laid out. Then what an older program kept is not taken for it.
const MADE_BY: u32 = 2;

/// What the slots of a store are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Index {
    /// Number of slots.
    photos: usize,
    /// Bytes of a slot.
    slot: usize,
}

/// A store.
#[derive(Debug)]
pub struct RecordFile {
    data: File,
    checks: File,
    done: File,
    folder: PathBuf,
    index: Index,
}

impl RecordFile {
    /// Opens a store of `photos` slots of `slot` bytes, made empty if absent.
    ///
    /// # Errors
    /// When the disk refuses, or the folder holds slots of another size or number.
    pub fn open(folder: &Path, photos: usize, slot: usize) -> Result<Self, StoreError> {
        let (path, index) = (folder.join("index.json"), Index { photos, slot });
        let known = path.is_file();
        if !known {
            fs::create_dir_all(folder).map_err(StoreError::disk("make", folder))?;
        } else {
            let bytes = fs::read(&path).map_err(StoreError::disk("read", &path))?;
            let found: Index = serde_json::from_slice(&bytes)
                .map_err(|source| StoreError::Malformed { path: path.clone(), source })?;
            if found != index {
                let (expected, found) = (format!("{index:?}"), format!("{found:?}"));
                return Err(StoreError::OtherStore { path, expected, found });
            }
        }
        let (data, data_whole) = open(&folder.join("slots"), photos as u64 * slot as u64)?;
        let (checks, checks_whole) = open(&folder.join("checks"), (photos * CHECK) as u64)?;
        let (done, _) = open(&folder.join("done"), photos as u64)?;
        if !(data_whole && checks_whole) {
            // What has gone is no slot of zeros: all are made anew.
            let path = folder.join("done");
            let cleared = done.set_len(0).and_then(|()| done.set_len(photos as u64));
            cleared.map_err(StoreError::disk("clear", &path))?;
        }
        if !known {
            let json = serde_json::to_vec(&index)
                .map_err(|source| StoreError::Malformed { path: path.clone(), source })?;
            write_atomically(&path, &json).map_err(StoreError::disk("write", &path))?;
        }
        Ok(Self { data, checks, done, folder: folder.to_owned(), index })
    }

    /// Number of slots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.photos
    }

    /// Whether there is no slot.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many slots are not filled yet.
    ///
    /// # Errors
    /// When the marks cannot be read.
    pub fn missing(&self) -> Result<usize, StoreError> {
        let mut buffer = vec![0; MARKS.min(self.len())];
        let mut missing = 0;
        for start in (0..self.len()).step_by(MARKS) {
            let piece = &mut buffer[..MARKS.min(self.len() - start)];
            self.done.read_exact_at(start as u64, piece).map_err(self.unreadable())?;
            missing += piece.iter().filter(|&&mark| mark == 0).count();
        }
        Ok(missing)
    }

    /// Whether a slot is filled. A mark that cannot be read counts as absent.
    fn is_done(&self, slot: usize) -> bool {
        let mut mark = [0];
        self.done.read_exact_at(slot as u64, &mut mark).is_ok() && mark[0] != 0
    }

    /// Reads a slot into a buffer of its size.
    ///
    /// # Errors
    /// When there is no such slot or the disk refuses.
    pub fn read(&self, slot: usize, into: &mut [u8]) -> Result<(), StoreError> {
        if slot >= self.len() || into.len() != self.index.slot {
            let (bytes, slots, folder) = (into.len(), self.len(), self.folder.clone());
            return Err(StoreError::NoSlot { slot, bytes, slots, folder });
        }
        let at = slot as u64 * self.index.slot as u64;
        self.data.read_exact_at(at, into).map_err(self.unreadable())?;
        let mut expected = [0; CHECK];
        self.checks.read_exact_at((slot * CHECK) as u64, &mut expected).map_err(self.unreadable())?;
        if check(slot, into) != expected {
            return Err(StoreError::Damaged { slot, folder: self.folder.clone() });
        }
        Ok(())
    }

    fn unreadable(&self) -> impl Fn(io::Error) -> StoreError {
        StoreError::disk("read", &self.folder)
    }

    fn full(&self) -> impl Fn(io::Error) -> StoreError {
        StoreError::disk("write", &self.folder)
    }
}

/// The folder of a store: what it holds, under which key, of which photos.
///
/// # Errors
/// When the data set's files have gone.
pub fn place(
    cache: &Path,
    what: &str,
    key: &str,
    dataset: &Dataset,
    split: Split,
) -> Result<PathBuf, StoreError> {
    let identity = dataset.identity(split)?;
    Ok(cache.join(format!("{what}-{MADE_BY}-{key}-{}-{split}", &identity[..16])))
}

#[cfg(test)]
mod tests {
    use super::fill::tests::dataset;
    use super::*;
    use crate::reporter::Silent;

    /// Fixed numbers all the way: the same on every machine.
    #[test]
    fn what_is_kept_of_a_photo_changes_with_the_version_alone() {
        let picture = image::RgbImage::from_fn(97, 61, |x, y| image::Rgb([(x * 2) as u8, (y * 4) as u8, 77]));
        let preprocessing = showtell::Preprocessing { side: 24, mean: [0.0; 3], std: [1.0; 3] };
        let kept = showtell::bundle::sums::digest(&preprocessing.resize(&picture));
        assert_eq!(
            (MADE_BY, &kept[..16]),
            (2, "1a26404ddf2f4a79"),
            "raise MADE_BY, and write down what is kept now"
        );
    }

    #[test]
    fn slots_that_are_not_as_they_were_written_are_found() {
        let (_photos, dataset) = dataset();
        let cache = tempfile::tempdir().unwrap();
        let folder = place(cache.path(), "test", "key", &dataset, Split::Train).unwrap();
        let fill = |slots: &RecordFile| {
            slots.fill(&dataset, Split::Train, "testing", &Silent, |batch| {
                Ok(batch.iter().map(|record| vec![record.bytes[0], 7]).collect())
            })
        };
        let slots = RecordFile::open(&folder, 20, 2).unwrap();
        fill(&slots).unwrap();
        let path = folder.join("slots");
        let whole = fs::read(&path).unwrap();
        let mut values = [0; 2];
        // A bit, and two slots that have changed places.
        let mut flipped = whole.clone();
        flipped[6] ^= 1;
        fs::write(&path, &flipped).unwrap();
        assert!(matches!(slots.read(3, &mut values), Err(StoreError::Damaged { slot: 3, .. })));
        let mut swapped = whole.clone();
        swapped[..4].rotate_left(2);
        fs::write(&path, &swapped).unwrap();
        assert!(matches!(slots.read(0, &mut values), Err(StoreError::Damaged { slot: 0, .. })));
        // What was cut off or taken away is made anew, and is no zeros.
        for length in [None, Some(10)] {
            match length {
                Some(length) => fs::write(&path, &whole[..length]).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            let slots = RecordFile::open(&folder, 20, 2).unwrap();
            assert_eq!(slots.missing().unwrap(), 20);
            fill(&slots).unwrap();
            slots.read(19, &mut values).unwrap();
            assert_eq!(values, [19, 7]);
        }
    }
}
