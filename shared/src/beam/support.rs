//! Words that the photo itself speaks for: what a detector of words adds to the search.

use serde::{Deserialize, Serialize};

use super::config::BeamError;
use crate::detector::log_probability;

/// How far words count that a [detector](crate::detector) expects of the photo.
///
/// What a word is worth is the logarithm of its probability in a caption of the photo, less `rarity` times
/// that in a caption of whatever photo: at 0 usual words gain most, at 1 only what the photo makes likelier
/// counts. A sentence's support is the sum over its words, each counted once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportConfig {
    /// By which the support of a sentence found moves its place among the others, beside its expected
    /// likeness to them (0 to 1), or beside its score where there is no consensus.
    pub weight: f32,
    /// How far words that are rare in captions gain on others, 0 to 1.
    pub rarity: f32,
    /// By which the support moves the score while a sentence grows.
    #[serde(default)]
    pub guide: f32,
}

impl SupportConfig {
    /// Checks that numbers are such, and none below zero.
    ///
    /// # Errors
    /// [`BeamError::Support`].
    pub fn validate(&self) -> Result<(), BeamError> {
        let Self { weight, rarity, guide } = *self;
        for (setting, found) in [("weight", weight), ("rarity", rarity), ("guide", guide)] {
            if !(found.is_finite() && found >= 0.0) {
                return Err(BeamError::Support { setting, found });
            }
        }
        Ok(())
    }

    /// What each word is worth, given its log-odds in a caption of the photo and of whatever photo.
    #[must_use]
    pub fn worth(&self, log_odds: &[f32], usual: &[f32]) -> Vec<f32> {
        let worth = |(&here, &anywhere): (&f32, &f32)| {
            let worth = log_probability(here) - self.rarity * log_probability(anywhere);
            // A detector gone to NaN shall not decide anything.
            if worth.is_finite() { worth } else { 0.0 }
        };
        log_odds.iter().zip(usual).map(worth).collect()
    }
}

/// What words are worth in one search.
#[derive(Debug, Clone)]
pub(super) struct Support {
    pub config: SupportConfig,
    pub worth: Vec<f32>,
}

impl Support {
    /// What a word adds to a sentence that holds these.
    pub fn added(&self, words: &[u32], word: u32) -> f64 {
        if words.contains(&word) {
            0.0
        } else {
            self.worth.get(word as usize).copied().map_or(0.0, f64::from)
        }
    }

    /// The support of a whole sentence.
    pub fn of(&self, words: &[u32]) -> f64 {
        words.iter().enumerate().map(|(at, &word)| self.added(&words[..at], word)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: SupportConfig = SupportConfig { weight: 0.1, rarity: 0.5, guide: 0.0 };

    #[test]
    fn a_word_counts_once_and_by_what_the_photo_adds() {
        // Probabilities of a half here, and of a half and about 2 % anywhere.
        let worth = CONFIG.worth(&[0.0, 0.0, f32::NAN], &[0.0, -4.0, 0.0]);
        let (half, rare) = (0.5_f32.ln(), -(4.0_f32.exp().ln_1p()));
        assert!((worth[0] - 0.5 * half).abs() < 1e-6);
        assert!((worth[1] - (half - 0.5 * rare)).abs() < 1e-6);
        assert_eq!(worth[2], 0.0);
        let support = Support { config: CONFIG, worth: vec![1.0, -2.0] };
        assert_eq!(support.of(&[0, 1, 0, 9]), -1.0);
        assert_eq!(support.added(&[1], 0), 1.0);
    }

    #[test]
    fn settings_that_are_no_numbers_or_below_zero_are_refused() {
        assert_eq!(CONFIG.validate(), Ok(()));
        let refused = SupportConfig { rarity: -0.1, ..CONFIG }.validate();
        assert_eq!(refused, Err(BeamError::Support { setting: "rarity", found: -0.1 }));
        let endless = SupportConfig { guide: f32::INFINITY, ..CONFIG }.validate().unwrap_err().to_string();
        assert_eq!(endless, "support.guide must be a number of at least 0, found inf");
    }
}
