//! Tries widths and length exponents of the search on a split.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use showtell::beam::BeamConfig;

use super::bundle::{read, reconfigure};
use super::split::SplitEvaluation;
use super::{Data, JobError};
use crate::dataset::Split;
use crate::metric::Scores;
use crate::metric::diversity::{Known, diversity};
use crate::recipe::DevMetric;
use crate::reporter::Reporter;

/// Tries searches on a split.
#[derive(Debug, Clone)]
pub struct Tune {
    /// Folder of the bundle.
    pub bundle: PathBuf,
    /// The photos to try them on.
    pub data: Data,
    /// Which of them.
    pub split: Split,
    /// Widths to try.
    pub widths: Vec<usize>,
    /// Length exponents to try.
    pub exponents: Vec<f32>,
    /// What the best is best by.
    pub by: DevMetric,
    /// All else of the searches; the bundle's own without it.
    pub rules: Option<BeamConfig>,
    /// Whether the best becomes the bundle's default.
    pub write: bool,
}

/// Widths that are tried unless others are named.
pub const WIDTHS: [usize; 6] = [1, 2, 3, 4, 5, 7];
/// Length exponents likewise.
pub const EXPONENTS: [f32; 4] = [0.0, 0.3, 0.6, 0.9];

/// What a search scored.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The search.
    pub beam: BeamConfig,
    /// The mean of the scores over sources.
    pub scores: Scores,
    /// Different words in all captions.
    pub words: usize,
}

impl Tune {
    /// The usual searches on dev, only tried.
    #[must_use]
    pub fn new(bundle: &Path, data: Data) -> Self {
        Self {
            bundle: bundle.to_owned(),
            data,
            split: Split::Dev,
            widths: WIDTHS.to_vec(),
            exponents: EXPONENTS.to_vec(),
            by: DevMetric::Cider,
            rules: None,
            write: false,
        }
    }

    /// Tries the searches. Returns what each scored, the best first.
    ///
    /// # Errors
    /// [`JobError`].
    pub fn run(&self, reporter: &dyn Reporter) -> Result<Vec<Tried>, JobError> {
        let device = Device::flex();
        let bundle = read(&self.bundle)?;
        let own = &bundle.config().decoding;
        let searches = self.searches(self.rules.as_ref().unwrap_or(own))?;
        let examination = SplitEvaluation::open(&bundle, &self.data, self.split, &device, reporter)?;
        let (targets, speaker) = (&examination.targets, examination.speaker());

        let progress = reporter.progress(searches.len(), "searches");
        let mut tried = Vec::new();
        for beam in searches {
            let found = speaker.evaluate(targets, &beam)?;
            let (scores, found) = (found.mean(), found.scored);
            let words = diversity(&found.texts, targets.references.texts(), &Known::default()).words;
            tried.push(Tried { beam, scores, words });
            progress.advance(1);
        }
        drop(progress);
        let score = |tried: &Tried| match self.by {
            DevMetric::Bleu4 => tried.scores.bleu4,
            DevMetric::Cider => tried.scores.cider,
        };
        tried.sort_by(|a, b| score(b).total_cmp(&score(a)));

        if self.write
            && let Some(best) = tried.first()
        {
            // Confidence was measured with the search that was the default before.
            let calibrated = bundle.config().confidence.is_some() && best.beam != *own;
            reconfigure(&self.bundle, |config| {
                config.decoding = best.beam.clone();
                if calibrated {
                    config.confidence = None;
                }
            })?;
            if calibrated {
                reporter.note(
                    "the bundle's calibration was of another search and is gone: run showtell calibrate",
                );
            }
        }
        Ok(tried)
    }

    /// All searches to try, each usable.
    fn searches(&self, usual: &BeamConfig) -> Result<Vec<BeamConfig>, JobError> {
        let mut searches = Vec::new();
        for &width in &self.widths {
            // A greedy search knows no lengths to compare.
            let own = [usual.length_penalty];
            for &length_penalty in if width == 1 { own.as_slice() } else { &self.exponents } {
                let beam = BeamConfig { width, length_penalty, sampling: None, ..usual.clone() };
                beam.validate()?;
                searches.push(beam);
            }
        }
        Ok(searches)
    }
}
