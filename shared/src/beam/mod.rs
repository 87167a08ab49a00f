//! Search for one sentence, by beam or by drawing words, pure: log-probabilities in, survivors and their parents out.
//!
//! No tensors, no waiting: the caller runs the model between two calls of [`Beam::advance`].
//! Scores are sums of log-probabilities divided by `length^length_penalty`, the end token
//! counted (Wu et al. 2016, section 7, without the constant 5). Exponent 1 is the mean used by
//! the Keras Show-and-Tell system, 0 the plain sum.
//!
//! Four rules keep bad sentences out while they grow, so that better ones take their place: a run
//! of words may be kept from standing twice (Paulus et al. 2018; and here shorter ones from standing
//! twice in a row), what stands right before a word such as "on" from standing again right after it,
//! sentences from ending too early, and from ending on words such as "a" or "with".
//!
//! Of the sentences found the best by score comes first, or the one that the others agree with most. Words
//! that the photo itself speaks for may count beside ([`WordScoresConfig`]).

mod config;
mod error;
mod hypothesis;
pub(crate) mod rank;
pub mod repetition;
mod sampling;
#[cfg(test)]
mod tests;
mod word_scores;

use std::collections::HashSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub use config::BeamConfig;
pub use error::{BeamError, MAX_LENGTH, MAX_ROWS, MAX_SCORES, MAX_SEEN, MAX_STEP, MAX_WIDTH, MAX_WORDS};
pub use hypothesis::{BeamTokens, Hypothesis};
use hypothesis::{Candidate, Live, Rules, normalise};
use rank::rank;
pub use sampling::SamplingConfig;
use word_scores::WordScores;
pub use word_scores::WordScoresConfig;

use crate::labelled::Wish;

/// What to feed the model next: row `i` continues row `parents[i]` with `tokens[i]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivors {
    /// Row of the step just taken, for each row of the next.
    pub parents: Vec<usize>,
    /// Token that goes in at the next step, for each row.
    pub tokens: Vec<u32>,
}

/// A search under way. Starts with one empty hypothesis: the first step has one row.
#[derive(Debug, Clone)]
pub struct Beam {
    config: BeamConfig,
    tokens: BeamTokens,
    live: Vec<Live>,
    finished: Vec<Hypothesis>,
    word_scores: Option<WordScores>,
    random: ChaCha8Rng,
}

impl Beam {
    /// Starts a search.
    ///
    /// # Errors
    /// [`BeamError`] when a setting is out of range.
    pub fn new(config: BeamConfig, tokens: BeamTokens) -> Result<Self, BeamError> {
        config.validate()?;
        let seed = config.sampling.as_ref().map_or(0, |sampling| sampling.seed);
        let random = ChaCha8Rng::seed_from_u64(seed);
        Ok(Self {
            config,
            tokens,
            live: vec![Live::default()],
            finished: Vec::new(),
            word_scores: None,
            random,
        })
    }

    /// The same where words of a photo are worth so much, see [`WordScoresConfig::worth`], and some of them are
    /// wished for besides. Without effect where the settings have no word scores.
    ///
    /// # Shapes
    /// `worth`: `[vocabulary]`.
    #[must_use]
    pub fn with_word_scores(self, worth: Vec<f32>, wishes: Vec<Wish>) -> Self {
        Self {
            word_scores: self.config.word_scores.map(|config| WordScores::new(config, worth, wishes)),
            ..self
        }
    }

    /// Takes the model's log-probabilities for every live row and returns what to run next, or
    /// `None` once the search is over.
    ///
    /// The best `width` continuations are kept; those that end are set aside. The search is over
    /// when `width` sentences have ended and no live one, scored at its present length, is better
    /// than the worst of them, or when the length runs out.
    ///
    /// With sampling, every live sentence gets a word drawn for it, and goes on until it ends.
    ///
    /// # Shapes
    /// `log_probabilities`: one slice of `[vocabulary]` per live row, rows in the order of the
    /// last [`Survivors`]. Rows beyond the live ones are ignored, so that a caller may pad.
    pub fn advance(&mut self, log_probabilities: &[&[f32]]) -> Option<Survivors> {
        let width = self.config.width;
        let candidates = match self.config.sampling.clone() {
            Some(sampling) => self.draw(log_probabilities, &sampling),
            None => self.best(log_probabilities, 2 * width),
        };

        let mut next = Vec::with_capacity(width);
        let mut survivors = Survivors { parents: Vec::new(), tokens: Vec::new() };
        for (rank, candidate) in candidates.into_iter().enumerate() {
            let Candidate { row, token, .. } = candidate;
            if token == self.tokens.end {
                // A poor ending below the beam's width would crowd out better sentences.
                if rank < width {
                    let ended = self.live[row].extend(candidate);
                    self.finished.push(ended.finish(self.config.length_penalty));
                }
            } else if next.len() < width {
                next.push(self.live[row].extend(candidate));
                survivors.parents.push(row);
                survivors.tokens.push(token);
            }
        }
        self.live = next;
        self.finished.sort_by(|a, b| b.score.total_cmp(&a.score));
        self.finished.truncate(width);
        if self.is_over() { None } else { Some(survivors) }
    }

    /// Whether another step could still change the outcome, as [`advance`](Self::advance) says.
    fn is_over(&self) -> bool {
        let Some(best) = self.live.first() else { return true };
        if best.tokens.len() >= self.config.max_length {
            return true;
        }
        if self.config.sampling.is_some() {
            return false;
        }
        let Some(worst) = self.finished.get(self.config.width - 1) else { return false };
        // All live rows have one length, so the largest sum is the best score.
        normalise(best.sum, best.tokens.len(), self.config.length_penalty) <= worst.score
    }

    /// Sentences found, best first, at most `width`, each once: by score, or by agreement where the
    /// settings have a consensus. Where too few ended in time, those cut off at the length limit come
    /// after.
    #[must_use]
    pub fn finish(self) -> Vec<Hypothesis> {
        let Self { config, tokens, live, mut finished, word_scores, .. } = self;
        rank(&mut finished, tokens.end, config.mbr, word_scores.as_ref());
        let missing = config.width.saturating_sub(finished.len());
        let cut = live.into_iter().filter(|live| !live.tokens.is_empty()).take(missing);
        finished.extend(cut.map(|live| live.finish(config.length_penalty)));
        if config.sampling.is_some() {
            let mut seen = HashSet::new();
            finished.retain(|hypothesis| seen.insert(hypothesis.tokens.clone()));
        }
        finished
    }

    /// Whether a sentence may stop after the words it has. Nobody is served by an empty one.
    fn may_end(&self, live: &Live) -> bool {
        live.tokens.len() >= self.config.min_length.max(1)
            && live.tokens.last().is_none_or(|last| !self.tokens.bad_endings.contains(last))
    }

    /// A word drawn for each live row; at the first step, for each sentence from the one row.
    fn draw(&mut self, log_probabilities: &[&[f32]], sampling: &SamplingConfig) -> Vec<Candidate> {
        let first = self.live.first().is_some_and(|live| live.tokens.is_empty());
        let draws = if first { self.config.width } else { self.live.len() };
        let mut drawn = Vec::with_capacity(draws);
        for draw in 0..draws {
            let row = if first { 0 } else { draw };
            let Some(scores) = log_probabilities.get(row) else { break };
            let rules = self.rules(&self.live[row]);
            let allowed = (0_u32..).zip(scores.iter().copied());
            let allowed = allowed.filter(|&(token, score)| score > f32::NEG_INFINITY && rules.allow(token));
            if let Some((token, log_probability)) = sampling.draw(allowed.collect(), &mut self.random) {
                let sum = self.sum(&self.live[row], token, log_probability);
                drawn.push(Candidate { row, token, log_probability, sum });
            }
        }
        drawn
    }

    /// What a sentence is worth with one more word, as it grows.
    fn sum(&self, live: &Live, token: u32, log_probability: f32) -> f64 {
        let fusion = match &self.word_scores {
            Some(word_scores) if word_scores.config().fusion > 0.0 => {
                f64::from(word_scores.config().fusion) * word_scores.added(&live.tokens, token)
            }
            _ => 0.0,
        };
        live.sum + f64::from(log_probability) + fusion
    }

    /// What it costs to say a word once more.
    fn repetition(&self, live: &Live, token: u32) -> f64 {
        let kin = |token: u32| self.tokens.kin.get(token as usize).copied().filter(|&kin| kin > 0);
        match kin(token) {
            Some(own) if self.config.repetition_penalty > 0.0 => {
                let again = live.tokens.iter().any(|&said| kin(said) == Some(own));
                if again { f64::from(self.config.repetition_penalty) } else { 0.0 }
            }
            _ => 0.0,
        }
    }

    /// What a sentence may go on with.
    fn rules(&self, live: &Live) -> Rules<'_> {
        let repeats = live.repeats(self.config.no_repeat_ngram).into_iter();
        Rules {
            tokens: &self.tokens,
            repeats: repeats.chain(live.echoes(&self.tokens.connectors)).collect(),
            may_end: self.may_end(live),
        }
    }

    /// The `count` best continuations over all live rows, best first. Ties go to the earlier row,
    /// then to the lower token, so that a search is repeatable.
    fn best(&self, log_probabilities: &[&[f32]], count: usize) -> Vec<Candidate> {
        let mut best: Vec<Candidate> = Vec::with_capacity(count + 1);
        for (row, (live, scores)) in self.live.iter().zip(log_probabilities).enumerate() {
            let rules = self.rules(live);
            for (token, &log_probability) in scores.iter().enumerate() {
                let sum = self.sum(live, token as u32, log_probability);
                let full = best.len() == count;
                let unusable = sum.is_nan() || sum == f64::NEG_INFINITY;
                if unusable || full && best.last().is_some_and(|b| sum <= b.sum) {
                    continue;
                }
                let token = token as u32;
                if !rules.allow(token) {
                    continue;
                }
                let sum = sum - self.repetition(live, token);
                if full && best.last().is_some_and(|b| sum <= b.sum) {
                    continue;
                }
                let at = best.partition_point(|other| other.sum >= sum);
                best.insert(at, Candidate { row, token, log_probability, sum });
                best.truncate(count);
            }
        }
        best
    }
}
