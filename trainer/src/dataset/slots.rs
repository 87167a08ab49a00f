//! A file of slots of one size, one for each photo of a split, filled once and read at random.
//!
//! A store is a folder: `slots` (the values), `done` (a byte a photo, set once its slot is on disk)
//! and `index.json` (what the slots are). Work that was broken off goes on where it stopped. RecordFile
//! are read at their offset into the caller's buffer, not mapped: what a process has read of a file
//! does not count as its memory.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use positioned_io::{ReadAt, WriteAt};
use serde::{Deserialize, Serialize};

use super::{Dataset, Record, Split, StoreError};
use crate::files::write_atomically;
use crate::reporter::Reporter;

/// Photos worked on together. More gains nothing on a CPU and holds more memory.
const BATCH: usize = 8;
/// The store's data reaches the disk after this many photos.
const FLUSH: usize = 32 * BATCH;
/// Marks looked at in one piece.
const MARKS: usize = 64 << 10;

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
        fs::create_dir_all(folder).map_err(StoreError::disk("make", folder))?;
        let (path, index) = (folder.join("index.json"), Index { photos, slot });
        if path.is_file() {
            let bytes = fs::read(&path).map_err(StoreError::disk("read", &path))?;
            let found: Index = serde_json::from_slice(&bytes)
                .map_err(|source| StoreError::Malformed { path: path.clone(), source })?;
            if found != index {
                let (expected, found) = (format!("{index:?}"), format!("{found:?}"));
                return Err(StoreError::OtherStore { path, expected, found });
            }
        }
        let data = open(&folder.join("slots"), photos as u64 * slot as u64)?;
        let done = open(&folder.join("done"), photos as u64)?;
        let json = serde_json::to_vec(&index)
            .map_err(|source| StoreError::Malformed { path: path.clone(), source })?;
        write_atomically(&path, &json).map_err(StoreError::disk("write", &path))?;
        Ok(Self { data, done, folder: folder.to_owned(), index })
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
        self.data.read_exact_at(at, into).map_err(self.unreadable())
    }

    /// Fills slots and, once their values are on disk, marks them.
    fn write(&self, slots: &[usize], values: &[Vec<u8>]) -> Result<(), StoreError> {
        for (&slot, values) in slots.iter().zip(values) {
            if values.len() != self.index.slot {
                let (expected, found) = (self.index.slot, values.len());
                return Err(StoreError::SlotSize { slot, expected, found });
            }
            write_at(&self.data, slot as u64 * self.index.slot as u64, values).map_err(self.full())?;
        }
        Ok(())
    }

    fn settle(&self, slots: &mut Vec<usize>) -> Result<(), StoreError> {
        self.data.sync_data().map_err(self.full())?;
        for slot in slots.drain(..) {
            write_at(&self.done, slot as u64, &[1]).map_err(self.full())?;
        }
        Ok(())
    }

    /// Fills what is missing from a split's photos: `work` makes a slot's bytes of each record of a
    /// batch. `what` is told beside the progress.
    ///
    /// # Errors
    /// A photo that cannot be read is named; what was settled before is kept.
    pub fn fill(
        &self,
        dataset: &Dataset,
        split: Split,
        what: &'static str,
        reporter: &dyn Reporter,
        mut work: impl FnMut(&[Record]) -> Result<Vec<Vec<u8>>, StoreError>,
    ) -> Result<(), StoreError> {
        let missing = self.missing()?;
        if missing == 0 {
            return Ok(());
        }
        let progress = reporter.progress(missing, what);
        let mut records = dataset.records_where(split, |index| !self.is_done(index));
        let mut unsettled = Vec::with_capacity(FLUSH);
        let done = loop {
            let batch: Vec<Record> = match records.by_ref().take(BATCH).collect::<Result<_, _>>() {
                Ok(batch) => batch,
                Err(error) => break Err(error.into()),
            };
            if batch.is_empty() {
                break Ok(());
            }
            let slots: Vec<usize> = batch.iter().map(|record| record.index).collect();
            match work(&batch).and_then(|values| self.write(&slots, &values)) {
                Ok(()) => unsettled.extend(&slots),
                Err(error) => break Err(error),
            }
            progress.advance(slots.len());
            if unsettled.len() >= FLUSH {
                self.settle(&mut unsettled)?;
            }
        };
        self.settle(&mut unsettled)?;
        done
    }

    /// Fills what is missing from another store with a slot for each of the same photos: `work`
    /// makes the new values of a batch of slots.
    ///
    /// # Errors
    /// When the disk refuses or `work` does.
    pub fn fill_from(
        &self,
        mut work: impl FnMut(&[usize]) -> Result<Vec<Vec<u8>>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut missing = (0..self.len()).filter(|&slot| !self.is_done(slot));
        loop {
            let mut slots: Vec<usize> = missing.by_ref().take(FLUSH).collect();
            if slots.is_empty() {
                return Ok(());
            }
            for batch in slots.chunks(BATCH) {
                self.write(batch, &work(batch)?)?;
            }
            self.settle(&mut slots)?;
        }
    }

    fn unreadable(&self) -> impl Fn(io::Error) -> StoreError {
        StoreError::disk("read", &self.folder)
    }

    fn full(&self) -> impl Fn(io::Error) -> StoreError {
        StoreError::disk("write", &self.folder)
    }
}

/// Writes at an offset. Through a handle of its own, since writing takes one to itself.
fn write_at(file: &File, at: u64, bytes: &[u8]) -> std::io::Result<()> {
    file.try_clone()?.write_all_at(at, bytes)
}

/// Opens a file for reading and writing at its full length; new parts read as zero.
fn open(path: &Path, length: u64) -> Result<File, StoreError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(StoreError::disk("open", path))?;
    file.set_len(length).map_err(StoreError::disk("make room in", path))?;
    Ok(file)
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
    Ok(cache.join(format!("{what}-{key}-{}-{split}", &identity[..16])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporter::Silent;
    use crate::testing::folder;

    fn dataset() -> (tempfile::TempDir, Dataset) {
        let table: String = (0..20).map(|n| format!("{n:02}.jpg,words,train\n")).collect();
        let here = folder(&[("captions.csv", &format!("image,caption,split\n{table}"))]);
        for n in 0..20 {
            fs::write(here.path().join(format!("{n:02}.jpg")), [n]).unwrap();
        }
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        (here, dataset)
    }

    #[test]
    fn broken_work_goes_on_where_it_stopped() {
        let (_photos, dataset) = dataset();
        let cache = tempfile::tempdir().unwrap();
        let folder = place(cache.path(), "test", "key", &dataset, Split::Train).unwrap();
        let mut seen = 0;
        let slots = RecordFile::open(&folder, 20, 2).unwrap();
        let broken = slots.fill(&dataset, Split::Train, "testing", &Silent, |batch| {
            seen += 1;
            if seen == 2 {
                return Err(StoreError::Device);
            }
            Ok(batch.iter().map(|record| vec![record.bytes[0], 7]).collect())
        });
        assert!(matches!(broken, Err(StoreError::Device)));
        drop(slots);

        let slots = RecordFile::open(&folder, 20, 2).unwrap();
        assert_eq!(slots.missing().unwrap(), 20 - BATCH);
        let mut again = Vec::new();
        let fill = |again: &mut Vec<usize>| {
            slots.fill(&dataset, Split::Train, "testing", &Silent, |batch| {
                again.extend(batch.iter().map(|record| record.index));
                Ok(batch.iter().map(|record| vec![record.bytes[0], 7]).collect())
            })
        };
        fill(&mut again).unwrap();
        assert_eq!(again, (BATCH..20).collect::<Vec<_>>());
        fill(&mut again).unwrap();
        assert_eq!(again.len(), 20 - BATCH);
        let mut values = [0; 2];
        for slot in [0, 7, 8, 19] {
            slots.read(slot, &mut values).unwrap();
            assert_eq!(values, [slot as u8, 7]);
        }
        assert!(slots.read(20, &mut values).is_err());
        assert!(slots.read(0, &mut [0; 3]).is_err());
        assert!(RecordFile::open(&folder, 20, 3).is_err());
    }
}
