//! Whether probabilities mean what they say: of captions told with 30 % confidence, 30 % should be
//! right.

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
    pub fn of(told: &[(f32, bool)]) -> Self {
        let mut bins = vec![Bin::default(); BINS];
        let (mut brier, mut right) = (0.0, 0_usize);
        for &(confidence, is_right) in told {
            let confidence = f64::from(confidence);
            let bin = &mut bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
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
        let count = told.len().max(1) as f64;
        let apart = |bin: &Bin| bin.captions as f64 * (bin.confidence - bin.right).abs();
        Self {
            error: bins.iter().map(apart).sum::<f64>() / count,
            bins,
            brier: brier / count,
            ranking: ranking(told),
            right: right as f64 / count,
        }
    }
}

fn ranking(told: &[(f32, bool)]) -> f64 {
    let of = |truth: bool| told.iter().filter(move |(_, right)| *right == truth).map(|(value, _)| *value);
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

    #[test]
    fn figures_are_those_of_the_definitions() {
        let told = [(0.95, true), (0.91, false), (0.15, false), (0.15, false), (0.15, true)];
        let found = Reliability::of(&told);
        assert_eq!((found.bins[9].captions, found.bins[1].captions), (2, 3));
        // Bins: |0.93 - 0.5| of 2 captions, |0.15 - 1/3| of 3.
        assert!((found.error - (2.0 * 0.43 + 3.0 * (1.0 / 3.0 - 0.15)) / 5.0).abs() < 1e-6);
        let brier = (0.05_f64.powi(2) + 0.91_f64.powi(2) + 2.0 * 0.15_f64.powi(2) + 0.85_f64.powi(2)) / 5.0;
        assert!((found.brier - brier).abs() < 1e-6);
        // 0.95 beats all three wrong ones; 0.15 beats none and ties with two.
        assert!((found.ranking - (3.0 + 1.0) / 6.0).abs() < 1e-9);
        assert!((found.right - 0.4).abs() < 1e-9);
        let nothing = Reliability::of(&[]);
        assert_eq!((nothing.error, nothing.right, nothing.ranking), (0.0, 0.0, 0.5));
    }
}
