//! `showtell prepare`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use showtell::preprocess::{PhotoError, decode};

use super::{DataArgument, tell};
use crate::dataset::shards::Writer;
use crate::dataset::{Dataset, Record, Report, Split};
use crate::progress;

/// Photos decoded together, to see whether they decode.
const BATCH: usize = 32;

/// Check a published data set and write it in the trainer's own form
///
/// The form is Parquet shards with the photos in them, which pyarrow, Polars, DuckDB and Hugging
/// Face datasets read too. Prints a count for each split. Whatever had to be left out is told on
/// stderr and listed in report.json.
#[derive(Debug, Args)]
pub struct Prepare {
    #[command(flatten)]
    data: DataArgument,
    /// Folder for the shards, dataset.json and report.json; a data set in it is replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Megabytes of photos after which a shard ends
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=4096))]
    shard_mb: u32,
}

impl Prepare {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        if self.data.data.iter().any(|folder| same(folder, &self.out)) {
            anyhow::bail!("{} cannot be prepared into itself: name another folder", self.out.display());
        }
        let (dataset, reports) = Dataset::open_all(&self.data.data)?;
        let mut report = Report::default();
        reports.into_iter().for_each(|other| report.extend(other));
        let mut writer = Writer::create(&self.out, self.shard_mb as usize * 1_000_000)?;
        let mut seen = HashMap::new();
        for split in Split::ALL {
            let bar = progress::bar(dataset.len(split), "checking photos");
            let mut records = dataset.records(split);
            loop {
                let batch: Vec<Record> = records.by_ref().take(BATCH).collect::<Result<_, _>>()?;
                if batch.is_empty() {
                    break;
                }
                bar.inc(batch.len() as u64);
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
            bar.finish_and_clear();
        }
        tell(&report);
        if writer.is_empty() {
            anyhow::bail!("no photo of {} can be read", self.data.named());
        }
        let manifest = writer.finish(&report)?;
        for split in Split::ALL {
            let part = manifest.part(split);
            println!("{split}: {} photos, {} captions", part.photos, part.captions);
        }
        Ok(ExitCode::SUCCESS)
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
