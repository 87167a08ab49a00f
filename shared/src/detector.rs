//! Which words people would use of a photo, told from the photo alone.
//!
//! A caption is a path through words, and one word early on decides those that follow. A detector knows no
//! order: it gives each word of the vocabulary the probability that a person's caption of the photo holds
//! it. Sentences whose words it expects are put before others of the search (Fang et al. 2015, who train
//! detectors first and write sentences from what they find). Departure: it reads the mean of regions, where theirs
//! looks for the region that shows the word.
//!
//! There are two forms ([`DetectorConfig`]). One shares the decoder's embedding and adds a single small matrix to a
//! bundle; but what a decoder keeps of a photo is what its captions often say, and words that are rare in them fare
//! badly. The other has weights of its own, from the encoder's regions to a word, of low rank.

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Log-odds that stand for "every photo is taken to have this word": those of words that no detector learns. Far
/// above what a photo could take away.
pub const CERTAIN: f32 = 30.0;

/// How a detector is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetectorConfig {
    /// It reads the mean of what the decoder sees of a photo; its last layer is the decoder's embedding. Bundles
    /// before format 10 have no other.
    Tied,
    /// It reads the mean of the encoder's regions, through so few numbers, and has weights of its own for the words
    /// that it knows: of the vocabulary those with log-odds below [`CERTAIN`], in order.
    Own {
        /// Numbers between the photo and the words.
        width: usize,
        /// Words that it knows.
        words: usize,
    },
}

/// As it stands in a bundle's configuration.
#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Written {
    Tied(bool),
    Own { width: usize, words: usize },
}

impl Serialize for DetectorConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = match *self {
            Self::Tied => Written::Tied(true),
            Self::Own { width, words } => Written::Own { width, words },
        };
        written.serialize(serializer)
    }
}

impl DetectorConfig {
    /// Reads it where there may be none, which older bundles also write as `false`.
    ///
    /// # Errors
    /// Those of the format.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(match Written::deserialize(deserializer)? {
            Written::Tied(tied) => tied.then_some(Self::Tied),
            Written::Own { width, words } => Some(Self::Own { width, words }),
        })
    }
}

/// The layers of a detector.
#[derive(Module, Debug)]
pub struct WordDetector {
    hidden: Linear,
    /// Weights of the words that it knows, where they are not the decoder's embedding, `[width, words]`.
    words: Option<Linear>,
    /// Log-odds of each word in a caption of whatever photo, `[vocabulary]`. Counted, not learnt.
    usual: Param<Tensor<1>>,
}

impl WordDetector {
    /// Untrained layers that read so many numbers of a photo, for words of an embedding's width.
    #[must_use]
    pub fn tied(region: usize, embedding: usize, vocabulary: usize, device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(region, embedding).init(device),
            words: None,
            usual: Param::from_tensor(Tensor::zeros([vocabulary], device)).no_grad(),
        }
    }

    /// Untrained layers that read so many channels of a photo through so few numbers, for some words of a vocabulary.
    #[must_use]
    pub fn own(channels: usize, width: usize, words: usize, vocabulary: usize, device: &Device) -> Self {
        Self {
            words: Some(LinearConfig::new(width, words).with_bias(false).init(device)),
            ..Self::tied(channels, width, vocabulary, device)
        }
    }

    /// Whether it reads the encoder's regions and has weights of its own for words.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.words.is_some()
    }

    /// The detector for words that stand in captions with these log-odds.
    ///
    /// # Shapes
    /// `usual`: `[vocabulary]`.
    #[must_use]
    pub fn with_usual(self, usual: Tensor<1>) -> Self {
        Self { usual: Param::from_tensor(usual).no_grad(), ..self }
    }

    /// The layer that reads photos, to be changed.
    #[must_use]
    pub fn map_hidden(self, change: impl FnOnce(Linear) -> Linear) -> Self {
        Self { hidden: change(self.hidden), ..self }
    }

    /// Log-odds of each word in a caption of whatever photo, `[vocabulary]`.
    #[must_use]
    pub fn usual(&self) -> Tensor<1> {
        self.usual.val()
    }

    /// Which words of the vocabulary it tells something of, given their log-odds in whatever photo.
    #[must_use]
    pub fn tells(&self, usual: &[f32]) -> Vec<usize> {
        if self.is_own() { known(usual).collect() } else { (0..usual.len()).collect() }
    }

    /// What of a photo its words are told from.
    ///
    /// # Shapes
    /// `regions`: the mean of a photo's regions, the decoder's or, [on its own](Self::is_own), the encoder's,
    /// `[photos, region]`, to `[photos, width]`, which is the embedding's where that is shared.
    pub fn hidden(&self, regions: Tensor<2>) -> Tensor<2> {
        let hidden = self.hidden.forward(regions);
        if self.is_own() { hidden } else { hidden.tanh() }
    }

    /// What a photo adds to the log-odds of words in a caption.
    ///
    /// # Shapes
    /// `hidden`: `[photos, width]`; `embedding`: `[vocabulary, width]`, asked for where it is shared; returns
    /// `[photos, vocabulary]`, or `[photos, words]` of the words that it knows.
    pub fn lift(&self, hidden: Tensor<2>, embedding: impl FnOnce() -> Tensor<2>) -> Tensor<2> {
        match &self.words {
            Some(words) => words.forward(hidden),
            None => hidden.matmul(embedding().transpose()),
        }
    }
}

/// Which words of the vocabulary a detector with weights of its own and these log-odds in whatever photo knows.
pub fn known(usual: &[f32]) -> impl Iterator<Item = usize> {
    usual.iter().enumerate().filter_map(|(word, &usual)| (usual < CERTAIN).then_some(word))
}

/// Log-odds of each word in a caption of each photo, `[photos, vocabulary]`.
///
/// # Shapes
/// `lift`: what photos add to the log-odds of some `words` of the vocabulary, `[photos, words]`; `usual`: log-odds in a
/// caption of whatever photo, `[vocabulary]`.
#[must_use]
pub fn log_odds(lift: &[f32], words: &[usize], usual: &[f32]) -> Vec<f32> {
    let of = |photo: &[f32]| {
        let mut odds = usual.to_vec();
        words.iter().zip(photo).for_each(|(&word, lift)| odds[word] += lift);
        odds
    };
    lift.chunks(words.len().max(1)).flat_map(of).collect()
}

/// `ln(1 / (1 + e^-x))`, the logarithm of the probability that log-odds stand for.
#[must_use]
pub fn log_probability(log_odds: f32) -> f32 {
    log_odds.min(0.0) - (-log_odds.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_probabilities_are_those_of_the_odds() {
        for odds in [-80.0_f32, -3.0, 0.0, 0.5, 12.0] {
            let expected = -f64::from(-odds).exp().ln_1p();
            assert!((f64::from(log_probability(odds)) - expected).abs() < 1e-6, "{odds}");
        }
        assert_eq!(log_probability(f32::NEG_INFINITY), f32::NEG_INFINITY);
    }

    fn indifferent(detector: WordDetector) -> WordDetector {
        detector
            .map_hidden(|layer| Linear { weight: Param::from_tensor(layer.weight.val() * 0.0), bias: None })
    }

    fn lifted(detector: &WordDetector, embedding: impl FnOnce() -> Tensor<2>) -> Vec<f32> {
        let regions = Tensor::<2>::from_floats([[1.0, 2.0, 3.0]], &Device::flex());
        detector.lift(detector.hidden(regions), embedding).into_data().try_into_vec::<f32>().unwrap()
    }

    #[test]
    fn an_indifferent_photo_leaves_words_as_usual() {
        let device = Device::flex();
        let tied = indifferent(WordDetector::tied(3, 4, 2, &device));
        let lift = lifted(&tied, || Tensor::ones([2, 4], &device));
        assert_eq!(log_odds(&lift, &[0, 1], &[-1.0, 2.0]), [-1.0, 2.0]);
        let own = indifferent(WordDetector::own(3, 4, 2, 5, &device));
        assert!(own.is_own() && !tied.is_own());
        let lift = lifted(&own, || unreachable!("it has weights of its own"));
        assert_eq!(lift, [0.0, 0.0]);
    }

    #[test]
    fn what_is_known_of_some_words_leaves_the_others() {
        let usual = [CERTAIN, -1.0, CERTAIN, -2.0];
        let words: Vec<usize> = known(&usual).collect();
        assert_eq!(words, [1, 3]);
        let odds = log_odds(&[0.5, 0.25, 0.0, 1.0], &words, &usual);
        assert_eq!(odds, [CERTAIN, -0.5, CERTAIN, -1.75, CERTAIN, -1.0, CERTAIN, -1.0]);
        assert!(log_odds(&[], &words, &usual).is_empty());
    }

    #[test]
    fn a_configuration_is_read_as_older_bundles_have_it() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Model {
            #[serde(
                default,
                skip_serializing_if = "Option::is_none",
                deserialize_with = "DetectorConfig::read"
            )]
            detector: Option<DetectorConfig>,
        }
        let own = Some(DetectorConfig::Own { width: 3, words: 2 });
        for (json, expected, written) in [
            ("{}", None, "{}"),
            (r#"{"detector":false}"#, None, "{}"),
            (r#"{"detector":true}"#, Some(DetectorConfig::Tied), r#"{"detector":true}"#),
            (r#"{"detector":{"width":3,"words":2}}"#, own, r#"{"detector":{"width":3,"words":2}}"#),
        ] {
            let read: Model = serde_json::from_str(json).unwrap();
            assert_eq!(read.detector, expected, "{json}");
            assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
        for json in [r#"{"detector":{"width":3}}"#, r#"{"detector":1}"#] {
            assert!(serde_json::from_str::<Model>(json).is_err(), "{json}");
        }
    }
}
