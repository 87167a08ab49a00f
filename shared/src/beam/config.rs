//! Settings of the search.

use serde::{Deserialize, Serialize};

use super::error::{BeamError, MAX_LENGTH, MAX_ROWS, MAX_SCORES, MAX_SEEN, MAX_STEP, MAX_WIDTH, MAX_WORDS};
use super::sampling::SamplingConfig;
use super::word_scores::WordScoresConfig;

/// How a sentence is searched for. Defaults travel in the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeamConfig {
    /// Hypotheses kept after each step, 1 is greedy search; with sampling, sentences drawn.
    pub width: usize,
    /// The most tokens in a sentence, the end token included.
    pub max_length: usize,
    /// Scores are divided by length to this power.
    #[serde(alias = "length_exponent")]
    pub length_penalty: f32,
    /// The fewest words in a sentence, the end token not counted; never less than one.
    #[serde(default, alias = "min_words", skip_serializing_if = "is_default")]
    pub min_length: usize,
    /// No run of this many words stands twice in a sentence, and no shorter one twice in a row ("a red
    /// red car"); 0 lets everything repeat.
    #[serde(default, alias = "no_repeat", skip_serializing_if = "is_default")]
    pub no_repeat_ngram: usize,
    /// Words such as "on": what stands right before one does not stand again right after it ("a boat on a
    /// boat").
    #[serde(default, alias = "no_echo", skip_serializing_if = "is_default")]
    pub connectors: Vec<String>,
    /// How much log-probability a content word costs that the sentence has already ("a bench on a bench"), words for
    /// people and colours excepted; 0 lets them repeat. Drawn words cost nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub repetition_penalty: f32,
    /// Words that no sentence ends with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bad_endings: Vec<String>,
    /// Minimum Bayes risk: puts the sentence first that most of those found agree with, each with a probability in
    /// proportion to `e^(score / mbr)`; without it the one with the best score.
    #[serde(default, alias = "consensus", skip_serializing_if = "Option::is_none")]
    pub mbr: Option<f32>,
    /// Prefers sentences of words that a detector expects of the photo; takes a model that has one.
    #[serde(default, alias = "support", skip_serializing_if = "Option::is_none")]
    pub word_scores: Option<WordScoresConfig>,
    /// Words for women and men, girls and boys give way to "person" and "child" where a detector's log-odds of
    /// the word are not this far above those of its rival; without it, or without a detector, they stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<f32>,
    /// Draws words; without it the likeliest are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<SamplingConfig>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for BeamConfig {
    /// A search of width 3 for sentences of at most 22 tokens, by mean log-probability, without
    /// rules.
    fn default() -> Self {
        Self {
            width: 3,
            max_length: 22,
            length_penalty: 1.0,
            min_length: 0,
            no_repeat_ngram: 0,
            connectors: Vec::new(),
            repetition_penalty: 0.0,
            bad_endings: Vec::new(),
            mbr: None,
            word_scores: None,
            people: None,
            sampling: None,
        }
    }
}

impl BeamConfig {
    /// Checks the settings that would make a search meaningless.
    ///
    /// # Errors
    /// [`BeamError`] names the setting.
    pub fn validate(&self) -> Result<(), BeamError> {
        if !(1..=MAX_WIDTH).contains(&self.width) {
            return Err(BeamError::Width { found: self.width });
        }
        if !(1..=MAX_LENGTH).contains(&self.max_length) {
            return Err(BeamError::MaxLength { found: self.max_length });
        }
        within("width times length", &[self.width, self.max_length], MAX_ROWS)?;
        if self.no_repeat_ngram > MAX_LENGTH {
            return Err(BeamError::NoRepeat { found: self.no_repeat_ngram });
        }
        for (setting, list) in [("connectors", &self.connectors), ("bad_endings", &self.bad_endings)] {
            if list.len() > MAX_WORDS {
                return Err(BeamError::Words { setting, found: list.len() });
            }
        }
        if self.min_length >= self.max_length {
            return Err(BeamError::MinLength { found: self.min_length, max_length: self.max_length });
        }
        if !self.length_penalty.is_finite() {
            return Err(BeamError::LengthPenalty { found: self.length_penalty });
        }
        if !(self.repetition_penalty.is_finite() && self.repetition_penalty >= 0.0) {
            return Err(BeamError::Repetition { found: self.repetition_penalty });
        }
        if let Some(found) = self.mbr.filter(|found| !(found.is_finite() && *found > 0.0)) {
            return Err(BeamError::Consensus { found });
        }
        if let Some(found) = self.people.filter(|found| !(found.is_finite() && *found >= 0.0)) {
            return Err(BeamError::People { found });
        }
        self.word_scores.as_ref().map_or(Ok(()), WordScoresConfig::validate)?;
        self.sampling.as_ref().map_or(Ok(()), SamplingConfig::validate)
    }

    /// Checks what the search would take with a model of so many words, whose encoder gives so many regions and
    /// channels.
    ///
    /// # Errors
    /// [`BeamError::Size`].
    pub fn check_model(&self, vocabulary: usize, regions: usize, channels: usize) -> Result<(), BeamError> {
        let (width, length) = (self.width, self.max_length);
        within("width times vocabulary", &[width, vocabulary], MAX_STEP)?;
        within("width times length times vocabulary", &[width, length, vocabulary], MAX_SCORES)?;
        within("width times regions times channels", &[width, regions, channels], MAX_SEEN)
    }
}

fn within(what: &'static str, sizes: &[usize], most: usize) -> Result<(), BeamError> {
    let found = sizes.iter().fold(1_usize, |product, size| product.saturating_mul(*size));
    if found <= most { Ok(()) } else { Err(BeamError::Size { what, most, found }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(width: usize) -> BeamConfig {
        BeamConfig { width, max_length: 12, ..BeamConfig::default() }
    }

    #[test]
    fn settings_are_read_by_the_names_that_they_had_before() {
        let older = r#"{"width": 3, "max_length": 22, "length_exponent": 0.5, "min_words": 2, "no_repeat": 3, "no_echo": ["on"],
            "consensus": 1.0, "support": {"weight": 0.1, "rarity": 0.5, "guide": 0.2}}"#;
        let found: BeamConfig = serde_json::from_str(older).unwrap();
        let scores = found.word_scores.unwrap();
        assert_eq!((found.length_penalty, found.min_length, found.no_repeat_ngram), (0.5, 2, 3));
        assert_eq!((&*found.connectors, found.mbr), (&["on".to_owned()][..], Some(1.0)));
        assert_eq!((scores.rerank, scores.prior, scores.fusion), (0.1, 0.5, 0.2));
        let newer = serde_json::to_string(&found).unwrap();
        assert!(newer.contains("length_penalty") && !newer.contains("consensus"), "{newer}");
        assert_eq!(serde_json::from_str::<BeamConfig>(&newer).unwrap(), found);
    }

    #[test]
    fn a_search_that_would_not_end_or_fill_the_memory_is_refused() {
        let size = |config: &BeamConfig| matches!(config.validate(), Err(BeamError::Size { .. }));
        assert!(size(&BeamConfig { max_length: 1000, min_length: 999, ..config(1000) }));
        assert!(!size(&BeamConfig { max_length: 22, ..config(1000) }));
        let found = BeamConfig { no_repeat_ngram: 1_000_000_000_000, ..config(3) }.validate();
        assert_eq!(found, Err(BeamError::NoRepeat { found: 1_000_000_000_000 }));
        assert!(matches!(config(1000).check_model(1 << 20, 1, 8), Err(BeamError::Size { .. })));
        assert!(matches!(config(1000).check_model(10, 1024, 2048), Err(BeamError::Size { .. })));
        assert_eq!(config(20).check_model(20_000, 81, 2048), Ok(()));
        let many = BeamConfig { bad_endings: vec!["a".into(); 1001], ..config(3) };
        assert_eq!(many.validate(), Err(BeamError::Words { setting: "bad_endings", found: 1001 }));
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        assert_eq!(config(0).validate(), Err(BeamError::Width { found: 0 }));
        let endless = BeamConfig { max_length: 0, ..config(1) };
        assert_eq!(endless.validate(), Err(BeamError::MaxLength { found: 0 }));
        let endless = BeamConfig { max_length: 1001, ..config(1) };
        assert_eq!(endless.validate(), Err(BeamError::MaxLength { found: 1001 }));
        let long = BeamConfig { min_length: 12, ..config(1) };
        assert_eq!(long.validate(), Err(BeamError::MinLength { found: 12, max_length: 12 }));
        let none = BeamConfig { mbr: Some(0.0), ..config(1) };
        assert_eq!(none.validate(), Err(BeamError::Consensus { found: 0.0 }));
        let odd = BeamConfig { repetition_penalty: -1.0, ..config(1) };
        assert_eq!(odd.validate(), Err(BeamError::Repetition { found: -1.0 }));
        let odd = BeamConfig { people: Some(-1.0), ..config(1) };
        assert_eq!(odd.validate(), Err(BeamError::People { found: -1.0 }));
        let odd = BeamConfig { length_penalty: f32::NAN, ..config(1) };
        assert!(matches!(odd.validate(), Err(BeamError::LengthPenalty { .. })));
    }
}
