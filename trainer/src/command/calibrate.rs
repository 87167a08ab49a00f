//! `showtell fit confidence`, and `showtell calibrate`.

use std::path::PathBuf;

use clap::Args;

use super::args::{CacheArgument, DataArgument, GoalArguments};
use super::say;
use super::table::calibration;
use super::terminal::Terminal;
use crate::dataset::Split;
use crate::fit::calibration::Thresholds;
use crate::job;
use crate::job::calibrate::{DRAWINGS, UNFAMILIAR_BELOW};

/// Measure how far a bundle's answers can be trusted, and write it into the bundle
///
/// Captions a split, learns from words, probabilities and features which sentences have content words that people
/// used as well, and draws pictures unlike photos to learn what to decline. Where the bundle has a classifier, it
/// learns likewise how probable it is that a picture shows what is seen in it. What is told with which words follows
/// from limits, each the lowest at which no more than a given share of what is told is wrong. Figures are by
/// cross-validation.
#[derive(Debug, Args)]
pub struct Calibrate {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    data: DataArgument,
    /// The split to learn from
    #[arg(long, value_name = "NAME", default_value = "dev")]
    split: Split,
    /// Pictures of one thing each, to learn what the classifier's answers are worth: lines of JSON with "image",
    /// the address of a picture beside the file, and "thing" [default: what the captions of the split name]
    #[arg(long, value_name = "FILE")]
    things: Option<PathBuf>,
    #[command(flatten)]
    goals: GoalArguments,
    /// Sentences less probable than this are told with doubt [default: learnt]
    #[arg(long, value_name = "SHARE")]
    doubt_below: Option<f32>,
    /// Sentences less probable than this are not told [default: learnt]
    #[arg(long, value_name = "SHARE")]
    unable_below: Option<f32>,
    /// Pictures less probably photos than this are not described
    #[arg(long, value_name = "SHARE", default_value_t = UNFAMILIAR_BELOW)]
    unfamiliar_below: f32,
    /// Where the bundle knows novelty: sentences about pictures farther from the training photos than this share of
    /// the split's are told with doubt [default: the distance counts as evidence only]
    #[arg(long, value_name = "SHARE")]
    far: Option<f64>,
    /// Likewise, not told
    #[arg(long, value_name = "SHARE")]
    too_far: Option<f64>,
    /// Pictures to draw of each kind
    #[arg(long, value_name = "N", default_value_t = DRAWINGS as u64,
          value_parser = clap::value_parser!(u64).range(1..=10_000))]
    drawings: u64,
    /// Keep the drawings in this folder, as PNG files
    #[arg(long, value_name = "DIR")]
    keep_drawings: Option<PathBuf>,
    /// Measure only, and leave the bundle as it is
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    cache: CacheArgument,
    /// Print one JSON object
    #[arg(short, long)]
    json: bool,
}

impl Calibrate {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let job = job::Calibrate {
            bundle: self.bundle,
            data: self.data.with(self.cache),
            split: self.split,
            things: self.things,
            goals: self.goals.goals(),
            thresholds: Thresholds {
                doubt: self.doubt_below,
                unable: self.unable_below,
                unfamiliar: self.unfamiliar_below,
                far: self.far,
                too_far: self.too_far,
            },
            drawings: self.drawings as usize,
            keep_drawings: self.keep_drawings,
            dry_run: self.dry_run,
        };
        let measured = job.run(terminal)?;
        say(&if self.json { calibration::json(&measured)? } else { calibration::text(&measured) })
    }
}
