//! What a captioner says about a photo.

use serde::{Deserialize, Serialize};

/// A word of a caption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
pub struct Alternative {
    /// The sentence.
    pub text: String,
    /// Sum of its log-probabilities over `length^length_exponent`; higher is better.
    pub score: f32,
}

/// A sentence about a photo: a suggestion for a person to edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Caption {
    /// The best sentence.
    pub text: String,
    /// Geometric mean of its words' probabilities, end of sentence included, 0 to 1. Not yet
    /// calibrated: a rank of doubt, not the chance of being right.
    pub confidence: f32,
    /// Sum of its log-probabilities over `length^length_exponent`; higher is better.
    pub score: f32,
    /// Its words.
    pub words: Vec<Word>,
    /// The other sentences of the beam, best first.
    pub alternatives: Vec<Alternative>,
}
