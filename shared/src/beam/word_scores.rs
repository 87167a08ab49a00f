//! Words that the photo itself speaks for: what a detector of words adds to the search.

use serde::{Deserialize, Serialize};

use super::error::BeamError;
use crate::detector::log_probability;
use crate::labelled::Wish;

/// How far words count that a [detector](crate::detector) expects of the photo.
///
/// What a word is worth is the logarithm of its probability in a caption of the photo, less `prior` times
/// that in a caption of whatever photo: at 0 usual words gain most, at 1 only what the photo makes likelier
/// counts. A sentence's score is the sum over its words, each counted once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordScoresConfig {
    /// By which the word scores of a sentence found moves its place among the others, beside its expected
    /// likeness to them (0 to 1), or beside its score where there is no consensus.
    #[serde(alias = "weight")]
    pub rerank: f32,
    /// How far words that are rare in captions gain on others, 0 to 1.
    #[serde(alias = "rarity")]
    pub prior: f32,
    /// By which they move the score while a sentence grows.
    #[serde(default, alias = "guide")]
    pub fusion: f32,
    /// How much of their log-odds things add to the worth of their words that the encoder's own classifier sees:
    /// see [`wishes`](crate::labelled::wishes). Above 0 it takes a model with a classifier.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub labels: f32,
    /// Things less probable than this add nothing.
    #[serde(default = "label_from", skip_serializing_if = "is_label_from")]
    pub label_from: f32,
    /// With labels: things of at least this probability get their own word in the place of a broader one that the
    /// sentence found says.
    #[serde(default = "put_from", skip_serializing_if = "is_put_from")]
    pub put_from: f32,
}

/// Where a bundle says nothing else: a classifier's answer of a fifth is the right one more often than not.
fn label_from() -> f32 {
    0.2
}

/// Where a bundle says nothing else.
fn put_from() -> f32 {
    0.5
}

// References are what serde calls these with.
fn is_nothing(value: &f32) -> bool {
    *value == 0.0
}

fn is_label_from(value: &f32) -> bool {
    *value == label_from()
}

fn is_put_from(value: &f32) -> bool {
    *value == put_from()
}

impl Default for WordScoresConfig {
    /// No word counts.
    fn default() -> Self {
        Self {
            rerank: 0.0,
            prior: 0.0,
            fusion: 0.0,
            labels: 0.0,
            label_from: label_from(),
            put_from: put_from(),
        }
    }
}

impl WordScoresConfig {
    /// Checks that numbers are such, and none below zero.
    ///
    /// # Errors
    /// [`BeamError::WordScores`].
    pub fn validate(&self) -> Result<(), BeamError> {
        let Self { rerank, prior, fusion, labels, label_from, put_from } = *self;
        let settings = [("rerank", rerank), ("prior", prior), ("fusion", fusion), ("labels", labels)];
        for (setting, found) in settings {
            if !(found.is_finite() && found >= 0.0) {
                return Err(BeamError::WordScores { setting, found });
            }
        }
        if prior > 1.0 {
            return Err(BeamError::Prior { found: prior });
        }
        for (setting, found) in [("label_from", label_from), ("put_from", put_from)] {
            if !(found > 0.0 && found <= 1.0) {
                return Err(BeamError::Label { setting, found });
            }
        }
        Ok(())
    }

    /// What each word is worth, given its log-odds in a caption of the photo and of whatever photo.
    #[must_use]
    pub fn worth(&self, log_odds: &[f32], usual: &[f32]) -> Vec<f32> {
        let worth = |(&here, &anywhere): (&f32, &f32)| {
            let worth = log_probability(here) - self.prior * log_probability(anywhere);
            // A detector gone to NaN shall not decide anything.
            if worth.is_finite() { worth } else { 0.0 }
        };
        log_odds.iter().zip(usual).map(worth).collect()
    }
}

/// What words are worth in one search.
#[derive(Debug, Clone)]
pub(super) struct WordScores {
    config: WordScoresConfig,
    worth: Vec<f32>,
    wishes: Vec<Wish>,
    /// By word, whether a wish has it: nearly all have none, and every word is asked at every step.
    wished: Vec<bool>,
}

impl WordScores {
    pub fn new(config: WordScoresConfig, worth: Vec<f32>, wishes: Vec<Wish>) -> Self {
        let mut wished = vec![false; worth.len()];
        for &token in wishes.iter().flat_map(|wish| &wish.tokens) {
            if let Some(slot) = wished.get_mut(token as usize) {
                *slot = true;
            }
        }
        Self { config, worth, wishes, wished }
    }

    pub fn config(&self) -> &WordScoresConfig {
        &self.config
    }

    /// What a word adds to a sentence that holds these.
    pub fn added(&self, words: &[u32], word: u32) -> f64 {
        if words.contains(&word) {
            return 0.0;
        }
        let worth = self.worth.get(word as usize).copied().unwrap_or_default();
        let wished = self.wished.get(word as usize).is_some_and(|wished| *wished);
        f64::from(if wished { worth + self.granted(words, word) } else { worth })
    }

    /// What the wishes add that a word is the first to fulfil.
    fn granted(&self, words: &[u32], word: u32) -> f32 {
        let news = |wish: &&Wish| {
            wish.tokens.contains(&word) && !wish.tokens.iter().any(|token| words.contains(token))
        };
        self.config.labels * self.wishes.iter().filter(news).map(|wish| wish.bonus).sum::<f32>()
    }

    /// The scores of a whole sentence.
    pub fn of(&self, words: &[u32]) -> f64 {
        words.iter().enumerate().map(|(at, &word)| self.added(&words[..at], word)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: WordScoresConfig = WordScoresConfig {
        rerank: 0.1,
        prior: 0.5,
        fusion: 0.0,
        labels: 0.5,
        label_from: 0.2,
        put_from: 0.5,
    };

    #[test]
    fn a_word_counts_once_and_by_what_the_photo_adds() {
        // Probabilities of a half here, and of a half and about 2 % anywhere.
        let worth = CONFIG.worth(&[0.0, 0.0, f32::NAN], &[0.0, -4.0, 0.0]);
        let (half, rare) = (0.5_f32.ln(), -(4.0_f32.exp().ln_1p()));
        assert!((worth[0] - 0.5 * half).abs() < 1e-6);
        assert!((worth[1] - (half - 0.5 * rare)).abs() < 1e-6);
        assert_eq!(worth[2], 0.0);
        let word_scores = WordScores::new(CONFIG, vec![1.0, -2.0], Vec::new());
        assert_eq!(word_scores.of(&[0, 1, 0, 9]), -1.0);
        assert_eq!(word_scores.added(&[1], 0), 1.0);
    }

    #[test]
    fn a_wish_is_granted_once() {
        let wishes = vec![Wish { tokens: vec![0, 2], bonus: 4.0 }, Wish { tokens: vec![2], bonus: 1.0 }];
        let word_scores = WordScores::new(CONFIG, vec![1.0, -2.0, 0.0, 0.0], wishes);
        assert_eq!(word_scores.added(&[], 0), 1.0 + 2.0);
        assert_eq!(word_scores.added(&[1], 2), 2.5);
        assert_eq!(word_scores.added(&[0], 2), 0.5);
        assert_eq!(word_scores.added(&[0], 3), 0.0);
    }

    #[test]
    fn settings_that_are_no_numbers_or_below_zero_are_refused() {
        assert_eq!(CONFIG.validate(), Ok(()));
        let refused = WordScoresConfig { prior: -0.1, ..CONFIG }.validate();
        assert_eq!(refused, Err(BeamError::WordScores { setting: "prior", found: -0.1 }));
        let endless =
            WordScoresConfig { fusion: f32::INFINITY, ..CONFIG }.validate().unwrap_err().to_string();
        assert_eq!(endless, "word_scores.fusion must be a number of at least 0, found inf");
        let never = WordScoresConfig { put_from: 0.0, ..CONFIG }.validate().unwrap_err().to_string();
        assert_eq!(never, "word_scores.put_from must be above 0 and at most 1, found 0");
        let older: WordScoresConfig = serde_json::from_str(r#"{"weight": 0.1, "rarity": 0.5}"#).unwrap();
        assert_eq!(older, WordScoresConfig { labels: 0.0, ..CONFIG });
        assert!(!serde_json::to_string(&older).unwrap().contains("label"));
    }
}
