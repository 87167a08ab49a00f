//! `showtell prepare`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{DataArgument, tell};
use crate::dataset::{Dataset, Split, prepared};

/// Check a published data set and write it in the trainer's own form
///
/// Prints a count for each split. Whatever had to be left out is told on stderr and listed in
/// report.json.
#[derive(Debug, Args)]
pub struct Prepare {
    #[command(flatten)]
    data: DataArgument,
    /// Folder for dataset.json and report.json
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Prepare {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (mut dataset, report) = Dataset::open(&self.data.data)?;
        tell(&report);
        dataset.images = std::fs::canonicalize(&dataset.images)?;
        prepared::write(&self.out, &dataset, &report)?;
        for split in [Split::Train, Split::Dev, Split::Test] {
            let captions: usize = dataset.split(split).map(|photo| photo.captions.len()).sum();
            println!("{split}: {} photos, {captions} captions", dataset.split(split).count());
        }
        Ok(ExitCode::SUCCESS)
    }
}
