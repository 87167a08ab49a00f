//! Gradient clipping by the norm over all parameters together (Pascanu et al. 2013). Burn clips
//! each parameter by itself, which changes the direction of the step.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

/// Scales gradients down so that their joint norm is at most `limit`. Returns the norm before.
pub fn clip<M: Module>(module: &M, grads: &mut GradientsParams, limit: f32) -> f32 {
    let mut measure = Measure { grads, squares: Vec::new() };
    module.visit(&mut measure);
    let norm =
        measure.squares.into_iter().reduce(|a, b| a + b).map_or(0.0, |sum| sum.into_scalar::<f32>().sqrt());
    // A norm that is not a number is left alone for the caller to see.
    if norm > limit {
        module.visit(&mut Scale { grads, factor: limit / norm });
    }
    norm
}

struct Measure<'a> {
    grads: &'a GradientsParams,
    squares: Vec<Tensor<1>>,
}

impl ModuleVisitor for Measure<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(grad) = self.grads.get::<D>(param.id) {
            self.squares.push((grad.clone() * grad).sum());
        }
    }
}

struct Scale<'a> {
    grads: &'a mut GradientsParams,
    factor: f32,
}

impl ModuleVisitor for Scale<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(grad) = self.grads.remove::<D>(param.id) {
            self.grads.register::<D>(param.id, grad * self.factor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::LinearConfig;
    use burn::tensor::Device;

    #[test]
    fn the_joint_norm_is_bounded_and_the_direction_kept() {
        let device = Device::flex().autodiff();
        let linear = LinearConfig::new(2, 1).init(&device);
        // Gradient of the weight is the input (3, 4), of the bias 1.
        let input = Tensor::<2>::from_floats([[3.0, 4.0]], &device);
        let mut grads = GradientsParams::from_grads(linear.forward(input).sum().backward(), &linear);
        let norm = clip(&linear, &mut grads, 1.0);
        assert!((norm - 26.0_f32.sqrt()).abs() < 1e-5);
        let weight = grads.get::<2>(linear.weight.id).unwrap().into_data().try_to_vec::<f32>().unwrap();
        assert!((weight[0] * norm - 3.0).abs() < 1e-5 && (weight[1] * norm - 4.0).abs() < 1e-5);
        assert!((clip(&linear, &mut grads, 1.0) - 1.0).abs() < 1e-5);
    }
}
