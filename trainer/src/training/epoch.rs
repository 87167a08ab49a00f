//! One pass over the training photos.

use burn::tensor::Device;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::checkpoint::Progress;
use super::dropout::{drop_regions, drop_words};
use super::input::{Batch, Input};
use super::learner::{Learner, Shown, StepOutcome};
use super::log::Log;
use super::record::StepRow;
use super::{Phase, TrainingContext, TrainingError};
use crate::recipe::schedule::Position;
use crate::reporter::Reporter;

impl TrainingContext<'_> {
    /// Learns from every photo once, in an order drawn for the epoch. Returns the number of
    /// captions seen.
    pub(super) fn epoch(
        &self,
        (phase, input): (&Phase, &mut Input),
        learner: &mut Learner,
        progress: &mut Progress,
        log: &mut Log,
        device: &Device,
        reporter: &dyn Reporter,
    ) -> Result<usize, TrainingError> {
        let settings = &self.recipe.training;
        let epoch = progress.epoch + 1;
        let mut order = self.sources.shown(self.train.len());
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(mix(self.recipe.seed, epoch as u64)));
        let steps = order.len().div_ceil(settings.photos_per_step);
        let total = steps * settings.epochs;

        let bar = reporter.progress(steps, "training steps");
        let mut captions_seen = 0;
        for chosen in order.chunks(settings.photos_per_step) {
            // Dropout draws from the device's generator, which cannot be saved; a seed for each
            // step makes a resumed run draw the same.
            let seed = mix(self.recipe.seed, (1 << 32) + progress.step as u64);
            device.seed(seed);
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let Batch { features, mirrors, answers } =
                input.batch(chosen, learner.memory.as_ref(), &mut random, device)?;
            let sampled = settings.scheduled_sampling * (progress.step as f64 / total as f64).min(1.0);
            let mut lesson = self.lesson(
                phase,
                &learner.decoder,
                &features.clone().inner(),
                (chosen, &mirrors),
                sampled,
                &mut random,
            )?;

            // Drawn last, so that recipes without them draw as they did.
            let features = drop_regions(features, settings.region_dropout, &mut random);
            if settings.word_dropout > 0.0 {
                let unknown = self.vocabulary.special().unknown;
                drop_words(&mut lesson.captions, settings.word_dropout, unknown, &mut random);
            }

            let position = Position { step: progress.step, total, plateaus: progress.plateaus };
            let share = settings.schedule.share(position);
            let weights: Vec<f32> = chosen.iter().map(|&photo| self.sources.weight(photo)).collect();
            let shown = Shown { chosen: (chosen, &mirrors), weights: &weights, answers };
            let StepOutcome { loss, word_loss, kept_loss, cross_entropy, gradient_norm } =
                learner.step(features, &lesson, shown, share, input.tuned_mut())?;
            if !loss.is_finite() || !gradient_norm.is_finite() {
                let (step, norm) = (progress.step + 1, gradient_norm);
                return Err(TrainingError::Diverged { step, loss, norm });
            }
            progress.step += 1;
            if let Some(average) = &mut learner.average {
                average.update(&learner.decoder, progress.step);
            }
            captions_seen += lesson.captions.photo_of_row.len();
            log.step(StepRow {
                step: progress.step,
                epoch,
                loss,
                cross_entropy,
                gradient_norm,
                learning_rate: learner.learning_rate * share,
                reward: lesson.reward,
                word_loss,
                kept_loss,
            });
            bar.advance(1);
        }
        Ok(captions_seen)
    }
}

/// A seed from a seed and a counter (the finaliser of SplitMix64, Steele et al. 2014).
fn mix(seed: u64, counter: u64) -> u64 {
    let mut z = seed.wrapping_add(counter.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
