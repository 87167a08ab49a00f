//! The order in which sentences that were found are told; first perhaps the one that most of the likely sentences
//! agree with.
//!
//! The likeliest sentence is often a short and common one, while the probability lies with many longer
//! ones that say nearly the same. Minimum Bayes risk decoding (Kumar and Byrne 2004) takes the sentence
//! with the highest expected likeness to a sentence drawn from the model; the sentences found stand for
//! all. Likeness here is CIDEr-D's (Vedantam et al. 2015) without its weights for rare words, so that a
//! bundle need not carry how often each run of words was written.

use std::collections::HashMap;

use super::hypothesis::Hypothesis;
use super::word_scores::WordScores;

/// Puts sentences that ended, the best by score first, into the order in which they are told: by score or
/// by expected likeness to the others, and by their word scores beside. Equal ones keep their order.
pub(super) fn rank(
    sentences: &mut Vec<Hypothesis>,
    end: u32,
    mbr: Option<f32>,
    word_scores: Option<&WordScores>,
) {
    if mbr.is_none() && word_scores.is_none() {
        return;
    }
    let mut gains = match mbr {
        Some(temperature) => likeness(sentences, end, temperature),
        None => sentences.iter().map(|sentence| f64::from(sentence.score)).collect(),
    };
    if let Some(word_scores) = word_scores {
        for (gain, sentence) in gains.iter_mut().zip(&*sentences) {
            *gain += f64::from(word_scores.config().rerank) * word_scores.of(&sentence.tokens);
        }
    }
    let mut ranked: Vec<(f64, Hypothesis)> = gains.into_iter().zip(sentences.drain(..)).collect();
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    sentences.extend(ranked.into_iter().map(|(_, sentence)| sentence));
}

/// The longest runs compared.
const LONGEST: usize = 4;
/// Standard deviation, in words, by which sentences of unlike length count less; CIDEr-D's.
const SIGMA: f64 = 6.0;

/// How often each run of words of one length stands in a sentence.
type Counts<'a> = HashMap<&'a [u32], f64>;

/// The runs of one to four words of a sentence.
struct Runs<'a> {
    words: usize,
    /// By length, with the root of the sum of their squares.
    counts: [(Counts<'a>, f64); LONGEST],
}

impl<'a> Runs<'a> {
    fn new(words: &'a [u32]) -> Self {
        let counts = std::array::from_fn(|index| {
            let mut counts = Counts::new();
            for run in words.windows(index + 1) {
                *counts.entry(run).or_insert(0.0) += 1.0;
            }
            // Whole numbers: the same sum in whatever order a hash map goes.
            let squares: f64 = counts.values().map(|count| count * count).sum();
            (counts, squares.sqrt())
        });
        Self { words: words.len(), counts }
    }

    /// From 0 to 1: the mean over run lengths of the cosine between counts, those of `self` cut to the
    /// other's, less where the lengths differ.
    fn likeness(&self, other: &Self) -> f64 {
        let mut sum = 0.0;
        for ((own, norm), (others, other_norm)) in self.counts.iter().zip(&other.counts) {
            let shared =
                |(run, count): (&&[u32], &f64)| others.get(*run).map(|other| count.min(*other) * other);
            let product: f64 = own.iter().filter_map(shared).sum();
            if product > 0.0 {
                sum += product / (norm * other_norm);
            }
        }
        let apart = self.words as f64 - other.words as f64;
        sum / LONGEST as f64 * (-apart * apart / (2.0 * SIGMA * SIGMA)).exp()
    }
}

/// Mean likeness of a sentence to others; 1 where there are none.
#[must_use]
pub fn agreement(sentence: &Hypothesis, others: &[Hypothesis]) -> f32 {
    if others.is_empty() {
        return 1.0;
    }
    let own = Runs::new(&sentence.tokens);
    let sum: f64 = others.iter().map(|other| own.likeness(&Runs::new(&other.tokens))).sum();
    (sum / others.len() as f64) as f32
}

/// The expected likeness of each sentence to a sentence that is one of them with a probability in
/// proportion to `e^(score / temperature)`.
fn likeness(sentences: &[Hypothesis], end: u32, temperature: f32) -> Vec<f64> {
    let best = sentences.iter().map(|sentence| sentence.score).fold(f32::NEG_INFINITY, f32::max);
    let share = |sentence: &Hypothesis| f64::from((sentence.score - best) / temperature).exp();
    let shares: Vec<f64> = sentences.iter().map(share).collect();
    let total: f64 = shares.iter().sum();
    let words = |sentence: &'_ Hypothesis| {
        sentence.tokens.strip_suffix(&[end]).map_or(sentence.tokens.len(), <[u32]>::len)
    };
    let runs: Vec<Runs> =
        sentences.iter().map(|sentence| Runs::new(&sentence.tokens[..words(sentence)])).collect();
    let expected = |own: &Runs| -> f64 {
        runs.iter().zip(&shares).map(|(other, share)| share / total * own.likeness(other)).sum()
    };
    runs.iter().map(expected).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: u32 = 0;

    fn sentence(words: &[u32], score: f32) -> Hypothesis {
        let tokens = [words, &[END]].concat();
        let (log_probabilities, rows) = (vec![-1.0; tokens.len()], vec![0; tokens.len()]);
        Hypothesis { tokens, log_probabilities, rows, score }
    }

    fn first(sentences: &[Hypothesis], temperature: f32) -> Vec<u32> {
        let mut sentences = sentences.to_vec();
        rank(&mut sentences, END, Some(temperature), None);
        sentences.swap_remove(0).tokens
    }

    #[test]
    fn likeness_is_one_for_the_same_and_zero_for_nothing_shared() {
        let runs = |words| Runs::new(words);
        assert!((runs(&[1, 2, 3, 4, 5]).likeness(&runs(&[1, 2, 3, 4, 5])) - 1.0).abs() < 1e-12);
        assert_eq!(runs(&[1, 2, 3, 4]).likeness(&runs(&[5, 6, 7, 8])), 0.0);
        // Two of three words, one of two pairs, neither the run of three nor one of four.
        let near = runs(&[1, 2, 3]).likeness(&runs(&[1, 2, 4]));
        assert!((near - (2.0 / 3.0 + 0.5) / 4.0).abs() < 1e-12, "{near}");
        // A word more: cosines of 3 by 4 words, 2 by 3 pairs and so on, e^(-1/72).
        let longer = runs(&[1, 2, 3]).likeness(&runs(&[1, 2, 3, 4]));
        let cosines = 3.0 / 12.0_f64.sqrt() + 2.0 / 6.0_f64.sqrt() + 1.0 / 2.0_f64.sqrt();
        assert!((longer - cosines / 4.0 * (-1.0 / 72.0_f64).exp()).abs() < 1e-12, "{longer}");
    }

    #[test]
    fn three_that_agree_outdo_the_likeliest() {
        let sentences = [
            sentence(&[9, 8, 7, 6], -1.0),
            sentence(&[1, 2, 3, 4], -1.1),
            sentence(&[1, 2, 3, 5], -1.2),
            sentence(&[1, 2, 3, 4, 5], -1.2),
        ];
        assert_eq!(first(&sentences, 0.5), sentences[1].tokens);
        // Near zero all the weight lies with the likeliest.
        assert_eq!(first(&sentences, 0.01), sentences[0].tokens);
    }

    #[test]
    fn equal_sentences_keep_their_order() {
        let sentences = [sentence(&[1], -1.0), sentence(&[2], -1.0), sentence(&[3], -1.0)];
        assert_eq!(first(&sentences, 1.0), sentences[0].tokens);
        assert!(likeness(&[], END, 1.0).is_empty());
        assert_eq!(agreement(&sentences[0], &[]), 1.0);
        assert!((agreement(&sentences[0], &sentences[..2]) - 0.3125).abs() < 1e-6);
    }
}
