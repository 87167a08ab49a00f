//! What can be told about a caption without knowing the truth.

use burn::tensor::Tensor;

use super::stats::{CaptionStats, PictureStats, WordStats};
use crate::beam::{Hypothesis, rank};
use crate::detector::log_probability;
use crate::labelled::MentionStats;

/// What can be told about a caption without knowing the truth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Evidence {
    /// Of the picture's features.
    pub picture: PictureStats,
    /// Of the caption.
    pub caption: CaptionStats,
    /// How far the picture lies from the training photos; 0 where that is not known.
    pub distance: f32,
}

impl Evidence {
    /// What the best of several sentences tells; nothing without one.
    #[must_use]
    pub fn new(
        picture: PictureStats,
        distance: f32,
        WordStats { unexpected, surprise }: WordStats,
        MentionStats { known, missed }: MentionStats,
        hypotheses: &[Hypothesis],
    ) -> Option<Self> {
        let (best, others) = hypotheses.split_first()?;
        let (words, sum) = (best.tokens.len() as f32, best.log_probabilities.iter().sum::<f32>());
        let caption = CaptionStats {
            mean: sum / words.max(1.0),
            least: best.log_probabilities.iter().copied().fold(0.0, f32::min),
            sum,
            words,
            margin: others.first().map_or(0.0, |second| best.score - second.score),
            agreement: rank::agreement(best, others),
            unexpected,
            surprise,
            known,
            missed,
            distance,
        };
        Some(Self { picture, caption, distance })
    }
}

/// What a detector tells of a sentence by its log-odds of all words in a caption of the photo.
#[must_use]
pub fn expected(log_odds: &[f32], tokens: &[u32]) -> WordStats {
    let mut words = tokens.to_vec();
    words.sort_unstable();
    words.dedup();
    let named =
        words.iter().filter_map(|&word| log_odds.get(word as usize)).map(|&odds| log_probability(odds));
    named.fold(WordStats::default(), |WordStats { unexpected, surprise }, word| WordStats {
        unexpected: word.min(unexpected),
        surprise: surprise + word,
    })
}

/// Mean of a channel over regions from which on it counts as active.
const ACTIVE: f32 = 0.01;

/// The statistics of pictures' features, each row in the order of [`PictureStats`].
///
/// # Shapes
/// `[photos, regions, channels]` to `[photos, 5]`.
#[must_use]
pub fn statistics(features: &Tensor<3>) -> Tensor<2> {
    let [photos, regions, channels] = features.dims();
    let mean = features.clone().mean_dim(1); // [photos, 1, channels]
    let off = features.clone() - mean.clone();
    let deviation = ((off.clone() * off).sum_dim(1) / regions as f32).sqrt();
    let over_channels = |values: Tensor<3>| values.mean_dim(2).reshape([photos, 1]);
    let length = (mean.clone() * mean.clone()).sum_dim(2).sqrt().reshape([photos, 1]);
    let active = over_channels(mean.clone().greater_elem(ACTIVE).float());
    let busy = features.clone().greater_elem(0.0).float().reshape([photos, regions * channels]).mean_dim(1);
    Tensor::cat(vec![over_channels(mean), length, over_channels(deviation), active, busy], 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn statistics_are_those_of_the_features() {
        let device = Device::flex();
        // Two regions of three channels; a second picture of zeros.
        let values = vec![1.0_f32, 0.0, 4.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let features = Tensor::<3>::from_data(TensorData::new(values, [2, 2, 3]), &device);
        let found = statistics(&features).try_into_vec_as::<f32>().unwrap();
        let expected = [4.0 / 3.0, 8.0_f32.sqrt(), 1.0, 2.0 / 3.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }

    #[test]
    fn the_best_sentence_tells_of_its_words_and_of_the_others() {
        let hypothesis = |log_probabilities: Vec<f32>, score| Hypothesis {
            tokens: vec![7; log_probabilities.len()],
            rows: vec![0; log_probabilities.len()],
            log_probabilities,
            score,
        };
        let found = [hypothesis(vec![-0.5, -1.5], -1.0), hypothesis(vec![-3.0], -3.0)];
        let picture = PictureStats { mean: 100.0, ..PictureStats::default() };
        let words = WordStats { unexpected: -0.5, surprise: -0.75 };
        let mentions = MentionStats { known: 0.9, missed: 0.1 };
        let evidence = Evidence::new(picture, 0.5, words, mentions, &found).unwrap();
        let expected = CaptionStats {
            mean: -1.0,
            least: -1.5,
            sum: -2.0,
            words: 2.0,
            margin: 2.0,
            // One of two words is shared, none of the runs; lengths differ by one.
            agreement: 0.125 * (-1.0_f32 / 72.0).exp(),
            unexpected: -0.5,
            surprise: -0.75,
            known: 0.9,
            missed: 0.1,
            distance: 0.5,
        };
        assert_eq!(evidence, Evidence { picture, caption: expected, distance: 0.5 });
        assert!(Evidence::new(picture, 0.5, words, mentions, &[]).is_none());
    }

    #[test]
    fn a_word_counts_once_and_one_without_odds_not_at_all() {
        // Probabilities of a half and a quarter.
        let found = expected(&[0.0, -(3.0_f32.ln())], &[1, 0, 1, 9]);
        assert!((found.unexpected - 0.25_f32.ln()).abs() < 1e-6);
        assert!((found.surprise - 0.125_f32.ln()).abs() < 1e-6);
    }
}
