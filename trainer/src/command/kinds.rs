//! `showtell fit kinds`.

use std::path::PathBuf;

use clap::Args;

use super::args::{CacheArgument, DataArgument};
use super::terminal::Terminal;
use super::{megabytes, say};
use crate::fit::kinds::measure::LOWEST;
use crate::fit::kinds::report::report;
use crate::job::FitKinds;
use crate::job::kinds::{DECAY, PHOTOS};

/// Teach a bundle the kinds of pictures that are no photos, and write that into the bundle
///
/// Learns to tell train photos and graphics apart, and graphics by their kind, from what the bundle's encoder makes
/// of them. A tenth of the graphics, told by the SHA-256 of their names, is not learnt from; the limit
/// above which a picture is told by its kind is the lowest that takes at most one in fifty dev photos for
/// a graphic, and at most one in twenty of each source. Two minutes, once features are kept.
#[derive(Debug, Args)]
pub struct Kinds {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Pictures that are no photos: a JSON object a line, with image (relative to the file) and kind. Those that
    /// the data set has by the same name are no photos there
    #[arg(long, value_name = "FILE")]
    graphics: PathBuf,
    #[command(flatten)]
    data: DataArgument,
    /// Train photos to learn from, at most
    #[arg(long, value_name = "N", default_value_t = PHOTOS as u64,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    photos: u64,
    /// Pull of the weights towards zero: more makes answers less sure
    #[arg(long, value_name = "NUMBER", default_value_t = DECAY)]
    decay: f32,
    /// No picture less probably a graphic than this is told by its kind, however few photos are taken for graphics
    #[arg(long, value_name = "SHARE", default_value_t = LOWEST)]
    lowest: f32,
    /// Measure only, and leave the bundle as it is
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    cache: CacheArgument,
}

impl Kinds {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let job = FitKinds {
            bundle: self.bundle,
            graphics: self.graphics,
            data: self.data.with(self.cache),
            photos: self.photos as usize,
            decay: self.decay,
            lowest: self.lowest,
            dry_run: self.dry_run,
        };
        let fitted = job.run(terminal)?;
        say(&report(&fitted.measured))?;
        if let Some(bytes) = fitted.bytes {
            println!("\n{}: {}", job.bundle.display(), megabytes(bytes));
        }
        Ok(())
    }
}
