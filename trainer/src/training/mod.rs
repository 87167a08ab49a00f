//! Training a decoder on cached features, or together with its encoder on photos.

pub mod average;
pub mod checkpoint;
mod clip;
mod curve;
mod dropout;
mod epoch;
mod error;
pub mod events;
pub mod forward;
pub mod input;
pub mod kernel;
pub mod learner;
pub mod lesson;
pub mod log;
pub mod memory;
pub mod record;
pub mod reward;
pub mod shares;
pub mod teachers;
pub mod tuned;
pub mod words;

use std::path::Path;
use std::time::Instant;

use burn::module::Module;
use burn::tensor::Device;
use showtell::Vocabulary;
use showtell::bundle::tensors::{TensorValues, Tensors, apply, collect};
use showtell::captioner::CaptionModels;

use crate::dataset::captions::CaptionStore;
use crate::dataset::words::Words;
use crate::evaluation::{Evaluation, SplitCaptioner, Targets};
use crate::metric::Scores;
use crate::metric::diversity::{Known, diversity};
use crate::metric::support::support;
use crate::recipe::{DevMetric, PhaseKind, Recipe};
use crate::reporter::Reporter;
use average::Average;
use checkpoint::{Checkpoints, Progress};
use error::LARGEST;
pub use error::TrainingError;
use forward::Regularisation;
use input::Input;
use learner::Learner;
use lesson::SelfCritical;
use log::Log;
use memory::Memory;
use record::EpochRow;
use shares::Shares;
use teachers::Teachers;
use words::WordLoss;

/// Everything a run works on.
#[derive(Debug)]
pub struct TrainingContext<'a> {
    /// The settings.
    pub recipe: &'a Recipe,
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// Captions of the training photos.
    pub train: &'a CaptionStore,
    /// Where the training photos come from, and how far each source counts.
    pub sources: &'a Shares,
    /// The encoder's own classifier as published, where it is known.
    pub classifier: Option<&'a Tensors>,
    /// What to choose the best epoch on.
    pub dev: &'a Targets,
    /// Weights of the decoder to start from; drawn without them.
    pub initial: Option<&'a Tensors>,
    /// Models whose words are learnt from as well.
    pub teachers: &'a Teachers,
}

/// What decides the steps' captions.
#[derive(Debug)]
enum Phase {
    /// People's.
    CrossEntropy,
    /// The decoder's own.
    SelfCritical(Box<SelfCritical>),
}

/// Whether a run starts or goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// From the weights to start from, untrained ones where none are given.
    Fresh,
    /// From the newest checkpoint, or as fresh where there is none.
    Resume,
}

/// Trains, writing checkpoints, log and curve into `run`. Returns where it ended.
///
/// # Errors
/// When features are missing, the disk refuses, or the loss stops being a number.
pub fn train(
    materials: &TrainingContext,
    input: &mut Input,
    run: &Path,
    start: Start,
    device: &Device,
    reporter: &dyn Reporter,
) -> Result<Progress, TrainingError> {
    let TrainingContext { recipe, train, .. } = materials;
    if train.is_empty() {
        return Err(TrainingError::NoPhotos);
    }
    let device = device.clone().autodiff();
    let settings = &recipe.training;
    let checkpoints = Checkpoints::new(run, settings.keep_checkpoints)?;
    let mut learner = materials.learner(input, &device)?;
    let phase = materials.phase()?;
    let mut progress = Progress::default();
    if start == Start::Resume
        && let Some(newest) = checkpoints.newest()?
    {
        learner = checkpoints.restore(newest.epoch, learner, input)?;
        progress = newest;
    }
    let mut log = Log::open(run, progress.epoch)?;

    while progress.epoch < settings.epochs && !is_over(&progress, settings.patience) {
        let begun = Instant::now();
        let captions_seen =
            materials.epoch((&phase, input), &mut learner, &mut progress, &mut log, &device, reporter)?;
        let seconds = begun.elapsed().as_secs_f64();

        let done = progress.epoch + 1;
        check_range("decoder", &learner.decoder.valid(), done)?;
        if let Some(tuned) = input.tuned() {
            check_range("encoder", &tuned.encoder.valid(), done)?;
        }
        if done < settings.epochs && done % settings.judge_every != 0 {
            progress.epoch = done;
            let (loss, speed) = (log.mean_loss(done), captions_seen as f64 / seconds);
            reporter.note(&format!(
                "epoch {done} of {}: loss {loss:.3}, {speed:.0} captions/s, {seconds:.0} s",
                settings.epochs
            ));
            continue;
        }
        if settings.snapshots > 1 {
            let (done, inner) = (progress.epoch, device.clone().inner());
            learner.mean = Some(checkpoints.mean(&learner.decoder, done, settings.snapshots, &inner)?);
        }
        let found = materials.on_dev(&learner, input)?;
        let (dev, texts) = (found.mean(), &found.scored.texts);
        progress.epoch += 1;
        progress.record_score(match settings.select_by {
            DevMetric::Bleu4 => dev.bleu4,
            DevMetric::Cider => dev.cider,
        });
        if settings.schedule.is_plateau(progress.epoch - progress.best_epoch) {
            progress.plateaus += 1;
        }
        let row = EpochRow {
            epoch: progress.epoch,
            loss: log.mean_loss(progress.epoch),
            dev_bleu4: dev.bleu4,
            dev_cider: Some(dev.cider),
            dev_words: Some(diversity(texts, materials.dev.references.texts(), &Known::default()).words),
            dev_hallucination: Some(support(texts, materials.dev.references.texts()).hallucination),
            reward: log.mean_reward(progress.epoch),
            captions_per_second: captions_seen as f64 / seconds,
            seconds,
        };
        reporter.note(&row.line(settings.epochs));
        let own = |(source, scores): (&String, &Scores)| format!("{source} {:.3}", scores.cider);
        let named = found.sources.iter().map(|own| (&own.source, &own.scores));
        let named: Vec<String> = named.map(own).collect();
        if !named.is_empty() {
            reporter.note(&format!("    CIDEr-D by source: {}", named.join(", ")));
        }
        log.sources(progress.epoch, &found.sources);
        log.epoch(row)?;
        checkpoints.save(&learner, input.tuned(), &progress)?;
    }
    if is_over(&progress, settings.patience) && progress.epoch < settings.epochs {
        let Progress { epoch, best_epoch, .. } = progress;
        reporter.note(&format!("stopped after epoch {epoch}: none was better since {best_epoch}"));
    }
    Ok(progress)
}

/// Refuses weights that no bundle could hold: they would be found when the run is published.
fn check_range(part: &str, module: &impl Module, epoch: usize) -> Result<(), TrainingError> {
    for (tensor, TensorValues { values, .. }) in collect(module).map_err(TrainingError::Start)? {
        let value = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        if value > LARGEST {
            return Err(TrainingError::Beyond { epoch, tensor: format!("{part}.{tensor}"), value });
        }
    }
    Ok(())
}

/// Whether the best epoch lies too far back.
fn is_over(progress: &Progress, patience: Option<usize>) -> bool {
    patience.is_some_and(|patience| progress.epoch - progress.best_epoch >= patience)
}

impl TrainingContext<'_> {
    fn phase(&self) -> Result<Phase, TrainingError> {
        let Recipe { training, text, .. } = self.recipe;
        Ok(match training.phase {
            PhaseKind::CrossEntropy => Phase::CrossEntropy,
            PhaseKind::SelfCritical => {
                let recipe = training.self_critical.clone().unwrap_or_default();
                let critical = SelfCritical::new(&recipe, self.train, self.vocabulary, text.max_words)?;
                Phase::SelfCritical(Box::new(critical))
            }
        })
    }

    fn learner(&self, input: &Input, device: &Device) -> Result<Learner, TrainingError> {
        let recipe = self.recipe;
        let settings = &recipe.training;
        let regularisation = Regularisation {
            dropout: settings.dropout,
            image_dropout: settings.image_dropout,
            label_smoothing: settings.distillation.unwrap_or(settings.label_smoothing),
            attention_penalty: settings.attention_penalty,
        };
        device.seed(recipe.seed);
        let mut decoder = recipe.decoder.init(recipe.encoder.channels(), self.vocabulary.len(), device);
        if let Some(initial) = self.initial {
            decoder = apply(decoder, initial.clone(), device).map_err(TrainingError::Start)?;
        }
        let optimizer = &settings.optimizer;
        let mut learner = Learner::new(decoder, optimizer, regularisation, settings.clip_norm);
        learner.average = settings.average.map(|decay| Average::new(&learner.decoder, decay));
        if let Some((tuning, tuned)) = settings.fine_tune.as_ref().zip(input.tuned()) {
            if let Some(keep) = &tuning.keep {
                let weights = self.classifier.ok_or(TrainingError::NoClassifier)?;
                let memory = Memory::new(keep, &recipe.encoder, tuned.encoder.valid(), weights, device);
                learner.memory = Some(memory.map_err(TrainingError::Classifier)?);
            }
            if let Some(settings) = &tuning.words {
                let words = Words::count(self.train, self.vocabulary, settings.least_captions)?;
                let channels = recipe.encoder.channels();
                learner.words = Some(WordLoss::new(settings, channels, words, device)?);
            }
        }
        Ok(learner)
    }

    /// Captions dev with the recipe's search, on every core of the CPU, wherever the learner is: many small
    /// steps, each waiting for the one before.
    fn on_dev(&self, learner: &Learner, input: &Input) -> Result<Evaluation, TrainingError> {
        let device = &Device::flex();
        let features = input.dev_features(&self.recipe.encoder)?;
        let decoders = &[learner.judged().to_device(device)];
        let vocabulary = self.vocabulary;
        let speaker = SplitCaptioner {
            voices: CaptionModels::alone(decoders),
            vocabulary,
            view: &*features,
            calibration: None,
            device,
        };
        Ok(speaker.evaluate(self.dev, &self.recipe.decoding)?)
    }
}
