//! Sentences, growing and found, and what they may go on with.

/// One sentence found by the search.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// Token ids, without start token; the last is the end token unless the length ran out.
    pub tokens: Vec<u32>,
    /// Natural log-probability of each token, given the ones before.
    pub log_probabilities: Vec<f32>,
    /// For each token the row of that step's model output that it was read from.
    pub rows: Vec<usize>,
    /// Sum of the log-probabilities, and of what [the detector](super::WordScoresConfig::fusion) adds in the
    /// search, over `length^length_penalty`. Higher is better.
    pub score: f32,
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

/// What the search has to know of the vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BeamTokens {
    /// Ends a sentence.
    pub end: u32,
    /// Never produced.
    pub suppressed: Vec<u32>,
    /// What stands right before one of these does not stand again right after it: the ids of
    /// [`BeamConfig::connectors`](super::BeamConfig::connectors).
    pub connectors: Vec<u32>,
    /// For each token which others it repeats, see [`repetition::kin`](super::repetition::kin); empty where nothing is
    /// a repetition.
    pub kin: Vec<u32>,
    /// Never produced right before the end: the ids of [`BeamConfig::bad_endings`](super::BeamConfig::bad_endings).
    pub bad_endings: Vec<u32>,
}

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

/// A sentence that grows.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    pub tokens: Vec<u32>,
    pub log_probabilities: Vec<f32>,
    pub rows: Vec<usize>,
    /// Sum of the log-probabilities and of what guides the search besides.
    pub sum: f64,
}

impl Live {
    pub fn extend(&self, candidate: Candidate) -> Self {
        let Candidate { row, token, log_probability, sum } = candidate;
        let mut next = self.clone();
        next.tokens.push(token);
        next.log_probabilities.push(log_probability);
        next.rows.push(row);
        next.sum = sum;
        next
    }

    /// Tokens that would make a run of `count` stand a second time, or a shorter run twice in a row.
    pub fn repeats(&self, count: usize) -> Vec<u32> {
        let tokens = &self.tokens;
        let last = |length: usize| tokens.len().checked_sub(length).map(|from| &tokens[from..]);
        let anywhere = count.checked_sub(1).and_then(|others| Some((others, last(others)?)));
        let anywhere = anywhere.into_iter().flat_map(|(others, last)| {
            tokens.windows(count).filter(move |run| &run[..others] == last).map(move |run| run[others])
        });
        // The run as it stands and all but the last word of it once more.
        let in_a_row = (1..count.min(tokens.len() + 1)).filter_map(|length| {
            let (run, again) = last(2 * length - 1)?.split_at(length);
            run.starts_with(again).then(|| run[length - 1])
        });
        anywhere.chain(in_a_row).collect()
    }

    /// Tokens that would complete, after one of some words, the run that stands right before it.
    pub fn echoes(&self, across: &[u32]) -> impl Iterator<Item = u32> {
        let connectors = self.tokens.iter().enumerate().filter(|(_, token)| across.contains(token));
        connectors.filter_map(|(at, _)| {
            let again = &self.tokens[at + 1..];
            let run = &self.tokens[at.checked_sub(again.len() + 1)?..at];
            run.starts_with(again).then(|| run[again.len()])
        })
    }

    pub fn finish(self, exponent: f32) -> Hypothesis {
        let score = normalise(self.sum, self.tokens.len(), exponent);
        Hypothesis { tokens: self.tokens, log_probabilities: self.log_probabilities, rows: self.rows, score }
    }
}

pub(super) fn normalise(sum: f64, length: usize, exponent: f32) -> f32 {
    (sum / (length.max(1) as f64).powf(f64::from(exponent))) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeats(tokens: &[u32], count: usize) -> Vec<u32> {
        Live { tokens: tokens.to_vec(), ..Live::default() }.repeats(count)
    }

    #[test]
    fn a_run_does_not_stand_twice_and_a_shorter_one_not_in_a_row() {
        assert_eq!(repeats(&[1, 2, 3, 4, 1, 2], 3), [3, 2]);
        // "a dog a" does not go on with "dog", though another "dog" may come later.
        assert_eq!(repeats(&[1, 2, 1], 3), [1, 2]);
        assert_eq!(repeats(&[1, 2, 3, 1], 3), [1]);
        assert_eq!(repeats(&[1], 3), [1]);
        assert!(repeats(&[], 3).is_empty());
    }

    #[test]
    fn nothing_stands_on_both_sides_of_some_words() {
        let (a, boat, on, white) = (1, 2, 3, 4);
        let echoes = |tokens: &[u32]| {
            Live { tokens: tokens.to_vec(), ..Live::default() }.echoes(&[on, 9]).collect::<Vec<_>>()
        };
        assert_eq!(echoes(&[a, boat, on, a]), [boat]);
        assert_eq!(echoes(&[a, white, boat, on, a, white]), [boat]);
        assert_eq!(echoes(&[a, boat, on]), [boat]);
        // Allowed where not the whole run stands again, or not right after the word.
        assert!(echoes(&[a, white, boat, on, a]).is_empty());
        assert!(echoes(&[a, boat, on, a, white]).is_empty());
        assert!(echoes(&[a, boat, white, a]).is_empty());
        // Before the first "on" stand too few words to be said again.
        assert_eq!(echoes(&[boat, on, a, on]), [a]);
        assert_eq!(echoes(&[on]), [0; 0]);
    }

    #[test]
    fn a_run_of_one_is_every_word_and_none_lets_all_repeat() {
        assert_eq!(repeats(&[1, 2], 1), [1, 2]);
        assert!(repeats(&[1, 1, 1], 0).is_empty());
    }
}
