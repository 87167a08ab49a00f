//! How sure a captioner is, and whether that is a probability.

/// How sure a captioner is of what it tells.
///
/// In JSON it is a number, `confidence`, and beside it stands whether that is a probability, `calibrated`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Confidence {
    /// The probability that the text is right, as measured when the bundle was calibrated: of a sentence, that as many
    /// of its content words fit the photo as the calibration asked for.
    Calibrated(f32),
    /// The geometric mean of the words' probabilities, end of sentence included, which ranks doubt but is the chance
    /// of nothing: the bundle has no calibration, or the search was another than that with which it was measured.
    Score(f32),
}

impl Confidence {
    /// The number, whatever it says.
    #[must_use]
    pub fn value(self) -> f32 {
        match self {
            Self::Calibrated(value) | Self::Score(value) => value,
        }
    }

    /// The probability, where it is one.
    #[must_use]
    pub fn probability(self) -> Option<f32> {
        match self {
            Self::Calibrated(probability) => Some(probability),
            Self::Score(_) => None,
        }
    }

    /// Whether the number is a probability.
    #[must_use]
    pub fn is_calibrated(self) -> bool {
        self.probability().is_some()
    }

    pub(crate) fn new(value: f32, calibrated: bool) -> Self {
        if calibrated { Self::Calibrated(value) } else { Self::Score(value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_measured_is_a_probability() {
        assert_eq!(Confidence::Calibrated(0.7).probability(), Some(0.7));
        assert_eq!(Confidence::Score(0.7).probability(), None);
        for (value, calibrated) in [(0.7, true), (0.3, false)] {
            let confidence = Confidence::new(value, calibrated);
            assert_eq!((confidence.value(), confidence.is_calibrated()), (value, calibrated));
        }
    }
}
