//! BLEU (Papineni et al. 2002) over a corpus with several references, as `pycocoevalcap` 1.2
//! computes it: clipped counts, closest reference length (ties to the shorter), no smoothing but
//! the two tiny constants that keep the logarithm finite.

use std::collections::HashMap;

/// Keeps a precision of zero out of the logarithm.
const TINY: f64 = 1e-15;
/// Keeps a denominator of zero out of the division.
const SMALL: f64 = 1e-9;

/// BLEU-1 to BLEU-4 of captions, each with its references, all as words.
///
/// Photos without references are passed over; no photo at all scores 0.
#[must_use]
pub fn bleu(pairs: &[(Vec<String>, &[Vec<String>])]) -> [f64; 4] {
    let mut matches = [0_usize; 4];
    let mut guesses = [0_usize; 4];
    let (mut length, mut reference_length) = (0_usize, 0.0);
    for (caption, references) in pairs.iter().filter(|(_, references)| !references.is_empty()) {
        length += caption.len();
        reference_length += closest(caption.len(), references) as f64;
        for n in 1..=4 {
            let mut limits: HashMap<&[String], usize> = HashMap::new();
            for reference in *references {
                for (gram, count) in grams(reference, n) {
                    let limit = limits.entry(gram).or_default();
                    *limit = count.max(*limit);
                }
            }
            guesses[n - 1] += (caption.len() + 1).saturating_sub(n);
            matches[n - 1] += grams(caption, n)
                .into_iter()
                .map(|(gram, count)| count.min(limits.get(gram).copied().unwrap_or(0)))
                .sum::<usize>();
        }
    }

    let ratio = (length as f64 + TINY) / (reference_length + SMALL);
    let brevity = if ratio < 1.0 { (1.0 - 1.0 / ratio).exp() } else { 1.0 };
    let mut product = 1.0;
    let mut scores = [0.0; 4];
    for n in 0..4 {
        product *= (matches[n] as f64 + TINY) / (guesses[n] as f64 + SMALL);
        scores[n] = product.powf(1.0 / (n + 1) as f64) * brevity;
    }
    scores
}

fn closest(length: usize, references: &[Vec<String>]) -> usize {
    let lengths = references.iter().map(Vec::len);
    lengths.min_by_key(|&reference| (reference.abs_diff(length), reference)).unwrap_or(0)
}

fn grams(words: &[String], n: usize) -> HashMap<&[String], usize> {
    let mut counts = HashMap::new();
    for gram in words.windows(n) {
        *counts.entry(gram).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn score(pairs: &[(&str, &[&str])]) -> [f64; 4] {
        let references: Vec<Vec<Vec<String>>> =
            pairs.iter().map(|(_, r)| r.iter().map(|r| words(r)).collect()).collect();
        let pairs: Vec<_> =
            pairs.iter().zip(&references).map(|((c, _), r)| (words(c), r.as_slice())).collect();
        bleu(&pairs)
    }

    fn close(found: [f64; 4], expected: [f64; 4]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
        }
    }

    /// Numbers from pycocoevalcap 1.2, `Bleu(4).compute_score` on the same words; made by
    /// `trainer/tests/data/bleu.py`.
    #[test]
    fn equals_pycocoevalcap() {
        close(
            score(&[
                (
                    "a dog runs through the grass",
                    &["a brown dog runs through tall grass", "the dog is running in the grass"],
                ),
                ("a man", &["a man rides a bike down a hill", "someone on a bicycle"]),
                ("the the the the the the the", &["the cat is on the mat", "there is a cat on the mat"]),
            ]),
            EXPECTED_THREE,
        );
        close(
            score(&[(
                "a man is riding a horse",
                &["a man rides a horse", "a person is riding a brown horse on a beach"],
            )]),
            EXPECTED_ONE,
        );
    }

    const EXPECTED_THREE: [f64; 4] =
        [0.5458205019792121, 0.38595337825693, 0.23840906388594363, 3.5481570764016855e-5];
    const EXPECTED_ONE: [f64; 4] =
        [0.9999999998333334, 0.8944271908359377, 0.5848035475223639, 9.036020033952396e-5];

    #[test]
    fn a_caption_equal_to_a_reference_scores_one_and_nothing_scores_zero() {
        let same = "a dog runs through the tall grass";
        close(score(&[(same, &[same]), (same, &[same, "a dog"])]), [1.0; 4]);
        assert!(
            score(&[("", &["a dog runs through grass"]), ("", &["a cat sits"])]).iter().all(|s| *s < 1e-6)
        );
        assert!(score(&[]).iter().all(|s| s.is_finite()));
    }
}
