//! Which words people would use of a photo, told from the photo alone.
//!
//! A caption is a path through words, and one word early on decides those that follow. A detector knows no
//! order: it gives each word of the vocabulary the probability that a person's caption of the photo holds
//! it. Sentences whose words it expects are put before others of the search (Fang et al. 2015, who train
//! detectors first and write sentences from what they find). Departures: it reads the mean of the regions that
//! the decoder looks at, where theirs looks for the region that shows the word, and its last layer is the
//! decoder's embedding, so that it adds one matrix to a bundle.

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

/// The layers of a detector.
#[derive(Module, Debug)]
pub struct WordDetector {
    hidden: Linear,
    /// Log-odds of each word in a caption of whatever photo, `[vocabulary]`. Counted, not learnt.
    usual: Param<Tensor<1>>,
}

impl WordDetector {
    /// Untrained layers that read so many numbers of a photo, for words of an embedding's width.
    #[must_use]
    pub fn new(region: usize, embedding: usize, vocabulary: usize, device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(region, embedding).init(device),
            usual: Param::from_tensor(Tensor::zeros([vocabulary], device)).no_grad(),
        }
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

    /// What of a photo its words are told from.
    ///
    /// # Shapes
    /// `regions`: the mean of a photo's regions, `[photos, region]`, to `[photos, embedding]`.
    pub fn hidden(&self, regions: Tensor<2>) -> Tensor<2> {
        self.hidden.forward(regions).tanh()
    }

    /// Log-odds of each word in a caption of the photo.
    ///
    /// # Shapes
    /// `hidden`: `[photos, embedding]`; `embedding`: `[vocabulary, embedding]`; returns
    /// `[photos, vocabulary]`.
    pub fn log_odds(&self, hidden: Tensor<2>, embedding: Tensor<2>) -> Tensor<2> {
        hidden.matmul(embedding.transpose()) + self.usual.val().unsqueeze_dim(0)
    }
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

    #[test]
    fn an_indifferent_photo_leaves_words_as_usual() {
        let device = Device::flex();
        let detector = WordDetector::new(3, 4, 2, &device)
            .with_usual(Tensor::from_floats([-1.0, 2.0], &device))
            .map_hidden(|layer| Linear { weight: Param::from_tensor(layer.weight.val() * 0.0), bias: None });
        let regions = Tensor::<2>::from_floats([[1.0, 2.0, 3.0]], &device);
        let embedding = Tensor::<2>::ones([2, 4], &device);
        let odds = detector.log_odds(detector.hidden(regions), embedding);
        assert_eq!(odds.into_data().try_into_vec::<f32>().unwrap(), [-1.0, 2.0]);
    }
}
