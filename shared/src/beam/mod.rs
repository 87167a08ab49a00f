//! Search for one sentence, by beam or by drawing words, pure: log-probabilities in, survivors and their parents out.
//!
//! No tensors, no waiting: the caller runs the model between two calls of [`Beam::advance`].
//! Scores are sums of log-probabilities divided by `length^length_exponent`, the end token
//! counted (Wu et al. 2016, section 7, without the constant 5). Exponent 1 is the mean used by
//! the Keras Show-and-Tell system, 0 the plain sum.
//!
//! Four rules keep bad sentences out while they grow, so that better ones take their place: a run
//! of words may be kept from standing twice (Paulus et al. 2018; and here shorter ones from standing
//! twice in a row), what stands right before a word such as "on" from standing again right after it,
//! sentences from ending too early, and from ending on words such as "a" or "with".
//!
//! Of the sentences found the best by score comes first, or the one that the others agree with most. Words
//! that the photo itself speaks for may count beside ([`SupportConfig`]).

mod candidate;
mod config;
pub(crate) mod consensus;
mod hypothesis;
mod rank;
pub mod repetition;
mod sampling;
mod support;

use std::collections::HashSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use candidate::{Candidate, Rules};
pub use config::{BeamConfig, BeamError, MAX_LENGTH, MAX_WIDTH};
pub use hypothesis::Hypothesis;
use hypothesis::{Live, normalise};
use rank::rank;
pub use sampling::SamplingConfig;
use support::Support;
pub use support::SupportConfig;

use crate::labelled::Wish;

/// What to feed the model next: row `i` continues row `parents[i]` with `tokens[i]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivors {
    /// Row of the step just taken, for each row of the next.
    pub parents: Vec<usize>,
    /// Token that goes in at the next step, for each row.
    pub tokens: Vec<u32>,
}

/// What the search has to know of the vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BeamTokens {
    /// Ends a sentence.
    pub end: u32,
    /// Never produced.
    pub suppressed: Vec<u32>,
    /// What stands right before one of these does not stand again right after it: the ids of
    /// [`BeamConfig::no_echo`].
    pub joints: Vec<u32>,
    /// For each token which others it repeats, see [`repetition::kin`]; empty where nothing is a repetition.
    pub kin: Vec<u32>,
    /// Never produced right before the end: the ids of [`BeamConfig::bad_endings`].
    pub bad_endings: Vec<u32>,
}

/// A search under way. Starts with one empty hypothesis: the first step has one row.
#[derive(Debug, Clone)]
pub struct Beam {
    config: BeamConfig,
    tokens: BeamTokens,
    live: Vec<Live>,
    finished: Vec<Hypothesis>,
    support: Option<Support>,
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
        Ok(Self { config, tokens, live: vec![Live::default()], finished: Vec::new(), support: None, random })
    }

    /// The same where words of a photo are worth so much, see [`SupportConfig::worth`], and some of them are
    /// wished for besides. Without effect where the settings have no support.
    ///
    /// # Shapes
    /// `worth`: `[vocabulary]`.
    #[must_use]
    pub fn with_support(self, worth: Vec<f32>, wishes: Vec<Wish>) -> Self {
        Self { support: self.config.support.map(|config| Support::new(config, worth, wishes)), ..self }
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
                    self.finished.push(ended.finish(self.config.length_exponent));
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
        normalise(best.sum, best.tokens.len(), self.config.length_exponent) <= worst.score
    }

    /// Sentences found, best first, at most `width`, each once: by score, or by agreement where the
    /// settings have a consensus. Where too few ended in time, those cut off at the length limit come
    /// after.
    #[must_use]
    pub fn finish(self) -> Vec<Hypothesis> {
        let Self { config, tokens, live, mut finished, support, .. } = self;
        rank(&mut finished, tokens.end, config.consensus, support.as_ref());
        let missing = config.width.saturating_sub(finished.len());
        let cut = live.into_iter().filter(|live| !live.tokens.is_empty()).take(missing);
        finished.extend(cut.map(|live| live.finish(config.length_exponent)));
        if config.sampling.is_some() {
            let mut seen = HashSet::new();
            finished.retain(|hypothesis| seen.insert(hypothesis.tokens.clone()));
        }
        finished
    }

    /// Whether a sentence may stop after the words it has. Nobody is served by an empty one.
    fn may_end(&self, live: &Live) -> bool {
        live.tokens.len() >= self.config.min_words.max(1)
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
        let guide = match &self.support {
            Some(support) if support.config().guide > 0.0 => {
                f64::from(support.config().guide) * support.added(&live.tokens, token)
            }
            _ => 0.0,
        };
        live.sum + f64::from(log_probability) + guide
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
        let repeats = live.repeats(self.config.no_repeat).into_iter();
        Rules {
            tokens: &self.tokens,
            repeats: repeats.chain(live.echoes(&self.tokens.joints)).collect(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const END: u32 = 0;
    const VOCABULARY: usize = 7;

    fn config(width: usize) -> BeamConfig {
        BeamConfig { width, max_length: 12, length_exponent: 0.0, ..BeamConfig::default() }
    }

    /// A toy language model: log-probabilities that depend on the seed and the whole prefix.
    fn model(seed: u64, prefix: &[u32]) -> Vec<f32> {
        let mut state = prefix.iter().fold(seed | 1, |hash, &token| {
            (hash ^ u64::from(token + 11)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23)
        });
        let logits: Vec<f32> = (0..VOCABULARY)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
                ((state >> 40) as f32 / (1 << 24) as f32) * 4.0
            })
            .collect();
        let total: f32 = logits.iter().map(|l| l.exp()).sum();
        logits.iter().map(|l| l - total.ln()).collect()
    }

    fn search(seed: u64, config: BeamConfig) -> Vec<Hypothesis> {
        supported(seed, config, vec![])
    }

    fn supported(seed: u64, config: BeamConfig, worth: Vec<f32>) -> Vec<Hypothesis> {
        let bad_endings = if config.bad_endings.is_empty() { vec![] } else { vec![1, 2] };
        let joints = if config.no_echo.is_empty() { vec![] } else { vec![3, 4] };
        let tokens =
            BeamTokens { end: END, suppressed: vec![], joints, kin: vec![0, 0, 0, 1, 1, 2, 0], bad_endings };
        let mut beam = Beam::new(config, tokens).unwrap().with_support(worth, Vec::new());
        let mut prefixes: Vec<Vec<u32>> = vec![vec![]];
        loop {
            let rows: Vec<Vec<f32>> = prefixes.iter().map(|p| model(seed, p)).collect();
            let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
            let Some(next) = beam.advance(&rows) else { break };
            prefixes = next
                .parents
                .iter()
                .zip(&next.tokens)
                .map(|(&parent, &token)| [prefixes[parent].as_slice(), &[token]].concat())
                .collect();
        }
        beam.finish()
    }

    fn greedy(seed: u64, max_length: usize) -> Vec<u32> {
        let mut tokens = Vec::new();
        while tokens.len() < max_length && tokens.last() != Some(&END) {
            let scores = model(seed, &tokens);
            let allowed = (0..VOCABULARY).filter(|&token| token as u32 != END || !tokens.is_empty());
            let best = allowed.max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap();
            tokens.push(best as u32);
        }
        tokens
    }

    proptest! {
        #[test]
        fn width_one_is_greedy(seed in any::<u64>()) {
            prop_assert_eq!(&search(seed, config(1))[0].tokens, &greedy(seed, 12));
        }

        #[test]
        fn scores_are_sorted_and_rows_point_at_the_parent(seed in any::<u64>(), width in 1_usize..6) {
            let found = search(seed, BeamConfig { length_exponent: 0.7, ..config(width) });
            prop_assert!(!found.is_empty() && found.len() <= width);
            for hypothesis in &found {
                let sum: f64 = hypothesis.log_probabilities.iter().map(|&p| f64::from(p)).sum();
                let score = normalise(sum, hypothesis.tokens.len(), 0.7);
                prop_assert!((score - hypothesis.score).abs() < 1e-5);
                for (at, &p) in hypothesis.log_probabilities.iter().enumerate() {
                    let expected = model(seed, &hypothesis.tokens[..at])[hypothesis.tokens[at] as usize];
                    prop_assert!((p - expected).abs() < 1e-6);
                }
            }
            let ended = found.iter().take_while(|h| h.tokens.last() == Some(&END));
            let scores: Vec<f32> = ended.map(|h| h.score).collect();
            prop_assert!(scores.is_sorted_by(|a, b| a >= b));
        }
    }

    proptest! {
        #[test]
        fn rules_hold_for_every_sentence(seed in any::<u64>(), width in 1_usize..6, no_repeat in 0_usize..4) {
            let bad_endings = vec!["a".to_owned(), "the".to_owned()];
            let no_echo = vec!["on".to_owned(), "and".to_owned()];
            let rules = BeamConfig { min_words: 4, no_repeat, no_echo, bad_endings, ..config(width) };
            let sampling = Some(SamplingConfig { seed, ..SamplingConfig::default() });
            let drawn = search(seed, BeamConfig { sampling, ..rules.clone() });
            for hypothesis in search(seed, rules).into_iter().chain(drawn) {
                let tokens = &hypothesis.tokens;
                if no_repeat > 0 {
                    let mut runs: Vec<&[u32]> = tokens.windows(no_repeat).collect();
                    let count = runs.len();
                    runs.sort_unstable();
                    runs.dedup();
                    prop_assert_eq!(runs.len(), count, "{:?} repeats {} words", tokens, no_repeat);
                }
                for length in 1..no_repeat {
                    let twice = tokens.windows(2 * length).find(|run| run[..length] == run[length..]);
                    prop_assert_eq!(twice, None, "{:?}", tokens);
                }
                for (at, _) in tokens.iter().enumerate().filter(|(_, token)| [3, 4].contains(*token)) {
                    let (before, after) = (&tokens[..at], &tokens[at + 1..]);
                    let echo = (1..=after.len()).find(|&length| before.ends_with(&after[..length]));
                    prop_assert_eq!(echo, None, "{:?}", tokens);
                }
                if tokens.last() == Some(&END) {
                    prop_assert!(tokens.len() > 4, "{:?} is too short", tokens);
                    prop_assert!(![1, 2].contains(&tokens[tokens.len() - 2]), "{:?} ends badly", tokens);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn drawn_sentences_are_ranked_and_repeatable(seed in any::<u64>(), width in 1_usize..6) {
            let sampling = |seed| Some(SamplingConfig { temperature: 1.5, seed, ..SamplingConfig::default() });
            let drawn = |seed| search(7, BeamConfig { sampling: sampling(seed), ..config(width) });
            let found = drawn(seed);
            prop_assert_eq!(&found, &drawn(seed));
            prop_assert!(!found.is_empty() && found.len() <= width);
            let ended: Vec<f32> = found.iter().filter(|h| h.tokens.last() == Some(&END)).map(|h| h.score).collect();
            prop_assert!(ended.is_sorted_by(|a, b| a >= b));
            for (at, hypothesis) in found.iter().enumerate() {
                prop_assert!(found[..at].iter().all(|other| other.tokens != hypothesis.tokens));
            }
        }
    }

    #[test]
    fn a_repetition_costs_what_is_asked_and_words_may_come_in_their_plural_once() {
        let kin = [0, 0, 0, 1, 1, 2, 0];
        let twice = |penalty: f32, seed: u64| {
            let beam = BeamConfig { repetition_penalty: penalty, ..config(3) };
            let best = search(seed, beam).swap_remove(0).tokens;
            let of = |kind: u32| best.iter().filter(|&&token| kin[token as usize] == kind).count();
            usize::from(of(1) > 1 || of(2) > 1)
        };
        let count = |penalty: f32| (0..60).map(|seed| twice(penalty, seed)).sum::<usize>();
        let (free, dear) = (count(0.0), count(100.0));
        assert!(
            free > 10 && dear == 0,
            "{free} sentences repeat a word where it is free, {dear} where it is dear"
        );
    }

    #[test]
    fn a_consensus_finds_the_same_sentences_in_another_order() {
        let mut moved = 0;
        for seed in 0..50 {
            let settings = BeamConfig { length_exponent: 0.5, ..config(5) };
            let (mut plain, mut agreed) = (
                search(seed, settings.clone()),
                search(seed, BeamConfig { consensus: Some(0.5), ..settings }),
            );
            moved += usize::from(plain[0] != agreed[0]);
            plain.sort_by(|a, b| a.tokens.cmp(&b.tokens));
            agreed.sort_by(|a, b| a.tokens.cmp(&b.tokens));
            assert_eq!(plain, agreed);
        }
        assert!(moved > 5, "{moved}");
    }

    #[test]
    fn a_word_that_the_photo_speaks_for_comes_first() {
        let holds = |found: &[Hypothesis]| found[0].tokens.contains(&5);
        let settings = BeamConfig { length_exponent: 0.5, no_repeat: 2, ..config(5) };
        let mut worth = vec![0.0; VOCABULARY];
        worth[5] = 2.0;
        let count = |weight, guide, consensus| {
            let support = Some(SupportConfig { weight, guide, ..SupportConfig::default() });
            let config = BeamConfig { support, consensus, ..settings.clone() };
            (0..100).filter(|&seed| holds(&supported(seed, config.clone(), worth.clone()))).count()
        };
        let plain = (0..100).filter(|&seed| holds(&search(seed, settings.clone()))).count();
        assert_eq!(count(0.0, 0.0, None), plain);
        // Sentences found are put in another order; where support guides, others are found.
        let (ranked, guided) = (count(1.0, 0.0, None), count(0.0, 1.0, None));
        assert!(ranked > plain && guided > plain, "{plain}, {ranked}, {guided}");
        assert!(count(1.0, 0.0, Some(1.0)) > count(0.0, 0.0, Some(1.0)));
    }

    #[test]
    fn support_moves_scores_and_leaves_probabilities() {
        let support = Some(SupportConfig { guide: 0.5, ..SupportConfig::default() });
        let worth: Vec<f32> = (0..VOCABULARY).map(|word| word as f32 * 0.1 - 0.3).collect();
        let found = supported(3, BeamConfig { support, length_exponent: 0.7, ..config(4) }, worth.clone());
        for hypothesis in found {
            let mut sum: f64 = hypothesis.log_probabilities.iter().map(|&p| f64::from(p)).sum();
            let distinct: HashSet<u32> = hypothesis.tokens.iter().copied().collect();
            sum += distinct.iter().map(|&word| 0.5 * f64::from(worth[word as usize])).sum::<f64>();
            let score = normalise(sum, hypothesis.tokens.len(), 0.7);
            assert!((score - hypothesis.score).abs() < 1e-5);
            for (at, &p) in hypothesis.log_probabilities.iter().enumerate() {
                let expected = model(3, &hypothesis.tokens[..at])[hypothesis.tokens[at] as usize];
                assert!((p - expected).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn drawing_the_likeliest_alone_is_greedy() {
        for seed in 0..20 {
            let sampling = Some(SamplingConfig { top_k: 1, ..SamplingConfig::default() });
            let found = search(seed, BeamConfig { sampling, ..config(3) });
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].tokens, greedy(seed, 12));
        }
    }

    #[test]
    fn a_wide_beam_finds_the_best_of_all_sentences() {
        // Three tokens, three steps: a beam as wide as the tree is an exhaustive search.
        let config = BeamConfig { width: 200, max_length: 3, ..config(1) };
        let best = search(5, config.clone()).into_iter().find(|h| h.tokens.last() == Some(&END));
        let mut expected = f32::NEG_INFINITY;
        let mut open = vec![(Vec::new(), 0.0_f32)];
        while let Some((prefix, sum)) = open.pop() {
            for (token, p) in model(5, &prefix).into_iter().enumerate() {
                if token as u32 == END {
                    expected = if prefix.is_empty() { expected } else { expected.max(sum + p) };
                } else if prefix.len() < 2 {
                    open.push(([prefix.as_slice(), &[token as u32]].concat(), sum + p));
                }
            }
        }
        assert!((best.unwrap().score - expected).abs() < 1e-5);
    }

    #[test]
    fn suppressed_tokens_and_nan_never_come_out() {
        let tokens = BeamTokens { end: END, suppressed: vec![3], ..BeamTokens::default() };
        let mut beam = Beam::new(config(2), tokens).unwrap();
        let next = beam.advance(&[&[-9.0, f32::NAN, -2.0, -0.1, f32::NEG_INFINITY]]).unwrap();
        assert_eq!(next, Survivors { parents: vec![0], tokens: vec![2] });
    }
}
