//! What a sentence may go on with.

use super::BeamTokens;

/// What one sentence may go on with.
pub(super) struct Rules<'a> {
    /// What is known of the vocabulary.
    pub tokens: &'a BeamTokens,
    /// Words that would say something again.
    pub repeats: Vec<u32>,
    /// Whether it may stop here.
    pub may_end: bool,
}

impl Rules<'_> {
    /// Whether a word may come next.
    pub fn allow(&self, token: u32) -> bool {
        (self.may_end || token != self.tokens.end)
            && !self.tokens.suppressed.contains(&token)
            && !self.repeats.contains(&token)
    }
}

/// A word that may come next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// The live row that it continues.
    pub row: usize,
    /// The word.
    pub token: u32,
    /// Its own, given the row's words.
    pub log_probability: f32,
    /// Of the row with it: log-probabilities, and what guides the search besides.
    pub sum: f64,
}
