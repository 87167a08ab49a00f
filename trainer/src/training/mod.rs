//! Training a decoder on cached features, or together with its encoder on photos.

pub mod checkpoint;
mod clip;
pub mod events;
pub mod forward;
pub mod kernel;
pub mod learner;
pub mod log;
pub mod optimizer;
pub mod schedule;
pub mod tuned;

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
use showtell::encoder::Encoder;

use crate::dataset::batch::PackedCaptions;
use crate::dataset::captions::{CaptionStore, Mirror};
use crate::dataset::features::{Features, FrozenEncoder};
use crate::dataset::pixels::Pixels;
use crate::evaluation::{Speaker, Targets, View};
use crate::metric::Scores;
use crate::progress;
use crate::recipe::{CaptionChoice, DevMetric, FineTuneRecipe, Recipe};
use checkpoint::{Checkpoints, Progress};
use forward::Regularisation;
use forward::sampling::draw_inputs;
use learner::{Learner, Sight, StepOutcome};
use log::{EpochRow, Log, StepRow};
use schedule::Position;
use tuned::TunedEncoder;

/// Everything a run works on.
#[derive(Debug)]
pub struct Materials<'a> {
    /// The settings.
    pub recipe: &'a Recipe,
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// The photos.
    pub photos: Photos<'a>,
    /// Captions of the training photos.
    pub train: &'a CaptionStore,
    /// What to choose the best epoch on.
    pub dev: &'a Targets,
}

/// The photos of a run, those to learn from and those to choose the best epoch on.
#[derive(Debug, Clone, Copy)]
pub enum Photos<'a> {
    /// Features of a frozen encoder.
    Frozen {
        /// Of the training photos.
        train: &'a Features,
        /// Of the dev photos.
        dev: &'a Features,
    },
    /// Photos for an encoder that learns.
    Tuned {
        /// The training photos.
        train: &'a Pixels,
        /// The dev photos.
        dev: &'a Pixels,
        /// The encoder's published weights.
        encoder: &'a Encoder,
        /// How it learns.
        recipe: &'a FineTuneRecipe,
    },
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
        learner = checkpoints.restore(newest.epoch, learner)?;
        progress = newest;
    }
    let mut log = Log::open(run, progress.epoch)?;

    while progress.epoch < settings.epochs && !is_over(&progress, settings.patience) {
        let begun = Instant::now();
        let captions_seen = materials.epoch(&mut learner, &mut progress, &mut log, &device)?;
        let seconds = begun.elapsed().as_secs_f64();

        let dev = materials.dev_scores(&learner, &device.clone().inner())?;
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
        checkpoints.save(&learner, &progress)?;
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
        let optimizer = &settings.optimizer;
        let mut learner = Learner::new(decoder, optimizer, regularisation, settings.clip_norm);
        if let Photos::Tuned { encoder, recipe: tuning, .. } = self.photos {
            let encoder = encoder.clone();
            learner.encoder = Some(TunedEncoder::new(&recipe.encoder, encoder, tuning, optimizer));
        }
        learner
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
            let flips: Vec<bool> = chosen.iter().map(|_| self.flips() && random.random()).collect();
            let mut packed = self.pack(chosen, &flips, &mut random)?;
            let features = learner.look(self.sight(chosen, &flips, device)?)?;
            let share = settings.scheduled_sampling * (progress.step as f64 / total as f64).min(1.0);
            if share > 0.0
                && let Decoder::Recurrent(decoder) = learner.decoder.valid()
            {
                let features = features.clone().inner();
                packed.inputs = draw_inputs(&decoder, features, &packed, share, &mut random)?;
            }

            let position = Position { step: progress.step, total, plateaus: progress.plateaus };
            let share = settings.schedule.share(position);
            let StepOutcome { loss, cross_entropy, gradient_norm } =
                learner.step(features, &packed, share)?;
            if !loss.is_finite() || !gradient_norm.is_finite() {
                bail!(
                    "at step {} the loss is {loss} and its gradient's norm {gradient_norm}: lower the \
                     learning rate",
                    progress.step + 1
                );
            }
            progress.step += 1;
            let learning_rate = learner.learning_rate * share;
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

    /// Whether photos may be mirrored.
    fn flips(&self) -> bool {
        matches!(self.photos, Photos::Tuned { recipe, .. } if recipe.flips)
    }

    /// What a step looks at.
    fn sight(&self, photos: &[usize], flips: &[bool], device: &Device) -> anyhow::Result<Sight> {
        Ok(match self.photos {
            Photos::Frozen { train, .. } => Sight::Features(train.batch(photos, device)?),
            Photos::Tuned { train, .. } => Sight::Photos(train.batch(photos, flips, device)?),
        })
    }

    /// The captions of photos that a step learns from, left and right swapped in those of mirrored
    /// photos.
    fn pack(
        &self,
        photos: &[usize],
        flips: &[bool],
        random: &mut ChaCha8Rng,
    ) -> anyhow::Result<PackedCaptions> {
        let mut captions = Vec::with_capacity(photos.len());
        for (&photo, &flip) in photos.iter().zip(flips) {
            let mut all = self.train.of(photo, if flip { Mirror::Yes } else { Mirror::No })?;
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
    fn dev_scores(&self, learner: &Learner, device: &Device) -> anyhow::Result<Scores> {
        // As it would be published.
        let published = |tuned: &TunedEncoder| {
            FrozenEncoder::new(&self.recipe.encoder, tuned.encoder.valid(), device)
                .map(|frozen| frozen.encoder)
        };
        let encoder = learner.encoder.as_ref().map(published).transpose()?;
        let view = match (self.photos, &encoder) {
            (Photos::Frozen { dev, .. }, _) => View::Features(dev),
            (Photos::Tuned { dev: pixels, .. }, Some(encoder)) => View::Photos { pixels, encoder },
            (Photos::Tuned { .. }, None) => bail!("photos need an encoder that learns"),
        };
        let decoder = &learner.decoder.valid();
        let speaker = Speaker { decoder, vocabulary: self.vocabulary, view, device };
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
