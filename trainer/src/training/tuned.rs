//! Training the encoder together with the decoder, from a block on.
//!
//! The encoder's batch norm is folded into its convolutions, so that its statistics stay those of
//! the published weights, as is usual when batches are small.

use burn::module::{Module, ModuleMapper, Param};
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Gradients, Tensor};
use showtell::bundle::tensors::ModulePath;
use showtell::encoder::{Encoder, EncoderConfig};

use super::clip::clip;
use super::kernel::convolve::convolve;
use crate::dataset::StoreError;
use crate::recipe::FineTuneRecipe;
use crate::recipe::optimizer::OptimizerRecipe;

/// An encoder that learns.
#[derive(Clone)]
pub struct TunedEncoder {
    /// The weights, on an autodiff device; those before the first block that learns are frozen.
    pub encoder: Encoder,
    /// The optimizer and its moments, of the decoder's kind.
    pub optimizer: ModuleOptimizer,
    /// Learning rate where the schedule is at its peak.
    pub learning_rate: f64,
}

impl TunedEncoder {
    /// An encoder that has taken no step. `encoder` holds the published weights, on a device
    /// without autodiff.
    #[must_use]
    pub fn new(
        config: &EncoderConfig,
        encoder: Encoder,
        recipe: &FineTuneRecipe,
        optimizer: &OptimizerRecipe,
    ) -> Self {
        let blocks = config.blocks();
        let frozen = blocks.into_iter().take_while(|block| *block != recipe.from).collect();
        let mut freeze = Freeze { path: ModulePath::default(), frozen };
        let encoder = encoder.train().map(&mut freeze);
        Self { encoder, optimizer: optimizer.fresh(), learning_rate: recipe.learning_rate }
    }

    /// Encodes what the part of the encoder up to the layer of `front` made of photos.
    ///
    /// # Shapes
    /// `[photos, regions, channels]` of the front to `[photos, regions, channels]`.
    ///
    /// # Errors
    /// When the network cannot begin there.
    pub fn after(&self, front: &EncoderConfig, features: Tensor<3>) -> Result<Tensor<3>, StoreError> {
        self.encoder.after(front, features, convolve).ok_or(StoreError::Midst)
    }

    /// Encodes photos.
    ///
    /// # Shapes
    /// `[photos, 3, side, side]` to `[photos, regions, channels]`.
    pub fn forward(&self, photos: Tensor<4>) -> Tensor<3> {
        self.encoder.forward_by(photos, convolve)
    }

    /// Takes the encoder's gradients out of `grads`, clipped by their own norm, which is returned.
    pub fn gradients(&self, grads: &mut Gradients, clip_norm: f32) -> (GradientsParams, f32) {
        let mut own = GradientsParams::from_module(grads, &self.encoder);
        let norm = clip(&self.encoder, &mut own, clip_norm);
        (own, norm)
    }

    /// Moves the weights; `share` is the schedule's.
    pub fn step(&mut self, grads: GradientsParams, share: f64) {
        let encoder = self.encoder.clone();
        self.encoder = self.optimizer.step(self.learning_rate * share, encoder, grads);
    }
}

/// Marks parameters as constant whose path begins with one of some blocks.
struct Freeze {
    path: ModulePath,
    frozen: Vec<String>,
}

impl ModuleMapper for Freeze {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.path.exit(container);
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let path = self.path.name();
        let frozen = self
            .frozen
            .iter()
            .any(|block| path.strip_prefix(block.as_str()).is_some_and(|rest| rest.starts_with('.')));
        param.set_require_grad(!frozen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::features::FrozenEncoder;
    use crate::testing::seeded;
    use burn::tensor::{Device, Distribution, Tolerance};
    use showtell::bundle::tensors::collect;
    use showtell::encoder::Network;

    #[test]
    fn going_on_from_a_kept_front_changes_nothing() {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 4);
        let inner = device.clone().inner();
        let config = EncoderConfig::new(Network::EfficientNetLite0).with_side(48);
        let frozen = FrozenEncoder::published(&config, config.init(&inner)).unwrap();
        let recipe = FineTuneRecipe {
            from: "network.blocks.13".into(),
            learning_rate: 0.01,
            flips: false,
            smallest: 1.0,
            words: None,
            keep: None,
        };
        let optimizer = OptimizerRecipe::Sgd { learning_rate: 1.0, momentum: 0.0, weight_decay: 0.0 };
        let tuned = TunedEncoder::new(&config, frozen.encoder.clone(), &recipe, &optimizer);
        let front = frozen.before(&recipe.from, &inner).unwrap().unwrap();
        assert_eq!((front.config.regions(), front.config.channels()), (4, 192));

        let photos = Tensor::random([2, 3, 48, 48], Distribution::Normal(0.0, 1.0), &inner);
        let kept = front.encoder.forward(photos.clone());
        let learn = |features: Tensor<3>| {
            let mut grads = features.clone().powi_scalar(2).sum().backward();
            (features.into_data(), tuned.gradients(&mut grads, f32::INFINITY).1)
        };
        let whole = learn(tuned.forward(Tensor::from_inner(photos)));
        let (features, norm) = learn(tuned.after(&front.config, Tensor::from_inner(kept)).unwrap());
        assert!(norm > 0.0);
        // By other kernels: to rounding.
        features.assert_approx_eq::<f32>(&whole.0, Tolerance::absolute(1e-4));
        assert!((norm / whole.1 - 1.0).abs() < 1e-4, "{norm} is not {}", whole.1);
        assert!(frozen.before("network.stem", &inner).unwrap().is_none());
    }

    #[test]
    fn only_blocks_from_the_first_one_on_learn() {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 3);
        let config = EncoderConfig::new(Network::EfficientNetLite0).with_side(32);
        let optimizer = OptimizerRecipe::Sgd { learning_rate: 1.0, momentum: 0.0, weight_decay: 0.0 };
        let encoder = config.init(&device.clone().inner());
        let before = collect(&encoder).unwrap();
        let recipe = FineTuneRecipe {
            from: "network.blocks.14".into(),
            learning_rate: 0.01,
            flips: false,
            smallest: 1.0,
            words: None,
            keep: None,
        };
        let mut tuned = TunedEncoder::new(&config, encoder, &recipe, &optimizer);

        let photos = Tensor::random([2, 3, 32, 32], Distribution::Normal(0.0, 1.0), &device);
        let mut grads = tuned.forward(photos).sum().backward();
        let (own, norm) = tuned.gradients(&mut grads, f32::INFINITY);
        assert!(norm > 0.0);
        tuned.step(own, 1.0);
        let after = collect(&tuned.encoder.valid()).unwrap();
        assert_eq!(before.len(), after.len());
        let learnt = ["network.blocks.14.", "network.blocks.15.", "network.head."];
        for (name, tensor) in after {
            let learns = learnt.iter().any(|block| name.starts_with(block));
            assert_eq!(before[&name] != tensor, learns, "{name}");
        }
    }
}
