//! A second lesson for an encoder that learns: which words people use of a photo, without their order.
//!
//! Captions reach the encoder through a decoder that soon knows them by heart; a layer that tells from the
//! mean of the regions which content words stand in a photo's captions asks for all of them at once (Fang et
//! al. 2015, section 3, where the network learns words first; Wu et al. 2016, section 3.1). The layers that
//! tell them serve training only and are left behind when a run is published.
//!
//! Departures: the loss is the sum over words of their binary cross-entropy with the share of captions that
//! hold them, and counts beside the captions' own.

use std::sync::Arc;

use burn::module::Module;
use burn::nn::{BatchNorm, BatchNormConfig, DropoutConfig, Linear, LinearConfig};
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Gradients, Tensor, TensorData};

use super::TrainingError;
use super::clip::clip;
use super::lesson::Chosen;
use crate::dataset::words::Words;
use crate::recipe::WordsRecipe;
use crate::recipe::optimizer::OptimizerRecipe;

/// Share of the mean of the regions set to zero.
const SIGHT_DROPOUT: f64 = 0.5;
/// Share of the layer between set to zero.
const HIDDEN_DROPOUT: f64 = 0.3;
/// Share of the weights taken off, in learning rates.
const WEIGHT_DECAY: f32 = 0.2;

/// The layers that tell words.
#[derive(Module, Debug)]
pub struct WordHead {
    norm: BatchNorm,
    hidden: Linear,
    words: Linear,
}

impl WordHead {
    /// Untrained layers that expect of every photo the words with these log-odds.
    fn new(channels: usize, hidden: usize, usual: &[f32], device: &Device) -> Self {
        let mut words = LinearConfig::new(hidden, usual.len()).init(device);
        // A tensor put in a parameter's place learns only where it says so.
        let usual = Tensor::from_floats(usual, device);
        words.bias = words.bias.map(|bias| bias.map(|_| usual.require_grad()));
        Self {
            norm: BatchNormConfig::new(channels).init(device),
            hidden: LinearConfig::new(channels, hidden).init(device),
            words,
        }
    }

    /// Log-odds of each word in a caption of the photo.
    ///
    /// # Shapes
    /// `[photos, regions, channels]` to `[photos, words]`.
    fn forward(&self, features: Tensor<3>) -> Tensor<2> {
        let dropout = |share| DropoutConfig::new(share).init();
        let seen = self.norm.forward(features.mean_dim(1).squeeze_dim::<2>(1));
        let hidden = self.hidden.forward(dropout(SIGHT_DROPOUT).forward(seen)).tanh();
        self.words.forward(dropout(HIDDEN_DROPOUT).forward(hidden))
    }
}

/// The layers as they learn, and what they learn.
#[derive(Clone)]
pub struct WordLoss {
    /// The layers, on an autodiff device.
    pub head: WordHead,
    /// The optimizer and its moments.
    pub optimizer: ModuleOptimizer,
    weight: f32,
    learning_rate: f64,
    words: Arc<Words>,
    /// By word of the vocabulary, its place among those that are learnt.
    places: Vec<Option<usize>>,
}

impl WordLoss {
    /// Layers that have taken no step, for photos with these words.
    ///
    /// # Errors
    /// When no word stands in enough captions.
    pub fn new(
        recipe: &WordsRecipe,
        channels: usize,
        words: Words,
        device: &Device,
    ) -> Result<Self, TrainingError> {
        let usual: Vec<f32> = words.usual().flatten().collect();
        if usual.is_empty() {
            return Err(TrainingError::NoContentWord { least: recipe.least_captions });
        }
        let optimizer =
            OptimizerRecipe::Adamw { learning_rate: recipe.learning_rate, weight_decay: WEIGHT_DECAY };
        Ok(Self {
            head: WordHead::new(channels, recipe.hidden, &usual, device),
            optimizer: optimizer.fresh(),
            weight: recipe.weight,
            learning_rate: recipe.learning_rate,
            places: words
                .rates()
                .iter()
                .scan(0, |next, rate| {
                    let place = *next;
                    *next += usize::from(rate.is_some());
                    Some(rate.map(|_| place))
                })
                .collect(),
            words: Arc::new(words),
        })
    }

    /// What the photos' words say of how well they are told, weighted: in nats, the mean over photos of the
    /// sum over words, `[1]`. Each photo counts by its weight.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]` of `chosen`.
    pub fn loss(&self, features: Tensor<3>, (photos, mirrors): Chosen<'_>, weights: &[f32]) -> Tensor<1> {
        let device = features.device();
        let learnt = self.words.learnt();
        let mut shares = vec![0.0; photos.len() * learnt];
        for (row, (&photo, &mirror)) in shares.chunks_mut(learnt).zip(photos.iter().zip(mirrors)) {
            for &(word, share) in self.words.shares(photo, mirror) {
                if let Some(place) = self.places[word as usize] {
                    row[place] = share;
                }
            }
        }
        let shares = Tensor::from_data(TensorData::new(shares, [photos.len(), learnt]), &device);
        let loss = cross_entropy(self.head.forward(features), shares);
        let weights = Tensor::<2>::from_data(TensorData::new(weights.to_vec(), [photos.len(), 1]), &device);
        (loss * weights).sum() * (self.weight / photos.len() as f32)
    }

    /// Takes the layers' gradients out of `grads`, clipped by their own norm.
    pub fn gradients(&self, grads: &mut Gradients, clip_norm: f32) -> GradientsParams {
        let mut own = GradientsParams::from_module(grads, &self.head);
        clip(&self.head, &mut own, clip_norm);
        own
    }

    /// Moves the weights; `share` is the schedule's.
    pub fn step(&mut self, grads: GradientsParams, share: f64) {
        self.head = self.optimizer.step(self.learning_rate * share, self.head.clone(), grads);
    }
}

/// Binary cross-entropy, in nats, of log-odds and the shares that they should tell, of one shape.
pub fn cross_entropy(log_odds: Tensor<2>, shares: Tensor<2>) -> Tensor<2> {
    let rest = log_odds.clone().abs().neg().exp().log1p();
    relu(log_odds.clone()) + rest - log_odds * shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::captions::Mirror;
    use crate::testing::seeded;
    use burn::tensor::Distribution;
    use showtell::detector::log_probability;

    /// Two photos, each as it is and mirrored, when it shows the other's word; one of four words is of every
    /// caption, one is not learnt.
    fn photos(device: &Device) -> (Tensor<3>, [usize; 4], [Mirror; 4], WordLoss) {
        let targets = |word: u32| vec![(word, 1.0), (1, 1.0), (3, 0.5)];
        let shares = vec![[targets(0), targets(2)], [targets(2), targets(0)]];
        let words = Words::new(shares, vec![Some(0.5), None, Some(0.5), Some(0.5)]);
        let recipe = WordsRecipe { hidden: 8, learning_rate: 1e-2, weight: 2.0, ..WordsRecipe::default() };
        let lesson = WordLoss::new(&recipe, 16, words, device).unwrap();
        let features = Tensor::random([4, 3, 16], Distribution::Uniform(0.0, 6.0), device);
        (features, [0, 1, 0, 1], [Mirror::No, Mirror::No, Mirror::Yes, Mirror::Yes], lesson)
    }

    #[test]
    fn the_loss_reaches_the_regions() {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 3);
        let (features, photos, mirrors, lesson) = photos(&device);
        let features = features.require_grad();
        let grads = lesson.loss(features.clone(), (&photos, &mirrors), &[1.0; 4]).backward();
        let gradient = features.grad(&grads).unwrap().abs().sum_dims(&[1, 2]);
        let gradient = gradient.into_data().try_into_vec::<f32>().unwrap();
        assert!(gradient.iter().all(|&photo| photo > 1e-6), "{gradient:?}");
    }

    #[test]
    fn words_are_told_of_the_photos_that_show_them() {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 3);
        let (features, photos, mirrors, mut lesson) = photos(&device);
        for _ in 0..400 {
            let mut grads = lesson.loss(features.clone(), (&photos, &mirrors), &[1.0; 4]).backward();
            let own = lesson.gradients(&mut grads, 5.0);
            lesson.step(own, 1.0);
        }
        let odds = lesson.head.valid().forward(features.inner()).into_data().try_into_vec::<f32>().unwrap();
        for (photo, odds) in odds.chunks(3).enumerate() {
            let first = photo == 0 || photo == 3;
            assert_eq!((odds[0] > 1.0, odds[1] > 1.0), (first, !first), "{odds:?}");
            assert!(odds[2].abs() < 1.0, "{odds:?}");
        }
        let bias = lesson.head.words.bias.as_ref().unwrap().val().into_data().try_into_vec::<f32>().unwrap();
        assert!(bias.iter().all(|&bias| bias != 0.0), "{bias:?} stayed as usual");
    }

    #[test]
    fn captions_without_content_words_are_refused() {
        let device = Device::flex().autodiff();
        let nothing = Words::new(vec![[vec![(0, 1.0)], vec![(0, 1.0)]]], vec![None, None]);
        let error = WordLoss::new(&WordsRecipe::default(), 4, nothing, &device).err().unwrap().to_string();
        assert!(error.contains("no content word stands in 8 captions"), "{error}");
    }

    #[test]
    fn cross_entropy_is_that_of_the_shares() {
        let device = Device::flex();
        let (odds, shares) = ([-2.0_f32, 0.0, 40.0], [0.25_f32, 1.0, 1.0]);
        let tensor = |values: [f32; 3]| Tensor::<2>::from_floats([values], &device);
        let found = cross_entropy(tensor(odds), tensor(shares)).into_data().try_into_vec::<f32>().unwrap();
        for ((odds, share), found) in odds.into_iter().zip(shares).zip(found) {
            let expected = -share * log_probability(odds) - (1.0 - share) * log_probability(-odds);
            assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
        }
    }
}
