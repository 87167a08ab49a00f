//! What turns gradients into steps.

use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, ModuleOptimizer, RmsPropConfig, SgdConfig};
use serde::{Deserialize, Serialize};

use super::RecipeError;

/// An optimizer of a recipe; its learning rate is the peak of the schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum OptimizerRecipe {
    /// Kingma and Ba 2015.
    Adam {
        /// Peak learning rate.
        learning_rate: f64,
    },
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019).
    Adamw {
        /// Peak learning rate.
        learning_rate: f64,
        /// Share of each weight taken off, in learning rates.
        weight_decay: f32,
    },
    /// Hinton 2012, lecture 6e.
    Rmsprop {
        /// Peak learning rate.
        learning_rate: f64,
        /// Smoothing of the squared gradients.
        #[serde(default = "smoothing")]
        alpha: f32,
        /// Share of the last step that is added to the next.
        #[serde(default)]
        momentum: f32,
    },
    /// Stochastic gradient descent.
    Sgd {
        /// Peak learning rate.
        learning_rate: f64,
        /// Share of the last step that is added to the next.
        #[serde(default)]
        momentum: f64,
        /// Weight of the L2 penalty.
        #[serde(default)]
        weight_decay: f32,
    },
}

fn smoothing() -> f32 {
    0.9
}

/// As in Kingma and Ba 2015; Burn's default is 1e-5.
const ADAM_EPSILON: f32 = 1e-8;
/// As Keras has it, whose users' recipes are reproduced here.
const RMSPROP_EPSILON: f32 = 1e-7;

impl OptimizerRecipe {
    /// An optimizer that has taken no step.
    #[must_use]
    pub fn fresh(&self) -> ModuleOptimizer {
        match *self {
            Self::Adam { .. } => AdamConfig::new().with_epsilon(ADAM_EPSILON).init(),
            Self::Adamw { weight_decay, .. } => {
                AdamWConfig::new().with_epsilon(ADAM_EPSILON).with_weight_decay(weight_decay).init()
            }
            Self::Rmsprop { alpha, momentum, .. } => RmsPropConfig::new()
                .with_alpha(alpha)
                .with_momentum(momentum)
                .with_epsilon(RMSPROP_EPSILON)
                .init(),
            Self::Sgd { momentum, weight_decay, .. } => SgdConfig::new()
                .with_momentum(
                    (momentum > 0.0)
                        .then(|| MomentumConfig::new().with_momentum(momentum).with_dampening(0.0)),
                )
                .with_weight_decay((weight_decay > 0.0).then(|| WeightDecayConfig::new(weight_decay)))
                .init(),
        }
    }

    /// Peak learning rate.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        match *self {
            Self::Adam { learning_rate }
            | Self::Adamw { learning_rate, .. }
            | Self::Rmsprop { learning_rate, .. }
            | Self::Sgd { learning_rate, .. } => learning_rate,
        }
    }

    /// Checks values that the types allow and training does not.
    ///
    /// # Errors
    /// [`RecipeError::Value`].
    pub fn validate(&self) -> Result<(), RecipeError> {
        let rate = self.learning_rate();
        if !(rate.is_finite() && rate > 0.0) {
            return Err(RecipeError::value("training.optimizer.learning_rate", "above 0", rate));
        }
        let (momentum, decay) = match *self {
            Self::Adam { .. } => (0.0, 0.0),
            Self::Adamw { weight_decay, .. } => (0.0, weight_decay),
            Self::Rmsprop { alpha, momentum, .. } => {
                if !(0.0..1.0).contains(&alpha) {
                    return Err(RecipeError::value("training.optimizer.alpha", "from 0 up to 1", alpha));
                }
                (f64::from(momentum), 0.0)
            }
            Self::Sgd { momentum, weight_decay, .. } => (momentum, weight_decay),
        };
        if !(0.0..1.0).contains(&momentum) {
            return Err(RecipeError::value("training.optimizer.momentum", "from 0 up to 1", momentum));
        }
        if !(decay.is_finite() && decay >= 0.0) {
            return Err(RecipeError::value("training.optimizer.weight_decay", "at least 0", decay));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::module::Module;
    use burn::nn::{Linear, LinearConfig};
    use burn::optim::GradientsParams;
    use burn::tensor::{Device, Tensor};

    /// A layer of one weight, 1, and its gradient, 3.
    fn weight_after(recipe: &OptimizerRecipe, steps: usize) -> f32 {
        let device = Device::flex().autodiff();
        let mut layer: Linear = LinearConfig::new(1, 1).with_bias(false).init(&device);
        let one = Tensor::<2>::from_floats([[1.0]], &device);
        layer.weight = layer.weight.map(|_| one.clone().require_grad());
        let mut optimizer = recipe.fresh();
        for _ in 0..steps {
            let loss = (layer.forward(one.clone()) * 3.0).sum();
            let grads = GradientsParams::from_grads(loss.backward(), &layer);
            layer = optimizer.step(recipe.learning_rate(), layer, grads);
        }
        layer.valid().weight.val().into_data().try_into_vec::<f32>().unwrap()[0]
    }

    #[test]
    fn first_steps_are_those_of_the_papers() {
        let close = |recipe: OptimizerRecipe, steps, expected: f32| {
            let found = weight_after(&recipe, steps);
            assert!((found - expected).abs() < 1e-5, "{recipe:?}: {found} is not {expected}");
        };
        let learning_rate = 0.1;
        close(OptimizerRecipe::Adam { learning_rate }, 2, 1.0 - 0.2);
        // Decay takes 0.1 * 0.5 of the weight before the step.
        close(OptimizerRecipe::Adamw { learning_rate, weight_decay: 0.5 }, 1, 0.95 - 0.1);
        // 3 / sqrt(0.1 * 9)
        let rmsprop = OptimizerRecipe::Rmsprop { learning_rate, alpha: 0.9, momentum: 0.0 };
        close(rmsprop, 1, 1.0 - 0.1 * 3.0 / 0.9_f32.sqrt());
        let sgd = |momentum, weight_decay| OptimizerRecipe::Sgd { learning_rate, momentum, weight_decay };
        close(sgd(0.0, 0.0), 2, 1.0 - 0.6);
        // The second step adds half of the first.
        close(sgd(0.5, 0.0), 2, 1.0 - 0.3 - 0.45);
        close(sgd(0.0, 1.0), 1, 1.0 - 0.4);
    }
}
