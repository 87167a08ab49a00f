//! Training a decoder on cached features.

pub mod checkpoint;
mod clip;
pub mod forward;
pub mod kernel;
pub mod learner;
pub mod log;
pub mod schedule;

use std::path::Path;
use std::time::Instant;

use anyhow::bail;
use burn::module::Module;
use burn::tensor::Device;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use showtell::Vocabulary;

use crate::dataset::batch::PackedCaptions;
use crate::dataset::features::Features;
use crate::evaluation::{Speaker, Targets};
use crate::progress;
use crate::recipe::Recipe;
use checkpoint::{Checkpoints, Progress};
use forward::Regularisation;
use learner::Learner;
use log::{EpochRow, Log, StepRow};

/// A photo to learn from: its name in the feature store and its captions as token ids.
#[derive(Debug, Clone)]
pub struct Example {
    /// Name of the photo.
    pub image: String,
    /// Its captions, without start and end tokens.
    pub captions: Vec<Vec<u32>>,
}

/// Everything a run works on.
#[derive(Debug)]
pub struct Materials<'a> {
    /// The settings.
    pub recipe: &'a Recipe,
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// Features of all photos.
    pub features: &'a Features,
    /// What to learn from.
    pub train: &'a [Example],
    /// What to choose the best epoch on; may be empty.
    pub dev: &'a Targets,
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
    let Materials { recipe, vocabulary, features, train, dev } = materials;
    if train.is_empty() {
        bail!("the data set has no training photos");
    }
    let device = device.clone().autodiff();
    let settings = &recipe.training;
    let steps_per_epoch = train.len().div_ceil(settings.photos_per_step);
    let total = steps_per_epoch * settings.epochs;
    let checkpoints = Checkpoints::new(run)?;

    device.seed(recipe.seed);
    let mut learner = Learner {
        decoder: recipe.decoder.config(&recipe.encoder, vocabulary.len()).init(&device),
        optimizer: Learner::fresh_optimizer(),
        regularisation: Regularisation {
            dropout: settings.dropout,
            label_smoothing: settings.label_smoothing,
        },
        clip_norm: settings.clip_norm,
    };
    let mut progress = Progress::default();
    if start == Start::Resume
        && let Some(newest) = checkpoints.newest()?
    {
        learner.decoder = checkpoints.decoder(newest.epoch, learner.decoder)?;
        learner.optimizer = checkpoints.optimizer(newest.epoch, learner.optimizer)?;
        progress = newest;
    }
    let mut log = Log::open(run, progress.epoch)?;
    let special = vocabulary.special();

    while progress.epoch < settings.epochs {
        let epoch = progress.epoch + 1;
        let mut order: Vec<usize> = (0..train.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(mix(recipe.seed, epoch as u64)));

        let bar = progress::bar(steps_per_epoch, "training steps");
        let begun = Instant::now();
        let mut captions_seen = 0;
        for chosen in order.chunks(settings.photos_per_step) {
            // Dropout draws from the device's generator, which cannot be saved; a seed for each
            // step makes a resumed run draw the same.
            device.seed(mix(recipe.seed, (1 << 32) + progress.step as u64));
            let captions: Vec<&[Vec<u32>]> = chosen.iter().map(|&i| train[i].captions.as_slice()).collect();
            let packed = PackedCaptions::new(&captions, special.start, special.end, recipe.text.max_words);
            let images = chosen.iter().map(|&i| train[i].image.as_str());
            let batch = features.batch(images, &device)?;

            let rate =
                schedule::learning_rate(progress.step, settings.learning_rate, settings.warmup_steps, total);
            let outcome = learner.step(batch, &packed, rate)?;
            if !outcome.loss.is_finite() || !outcome.gradient_norm.is_finite() {
                bail!("the loss at step {} is {}: lower the learning rate", progress.step + 1, outcome.loss);
            }

            progress.step += 1;
            captions_seen += packed.photo_of_row.len();
            log.step(StepRow {
                step: progress.step,
                epoch,
                loss: outcome.loss,
                cross_entropy: outcome.cross_entropy,
                gradient_norm: outcome.gradient_norm,
                learning_rate: rate,
            });
            bar.inc(1);
        }
        let seconds = begun.elapsed().as_secs_f64();
        bar.finish_and_clear();

        let dev_bleu4 = if dev.is_empty() {
            None
        } else {
            let speaker = Speaker {
                decoder: &learner.decoder.valid(),
                vocabulary,
                features,
                device: &device.clone().inner(),
            };
            Some(speaker.evaluate(dev, &recipe.decoding)?.scored.total.bleu4)
        };
        progress.epoch = epoch;
        // Without dev photos the newest epoch counts as the best.
        if progress.best_epoch == 0 || dev_bleu4.is_none_or(|score| score > progress.best_score) {
            progress.best_epoch = epoch;
            progress.best_score = dev_bleu4.unwrap_or_default();
        }
        let count = log.steps_of(epoch).count().max(1) as f32;
        let row = EpochRow {
            epoch,
            loss: log.steps_of(epoch).map(|row| row.loss).sum::<f32>() / count,
            dev_bleu4,
            captions_per_second: captions_seen as f64 / seconds,
            seconds,
        };
        eprintln!(
            "epoch {epoch} of {}: loss {:.3}, dev BLEU-4 {}, {:.0} captions/s, {seconds:.0} s",
            settings.epochs,
            row.loss,
            dev_bleu4.map_or("not measured".into(), |score| format!("{score:.4}")),
            row.captions_per_second,
        );
        log.epoch(row)?;
        checkpoints.save(&learner.decoder, &learner.optimizer, &progress)?;
    }
    Ok(progress)
}

/// A seed from a seed and a counter (the finaliser of SplitMix64, Steele et al. 2014).
fn mix(seed: u64, counter: u64) -> u64 {
    let mut z = seed.wrapping_add(counter.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
