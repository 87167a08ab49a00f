//! Sentences, growing and found.

/// One sentence found by the search.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// Token ids, without start token; the last is the end token unless the length ran out.
    pub tokens: Vec<u32>,
    /// Natural log-probability of each token, given the ones before.
    pub log_probabilities: Vec<f32>,
    /// For each token the row of that step's model output that it was read from.
    pub rows: Vec<usize>,
    /// Sum of the log-probabilities over `length^length_exponent`. Higher is better.
    pub score: f32,
}

/// A sentence that grows.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    pub tokens: Vec<u32>,
    pub log_probabilities: Vec<f32>,
    pub rows: Vec<usize>,
    /// Sum of the log-probabilities.
    pub sum: f64,
}

impl Live {
    pub fn extend(&self, row: usize, token: u32, log_probability: f32) -> Self {
        let mut next = self.clone();
        next.tokens.push(token);
        next.log_probabilities.push(log_probability);
        next.rows.push(row);
        next.sum += f64::from(log_probability);
        next
    }

    /// Tokens that would make a run of `count` stand a second time.
    pub fn repeats(&self, count: usize) -> Vec<u32> {
        let Some(others) = count.checked_sub(1).filter(|others| *others <= self.tokens.len()) else {
            return Vec::new();
        };
        let last = &self.tokens[self.tokens.len() - others..];
        self.tokens.windows(count).filter(|run| &run[..others] == last).map(|run| run[others]).collect()
    }

    pub fn finish(self, exponent: f32) -> Hypothesis {
        let score = normalise(self.sum, self.tokens.len(), exponent);
        Hypothesis { tokens: self.tokens, log_probabilities: self.log_probabilities, rows: self.rows, score }
    }
}

pub(super) fn normalise(sum: f64, length: usize, exponent: f32) -> f32 {
    (sum / (length.max(1) as f64).powf(f64::from(exponent))) as f32
}
