//! What holds for every search, whatever the model says.

use super::*;
use proptest::prelude::*;

const END: u32 = 0;
const VOCABULARY: usize = 7;

fn config(width: usize) -> BeamConfig {
    BeamConfig { width, max_length: 12, length_penalty: 0.0, ..BeamConfig::default() }
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
    let connectors = if config.connectors.is_empty() { vec![] } else { vec![3, 4] };
    let tokens =
        BeamTokens { end: END, suppressed: vec![], connectors, kin: vec![0, 0, 0, 1, 1, 2, 0], bad_endings };
    let mut beam = Beam::new(config, tokens).unwrap().with_word_scores(worth, Vec::new());
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
        let found = search(seed, BeamConfig { length_penalty: 0.7, ..config(width) });
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
    fn rules_hold_for_every_sentence(seed in any::<u64>(), width in 1_usize..6, no_repeat_ngram in 0_usize..4) {
        let bad_endings = vec!["a".to_owned(), "the".to_owned()];
        let connectors = vec!["on".to_owned(), "and".to_owned()];
        let rules = BeamConfig { min_length: 4, no_repeat_ngram, connectors, bad_endings, ..config(width) };
        let sampling = Some(SamplingConfig { seed, ..SamplingConfig::default() });
        let drawn = search(seed, BeamConfig { sampling, ..rules.clone() });
        for hypothesis in search(seed, rules).into_iter().chain(drawn) {
            let tokens = &hypothesis.tokens;
            if no_repeat_ngram > 0 {
                let mut runs: Vec<&[u32]> = tokens.windows(no_repeat_ngram).collect();
                let count = runs.len();
                runs.sort_unstable();
                runs.dedup();
                prop_assert_eq!(runs.len(), count, "{:?} repeats {} words", tokens, no_repeat_ngram);
            }
            for length in 1..no_repeat_ngram {
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
        let settings = BeamConfig { length_penalty: 0.5, ..config(5) };
        let (mut plain, mut agreed) =
            (search(seed, settings.clone()), search(seed, BeamConfig { mbr: Some(0.5), ..settings }));
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
    let settings = BeamConfig { length_penalty: 0.5, no_repeat_ngram: 2, ..config(5) };
    let mut worth = vec![0.0; VOCABULARY];
    worth[5] = 2.0;
    let count = |weight, fusion, mbr| {
        let word_scores = Some(WordScoresConfig { rerank: weight, fusion, ..WordScoresConfig::default() });
        let config = BeamConfig { word_scores, mbr, ..settings.clone() };
        (0..100).filter(|&seed| holds(&supported(seed, config.clone(), worth.clone()))).count()
    };
    let plain = (0..100).filter(|&seed| holds(&search(seed, settings.clone()))).count();
    assert_eq!(count(0.0, 0.0, None), plain);
    // Sentences found are put in another order; where word_scores guides, others are found.
    let (ranked, guided) = (count(1.0, 0.0, None), count(0.0, 1.0, None));
    assert!(ranked > plain && guided > plain, "{plain}, {ranked}, {guided}");
    assert!(count(1.0, 0.0, Some(1.0)) > count(0.0, 0.0, Some(1.0)));
}

#[test]
fn support_moves_scores_and_leaves_probabilities() {
    let word_scores = Some(WordScoresConfig { fusion: 0.5, ..WordScoresConfig::default() });
    let worth: Vec<f32> = (0..VOCABULARY).map(|word| word as f32 * 0.1 - 0.3).collect();
    let found = supported(3, BeamConfig { word_scores, length_penalty: 0.7, ..config(4) }, worth.clone());
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
