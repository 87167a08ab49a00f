//! Whether probabilities mean what they say: of captions told with 30 % confidence, 30 % should be
//! right.

use std::f64::consts::FRAC_2_PI;

use serde::Serialize;

/// Bins between 0 and 1.
const BINS: usize = 10;

/// Captions of about the same confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Bin {
    /// How many.
    pub captions: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that is right.
    pub right: f64,
}

/// Confidence against truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// Ten bins of equal width.
    pub bins: Vec<Bin>,
    /// Expected calibration error (Naeini et al. 2015): the mean distance between confidence and
    /// truth over the bins, by their numbers of captions.
    pub error: f64,
    /// The error that is to be expected of probabilities that are true, by chance, with so many captions: 250 of them
    /// have about .06. A smaller error says nothing more, and only what is far above it counts.
    pub by_chance: f64,
    /// Mean squared distance between confidence and truth (Brier 1950).
    pub brier: f64,
    /// Share of pairs of a right and a wrong caption in which the right one has more confidence, ties
    /// counting half; the area under the ROC curve.
    pub ranking: f64,
    /// Share of all captions that is right.
    pub right: f64,
}

impl Reliability {
    /// Compares confidences with what was right.
    #[must_use]
    pub fn of(judged: &[(f32, bool)]) -> Self {
        let mut bins = vec![Bin::default(); BINS];
        let (mut brier, mut right) = (0.0, 0_usize);
        let mut spread = [0.0; BINS];
        for &(confidence, is_right) in judged {
            let confidence = f64::from(confidence);
            let place = ((confidence * BINS as f64) as usize).min(BINS - 1);
            let bin = &mut bins[place];
            spread[place] += confidence * (1.0 - confidence);
            let truth = f64::from(u8::from(is_right));
            bin.captions += 1;
            bin.confidence += confidence;
            bin.right += truth;
            brier += (confidence - truth).powi(2);
            right += usize::from(is_right);
        }
        for bin in bins.iter_mut().filter(|bin| bin.captions > 0) {
            bin.confidence /= bin.captions as f64;
            bin.right /= bin.captions as f64;
        }
        let count = judged.len().max(1) as f64;
        let apart = |bin: &Bin| bin.captions as f64 * (bin.confidence - bin.right).abs();
        Self {
            error: bins.iter().map(apart).sum::<f64>() / count,
            // What is right in a bin is a sum of chances, nearly normal: its mean distance from what was to be expected.
            by_chance: spread.iter().map(|variance| (variance * FRAC_2_PI).sqrt()).sum::<f64>() / count,
            bins,
            brier: brier / count,
            ranking: ranking(judged),
            right: right as f64 / count,
        }
    }
}

fn ranking(judged: &[(f32, bool)]) -> f64 {
    let of = |truth: bool| judged.iter().filter(move |(_, right)| *right == truth).map(|(value, _)| *value);
    let mut wrong: Vec<f32> = of(false).collect();
    wrong.sort_by(f32::total_cmp);
    let pairs = (of(true).count() * wrong.len()) as f64;
    let won = of(true).map(|value| {
        let below = wrong.partition_point(|other| *other < value);
        let ties = wrong.partition_point(|other| *other <= value) - below;
        below as f64 + 0.5 * ties as f64
    });
    if pairs > 0.0 { won.sum::<f64>() / pairs } else { 0.5 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn probabilities_that_are_true_have_the_error_of_chance() {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        let mut drawn = || {
            let one = |_| {
                let confidence: f32 = random.random_range(0.0..1.0);
                (confidence, random.random_bool(f64::from(confidence)))
            };
            Reliability::of(&(0..250).map(one).collect::<Vec<_>>())
        };
        let found: Vec<Reliability> = (0..200).map(|_| drawn()).collect();
        let mean = |of: fn(&Reliability) -> f64| found.iter().map(of).sum::<f64>() / found.len() as f64;
        let (error, chance) = (mean(|own| own.error), mean(|own| own.by_chance));
        assert!((error - chance).abs() < 0.004, "{error} {chance}");
        assert!((0.05..0.08).contains(&chance), "{chance}");
    }

    #[test]
    fn figures_are_those_of_the_definitions() {
        let judged = [(0.95, true), (0.91, false), (0.15, false), (0.15, false), (0.15, true)];
        let found = Reliability::of(&judged);
        assert_eq!((found.bins[9].captions, found.bins[1].captions), (2, 3));
        // Bins: |0.93 - 0.5| of 2 captions, |0.15 - 1/3| of 3.
        assert!((found.error - (2.0 * 0.43 + 3.0 * (1.0 / 3.0 - 0.15)) / 5.0).abs() < 1e-6);
        let brier = (0.05_f64.powi(2) + 0.91_f64.powi(2) + 2.0 * 0.15_f64.powi(2) + 0.85_f64.powi(2)) / 5.0;
        assert!((found.brier - brier).abs() < 1e-6);
        // 0.95 beats all three wrong ones; 0.15 beats none and ties with two.
        assert!((found.ranking - (3.0 + 1.0) / 6.0).abs() < 1e-9);
        assert!((found.right - 0.4).abs() < 1e-9);
        // Of each bin the root of 2/pi times the sum of p (1 - p).
        let spread = |variance: f64| (FRAC_2_PI * variance).sqrt();
        let chance = (spread(0.95 * 0.05 + 0.91 * 0.09) + spread(3.0 * 0.15 * 0.85)) / 5.0;
        assert!((found.by_chance - chance).abs() < 1e-6);
        let nothing = Reliability::of(&[]);
        assert_eq!((nothing.error, nothing.right, nothing.ranking), (0.0, 0.0, 0.5));
    }
}
