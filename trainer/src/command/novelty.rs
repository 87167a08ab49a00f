//! `showtell fit novelty`.

use std::path::PathBuf;

use clap::Args;

use super::args::{CacheArgument, DataArgument};
use super::megabytes;
use super::terminal::Terminal;
use crate::job::FitNovelty;
use crate::job::novelty::DIRECTIONS;

/// Teach a bundle which pictures are unlike those that it learnt from, and write that into the bundle
///
/// Learns from the training photos, as the bundle's encoder sees them, in which directions photos of their kind
/// differ; what a picture has beside these is its distance. `calibrate` then measures how far photos of another
/// split lie, and pictures farther than nearly all of those are told with doubt or not at all. A minute, once
/// features are kept.
#[derive(Debug, Args)]
pub struct Novelty {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    data: DataArgument,
    /// Directions in which photos of the training set's kind may differ
    #[arg(long, value_name = "N", default_value_t = DIRECTIONS)]
    directions: usize,
    #[command(flatten)]
    cache: CacheArgument,
}

impl Novelty {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let data = self.data.with(self.cache);
        let job = FitNovelty { bundle: self.bundle, data, directions: self.directions };
        let bytes = job.run(terminal)?;
        println!("{}: {} directions, {}", job.bundle.display(), job.directions, megabytes(bytes));
        Ok(())
    }
}
