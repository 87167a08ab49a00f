//! Fills a store, photo by photo or from another store, and goes on where work was broken off.

use std::fs::{File, TryLockError};

use super::RecordFile;
use super::file::{CHECK, check, write_at};
use crate::dataset::{Dataset, Record, Split, StoreError};
use crate::reporter::Reporter;

/// Photos worked on together. More gains nothing on a CPU and holds more memory.
const BATCH: usize = 8;
/// The store's data reaches the disk after this many photos.
const FLUSH: usize = 32 * BATCH;

impl RecordFile {
    /// Fills slots and, once their values are on disk, marks them.
    fn write(&self, slots: &[usize], values: &[Vec<u8>]) -> Result<(), StoreError> {
        for (&slot, values) in slots.iter().zip(values) {
            if values.len() != self.index.slot {
                let (expected, found) = (self.index.slot, values.len());
                return Err(StoreError::SlotSize { slot, expected, found });
            }
            write_at(&self.data, slot as u64 * self.index.slot as u64, values).map_err(self.full())?;
            write_at(&self.checks, (slot * CHECK) as u64, &check(slot, values)).map_err(self.full())?;
        }
        Ok(())
    }

    fn settle(&self, slots: &mut Vec<usize>) -> Result<(), StoreError> {
        self.data.sync_data().and_then(|()| self.checks.sync_data()).map_err(self.full())?;
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
        if self.missing()? == 0 {
            return Ok(());
        }
        let _held = self.hold(reporter)?;
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

    /// Waits until no other program fills the store, and keeps others from it.
    fn hold(&self, reporter: &dyn Reporter) -> Result<Held, StoreError> {
        let file = self.done.try_clone().map_err(self.full())?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                let here = self.folder.display();
                reporter.note(&format!("another program is at work in {here}: waiting for it"));
                file.lock().map_err(self.full())?;
            }
            // A file system without locks.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        Ok(Held(file))
    }
}

/// A store that this program fills.
struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        // The file stays open, and a lock would stay with it.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;

    use super::super::place;
    use super::*;
    use crate::reporter::Silent;
    use crate::testing::folder;

    pub(in super::super) fn dataset() -> (tempfile::TempDir, Dataset) {
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
