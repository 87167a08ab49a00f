//! The kind of a picture that is no photo: a chart, a map, a screenshot.
//!
//! A captioner that learnt from photos sees people and dogs in a bar chart. What its encoder makes of the picture
//! tells photos from graphics, and most graphics from each other: one linear layer over the place where the picture
//! [lies](crate::novelty::place), the same numbers that tell how new it is. Layers beside the encoder's last count as
//! well; lines and flat colours are seen early.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use crate::novelty::place;

/// The most kinds a bundle may have.
pub const MOST_KINDS: usize = 64;

/// Which kinds there are, and from when on a picture is told to be of one. Travels in the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindsConfig {
    /// Words for them, as they are told after "A": "bar chart", "map". Photos have none.
    pub names: Vec<String>,
    /// Pictures that are graphics with a probability above this are told by their kind.
    pub above: f32,
}

impl KindsConfig {
    /// Checks names and limit.
    ///
    /// # Errors
    /// What must hold.
    pub fn validate(&self) -> Result<(), String> {
        let Self { names, above } = self;
        if !(1..=MOST_KINDS).contains(&names.len()) {
            return Err(format!("kinds.names must be 1 to {MOST_KINDS} words, found {}", names.len()));
        }
        for (place, name) in names.iter().enumerate() {
            if name.trim().is_empty() || name.trim() != name {
                return Err(format!("kinds.names must be words without spaces around them, found {name:?}"));
            }
            if names[..place].contains(name) {
                return Err(format!("kinds.names must differ, found {name:?} twice"));
            }
        }
        if !(0.0..=1.0).contains(above) {
            return Err(format!("kinds.above must be from 0 to 1, found {above}"));
        }
        Ok(())
    }

    /// The likeliest kind of a picture that is a graphic probably enough; none for photos.
    ///
    /// `probabilities` are those of [`KindClassifier::probabilities`] for one picture: photo, then each kind.
    #[must_use]
    pub fn told(&self, probabilities: &[f32]) -> Option<&str> {
        let (photo, kinds) = probabilities.split_first()?;
        // Whatever is no number is told by no kind.
        if !(1.0 - photo > self.above) {
            return None;
        }
        let likeliest = kinds.iter().zip(&self.names).max_by(|one, other| one.0.total_cmp(other.0));
        likeliest.map(|(_, name)| name.as_str())
    }
}

/// Tells photos and kinds of graphics apart.
#[derive(Module, Debug)]
pub struct KindClassifier {
    layer: Linear,
}

impl KindClassifier {
    /// An untrained layer for so many kinds beside photos.
    #[must_use]
    pub fn new(channels: usize, kinds: usize, device: &Device) -> Self {
        Self { layer: LinearConfig::new(channels, 1 + kinds).init(device) }
    }

    /// The layer that reads where pictures lie, to be changed.
    #[must_use]
    pub fn map_layer(self, change: impl FnOnce(Linear) -> Linear) -> Self {
        Self { layer: change(self.layer) }
    }

    /// Scores of photo and kinds, before the softmax.
    ///
    /// # Shapes
    /// `places`: `[pictures, channels]` to `[pictures, 1 + kinds]`.
    pub fn logits(&self, places: Tensor<2>) -> Tensor<2> {
        self.layer.forward(places)
    }

    /// How probably each picture is a photo, and of each kind.
    ///
    /// # Shapes
    /// `features`: `[pictures, regions, channels]` to `[pictures, 1 + kinds]`; rows sum to 1.
    #[must_use]
    pub fn probabilities(&self, features: Tensor<3>) -> Tensor<2> {
        softmax(self.logits(place(features)), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::module::Param;

    fn kinds(names: &[&str], above: f32) -> KindsConfig {
        KindsConfig { names: names.iter().map(ToString::to_string).collect(), above }
    }

    #[test]
    fn kinds_that_lie_apart_are_told_and_photos_are_not() {
        let device = Device::flex();
        let classifier = KindClassifier::new(3, 2, &device).map_layer(|layer| Linear {
            weight: Param::from_tensor(Tensor::eye(3, &device) * 9.0),
            bias: layer.bias.map(|bias| Param::from_tensor(bias.val().zeros_like())),
        });
        // Two regions each whose mean is along one channel; the last picture is a chart as much as a map.
        let features = Tensor::<3>::from_floats(
            [
                [[2.0, 1.0, 0.0], [2.0, -1.0, 0.0]],
                [[0.0, 0.1, 0.0], [0.0, 0.3, 0.0]],
                [[0.0, 0.0, 7.0], [0.0, 0.0, 7.0]],
                [[0.0, 1.0, 1.0], [0.0, 1.0, 1.1]],
            ],
            &device,
        );
        let found = classifier.probabilities(features).try_into_vec_as::<f32>().unwrap();
        let kinds = kinds(&["chart", "map"], 0.9);
        let told: Vec<_> = found.chunks(3).map(|picture| kinds.told(picture)).collect();
        assert_eq!(told, [None, Some("chart"), Some("map"), Some("map")]);
        assert!(found.chunks(3).all(|picture| (picture.iter().sum::<f32>() - 1.0).abs() < 1e-5));
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let kinds = kinds(&["chart", "map"], 0.5);
        assert_eq!(kinds.told(&[0.5, 0.3, 0.2]), None, "not above the limit");
        assert_eq!(kinds.told(&[0.4, 0.3, 0.3]), Some("map"));
        assert_eq!(kinds.told(&[]), None, "a model without kinds");
        assert_eq!(kinds.told(&[f32::NAN; 3]), None);
    }

    #[test]
    fn names_are_told_apart_and_limits_are_shares() {
        assert_eq!(kinds(&["chart", "map"], 0.5).validate(), Ok(()));
        let refused = |names: &[&str], above| kinds(names, above).validate().unwrap_err();
        assert!(refused(&["map", "chart", "map"], 0.5).contains("must differ, found \"map\" twice"));
        assert!(refused(&["chart", ""], 0.5).contains("found \"\""));
        assert!(refused(&["chart", " map"], 0.5).contains("found \" map\""));
        assert!(refused(&[], 0.5).contains("1 to 64 words, found 0"));
        assert!(refused(&["chart"], 1.5).contains("found 1.5"));
        assert!(refused(&["chart"], f32::NAN).contains("found NaN"));
    }
}
