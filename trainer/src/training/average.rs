//! The exponential moving average of the weights over the steps of a run (Polyak and Juditsky 1992;
//! Tarvainen and Valpola 2017): what is judged on dev and published, while the weights themselves
//! go on learning.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use showtell::decoder::Decoder;

/// The average so far.
#[derive(Debug, Clone)]
pub struct Average {
    /// The averaged weights, on a device without autodiff.
    pub decoder: Decoder,
    /// Share of the average that a step keeps, once the run is long enough.
    pub decay: f64,
}

impl Average {
    /// An average of one set of weights.
    #[must_use]
    pub fn new(decoder: &Decoder, decay: f64) -> Self {
        Self { decoder: decoder.valid(), decay }
    }

    /// Takes the weights after step `step`, counted from 1, into the average. The first steps count
    /// for more, so that what the run began with is soon forgotten: after `n` steps the average keeps
    /// at most `n / (n + 9)`.
    pub fn update(&mut self, decoder: &Decoder, step: usize) {
        let keep = self.decay.min(step as f64 / (step as f64 + 9.0)) as f32;
        // A container of tensors by parameter, which is all that gradients are to it.
        let mut now = GradientsParams::new();
        decoder.valid().visit(&mut Gather { found: &mut now });
        let average = self.decoder.clone();
        self.decoder = average.map(&mut Mix { now: &now, keep });
    }
}

struct Gather<'a> {
    found: &'a mut GradientsParams,
}

impl ModuleVisitor for Gather<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.found.register::<D>(param.id, param.val());
    }
}

struct Mix<'a> {
    now: &'a GradientsParams,
    keep: f32,
}

impl ModuleMapper for Mix<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.now.get::<D>(param.id) {
            Some(now) => param.map(|average| average * self.keep + now * (1.0 - self.keep)),
            None => param,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::seeded;
    use burn::tensor::Device;
    use showtell::bundle::tensors::{apply, collect};
    use showtell::decoder::{Activation, CellKind, DecoderConfig, Injection, OutputConfig};

    #[test]
    fn early_steps_count_for_more_and_later_ones_by_the_decay() {
        let device = Device::flex();
        let config = DecoderConfig {
            cell: CellKind::Gru,
            embedding: 3,
            hidden: 3,
            layers: 1,
            injection: Injection::Add { activation: Activation::Tanh },
            output: OutputConfig::Plain { inner: None, tied: true },
        };
        let _draws = seeded(&device, 4);
        let decoder = config.init(2, 5, &device);
        let holding = |value: f32| {
            let mut tensors = collect(&decoder).unwrap();
            tensors.values_mut().flat_map(|tensor| &mut tensor.values).for_each(|v| *v = value);
            apply(decoder.clone(), tensors, &device).unwrap().train()
        };
        let mut average = Average::new(&holding(0.0), 0.5);
        let mut expected = 0.0_f32;
        for (step, keep) in [(1, 0.1), (2, 2.0 / 11.0), (20, 0.5)] {
            let value = step as f32;
            average.update(&holding(value), step);
            expected = expected * keep + value * (1.0 - keep);
            let values = collect(&average.decoder).unwrap();
            assert!(values.values().flat_map(|t| &t.values).all(|v| (v - expected).abs() < 1e-5), "{step}");
        }
    }
}
