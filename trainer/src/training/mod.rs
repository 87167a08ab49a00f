//! Training a decoder on cached features.

pub mod checkpoint;
mod clip;
pub mod events;
pub mod forward;
pub mod kernel;
pub mod learner;
pub mod log;
pub mod optimizer;
pub mod schedule;

use std::path::Path;
use std::time::Instant;

use anyhow::bail;
use burn::module::Module;
use burn::tensor::Device;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use showtell::Vocabulary;
use showtell::decoder::Decoder;

use crate::dataset::batch::PackedCaptions;
use crate::dataset::captions::{CaptionStore, Mirror};
use crate::dataset::features::Features;
use crate::evaluation::{Speaker, Targets};
use crate::metric::Scores;
use crate::progress;
use crate::recipe::{CaptionChoice, DevMetric, Recipe};
use checkpoint::{Checkpoints, Progress};
use forward::Regularisation;
use forward::sampling::draw_inputs;
use learner::{Learner, StepOutcome};
use log::{EpochRow, Log, StepRow};
use schedule::Position;

/// Everything a run works on.
#[derive(Debug)]
pub struct Materials<'a> {
    /// The settings.
    pub recipe: &'a Recipe,
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// Features of the training photos.
    pub features: &'a Features,
    /// Their captions.
    pub train: &'a CaptionStore,
    /// What to choose the best epoch on.
    pub dev: &'a Targets,
    /// Features of those.
    pub dev_features: &'a Features,
}

/// Whether a run starts or goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// From untrained weights.
    Fresh,
    /// From the newest checkpoint, or from untrained weights where there is none.
    Resume,
}

/// Trains, writing checkpoints, log and curve into `run`. Returns where it ended.
///
/// # Errors
/// When features are missing, the disk refuses, or the loss stops being a number.
pub fn train(materials: &Materials, run: &Path, start: Start, device: &Device) -> anyhow::Result<Progress> {
    let Materials { recipe, train, .. } = materials;
    if train.is_empty() {
        bail!("the data set has no training photos");
    }
    let device = device.clone().autodiff();
    let settings = &recipe.training;
    let checkpoints = Checkpoints::new(run, settings.keep_checkpoints)?;
    let mut learner = materials.learner(&device);
    let mut progress = Progress::default();
    if start == Start::Resume
        && let Some(newest) = checkpoints.newest()?
    {
        learner.decoder = checkpoints.decoder(newest.epoch, learner.decoder)?;
        learner.optimizer = checkpoints.optimizer(newest.epoch, learner.optimizer)?;
        progress = newest;
    }
    let mut log = Log::open(run, progress.epoch)?;

    while progress.epoch < settings.epochs && !is_over(&progress, settings.patience) {
        let begun = Instant::now();
        let captions_seen = materials.epoch(&mut learner, &mut progress, &mut log, &device)?;
        let seconds = begun.elapsed().as_secs_f64();

        let dev = materials.dev_scores(&learner.decoder.valid(), &device.clone().inner())?;
        progress.epoch += 1;
        progress.judge(match settings.select_by {
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
            captions_per_second: captions_seen as f64 / seconds,
            seconds,
        };
        eprintln!("{}", row.line(settings.epochs));
        log.epoch(row)?;
        checkpoints.save(&learner.decoder, &learner.optimizer, &progress)?;
    }
    if is_over(&progress, settings.patience) && progress.epoch < settings.epochs {
        eprintln!("stopped after epoch {}: none was better since {}", progress.epoch, progress.best_epoch);
    }
    Ok(progress)
}

/// Whether the best epoch lies too far back.
fn is_over(progress: &Progress, patience: Option<usize>) -> bool {
    patience.is_some_and(|patience| progress.epoch - progress.best_epoch >= patience)
}

impl Materials<'_> {
    fn learner(&self, device: &Device) -> Learner {
        let recipe = self.recipe;
        let settings = &recipe.training;
        let regularisation = Regularisation {
            dropout: settings.dropout,
            image_dropout: settings.image_dropout,
            label_smoothing: settings.label_smoothing,
            attention_penalty: settings.attention_penalty,
        };
        device.seed(recipe.seed);
        let decoder = recipe.decoder.init(recipe.encoder.channels(), self.vocabulary.len(), device);
        Learner::new(decoder, &settings.optimizer, regularisation, settings.clip_norm)
    }

    /// Learns from every photo once, in an order drawn for the epoch. Returns the number of
    /// captions seen.
    fn epoch(
        &self,
        learner: &mut Learner,
        progress: &mut Progress,
        log: &mut Log,
        device: &Device,
    ) -> anyhow::Result<usize> {
        let settings = &self.recipe.training;
        let epoch = progress.epoch + 1;
        let mut order: Vec<usize> = (0..self.train.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(mix(self.recipe.seed, epoch as u64)));
        let steps = order.len().div_ceil(settings.photos_per_step);
        let total = steps * settings.epochs;

        let bar = progress::bar(steps, "training steps");
        let mut captions_seen = 0;
        for chosen in order.chunks(settings.photos_per_step) {
            // Dropout draws from the device's generator, which cannot be saved; a seed for each
            // step makes a resumed run draw the same.
            let seed = mix(self.recipe.seed, (1 << 32) + progress.step as u64);
            device.seed(seed);
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let mut packed = self.pack(chosen, &mut random)?;
            let features = self.features.batch(chosen, device)?;
            let share = settings.scheduled_sampling * progress.step as f64 / total as f64;
            if share > 0.0
                && let Decoder::Recurrent(decoder) = learner.decoder.valid()
            {
                let features = features.clone().inner();
                packed.inputs = draw_inputs(&decoder, features, &packed, share, &mut random)?;
            }

            let position = Position { step: progress.step, total, plateaus: progress.plateaus };
            let learning_rate = settings.optimizer.learning_rate() * settings.schedule.share(position);
            let StepOutcome { loss, cross_entropy, gradient_norm } =
                learner.step(features, &packed, learning_rate)?;
            if !loss.is_finite() || !gradient_norm.is_finite() {
                bail!("the loss at step {} is {loss}: lower the learning rate", progress.step + 1);
            }
            progress.step += 1;
            captions_seen += packed.photo_of_row.len();
            log.step(StepRow {
                step: progress.step,
                epoch,
                loss,
                cross_entropy,
                gradient_norm,
                learning_rate,
            });
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(captions_seen)
    }

    /// The captions of photos that a step learns from.
    fn pack(&self, photos: &[usize], random: &mut ChaCha8Rng) -> anyhow::Result<PackedCaptions> {
        let mut captions = Vec::with_capacity(photos.len());
        for &photo in photos {
            let mut all = self.train.of(photo, Mirror::No)?;
            if self.recipe.training.captions == CaptionChoice::One {
                all = vec![all.swap_remove(random.random_range(0..all.len()))];
            }
            captions.push(all);
        }
        let captions: Vec<&[Vec<u32>]> = captions.iter().map(Vec::as_slice).collect();
        let special = self.vocabulary.special();
        Ok(PackedCaptions::new(&captions, special.start, special.end, self.recipe.text.max_words))
    }

    /// Scores on dev with the recipe's search.
    fn dev_scores(&self, decoder: &Decoder, device: &Device) -> anyhow::Result<Scores> {
        let Self { vocabulary, dev_features: features, .. } = *self;
        let speaker = Speaker { decoder, vocabulary, features, device };
        Ok(speaker.evaluate(self.dev, &self.recipe.decoding)?.scored.total)
    }
}

/// A seed from a seed and a counter (the finaliser of SplitMix64, Steele et al. 2014).
fn mix(seed: u64, counter: u64) -> u64 {
    let mut z = seed.wrapping_add(counter.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
