//! `showtell tune`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;
use showtell::beam::BeamConfig;

use super::examination::Examination;
use super::rewrite::reconfigure;
use super::{CacheArgument, DataArgument, RulesArgument, device, read_bundle, say};
use crate::dataset::Split;
use crate::metric::Scores;
use crate::metric::diversity::{Known, diversity};
use crate::progress;

/// Try widths and length exponents of the search on a split
///
/// Prints a line for each pair, the best first; with --write the best becomes the bundle's default.
#[derive(Debug, Args)]
pub struct Tune {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    pub(super) bundle: PathBuf,
    #[command(flatten)]
    pub(super) data: DataArgument,
    /// The split to try them on
    #[arg(long, value_name = "NAME", default_value = "dev")]
    pub(super) split: Split,
    /// Widths to try, parted by commas
    #[arg(long, value_name = "WIDTHS", value_delimiter = ',', default_values_t = [1, 2, 3, 4, 5, 7])]
    pub(super) widths: Vec<usize>,
    /// Length exponents to try, parted by commas
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_values_t = [0.0, 0.3, 0.6, 0.9])]
    pub(super) exponents: Vec<f32>,
    /// What the best is best by
    #[arg(long, value_name = "SCORE", default_value = "cider")]
    pub(super) by: By,
    /// Make the best the bundle's default
    #[arg(long)]
    pub(super) write: bool,
    #[command(flatten)]
    pub(super) rules: RulesArgument,
    #[command(flatten)]
    pub(super) cache: CacheArgument,
    /// Print one JSON object a line
    #[arg(long)]
    pub(super) json: bool,
}

/// A score to choose by.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum By {
    Bleu4,
    Cider,
}

#[derive(Serialize)]
struct Tried {
    width: usize,
    length_exponent: f32,
    #[serde(flatten)]
    scores: Scores,
    /// Different words.
    words: usize,
    #[serde(skip)]
    beam: BeamConfig,
}

impl Tune {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let device = device();
        let bundle = read_bundle(&self.bundle)?;
        let usual = self.rules.over(&bundle.config().decoding);
        let searches = self.searches(&usual)?;
        let examination = Examination::open(&bundle, &self.data, self.split, &self.cache, &device)?;
        let (targets, speaker) = (&examination.targets, examination.speaker());

        let bar = progress::bar(searches.len(), "searches");
        let mut tried = Vec::new();
        for beam in searches {
            let found = speaker.evaluate(targets, &beam)?;
            let (mean, found) = (found.mean(), found.scored);
            let words = diversity(&found.texts, targets.references.texts(), &Known::default()).words;
            let BeamConfig { width, length_exponent, .. } = beam;
            tried.push(Tried { width, length_exponent, scores: mean, words, beam });
            bar.inc(1);
        }
        bar.finish_and_clear();
        let score = |tried: &Tried| match self.by {
            By::Bleu4 => tried.scores.bleu4,
            By::Cider => tried.scores.cider,
        };
        tried.sort_by(|a, b| score(b).total_cmp(&score(a)));

        if !self.json {
            say("width  exponent   BLEU-1   BLEU-4  ROUGE-L  CIDEr-D  words")?;
        }
        for row in &tried {
            let Tried { width, length_exponent, scores, words, .. } = row;
            say(&if self.json {
                serde_json::to_string(row)?
            } else {
                format!(
                    "{width:>5} {length_exponent:>9.2} {:>8.4} {:>8.4} {:>8.4} {:>8.4} {words:>6}",
                    scores.bleu1, scores.bleu4, scores.rouge_l, scores.cider
                )
            })?;
        }
        if self.write
            && let Some(best) = tried.into_iter().next()
        {
            // Confidence was measured with the search that was the default before.
            let calibrated = bundle.config().confidence.is_some() && best.beam != bundle.config().decoding;
            reconfigure(&self.bundle, |config| {
                config.decoding = best.beam;
                if calibrated {
                    config.confidence = None;
                }
            })?;
            if calibrated {
                eprintln!(
                    "the bundle's calibration was of another search and is gone: run showtell calibrate"
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// All searches to try, each usable.
    fn searches(&self, usual: &BeamConfig) -> anyhow::Result<Vec<BeamConfig>> {
        let mut searches = Vec::new();
        for &width in &self.widths {
            // A greedy search knows no lengths to compare.
            let own = [usual.length_exponent];
            for &length_exponent in if width == 1 { own.as_slice() } else { &self.exponents } {
                let beam = BeamConfig { width, length_exponent, sampling: None, ..usual.clone() };
                beam.validate()?;
                searches.push(beam);
            }
        }
        Ok(searches)
    }
}
