//! From evidence to a probability and a way of telling.

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::logistic::{LARGEST_WEIGHT, Logistic};
use super::stats::{CaptionStats, LabelStats, PictureStats, ThingStats};
use crate::caption::Trust;

/// How evidence becomes a probability and a way of telling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Whether the picture is of the known kind.
    pub picture: Logistic<PictureStats>,
    /// Whether the caption of such a picture is right.
    pub caption: Logistic<CaptionStats>,
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
    /// Whether the picture shows what is seen in it.
    pub right: Logistic<LabelStats>,
    /// The likeliest thing may be told where it is at least this probable.
    pub thing_from: f32,
    /// What is above things may be told where it is at least this probable.
    pub broader_from: f32,
    /// A sentence that contradicts or leaves out a thing of at least this probability is not told plainly.
    pub rival_from: f32,
    /// By what a picture is named where a detector of words was asked as well; it then decides in the place of
    /// [`thing_from`](Self::thing_from). Bundles before format 11 have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub naming: Option<NamingCalibration>,
}

/// What a classifier and a detector of words are worth together, see [`naming`](crate::naming).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamingCalibration {
    /// Whether the picture may be called by a word.
    pub right: Logistic<ThingStats>,
    /// Words are told that together are at least this probable,
    pub from: f32,
    /// and with doubt, like a sentence and in its place, where they are at least this probable and clearly more so than it.
    pub doubtful_from: f32,
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

/// Why a calibration is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CalibrationError {
    /// Infinite, not a number, or so large that every answer would be the same.
    #[error("{part} holds a weight that is not a number up to {LARGEST_WEIGHT:e}")]
    Weight {
        /// Which of its models.
        part: &'static str,
    },
    /// No share of the pictures.
    #[error("confidence.unfamiliar_below must be from 0 to 1, found {found}")]
    Unfamiliar {
        /// The limit.
        found: f32,
    },
    /// Sentences would be told with doubt that are surer than those that are told plainly.
    #[error("confidence.unable_below and doubt_below must rise from 0 to 1, found {unable} and {doubt}")]
    Limits {
        /// Below which sentences are not told.
        unable: f32,
        /// Below which they are told with doubt.
        doubt: f32,
    },
    /// No probability.
    #[error("the limits of confidence.labels must be from 0 to 1, found {found}")]
    Labels {
        /// The limit.
        found: f32,
    },
    /// Farther pictures would be told more plainly than near ones.
    #[error("confidence.distance must have doubt_above up to unable_above, found {doubt} and {unable}")]
    Distances {
        /// Above which sentences are told with doubt.
        doubt: f32,
        /// Above which they are not told.
        unable: f32,
    },
}

impl Calibration {
    /// Checks numbers that would make every answer the same.
    ///
    /// # Errors
    /// [`CalibrationError`] says what must hold.
    pub fn validate(&self) -> Result<(), CalibrationError> {
        if !self.picture.is_usable() || !self.caption.is_usable() {
            return Err(CalibrationError::Weight { part: "confidence" });
        }
        if !(0.0..=1.0).contains(&self.unfamiliar_below) {
            return Err(CalibrationError::Unfamiliar { found: self.unfamiliar_below });
        }
        let Self { unable_below: unable, doubt_below: doubt, .. } = *self;
        if !(0.0 <= unable && unable <= doubt && doubt <= 1.0) {
            return Err(CalibrationError::Limits { unable, doubt });
        }
        if let Some(labels) = &self.labels {
            let naming = labels.naming.as_ref();
            if !labels.right.is_usable() || naming.is_some_and(|naming| !naming.right.is_usable()) {
                return Err(CalibrationError::Weight { part: "confidence.labels" });
            }
            let limits = [labels.thing_from, labels.broader_from, labels.rival_from];
            let from = naming.into_iter().flat_map(|naming| [naming.from, naming.doubtful_from]);
            if let Some(found) = limits.into_iter().chain(from).find(|limit| !(0.0..=1.0).contains(limit)) {
                return Err(CalibrationError::Labels { found });
            }
        }
        match self.distance {
            Some(Distances { doubt_above: doubt, unable_above: unable })
                if !(0.0 <= doubt && doubt <= unable) =>
            {
                Err(CalibrationError::Distances { doubt, unable })
            }
            _ => Ok(()),
        }
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
    use crate::confidence::Stats;

    fn logistic<S: Stats>(intercept: f32, first: f32) -> Logistic<S> {
        Logistic { intercept, weights: S::from_values(&[first]) }
    }

    fn caption(mean: f32) -> CaptionStats {
        CaptionStats { mean, ..CaptionStats::default() }
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
    fn both_models_multiply_and_decide_the_telling() {
        let calibration = calibration();
        let picture = |mean| PictureStats { mean, ..PictureStats::default() };
        let evidence = Evidence { picture: picture(100.0), caption: caption(-1.0), distance: 0.5 };
        // The picture is surely of the kind: log-odds 2 - 4.
        let confidence = calibration.confidence(&evidence);
        assert!((confidence - 1.0 / (1.0 + 2.0_f32.exp())).abs() < 1e-6);
        assert_eq!(calibration.trust(&evidence), Trust::Doubtful);
        // Log-odds of -1: a probability of 0.27.
        let strange = Evidence { picture: picture(-1.0), ..evidence };
        assert!(calibration.confidence(&strange) > calibration.unable_below);
        assert_eq!(calibration.trust(&strange), Trust::Unable);
        let hopeless = Evidence { caption: caption(-2.0), ..evidence };
        assert_eq!(calibration.trust(&hopeless), Trust::Unable);
        let sure = Evidence { caption: caption(-0.1), ..evidence };
        assert_eq!(calibration.trust(&sure), Trust::Plain);

        // However sure, what lies too far away is doubted or declined.
        let distance = Some(Distances { doubt_above: 0.4, unable_above: 0.6 });
        let wary = Calibration { distance, ..calibration };
        let expected =
            [(0.4, Trust::Plain), (0.5, Trust::Doubtful), (0.7, Trust::Unable), (f32::NAN, Trust::Unable)];
        for (distance, trust) in expected {
            let mut there = sure;
            there.distance = distance;
            assert_eq!(wary.trust(&there), trust, "{distance}");
        }
    }

    #[test]
    fn unusable_calibrations_are_refused() {
        let good = serde_json::to_value(calibration()).unwrap();
        assert_eq!(serde_json::from_value::<Calibration>(good).unwrap(), calibration());
        assert_eq!(calibration().validate(), Ok(()));
        let swapped = Calibration { doubt_below: 0.005, ..calibration() };
        assert!(swapped.validate().unwrap_err().to_string().contains("found 0.01 and 0.005"));
        let distance = Some(Distances { doubt_above: 0.6, unable_above: 0.5 });
        let crossed = Calibration { distance, ..calibration() };
        assert!(crossed.validate().unwrap_err().to_string().contains("found 0.6 and 0.5"));
        let labels = LabelCalibration {
            right: logistic(0.0, 1.0),
            thing_from: 0.6,
            broader_from: 0.7,
            rival_from: 1.5,
            naming: None,
        };
        let odd = Calibration { labels: Some(labels.clone()), ..calibration() };
        assert!(odd.validate().unwrap_err().to_string().contains("from 0 to 1, found 1.5"));
        let sound =
            Calibration { labels: Some(LabelCalibration { rival_from: 0.5, ..labels }), ..calibration() };
        assert_eq!(sound.validate(), Ok(()));
        let json = serde_json::to_value(&sound).unwrap();
        assert_eq!(serde_json::from_value::<Calibration>(json).unwrap(), sound);
        let broken = Calibration { caption: logistic(f32::NAN, 0.0), ..calibration() };
        assert!(broken.validate().unwrap_err().to_string().contains("not a number up to 1e9"));
    }
}
