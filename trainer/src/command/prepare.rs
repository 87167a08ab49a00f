//! `showtell prepare`.

use std::path::PathBuf;

use clap::Args;
use showtell_files::links::Links;

use super::args::DataArgument;
use super::terminal::Terminal;
use crate::dataset::Split;
use crate::job;

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
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// Megabytes of photos after which a shard ends
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=4096))]
    shard_mb: u32,
    /// Read files that are links out of the folders of the data set
    #[arg(long)]
    follow: bool,
}

impl Prepare {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let shard_bytes = self.shard_mb as usize * 1_000_000;
        let links = if self.follow { Links::Anywhere } else { Links::Inside };
        let job = job::Prepare { folders: self.data.data, out: self.out, shard_bytes, links };
        let manifest = job.run(terminal)?;
        for split in Split::ALL {
            let part = manifest.part(split);
            println!("{split}: {} photos, {} captions", part.photos, part.captions);
        }
        Ok(())
    }
}
