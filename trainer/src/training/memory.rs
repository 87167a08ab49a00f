//! What an encoder knew before it learnt: its own classifier's answers, which it is held to while it learns words
//! (learning without forgetting, Li and Hoiem 2016).
//!
//! The photos are those that captions are learnt from; no photo of ImageNet is needed. Departure: the classifier may
//! learn along, slowly, so that features may turn as long as the answers stay.

use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::activation::{log_softmax, softmax};
use burn::tensor::{Device, Gradients, Tensor};
use showtell::bundle::tensors::{TensorError, Tensors, apply};
use showtell::classifier::Classifier;
use showtell::encoder::{Encoder, EncoderConfig};

use super::clip::clip;
use crate::recipe::KeepRecipe;
use crate::recipe::optimizer::OptimizerRecipe;

/// The encoder and the classifier as they were, and the classifier as it becomes.
#[derive(Clone)]
pub struct Memory {
    /// The classifier that learns, on an autodiff device.
    pub classifier: Classifier,
    /// Its optimizer and its moments.
    pub optimizer: ModuleOptimizer,
    encoder: Encoder,
    before: Classifier,
    weight: f32,
    temperature: f32,
    learning_rate: f64,
}

impl Memory {
    /// A classifier that has taken no step, of these published weights. `encoder` holds the published weights, on
    /// a device without autodiff.
    ///
    /// # Errors
    /// When the weights do not fit the encoder's last layer.
    pub fn new(
        recipe: &KeepRecipe,
        config: &EncoderConfig,
        encoder: Encoder,
        weights: &Tensors,
        device: &Device,
    ) -> Result<Self, TensorError> {
        let untrained = |device: &Device| Classifier::new(config.layer_channels(), classes(weights), device);
        let inner = device.clone().inner();
        let before = apply(untrained(&inner), weights.clone(), &inner)?;
        let classifier = apply(untrained(device), weights.clone(), device)?;
        Ok(Self {
            classifier: if recipe.learning_rate > 0.0 { classifier } else { classifier.frozen() },
            // Weights that decay forget.
            optimizer: OptimizerRecipe::Adam { learning_rate: recipe.learning_rate }.fresh(),
            encoder,
            before,
            weight: recipe.weight,
            temperature: recipe.temperature,
            learning_rate: recipe.learning_rate,
        })
    }

    /// The encoder as it was, without autodiff.
    #[must_use]
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The answers of before, as probabilities.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]` of the [encoder](Self::encoder) as it was; returns
    /// `[photos, classes]`.
    #[must_use]
    pub fn answers(&self, features: Tensor<3>) -> Tensor<2> {
        softmax(self.before.logits(features) / self.temperature, 1)
    }

    /// How far the answers now are from those of before, weighted: cross-entropy in nats times the square of the
    /// temperature, so that the gradient is as large at any, `[1]`.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`; `answers`: `[photos, classes]`.
    pub fn loss(&self, features: Tensor<3>, answers: Tensor<2>) -> Tensor<1> {
        let photos = answers.dims()[0];
        let now = log_softmax(self.classifier.logits(features) / self.temperature, 1);
        let crossed = (now * Tensor::from_inner(answers)).sum().neg() / photos as f32;
        crossed * (self.weight * self.temperature * self.temperature)
    }

    /// Takes the classifier's gradients out of `grads`, clipped by their own norm.
    pub fn gradients(&self, grads: &mut Gradients, clip_norm: f32) -> GradientsParams {
        let mut own = GradientsParams::from_module(grads, &self.classifier);
        clip(&self.classifier, &mut own, clip_norm);
        own
    }

    /// Moves the weights; `share` is the schedule's.
    pub fn step(&mut self, grads: GradientsParams, share: f64) {
        if self.learning_rate > 0.0 {
            self.classifier = self.optimizer.step(self.learning_rate * share, self.classifier.clone(), grads);
        }
    }
}

/// Number of classes of a classifier's weights; 0 where there are none.
#[must_use]
pub fn classes(weights: &Tensors) -> usize {
    weights.get("layer.bias").map_or(0, |bias| bias.values.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::seeded;
    use burn::tensor::Distribution;
    use showtell::bundle::tensors::collect;
    use showtell::encoder::Network;

    #[test]
    fn answers_drift_without_the_loss_and_come_back_with_it() {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 6);
        let inner = device.clone().inner();
        let config = EncoderConfig::new(Network::EfficientNetLite0).with_side(32);
        let encoder = config.init(&inner);
        let weights = collect(&Classifier::new(1280, 5, &inner)).unwrap();
        assert_eq!(classes(&weights), 5);
        let recipe = KeepRecipe { learning_rate: 0.01, ..KeepRecipe::default() };
        let mut memory = Memory::new(&recipe, &config, encoder.clone(), &weights, &device).unwrap();
        let photos = Tensor::random([4, 3, 32, 32], Distribution::Normal(0.0, 1.0), &device);
        let answers = memory.answers(memory.encoder().forward(photos.clone().inner()));
        let sums = answers.clone().sum_dim(1).into_data().try_into_vec::<f32>().unwrap();
        assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5));

        // Features of an encoder that has turned; the classifier can follow it.
        let features = encoder.forward(photos.inner())
            + Tensor::random([4, 1, 1280], Distribution::Normal(0.0, 0.5), &inner);
        let features = Tensor::from_inner(features).require_grad();
        let loss = |memory: &Memory| memory.loss(features.clone(), answers.clone());
        let first = loss(&memory).into_scalar::<f32>();
        let reached = features.grad(&loss(&memory).backward()).unwrap().abs().sum().into_scalar::<f32>();
        assert!(reached > 0.0, "the encoder hears of it");
        for _ in 0..60 {
            let mut grads = loss(&memory).backward();
            let own = memory.gradients(&mut grads, 5.0);
            memory.step(own, 1.0);
        }
        let last = loss(&memory).into_scalar::<f32>();
        assert!(last < first, "{last} is not below {first}");
    }
}
