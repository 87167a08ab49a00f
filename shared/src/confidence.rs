//! How far a caption can be trusted: the probability that its content words are right (as many of them as the
//! calibration asked for), and what follows for the way it is told.
//!
//! Two logistic models multiply: whether the picture is of the kind that the captioner was trained on,
//! told from a few statistics of its features, and whether the caption of such a photo is right, told
//! from its words' probabilities, from [how far](crate::novelty) it lies from the training photos, and from what a
//! [classifier](crate::classifier) sees in it. Both are fitted when a bundle is calibrated, and travel in it. A third
//! one says how likely the picture shows what the classifier sees, for the answers that are no sentences. A
//! captioner without them tells the geometric mean of its words' probabilities, which ranks captions
//! but is the probability of nothing.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::beam::{Hypothesis, rank};
use crate::caption::Trust;
use crate::detector::log_probability;
use crate::labelled::{NAMED, log_odds};
use crate::labels::Relation;

/// Numbers told about a picture.
pub const PICTURE: usize = 5;
/// Numbers told about a caption.
pub const CAPTION: usize = 11;
/// Numbers that a detector of words tells about a caption.
pub const EXPECTED: usize = 2;
/// Numbers told about something that a classifier sees.
pub const LABEL: usize = 3;

/// What can be told about a caption without knowing the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Of the picture's features: mean; length of the mean region; deviation over regions, its mean
    /// over channels; share of channels that are active somewhere; share of values that are.
    pub picture: [f32; PICTURE],
    /// Of the caption: mean, least and sum of its words' log-probabilities; number of words, the end
    /// included; how far its score is above the next sentence's, below 0 where others agree with it
    /// more than with that one; how far the others agree with it; what [`expected`] tells; what
    /// [labels](crate::labelled::evidence) tell; how far the picture lies from the training photos.
    pub caption: [f32; CAPTION],
    /// How far the picture lies from the training photos; 0 where that is not known.
    pub distance: f32,
}

impl Evidence {
    /// What the best of several sentences tells.
    #[must_use]
    pub fn new(
        picture: [f32; PICTURE],
        distance: f32,
        expected: [f32; EXPECTED],
        named: [f32; NAMED],
        hypotheses: &[Hypothesis],
    ) -> Option<Self> {
        let (best, others) = hypotheses.split_first()?;
        let (words, sum) = (best.tokens.len() as f32, best.log_probabilities.iter().sum::<f32>());
        let least = best.log_probabilities.iter().copied().fold(0.0, f32::min);
        let margin = others.first().map_or(0.0, |second| best.score - second.score);
        let agreement = rank::agreement(best, others);
        let [unexpected, surprise] = expected;
        let [known, missed] = named;
        let caption = [
            sum / words.max(1.0),
            least,
            sum,
            words,
            margin,
            agreement,
            unexpected,
            surprise,
            known,
            missed,
            distance,
        ];
        Some(Self { picture, caption, distance })
    }
}

/// The least and the sum of the log-probabilities that a detector gives the words of a sentence, each counted
/// once, of the log-odds of all words in a caption of the photo; 0 without a detector.
#[must_use]
pub fn expected(log_odds: &[f32], tokens: &[u32]) -> [f32; EXPECTED] {
    let mut words = tokens.to_vec();
    words.sort_unstable();
    words.dedup();
    let told =
        words.iter().filter_map(|&word| log_odds.get(word as usize)).map(|&odds| log_probability(odds));
    told.fold([0.0, 0.0], |[least, sum], word| [word.min(least), sum + word])
}

/// Mean of a channel over regions from which on it counts as active.
const ACTIVE: f32 = 0.01;

/// The statistics of pictures' features that [`Evidence`] holds.
///
/// # Shapes
/// `[photos, regions, channels]` to `[photos, PICTURE]`.
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

/// The largest weight that is taken for one.
const LARGEST_WEIGHT: f32 = 1e9;

/// A logistic model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logistic<const N: usize> {
    /// Log-odds where all numbers are 0.
    pub intercept: f32,
    /// By which each number moves the log-odds.
    #[serde(with = "numbers")]
    pub weights: [f32; N],
}

impl<const N: usize> Logistic<N> {
    /// The probability.
    #[must_use]
    pub fn probability(&self, evidence: &[f32; N]) -> f32 {
        let moved = self.weights.iter().zip(evidence).map(|(weight, value)| weight * value);
        let odds = self.intercept + moved.sum::<f32>();
        1.0 / (1.0 + (-odds).exp())
    }

    /// Whether sums of its terms stay far from what a number can hold.
    fn is_usable(&self) -> bool {
        self.weights.iter().chain([&self.intercept]).all(|weight| weight.abs() <= LARGEST_WEIGHT)
    }
}

/// Arrays as serde reads them from lists of at most that length, zeros for what is not there: bundles of before
/// there was a detector of words have fewer weights, and those of before there were labels.
mod numbers {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub fn serialize<S: Serializer, const N: usize>(
        values: &[f32; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        values.as_slice().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<[f32; N], D::Error> {
        let found = Vec::<f32>::deserialize(deserializer)?;
        if found.is_empty() || found.len() > N {
            let length = found.len();
            return Err(D::Error::custom(format!("expected at most {N} weights, found {length}")));
        }
        Ok(std::array::from_fn(|at| found.get(at).copied().unwrap_or(0.0)))
    }
}

/// How evidence becomes a probability and a way of telling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Whether the picture is of the known kind.
    pub picture: Logistic<PICTURE>,
    /// Whether the caption of such a picture is right.
    pub caption: Logistic<CAPTION>,
    /// Captions less probable than this are told with doubt.
    pub doubt_below: f32,
    /// Captions less probable than this are not told.
    pub unable_below: f32,
    /// Pictures less probably of the known kind than this are not described.
    pub unfamiliar_below: f32,
    /// How far pictures may lie from the training photos, where the model tells that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<Distances>,
    /// What a classifier's answers are worth, where the model has one and that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelCalibration>,
    /// The share of a caption's content words that had to be right for it to count as right.
    #[serde(default = "all", skip_serializing_if = "is_all")]
    pub supported: f32,
}

fn all() -> f32 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_all(share: &f32) -> bool {
    *share == all()
}

/// What the answers of a classifier are worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelCalibration {
    /// Whether the picture shows what is seen in it: of [`label_evidence`].
    pub right: Logistic<LABEL>,
    /// The likeliest thing may be told where it is at least this probable.
    pub thing_from: f32,
    /// What is above things may be told where it is at least this probable.
    pub broader_from: f32,
    /// A sentence that contradicts or leaves out a thing of at least this probability is not told plainly.
    pub rival_from: f32,
}

/// What tells whether a picture shows something that a classifier sees: log-odds of its probability, how far the
/// picture lies from the training photos, and whether the sentence says so as well.
#[must_use]
pub fn label_evidence(probability: f32, distance: f32, relation: Relation) -> [f32; LABEL] {
    let said = match relation {
        Relation::Named => 1.0,
        Relation::Broader(_) | Relation::Narrower(_) => 0.5,
        Relation::Unmentioned => 0.0,
        Relation::Rival(_) => -1.0,
    };
    [log_odds(probability), distance, said]
}

/// How far from the training photos pictures may lie for a sentence to be told. Bundles that have learnt what the
/// distance says of a sentence need no such limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distances {
    /// Sentences about farther ones are told with doubt.
    pub doubt_above: f32,
    /// Sentences about farther ones are not told.
    pub unable_above: f32,
}

impl Calibration {
    /// Checks numbers that would make every answer the same.
    ///
    /// # Errors
    /// What must hold.
    pub fn validate(&self) -> Result<(), String> {
        if !self.picture.is_usable() || !self.caption.is_usable() {
            return Err(format!("confidence holds a weight that is not a number up to {LARGEST_WEIGHT:e}"));
        }
        if !(0.0..=1.0).contains(&self.unfamiliar_below) {
            let found = self.unfamiliar_below;
            return Err(format!("confidence.unfamiliar_below must be from 0 to 1, found {found}"));
        }
        if !(0.0 <= self.unable_below && self.unable_below <= self.doubt_below && self.doubt_below <= 1.0) {
            return Err(format!(
                "confidence.unable_below and doubt_below must rise from 0 to 1, found {} and {}",
                self.unable_below, self.doubt_below
            ));
        }
        if let Some(labels) = &self.labels {
            if !labels.right.is_usable() {
                return Err(format!(
                    "confidence.labels holds a weight that is not a number up to {LARGEST_WEIGHT:e}"
                ));
            }
            let limits = [labels.thing_from, labels.broader_from, labels.rival_from];
            if let Some(found) = limits.into_iter().find(|limit| !(0.0..=1.0).contains(limit)) {
                return Err(format!("the limits of confidence.labels must be from 0 to 1, found {found}"));
            }
        }
        if let Some(Distances { doubt_above, unable_above }) = self.distance
            && !(0.0 <= doubt_above && doubt_above <= unable_above)
        {
            return Err(format!(
                "confidence.distance must have doubt_above up to unable_above, found {doubt_above} and {unable_above}"
            ));
        }
        Ok(())
    }

    /// The probability that as many of the caption's content words are right as the calibration asked for.
    #[must_use]
    pub fn confidence(&self, evidence: &Evidence) -> f32 {
        self.picture.probability(&evidence.picture) * self.caption.probability(&evidence.caption)
    }

    /// How a sentence is told, as far as it alone decides.
    #[must_use]
    pub fn trust(&self, evidence: &Evidence) -> Trust {
        let confidence = self.confidence(evidence);
        // Whatever is no number is not told plainly.
        let within =
            |limit: fn(&Distances) -> f32| self.distance.is_none_or(|own| evidence.distance <= limit(&own));
        let tellable = self.is_familiar(evidence) && within(|own| own.unable_above);
        if tellable && confidence >= self.doubt_below && within(|own| own.doubt_above) {
            Trust::Plain
        } else if tellable && confidence >= self.unable_below {
            Trust::Doubtful
        } else {
            Trust::Unable
        }
    }

    /// Whether the picture is of the known kind: where not, nothing that is seen in it counts.
    #[must_use]
    pub fn is_familiar(&self, evidence: &Evidence) -> bool {
        self.picture.probability(&evidence.picture) >= self.unfamiliar_below
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    fn logistic<const N: usize>(intercept: f32, first: f32) -> Logistic<N> {
        let mut weights = [0.0; N];
        weights[0] = first;
        Logistic { intercept, weights }
    }

    fn caption(mean: f32) -> [f32; CAPTION] {
        let mut caption = [0.0; CAPTION];
        caption[0] = mean;
        caption
    }

    fn calibration() -> Calibration {
        Calibration {
            picture: logistic(0.0, 1.0),
            caption: logistic(2.0, 4.0),
            doubt_below: 0.4,
            unable_below: 0.01,
            unfamiliar_below: 0.3,
            distance: None,
            labels: None,
            supported: 1.0,
        }
    }

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
    fn both_models_multiply_and_decide_the_telling() {
        let calibration = calibration();
        let hypothesis = |log_probabilities: Vec<f32>, score| Hypothesis {
            tokens: vec![7; log_probabilities.len()],
            rows: vec![0; log_probabilities.len()],
            log_probabilities,
            score,
        };
        let found = [hypothesis(vec![-0.5, -1.5], -1.0), hypothesis(vec![-3.0], -3.0)];
        // Probabilities of a half and a quarter; a word counts once, and one without odds not at all.
        let expected = expected(&[0.0, -(3.0_f32.ln())], &[1, 0, 1, 9]);
        assert!((expected[0] - 0.25_f32.ln()).abs() < 1e-6 && (expected[1] - 0.125_f32.ln()).abs() < 1e-6);
        let evidence =
            Evidence::new([100.0, 0.0, 0.0, 0.0, 0.0], 0.5, [-0.5, -0.75], [0.9, 0.1], &found).unwrap();
        // One of two words is shared, none of the runs; lengths differ by one.
        let agreement = 0.125 * (-1.0_f32 / 72.0).exp();
        assert_eq!(evidence.caption, [-1.0, -1.5, -2.0, 2.0, 2.0, agreement, -0.5, -0.75, 0.9, 0.1, 0.5]);
        // The picture is surely of the kind: log-odds 2 - 4.
        let confidence = calibration.confidence(&evidence);
        assert!((confidence - 1.0 / (1.0 + 2.0_f32.exp())).abs() < 1e-6);
        assert_eq!(calibration.trust(&evidence), Trust::Doubtful);
        // Log-odds of -1: a probability of 0.27.
        let strange = Evidence { picture: [-1.0, 0.0, 0.0, 0.0, 0.0], ..evidence };
        assert!(calibration.confidence(&strange) > calibration.unable_below);
        assert_eq!(calibration.trust(&strange), Trust::Unable);
        let hopeless = Evidence { caption: caption(-2.0), ..evidence };
        assert_eq!(calibration.trust(&hopeless), Trust::Unable);
        let sure = Evidence { caption: caption(-0.1), ..evidence };
        assert_eq!(calibration.trust(&sure), Trust::Plain);
        assert!(Evidence::new([0.0; PICTURE], 0.0, [0.0; EXPECTED], [0.0; NAMED], &[]).is_none());

        // However sure, what lies too far away is doubted or declined.
        let distance = Some(Distances { doubt_above: 0.4, unable_above: 0.6 });
        let wary = Calibration { distance, ..calibration };
        let told =
            [(0.4, Trust::Plain), (0.5, Trust::Doubtful), (0.7, Trust::Unable), (f32::NAN, Trust::Unable)];
        for (distance, trust) in told {
            let mut there = sure;
            there.distance = distance;
            assert_eq!(wary.trust(&there), trust, "{distance}");
        }
    }

    #[test]
    fn unusable_calibrations_are_refused() {
        let good = serde_json::to_value(calibration()).unwrap();
        assert_eq!(serde_json::from_value::<Calibration>(good.clone()).unwrap(), calibration());
        assert_eq!(calibration().validate(), Ok(()));
        let mut older = good.clone();
        older["caption"]["weights"].as_array_mut().unwrap().truncate(6);
        assert_eq!(serde_json::from_value::<Calibration>(older).unwrap(), calibration());
        let mut long = good;
        long["picture"]["weights"] = serde_json::json!([1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        let message = serde_json::from_value::<Calibration>(long).unwrap_err().to_string();
        assert!(message.contains("expected at most 5 weights, found 6"), "{message}");
        let swapped = Calibration { doubt_below: 0.005, ..calibration() };
        assert!(swapped.validate().unwrap_err().contains("found 0.01 and 0.005"));
        let distance = Some(Distances { doubt_above: 0.6, unable_above: 0.5 });
        let crossed = Calibration { distance, ..calibration() };
        assert!(crossed.validate().unwrap_err().contains("found 0.6 and 0.5"));
        let labels = LabelCalibration {
            right: logistic(0.0, 1.0),
            thing_from: 0.6,
            broader_from: 0.7,
            rival_from: 1.5,
        };
        let odd = Calibration { labels: Some(labels.clone()), ..calibration() };
        assert!(odd.validate().unwrap_err().contains("from 0 to 1, found 1.5"));
        let sound =
            Calibration { labels: Some(LabelCalibration { rival_from: 0.5, ..labels }), ..calibration() };
        assert_eq!(sound.validate(), Ok(()));
        let json = serde_json::to_value(&sound).unwrap();
        assert_eq!(serde_json::from_value::<Calibration>(json).unwrap(), sound);
        let broken = Calibration { caption: logistic(f32::NAN, 0.0), ..calibration() };
        assert!(broken.validate().unwrap_err().contains("not a number up to 1e9"));
    }
}
