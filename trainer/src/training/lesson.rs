//! What a step learns from: people's captions, or captions that the decoder wrote itself, by what
//! they are worth.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Tensor;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use showtell::Vocabulary;
use showtell::decoder::Decoder;

use super::forward::rollout::{Choice, Rollout};
use super::forward::sampling::draw_inputs;
use super::reward::{Expected, Reward};
use super::{Phase, TrainingContext, TrainingError};
use crate::dataset::StoreError;
use crate::dataset::batch::{PackedCaptions, Row};
use crate::dataset::captions::{CaptionStore, Mirror};
use crate::recipe::{Baseline, CaptionChoice, SelfCriticalRecipe};

/// What a step learns from.
#[derive(Debug)]
pub struct BatchTargets {
    /// Captions, weighted where they are not all people's.
    pub captions: PackedCaptions,
    /// What teachers would say instead, `[words, vocabulary]`.
    pub soft_targets: Option<Arc<Vec<f32>>>,
    /// Mean reward of the captions that the decoder wrote.
    pub reward: Option<f64>,
}

impl From<PackedCaptions> for BatchTargets {
    fn from(captions: PackedCaptions) -> Self {
        Self { captions, soft_targets: None, reward: None }
    }
}

/// The photos of a step, by their places in the split, and which way round each is shown.
pub type Chosen<'a> = (&'a [usize], &'a [Mirror]);

/// What self-critical training needs.
#[derive(Debug)]
pub struct SelfCritical {
    recipe: SelfCriticalRecipe,
    reward: Reward,
    rollout: Rollout,
}

impl SelfCritical {
    /// Counts the training captions.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn new(
        recipe: &SelfCriticalRecipe,
        captions: &CaptionStore,
        vocabulary: &Vocabulary,
        max_words: usize,
    ) -> Result<Self, StoreError> {
        let special = vocabulary.special();
        Ok(Self {
            recipe: recipe.clone(),
            reward: Reward::new(captions, vocabulary, recipe)?,
            rollout: Rollout {
                start: special.start,
                end: special.end,
                suppressed: vocabulary.suppressed().to_vec(),
                longest: max_words + 1,
            },
        })
    }

    /// Captions that the decoder writes, weighted by how much better they are than the baseline.
    /// The policy is the decoder without dropout and without the tokens that no caption may have;
    /// the gradient is that of the decoder as it learns.
    fn rows(
        &self,
        decoder: &Decoder,
        features: &Tensor<3>,
        references: &[Vec<Vec<u32>>],
        random: &mut ChaCha8Rng,
    ) -> Result<(Vec<Row>, f64), TrainingError> {
        let write =
            |choice, random: &mut ChaCha8Rng| self.rollout.write(decoder, features.clone(), choice, random);
        let drawn = write(Choice::Drawn(self.recipe.samples), random)?;
        let greedy = match self.recipe.baseline {
            Baseline::Greedy => write(Choice::Likeliest, random)?,
            Baseline::LeaveOneOut => Vec::new(),
        };
        let (mut rows, mut total) = (Vec::new(), 0.0);
        let photos: Vec<Expected> =
            references.iter().map(|captions| self.reward.expect(captions.clone())).collect();
        for (photo, captions) in drawn.into_iter().enumerate() {
            let greedy = greedy.get(photo).and_then(|captions| captions.first());
            let (advantages, mean) =
                self.reward.advantages(&captions, greedy.map(Vec::as_slice), &photos, photo)?;
            total += mean;
            let row = |(targets, weight)| Row { photo, targets, weight };
            rows.extend(captions.into_iter().zip(advantages).map(row));
        }
        Ok((rows, total / references.len().max(1) as f64))
    }
}

/// Scales weights so that in a mean over all words of a step those of `rows` count as in a mean over
/// their own.
fn rescale_weights(rows: &mut [Row], factor: f32, all_words: usize) {
    let words: usize = rows.iter().map(|row| row.targets.len()).sum();
    let scale = factor * all_words as f32 / words.max(1) as f32;
    rows.iter_mut().for_each(|row| row.weight *= scale);
}

impl TrainingContext<'_> {
    /// What a step learns from about photos with these features. The decoder is used only where it
    /// writes: weights are drawn when first used, and earlier runs drew them in the first step's loss.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`, without autodiff.
    ///
    /// # Errors
    /// When captions cannot be read or the device gives no result.
    pub(super) fn lesson(
        &self,
        phase: &Phase,
        decoder: &Decoder,
        features: &Tensor<3>,
        chosen: Chosen<'_>,
        sampled_share: f64,
        random: &mut ChaCha8Rng,
    ) -> Result<BatchTargets, TrainingError> {
        match phase {
            Phase::CrossEntropy => {
                let mut captions = self.pack(chosen, random)?;
                if sampled_share > 0.0
                    && let Decoder::Recurrent(decoder) = decoder.valid()
                {
                    captions.inputs =
                        draw_inputs(&decoder, features.clone(), &captions, sampled_share, random)?;
                }
                let soft_targets = self.teachers.soft_targets(features, &captions)?;
                Ok(BatchTargets { captions, soft_targets, reward: None })
            }
            Phase::SelfCritical(critical) => {
                let (photos, mirrors) = chosen;
                let references = photos
                    .iter()
                    .zip(mirrors)
                    .map(|(&photo, &mirror)| self.train.of(photo, mirror))
                    .collect::<Result<Vec<_>, _>>()?;
                let (mut rows, reward) = critical.rows(&decoder.valid(), features, &references, random)?;
                for row in &mut rows {
                    row.weight *= photos.get(row.photo).map_or(1.0, |&photo| self.sources.weight(photo));
                }
                let mut people = Vec::new();
                if critical.recipe.cross_entropy > 0.0 {
                    people = self.rows_of_people(chosen, random)?;
                }
                let words = rows.iter().chain(&people).map(|row| row.targets.len()).sum();
                rescale_weights(&mut rows, 1.0, words);
                rescale_weights(&mut people, critical.recipe.cross_entropy, words);
                rows.extend(people);
                let captions = PackedCaptions::of(rows, self.vocabulary.special().start);
                Ok(BatchTargets { captions, soft_targets: None, reward: Some(reward) })
            }
        }
    }

    /// People's captions of photos, left and right swapped in those of mirrored photos.
    fn pack(&self, chosen: Chosen<'_>, random: &mut ChaCha8Rng) -> Result<PackedCaptions, StoreError> {
        Ok(PackedCaptions::of(self.rows_of_people(chosen, random)?, self.vocabulary.special().start))
    }

    fn rows_of_people(
        &self,
        (photos, mirrors): Chosen<'_>,
        random: &mut ChaCha8Rng,
    ) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        let end = self.vocabulary.special().end;
        for (place, (&photo, &mirror)) in photos.iter().zip(mirrors).enumerate() {
            let mut all = self.train.of(photo, mirror)?;
            if self.sources.captions(photo, self.recipe.training.captions) == CaptionChoice::One {
                all = vec![all.swap_remove(random.random_range(0..all.len()))];
            }
            let weight = self.sources.weight(photo);
            let row = |caption: &Vec<u32>| Row::of(place, caption, end, self.recipe.text.max_words);
            rows.extend(all.iter().map(|caption| Row { weight, ..row(caption) }));
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_count_as_in_means_over_their_own_words() {
        let row = |words: usize, weight| Row { photo: 0, targets: vec![5; words], weight };
        let (mut drawn, mut people) = (vec![row(3, 0.5), row(1, -1.0)], vec![row(8, 1.0)]);
        rescale_weights(&mut drawn, 1.0, 12);
        rescale_weights(&mut people, 0.25, 12);
        let mean =
            |rows: &[Row]| rows.iter().map(|row| row.weight * row.targets.len() as f32).sum::<f32>() / 12.0;
        assert!((mean(&drawn) - (1.5 - 1.0) / 4.0).abs() < 1e-6);
        assert!((mean(&people) - 0.25).abs() < 1e-6);
    }
}
