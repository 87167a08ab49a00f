//! Makes a bundle through several runs.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use showtell::beam::{BeamConfig, WordScoresConfig};
use showtell::bundle::tensors::Precision;

use super::average::WeightedModel;
use super::calibrate::{self, Calibrate};
use super::detector::{FitDetector, FittedDetector};
use super::kinds::{FitKinds, FittedKinds};
use super::novelty::FitNovelty;
use super::publish::{Publish, Published, precision};
use super::train::Train;
use super::tune::{Tried, Tune};
use super::{Data, EncoderSource, JobError, bundle};
use crate::dataset::view::ViewRecipe;
use crate::fit::kinds::graphics::Graphics;
use crate::recipe::chain::{BUNDLE, BundleRecipe, Chain, DetectorRecipe, SearchRecipe, Step};
use crate::recipe::{DevMetric, Recipe, RecipeError};
use crate::reporter::Reporter;
use crate::run::Run;
use crate::training::Start;
use crate::training::checkpoint::Progress;

/// Trains each run of a chain, publishes their mean, chooses the search on dev and calibrates. Stopped at any moment it
/// goes on where it was when started again.
#[derive(Debug, Clone)]
pub struct FollowChain {
    /// The chain's file.
    pub chain: PathBuf,
    /// The photos.
    pub data: Data,
    /// Folder for the runs and the bundle.
    pub out: PathBuf,
    /// The table of pictures that are no photos, for a chain that learns kinds.
    pub graphics: Option<PathBuf>,
    /// Where the encoder's weights come from.
    pub weights: EncoderSource,
    /// Where it learns.
    pub device: Device,
}

/// What came of each part of a chain.
#[derive(Debug)]
pub struct Followed {
    /// The runs, in order.
    pub steps: Vec<FollowedStep>,
    /// The bundle.
    pub bundle: Published,
    /// Its detector of words, where it has one.
    pub detector: Option<FittedDetector>,
    /// In how many directions training photos differ, where it knows that, and its size in bytes then.
    pub novelty: Option<(usize, usize)>,
    /// Its kinds of pictures, where it knows any.
    pub kinds: Option<FittedKinds>,
    /// The searches tried, the best first.
    pub searches: Vec<Tried>,
    /// Its calibration.
    pub calibration: calibrate::Measured,
}

/// What came of a run.
#[derive(Debug)]
pub struct FollowedStep {
    /// Its name.
    pub run: String,
    /// The bundle of the run whose encoder it looked through, where that is another's.
    pub encoder: Option<Published>,
    /// Where it ended.
    pub progress: Progress,
    /// What its best epoch was chosen by.
    pub chosen_by: DevMetric,
}

/// The folder of a run's bundle, where later runs look through its encoder, within the run's.
const PUBLISHED: &str = "published";

impl FollowChain {
    /// Makes the bundle.
    ///
    /// # Errors
    /// [`JobError`]. What was made before is kept.
    pub fn run(&self, reporter: &dyn Reporter) -> Result<Followed, JobError> {
        let Chain { steps, bundle } = Chain::read(&self.chain)?;
        let format = format(&bundle)?;
        let kinds = self.kinds(&bundle)?;
        let count = steps.len();
        let mut followed = Vec::with_capacity(count);
        for (index, step) in steps.into_iter().enumerate() {
            reporter.note(&format!("run {} of {count}: {}", index + 1, step.run));
            let run = step.run.clone();
            let done = self.step(step, format, reporter);
            followed.push(done.map_err(|source| JobError::Step { run, source: Box::new(source) })?);
        }
        self.finish(followed, &bundle, format, kinds, reporter)
    }

    /// What teaches the bundle kinds, if it shall know any; hours before that is done, whether it can be.
    fn kinds(&self, recipe: &BundleRecipe) -> Result<Option<FitKinds>, JobError> {
        let chain = || self.chain.clone();
        match (&self.graphics, recipe.kinds) {
            (None, false) => Ok(None),
            (None, true) => Err(JobError::GraphicsNeeded { chain: chain() }),
            (Some(_), false) => Err(JobError::GraphicsUnused { chain: chain() }),
            (Some(graphics), true) => {
                Graphics::read(graphics)?;
                Ok(Some(FitKinds::new(&self.folder(BUNDLE), graphics, self.data.clone())))
            }
        }
    }

    fn folder(&self, run: &str) -> PathBuf {
        self.out.join(run)
    }

    fn step(&self, step: Step, format: Precision, reporter: &dyn Reporter) -> Result<FollowedStep, JobError> {
        let Step { run, recipe, epochs, from, teachers, encoder, set } = step;
        let mut recipe = Recipe::read_with(&recipe, &set, None)?;
        recipe.training.epochs = epochs.unwrap_or(recipe.training.epochs);
        let chosen_by = recipe.training.select_by;
        // Published, so that what looks through the encoder learns from exactly what it will see.
        let encoder = encoder
            .map(|run| {
                let run = self.folder(&run);
                Publish { precision: format, ..Publish::new(&run, &run.join(PUBLISHED)) }.run(reporter)
            })
            .transpose()?;
        let out = self.folder(&run);
        let there = Run::is_here(&out);
        let train = Train {
            recipe,
            data: self.data.clone(),
            start: if there { Start::Resume } else { Start::Fresh },
            out,
            weights: match &encoder {
                Some(published) => EncoderSource::Named(published.folder.clone()),
                None => self.weights.clone(),
            },
            device: self.device.clone(),
            from: from.filter(|_| !there).map(|run| self.folder(&run)),
            teachers: teachers.iter().map(|run| self.folder(run)).collect(),
        };
        Ok(FollowedStep { progress: train.run(reporter)?, run, encoder, chosen_by })
    }

    fn finish(
        &self,
        steps: Vec<FollowedStep>,
        recipe: &BundleRecipe,
        format: Precision,
        kinds: Option<FitKinds>,
        reporter: &dyn Reporter,
    ) -> Result<Followed, JobError> {
        let out = self.folder(BUNDLE);
        let data = || self.data.clone();
        let portion = |(run, &share): (&String, &f64)| WeightedModel { folder: self.folder(run), share };
        let publish = Publish {
            precision: format,
            average: recipe.average.iter().map(portion).collect(),
            card: recipe.card.clone(),
            ..Publish::new(&self.folder(&recipe.run), &out)
        };
        let bundle = publish.run(reporter)?;
        let detector = |recipe: &DetectorRecipe| {
            let DetectorRecipe { epochs, width, views } = recipe;
            let smallest = if views.windows == 0 { 1.0 } else { views.smallest };
            let views = ViewRecipe { smallest, ..views.clone() };
            FitDetector { epochs: *epochs, width: *width, views, ..FitDetector::new(&out, data()) }
                .run(reporter)
        };
        let detector = recipe.detector.as_ref().map(detector).transpose()?;
        let novelty = |directions| {
            let bytes = FitNovelty { bundle: out.clone(), data: data(), directions }.run(reporter)?;
            Ok::<_, JobError>((directions, bytes))
        };
        let novelty = recipe.novelty.map(novelty).transpose()?;
        let kinds = kinds.map(|kinds| kinds.run(reporter)).transpose()?;
        let searches = self.tune(&recipe.search, &out)?.run(reporter)?;
        let calibrate = Calibrate { drawings: recipe.drawings as usize, ..Calibrate::new(&out, data()) };
        let calibration = calibrate.run(reporter)?;
        Ok(Followed { steps, bundle, detector, novelty, kinds, searches, calibration })
    }

    fn tune(&self, search: &SearchRecipe, out: &Path) -> Result<Tune, JobError> {
        let own = bundle::read(out)?.config().decoding.clone();
        let usual = own.word_scores.unwrap_or(showtell_cli::args::WORD_SCORES);
        let scores = |asked: WordScoresConfig| WordScoresConfig {
            rerank: asked.rerank,
            prior: asked.prior,
            fusion: asked.fusion,
            ..usual
        };
        let rules = BeamConfig {
            mbr: search.mbr.filter(|temperature| *temperature != 0.0),
            word_scores: search.word_scores.filter(|asked| asked.rerank != 0.0).map(scores),
            ..own
        };
        Ok(Tune {
            widths: search.widths.clone(),
            exponents: search.exponents.clone(),
            rules: Some(rules),
            write: true,
            ..Tune::new(out, self.data.clone())
        })
    }
}

fn format(bundle: &BundleRecipe) -> Result<Precision, RecipeError> {
    let found = &bundle.precision;
    precision(found).ok_or_else(|| RecipeError::value("bundle.precision", "f32, f16 or int8", found))
}
