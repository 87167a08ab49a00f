//! One step of learning: loss, gradient, clipping, update.

use anyhow::Context;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use showtell::decoder::Decoder;

use super::clip::clip;
use super::forward::{self, Regularisation};
use crate::dataset::batch::PackedCaptions;

/// A decoder and what changes it.
#[derive(Clone)]
pub struct Learner {
    /// The weights.
    pub decoder: Decoder,
    /// Adam and its moments.
    pub optimizer: ModuleOptimizer,
    /// What regularises training.
    pub regularisation: Regularisation,
    /// Gradients are scaled down to at most this norm.
    pub clip_norm: f32,
}

/// What a step found before it changed the weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepOutcome {
    /// Smoothed loss per word, in nats.
    pub loss: f32,
    /// Plain cross-entropy per word, in nats.
    pub cross_entropy: f32,
    /// Norm of the gradient before clipping.
    pub gradient_norm: f32,
}

impl Learner {
    /// An optimizer that has taken no step. Epsilon as in Kingma and Ba 2015; Burn's default is
    /// 1e-5.
    #[must_use]
    pub fn fresh_optimizer() -> ModuleOptimizer {
        AdamConfig::new().with_epsilon(1e-8).init()
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
        let losses = forward::loss(&self.decoder, features, captions, &self.regularisation);
        let grads = losses.clone().narrow(0, 0, 1).backward();
        let values = losses.try_into_vec_as::<f32>().context("the device gave no loss")?;
        let mut grads = GradientsParams::from_grads(grads, &self.decoder);
        let gradient_norm = clip(&self.decoder, &mut grads, self.clip_norm);
        let outcome = StepOutcome { loss: values[0], cross_entropy: values[1], gradient_norm };
        if outcome.loss.is_finite() && gradient_norm.is_finite() {
            self.decoder = self.optimizer.step(learning_rate, self.decoder.clone(), grads);
        }
        Ok(outcome)
    }
}
