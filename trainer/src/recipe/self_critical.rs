//! How a decoder learns from captions that it writes itself.

use serde::{Deserialize, Serialize};

use super::RecipeError;

/// How captions are drawn and what they are worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SelfCriticalRecipe {
    /// Captions drawn for each photo.
    pub samples: usize,
    /// What a caption's reward is compared with.
    pub baseline: Baseline,
    /// Weight of the cross-entropy of people's captions, learnt from beside the drawn ones; without
    /// it the decoder soon says little but "a man in a blue shirt".
    pub cross_entropy: f32,
    /// Weight of CIDEr-D, counted from 0 to 10.
    pub cider: f32,
    /// Weight of BLEU-4, counted from 0 to 10 as CIDEr-D is, of the single caption, its counts
    /// smoothed by adding one to all but those of single words (Lin and Och 2004).
    pub bleu4: f32,
    /// Taken off for a caption without a single supported content word; for others by the share of
    /// content words that no reference supports. English only.
    pub hallucination: f32,
    /// Weight of CIDEr-D against what people wrote about the other photos of the step, its mean taken
    /// off: a sentence that fits everything is worth less (Wang et al. 2020, "Compare and reweight",
    /// who weight references by it).
    pub between: f32,
}

impl Default for SelfCriticalRecipe {
    fn default() -> Self {
        Self {
            samples: 5,
            baseline: Baseline::LeaveOneOut,
            cross_entropy: 0.0,
            cider: 1.0,
            bleu4: 0.0,
            hallucination: 0.0,
            between: 0.0,
        }
    }
}

/// What a caption's reward is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Baseline {
    /// The mean reward of the photo's other samples (Luo 2020, "A better variant of self-critical
    /// sequence training").
    #[default]
    LeaveOneOut,
    /// The reward of the likeliest caption, found by greedy search (Rennie et al. 2017).
    Greedy,
}

impl SelfCriticalRecipe {
    /// Checks values that the types allow and training does not.
    ///
    /// # Errors
    /// [`RecipeError::Value`].
    pub fn validate(&self) -> Result<(), RecipeError> {
        let least = if self.baseline == Baseline::LeaveOneOut { 2 } else { 1 };
        if !(least..=MAX_SAMPLES).contains(&self.samples) {
            return Err(RecipeError::value(
                "training.self_critical.samples",
                "2 to 100, with the greedy baseline 1 to 100",
                self.samples,
            ));
        }
        let weights = [
            ("training.self_critical.cross_entropy", self.cross_entropy),
            ("training.self_critical.cider", self.cider),
            ("training.self_critical.bleu4", self.bleu4),
            ("training.self_critical.hallucination", self.hallucination),
            ("training.self_critical.between", self.between),
        ];
        for (key, found) in weights {
            if !(found.is_finite() && found >= 0.0) {
                return Err(RecipeError::value(key, "at least 0", found));
            }
        }
        if weights[1..].iter().all(|(_, weight)| *weight == 0.0) {
            return Err(RecipeError::value(
                "training.self_critical",
                "to reward something",
                "no weight above 0",
            ));
        }
        Ok(())
    }
}

/// More draw the same captions again.
const MAX_SAMPLES: usize = 100;
