//! Means of weights: the exponential moving average over the steps of a run (Polyak and Juditsky 1992;
//! Tarvainen and Valpola 2017), which is judged on dev and published while the weights themselves go on
//! learning, and the mean of several decoders of one form.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use showtell::bundle::tensors::Tensors;
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

/// Why there is no mean of decoders.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeanError {
    /// One of them lacks a tensor, or has it in another shape.
    #[error("a decoder has no {name} of shape {shape:?}")]
    Tensor {
        /// The tensor.
        name: String,
        /// Its shape in the first.
        shape: Vec<usize>,
    },
    /// One of them has more tensors.
    #[error("decoders have different numbers of tensors")]
    Count,
}

/// The mean of tensors of the same names and shapes, each weighted by its share; shares sum to 1.
///
/// # Errors
/// When names or shapes differ.
pub fn mean(parts: &[(f64, Tensors)]) -> Result<Tensors, MeanError> {
    let Some((_, first)) = parts.first() else { return Ok(Tensors::new()) };
    let mut means = first.clone();
    for (name, mean) in &mut means {
        let mut sums = vec![0.0; mean.values.len()];
        for (share, tensors) in parts {
            let Some(tensor) = tensors.get(name).filter(|tensor| tensor.shape == mean.shape) else {
                return Err(MeanError::Tensor { name: name.clone(), shape: mean.shape.clone() });
            };
            if tensors.len() != first.len() {
                return Err(MeanError::Count);
            }
            for (sum, &value) in sums.iter_mut().zip(&tensor.values) {
                *sum += share * f64::from(value);
            }
        }
        mean.values = sums.into_iter().map(|sum| sum as f32).collect();
    }
    Ok(means)
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
    use showtell::bundle::tensors::{TensorValues, apply, collect};
    use showtell::decoder::{Activation, CellKind, DecoderConfig, Injection, Normalisation, OutputConfig};

    #[test]
    fn shares_weigh() {
        let tensors = |values: &[f32]| -> Tensors {
            [("x".to_owned(), TensorValues { shape: vec![values.len()], values: values.to_vec() })].into()
        };
        let parts = [(0.25, tensors(&[1.0, -1.0])), (0.75, tensors(&[3.0, 1.0]))];
        assert_eq!(mean(&parts).unwrap(), tensors(&[2.5, 0.5]));
        assert!(mean(&[(0.5, tensors(&[1.0])), (0.5, tensors(&[1.0, 2.0]))]).is_err());
    }

    #[test]
    fn early_steps_count_for_more_and_later_ones_by_the_decay() {
        let device = Device::flex();
        let config = DecoderConfig {
            cell: CellKind::Gru,
            embedding: 3,
            hidden: 3,
            layers: 1,
            normalisation: Normalisation::None,
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
