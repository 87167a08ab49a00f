//! One step of learning: loss, gradient, clipping, update.

use anyhow::Context;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use showtell::decoder::Decoder;

use super::clip::clip;
use super::forward::{self, Regularisation};
use super::optimizer::OptimizerRecipe;
use crate::dataset::batch::PackedCaptions;

/// A decoder and what changes it.
#[derive(Clone)]
pub struct Learner {
    /// The weights.
    pub decoder: Decoder,
    /// The optimizer and its moments.
    pub optimizer: ModuleOptimizer,
    /// What regularises training.
    pub regularisation: Regularisation,
    /// Gradients are scaled down to at most this norm.
    pub clip_norm: f32,
}

/// What a step found before it changed the weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepOutcome {
    /// What training minimises: smoothed loss per word, in nats, and the attention penalty.
    pub loss: f32,
    /// Plain cross-entropy per word, in nats.
    pub cross_entropy: f32,
    /// Norm of the gradient before clipping.
    pub gradient_norm: f32,
}

impl Learner {
    /// A learner that has taken no step.
    #[must_use]
    pub fn new(
        decoder: Decoder,
        optimizer: &OptimizerRecipe,
        regularisation: Regularisation,
        clip_norm: f32,
    ) -> Self {
        Self { decoder, optimizer: optimizer.fresh(), regularisation, clip_norm }
    }

    /// Learns from a batch. Where the loss or its gradient is no number, the weights stay.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`, on an autodiff device.
    ///
    /// # Errors
    /// When the device gives no result.
    pub fn step(
        &mut self,
        features: Tensor<3>,
        captions: &PackedCaptions,
        learning_rate: f64,
    ) -> anyhow::Result<StepOutcome> {
        let losses = forward::losses(&self.decoder, features, captions, &self.regularisation);
        let objective = losses.objective();
        let grads = objective.backward();
        let values = Tensor::cat(vec![objective, losses.words], 0);
        let values = values.try_into_vec_as::<f32>().context("the device gave no loss")?;
        let mut grads = GradientsParams::from_grads(grads, &self.decoder);
        let gradient_norm = clip(&self.decoder, &mut grads, self.clip_norm);
        let outcome = StepOutcome { loss: values[0], cross_entropy: values[2], gradient_norm };
        if outcome.loss.is_finite() && gradient_norm.is_finite() {
            self.decoder = self.optimizer.step(learning_rate, self.decoder.clone(), grads);
        }
        Ok(outcome)
    }
}
