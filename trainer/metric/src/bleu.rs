//! BLEU (Papineni et al. 2002) over a corpus with several references, as `pycocoevalcap` 1.2
//! computes it: clipped counts, closest reference length (ties to the shorter), no smoothing but
//! two tiny constants that keep logarithm and division finite. The package's `Bleu` asks for the
//! closest length even where the set has one photo.

use std::iter::Sum;

use crate::gram::{Grams, LONGEST, find};

/// Keeps a precision of zero out of the logarithm.
const TINY: f64 = 1e-15;
/// Keeps a denominator of zero out of the division.
const SMALL: f64 = 1e-9;

/// What a photo's references allow.
#[derive(Debug)]
pub struct Limits {
    /// The most that one reference has of each run of words, sorted.
    most: [Vec<(u32, u32)>; LONGEST],
    lengths: Vec<usize>,
}

impl Limits {
    /// Of references, counted.
    #[must_use]
    pub fn of(references: &[Grams]) -> Self {
        let most = std::array::from_fn(|n| {
            // Run and count in one number: the largest count of a run is the last of its entries.
            let both = references.iter().flat_map(|reference| &reference.counts[n]);
            let mut all =
                Vec::with_capacity(references.iter().map(|reference| reference.counts[n].len()).sum());
            all.extend(both.map(|&(run, count)| (u64::from(run) << 32) | u64::from(count)));
            all.sort_unstable();
            let mut most = Vec::with_capacity(all.len());
            let last = all.chunk_by(|a, b| a >> 32 == b >> 32).filter_map(|same| same.last());
            most.extend(last.map(|both| ((both >> 32) as u32, *both as u32)));
            most
        });
        Self { most, lengths: references.iter().map(|reference| reference.length).collect() }
    }

    /// The runs that any reference has, by length, each with the most that one reference has of it.
    pub fn runs(&self) -> impl Iterator<Item = &[(u32, u32)]> {
        self.most.iter().map(Vec::as_slice)
    }

    /// Counts what a caption shares with them.
    #[must_use]
    pub fn compare(&self, caption: &Grams) -> Counts {
        let closest =
            self.lengths.iter().min_by_key(|&&length| (length.abs_diff(caption.length), length)).copied();
        Counts {
            length: caption.length,
            reference_length: closest.unwrap_or_default(),
            guesses: std::array::from_fn(|n| caption.length.saturating_sub(n)),
            matches: std::array::from_fn(|n| {
                let shared = caption.counts[n]
                    .iter()
                    .map(|(run, count)| find(&self.most[n], *run).unwrap_or_default().min(*count) as usize);
                shared.sum()
            }),
        }
    }
}

/// The counts that BLEU is made of. They add up over photos.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Words of the captions.
    pub length: usize,
    /// Words of the references closest in length.
    pub reference_length: usize,
    /// Runs of one to four words in the captions.
    pub guesses: [usize; LONGEST],
    /// Those of them that a reference has, clipped.
    pub matches: [usize; LONGEST],
}

impl<'a> Sum<&'a Self> for Counts {
    fn sum<I: Iterator<Item = &'a Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, counts| Self {
            length: sum.length + counts.length,
            reference_length: sum.reference_length + counts.reference_length,
            guesses: std::array::from_fn(|n| sum.guesses[n] + counts.guesses[n]),
            matches: std::array::from_fn(|n| sum.matches[n] + counts.matches[n]),
        })
    }
}

impl Counts {
    /// BLEU-4 of a single caption, one added to matches and guesses of all runs but single words
    /// (Lin and Och 2004, "ORANGE"): otherwise hardly any caption would score above 0.
    #[must_use]
    pub fn smoothed_bleu4(&self) -> f64 {
        let one = |n: usize| if n == 0 { 0 } else { 1 };
        Self {
            guesses: std::array::from_fn(|n| self.guesses[n] + one(n)),
            matches: std::array::from_fn(|n| self.matches[n] + one(n)),
            ..*self
        }
        .bleu()[LONGEST - 1]
    }

    /// BLEU-1 to BLEU-4.
    #[must_use]
    pub fn bleu(&self) -> [f64; LONGEST] {
        let ratio = (self.length as f64 + TINY) / (self.reference_length as f64 + SMALL);
        let brevity = if ratio < 1.0 { (1.0 - 1.0 / ratio).exp() } else { 1.0 };
        let mut product = 1.0;
        std::array::from_fn(|n| {
            product *= (self.matches[n] as f64 + TINY) / (self.guesses[n] as f64 + SMALL);
            product.powf(1.0 / (n + 1) as f64) * brevity
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gram::Runs;

    #[test]
    fn nothing_scores_nothing_and_no_number_is_lost() {
        for counts in [
            Counts::default(),
            Counts { reference_length: 9, ..Counts::default() },
            Counts { length: 1, reference_length: 9, guesses: [1, 0, 0, 0], matches: [0; 4] },
        ] {
            for score in counts.bleu() {
                assert!(score.is_finite() && score < 1e-3, "{counts:?}: {score}");
            }
        }
    }

    #[test]
    fn a_smoothed_caption_scores_without_a_run_of_four() {
        // a b c d x against a b c d: 5 guesses, 4 matches; 4 and 3, 3 and 2, 2 and 1.
        let counts = Counts { length: 5, reference_length: 4, guesses: [5, 4, 3, 2], matches: [4, 3, 2, 1] };
        let expected = (4.0 / 5.0 * 4.0 / 5.0 * 3.0 / 4.0 * 2.0 / 3.0_f64).powf(0.25);
        assert!((counts.smoothed_bleu4() - expected).abs() < 1e-6);
        let short = Counts { length: 2, reference_length: 2, guesses: [2, 1, 0, 0], matches: [2, 1, 0, 0] };
        assert!((short.smoothed_bleu4() - 1.0).abs() < 1e-6);
        assert!(Counts::default().smoothed_bleu4().is_finite());
    }

    #[test]
    fn of_two_lengths_as_close_the_shorter_counts() {
        let mut runs = Runs::default();
        let mut sentence = |length: u32| runs.learn(&(0..length).collect::<Vec<_>>()).count();
        let limits = Limits::of(&[sentence(7), sentence(3)]);
        assert_eq!(limits.compare(&sentence(5)).reference_length, 3);
        assert_eq!(limits.compare(&sentence(6)).reference_length, 7);
    }
}
