//! `showtell fit detector`.

use std::path::PathBuf;

use clap::Args;

use super::args::{CacheArgument, DataArgument};
use super::megabytes;
use super::terminal::Terminal;
use crate::dataset::view::ViewRecipe;
use crate::job::FitDetector;
use crate::job::detector::{EPOCHS, LEAST_CAPTIONS, OWN_EPOCHS, WIDTH};

/// Teach a bundle which words people use of a photo, and write that into the bundle
///
/// Learns from the training photos which content words stand in their captions. The search then prefers captions of words that the detector expects: `tune` and
/// `evaluate` take --rerank, --prior and --fusion. A few minutes, once features are kept.
#[derive(Debug, Args)]
pub struct Detector {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    data: DataArgument,
    /// Passes over the training photos [default: 6, with --width 0 15]
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// Numbers between a photo and its words; 0 shares the decoder's embedding, which makes a smaller bundle that knows
    /// fewer of the words rare in captions
    #[arg(long, value_name = "N", default_value_t = WIDTH)]
    width: usize,
    /// A word that stands in fewer captions is not learnt
    #[arg(long, value_name = "N", default_value_t = LEAST_CAPTIONS)]
    least_captions: usize,
    /// Learn from mirrored photos too, left and right swapped in their captions
    #[arg(long)]
    mirrored: bool,
    /// Learn from so many random windows of each photo too
    #[arg(long, value_name = "N", default_value_t = 0)]
    windows: usize,
    /// With --windows: the smallest, as a share of the photo's area
    #[arg(long, value_name = "SHARE", default_value_t = 0.65)]
    smallest: f64,
    #[command(flatten)]
    cache: CacheArgument,
}

impl Detector {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let job = FitDetector {
            bundle: self.bundle,
            data: self.data.with(self.cache),
            epochs: self.epochs.unwrap_or(if self.width == 0 { EPOCHS } else { OWN_EPOCHS }),
            width: self.width,
            least_captions: self.least_captions,
            views: ViewRecipe {
                mirrored: self.mirrored,
                windows: self.windows,
                smallest: self.smallest,
                sides: Vec::new(),
            },
        };
        let fitted = job.run(terminal)?;
        println!("{}: {} words, {}", job.bundle.display(), fitted.words, megabytes(fitted.bytes));
        Ok(())
    }
}
