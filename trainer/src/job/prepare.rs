//! Checks a published data set and writes it in the trainer's own form.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use showtell::preprocess::{PhotoError, decode};
use showtell_files::links::{Links, leading_out};

use super::{Data, JobError};
use crate::dataset::shards::{Manifest, Writer};
use crate::dataset::{Dataset, Record, Report, Split};
use crate::reporter::Reporter;

/// Photos decoded together, to see whether they decode.
const BATCH: usize = 32;

/// Writes a data set as Parquet shards with the photos in them.
#[derive(Debug, Clone)]
pub struct Prepare {
    /// Folders of the data set.
    pub folders: Vec<PathBuf>,
    /// Folder for the shards; a data set in it is replaced.
    pub out: PathBuf,
    /// Bytes of photos after which a shard ends.
    pub shard_bytes: usize,
    /// Where links in the data set may lead.
    pub links: Links,
}

impl Prepare {
    /// Writes the shards. Returns what they hold.
    ///
    /// # Errors
    /// [`JobError`].
    pub fn run(&self, reporter: &dyn Reporter) -> Result<Manifest, JobError> {
        if self.folders.iter().any(|folder| same(folder, &self.out)) {
            return Err(JobError::IntoItself { folder: self.out.clone() });
        }
        if self.links == Links::Inside {
            for folder in &self.folders {
                let links = leading_out(folder);
                if let Some(first) = links.first() {
                    return Err(JobError::LinksOut { link: first.clone(), links: links.len() });
                }
            }
        }
        let (dataset, reports) = Dataset::open_all(&self.folders)?;
        let mut report = Report::default();
        reports.into_iter().for_each(|other| report.extend(other));
        let mut writer = Writer::create(&self.out, self.shard_bytes)?;
        let mut seen = HashMap::new();
        for split in Split::ALL {
            let progress = reporter.progress(dataset.len(split), "checking photos");
            let mut records = dataset.records(split);
            loop {
                let batch: Vec<Record> = records.by_ref().take(BATCH).collect::<Result<_, _>>()?;
                if batch.is_empty() {
                    break;
                }
                progress.advance(batch.len());
                let checked: Vec<(Record, Option<PhotoError>)> = batch
                    .into_par_iter()
                    .map(|record| {
                        let fault = decode(&record.bytes).err();
                        (record, fault)
                    })
                    .collect();
                for (record, fault) in checked {
                    if let Some(fault) = fault {
                        report.unreadable_photos.push(format!("{}: {fault}", record.photo.image));
                        continue;
                    }
                    compare(&record, &mut seen, &mut report);
                    writer.push(record.photo, record.bytes)?;
                }
            }
        }
        report.lines().iter().for_each(|line| reporter.warn(line));
        if writer.is_empty() {
            let data = Data { folders: self.folders.clone(), cache: PathBuf::new() };
            return Err(JobError::NoReadablePhoto { data: data.named() });
        }
        Ok(writer.finish(&report)?)
    }
}

/// Notes a photo that equals an earlier one.
fn compare(record: &Record, seen: &mut HashMap<[u8; 32], String>, report: &mut Report) {
    match seen.entry(Sha256::digest(&record.bytes).into()) {
        Entry::Occupied(first) => {
            report.equal_photos.push(format!("{} = {}", record.photo.image, first.get()))
        }
        Entry::Vacant(place) => drop(place.insert(record.photo.image.clone())),
    }
}

/// Whether two paths are one folder.
fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
