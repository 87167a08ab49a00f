//! What a captioner says about a photo.

use serde::{Deserialize, Serialize};

/// A word of a caption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Word {
    /// The word.
    pub word: String,
    /// Its natural log-probability given the words before.
    pub log_probability: f32,
    /// Share of attention on each region, row by row over a square grid, summing to 1; empty
    /// where it was not asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attention: Vec<f32>,
}

/// Another sentence the search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Alternative {
    /// The sentence.
    pub text: String,
    /// Sum of its log-probabilities over `length^length_exponent`; higher is better.
    pub score: f32,
    /// Its words, without attention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Word>,
}

/// How a sentence should be told, going by its confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// As it is.
    #[default]
    Plain,
    /// As something that may be so.
    Doubtful,
    /// Not at all: the captioner cannot describe the picture.
    Unable,
}

/// A sentence about a photo: a suggestion for a person to edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Caption {
    /// The best sentence.
    pub text: String,
    /// The probability that every content word of the sentence is right, where the bundle is
    /// calibrated; else the geometric mean of its words' probabilities, end of sentence included,
    /// which ranks doubt but is the chance of nothing.
    pub confidence: f32,
    /// How the sentence should be told.
    pub trust: Trust,
    /// Sum of its log-probabilities over `length^length_exponent`; higher is better.
    pub score: f32,
    /// Its words.
    pub words: Vec<Word>,
    /// The other sentences of the beam, best first.
    pub alternatives: Vec<Alternative>,
}

impl Caption {
    /// The sentence with as much doubt as it deserves; what to show to whoever only reads.
    #[must_use]
    pub fn told(&self) -> String {
        match self.trust {
            Trust::Plain => self.text.clone(),
            Trust::Doubtful => {
                let mut letters = self.text.chars();
                let lower: Option<String> =
                    letters.next().map(|first| first.to_lowercase().chain(letters).collect());
                format!("Perhaps {}", lower.unwrap_or_default())
            }
            Trust::Unable => "I cannot describe this picture well.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_is_worded() {
        let told = |trust| {
            let text = "A dog runs.".to_owned();
            Caption { text, confidence: 0.5, trust, score: 0.0, words: vec![], alternatives: vec![] }.told()
        };
        assert_eq!(told(Trust::Plain), "A dog runs.");
        assert_eq!(told(Trust::Doubtful), "Perhaps a dog runs.");
        assert_eq!(told(Trust::Unable), "I cannot describe this picture well.");
    }
}
