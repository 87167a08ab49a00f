//! The kind of a picture that is no photo: a chart, a map, a screenshot.
//!
//! A captioner that learnt from photos sees people and dogs in a bar chart. What its encoder makes of the picture
//! tells photos from graphics, and most graphics from each other: one linear layer over the place where the picture
//! [lies](crate::novelty::place), the same numbers that tell how new it is. Layers beside the encoder's last count as
//! well; lines and flat colours are seen early. Where one word is not sure, the word above it may be: what is either a
//! bar chart or a line graph is a graph (after Deng et al. 2012, "hedging your bets").

use std::collections::BTreeMap;

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use crate::novelty::place;

/// The most kinds a bundle may have.
pub const MOST_KINDS: usize = 64;

/// Which kinds there are, and how they are told. Travels in the bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindsConfig {
    /// Words for them, as they are told after "A": "bar chart", "map". Photos have none.
    pub names: Vec<String>,
    /// The word right above another, for pictures of which only that is sure: a bar chart is a graph. Also above
    /// words that are no kind by themselves.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub broader: BTreeMap<String, String>,
    /// Pictures that are graphics with a probability above this are told by their kind.
    pub above: f32,
    /// A word is told if a graphic is of it at least so probably; else the one above it.
    pub sure: f32,
}

impl KindsConfig {
    /// Checks words and limits.
    ///
    /// # Errors
    /// What must hold.
    pub fn validate(&self) -> Result<(), String> {
        let Self { names, broader, above, sure } = self;
        if !(1..=MOST_KINDS).contains(&names.len()) {
            return Err(format!("kinds.names must be 1 to {MOST_KINDS} words, found {}", names.len()));
        }
        let words = names.iter().chain(broader.keys()).chain(broader.values());
        for word in words {
            if word.trim().is_empty() || word.trim() != word {
                return Err(format!("kinds must have words without spaces around them, found {word:?}"));
            }
        }
        for (place, name) in names.iter().enumerate() {
            if names[..place].contains(name) {
                return Err(format!("kinds.names must differ, found {name:?} twice"));
            }
        }
        if broader.len() > MOST_KINDS {
            return Err(format!("kinds.broader must be at most {MOST_KINDS} words, found {}", broader.len()));
        }
        // Above as many words as there are stands none but in a circle.
        if let Some(word) = broader.keys().find(|word| self.words(word).count() > broader.len() + 1) {
            return Err(format!("kinds.broader must end, found {word:?} above itself"));
        }
        for (key, limit) in [("above", above), ("sure", sure)] {
            if !(0.0..=1.0).contains(limit) {
                return Err(format!("kinds.{key} must be from 0 to 1, found {limit}"));
            }
        }
        Ok(())
    }

    /// A word and those above it, the narrowest first; never ends where words stand in a circle, which
    /// [`validate`](Self::validate) refuses.
    fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        let mut words = std::iter::successors(Some(word), |word| self.broader.get(*word).map(String::as_str));
        let most = self.broader.len() + 2;
        (0..most).map_while(move |_| words.next())
    }

    /// Whether a word is that of a kind or stands above it.
    #[must_use]
    pub fn covers(&self, word: &str, kind: &str) -> bool {
        self.words(kind).any(|own| own == word)
    }

    /// What a picture that is a graphic probably enough is called: the narrowest word that is sure, of the likeliest
    /// kind and those above it, or the broadest of these. None for photos.
    ///
    /// `probabilities` are those of [`KindClassifier::probabilities`] for one picture: photo, then each kind.
    #[must_use]
    pub fn word(&self, probabilities: &[f32]) -> Option<&str> {
        let (photo, kinds) = probabilities.split_first()?;
        let graphic = 1.0 - photo;
        // Whatever is no number is told by no word.
        if graphic.is_nan() || graphic <= self.above {
            return None;
        }
        let named = || kinds.iter().zip(&self.names);
        let (_, likeliest) = named().max_by(|one, other| one.0.total_cmp(other.0))?;
        let sure = |word: &str| {
            let of_it = named().filter(|(_, name)| self.covers(word, name));
            of_it.map(|(share, _)| share).sum::<f32>() >= self.sure * graphic
        };
        self.words(likeliest).find(|word| sure(word)).or_else(|| self.words(likeliest).last())
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

    /// A layer that has learnt, from `[channels]` to scores of photo and each kind.
    #[must_use]
    pub fn known(layer: Linear) -> Self {
        Self { layer }
    }

    /// How probably each picture is a photo, and of each kind.
    ///
    /// # Shapes
    /// `features`: `[pictures, regions, channels]` to `[pictures, 1 + kinds]`; rows sum to 1.
    #[must_use]
    pub fn probabilities(&self, features: Tensor<3>) -> Tensor<2> {
        self.of_places(place(features))
    }

    /// The same from where pictures [lie](place).
    ///
    /// # Shapes
    /// `places`: `[pictures, channels]` to `[pictures, 1 + kinds]`.
    #[must_use]
    pub fn of_places(&self, places: Tensor<2>) -> Tensor<2> {
        softmax(self.layer.forward(places), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::module::Param;

    fn kinds(names: &[&str], above: f32) -> KindsConfig {
        let names = names.iter().map(ToString::to_string).collect();
        KindsConfig { names, broader: BTreeMap::new(), above, sure: 0.0 }
    }

    #[test]
    fn kinds_that_lie_apart_are_told_and_photos_are_not() {
        let device = Device::flex();
        let classifier = KindClassifier::known(Linear {
            weight: Param::from_tensor(Tensor::eye(3, &device) * 9.0),
            bias: None,
        });
        // Two regions each whose mean is along one channel; the last picture is a chart nearly as much as a map.
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
        let words: Vec<_> = found.chunks(3).map(|picture| kinds.word(picture)).collect();
        assert_eq!(words, [None, Some("chart"), Some("map"), Some("map")]);
        assert!(found.chunks(3).all(|picture| (picture.iter().sum::<f32>() - 1.0).abs() < 1e-5));
    }

    #[test]
    fn the_narrowest_word_that_is_sure_is_told() {
        let above =
            [("bar chart", "graph"), ("line graph", "graph"), ("graph", "graphic"), ("map", "graphic")];
        let kinds = KindsConfig {
            broader: above.map(|(word, above)| (word.into(), above.into())).into(),
            sure: 0.6,
            ..kinds(&["bar chart", "graph", "line graph", "map"], 0.5)
        };
        assert_eq!(kinds.validate(), Ok(()));
        assert_eq!(kinds.word(&[0.0, 0.7, 0.1, 0.1, 0.1]), Some("bar chart"));
        // Of the probability that it is a graphic at all, seven tenths.
        assert_eq!(kinds.word(&[0.4, 0.42, 0.0, 0.1, 0.08]), Some("bar chart"));
        assert_eq!(kinds.word(&[0.0, 0.4, 0.1, 0.3, 0.2]), Some("graph"));
        assert_eq!(kinds.word(&[0.0, 0.3, 0.1, 0.1, 0.5]), Some("graphic"));
        assert!(kinds.covers("graph", "bar chart") && kinds.covers("map", "map"));
        assert!(!kinds.covers("bar chart", "graph") && !kinds.covers("map", "graph"));
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let kinds = kinds(&["chart", "map"], 0.5);
        assert_eq!(kinds.word(&[0.5, 0.3, 0.2]), None, "not above the limit");
        assert_eq!(kinds.word(&[0.4, 0.3, 0.3]), Some("map"));
        assert_eq!(kinds.word(&[]), None, "a model without kinds");
        assert_eq!(kinds.word(&[f32::NAN; 3]), None);
    }

    #[test]
    fn names_differ_words_end_and_limits_are_shares() {
        assert_eq!(kinds(&["chart", "map"], 0.5).validate(), Ok(()));
        let refused = |names: &[&str], above| kinds(names, above).validate().unwrap_err();
        assert!(refused(&["map", "chart", "map"], 0.5).contains("must differ, found \"map\" twice"));
        assert!(refused(&["chart", ""], 0.5).contains("found \"\""));
        assert!(refused(&["chart", " map"], 0.5).contains("found \" map\""));
        assert!(refused(&[], 0.5).contains("1 to 64 words, found 0"));
        assert!(refused(&["chart"], 1.5).contains("kinds.above must be from 0 to 1, found 1.5"));
        assert!(refused(&["chart"], f32::NAN).contains("found NaN"));
        let mut circle = kinds(&["chart", "map"], 0.5);
        circle.broader = [("chart", "graphic"), ("graphic", "picture"), ("picture", "graphic")]
            .map(|(word, above)| (word.into(), above.into()))
            .into();
        assert!(circle.validate().unwrap_err().contains("above itself"));
        assert_eq!(circle.word(&[0.0, 0.2, 0.1]), Some("chart"), "and yet it ends");
    }
}
