//! Cross-entropy with label smoothing in one pass.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::math::exp_in_place;
use super::{contiguous, tensor, values};

/// Mean cross-entropy in nats between next-word scores and the words that came, with label
/// smoothing (Szegedy et al. 2016): a share `smoothing` of each target is spread evenly over the
/// vocabulary.
///
/// # Shapes
/// `logits`: `[words, vocabulary]`, one target for each row; returns `[2]`: the smoothed loss,
/// which has a gradient, and the plain one, which has none.
pub fn cross_entropy(logits: Tensor<2>, targets: Vec<u32>, smoothing: f32) -> Tensor<1> {
    let loss = <Dispatch as LossBackend>::cross_entropy(logits.into_dispatch(), targets, smoothing);
    Tensor::from_dispatch(loss)
}

#[backend_extension(Autodiff, Flex)]
trait LossBackend: Backend {
    fn cross_entropy(logits: FloatTensor<Self>, targets: Vec<u32>, smoothing: f32) -> FloatTensor<Self>;
}

/// The losses `[2]` and the gradient of the first with respect to the logits.
fn evaluate(logits: &FlexTensor, targets: &[u32], smoothing: f32) -> (FlexTensor, FlexTensor) {
    let shape = logits.shape();
    let vocabulary = shape[1];
    assert_eq!(shape[0], targets.len(), "one target for each row");
    let source = contiguous(logits);
    let mut grad = values(&source).to_vec();
    let even = smoothing / vocabulary as f32;
    let share = 1.0 / targets.len() as f32;

    let losses: Vec<(f64, f64)> = grad
        .par_chunks_exact_mut(vocabulary)
        .zip(targets)
        .map(|(row, &target)| {
            let target = target as usize;
            let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let mean = row.iter().sum::<f32>() / vocabulary as f32;
            let at_target = row[target];
            let sum = exp_in_place(row, largest);
            let log_sum = largest + sum.ln();
            // Gradient: softmax minus the smoothed target, over the number of rows.
            let scale = share / sum;
            row.iter_mut().for_each(|value| *value = *value * scale - even * share);
            row[target] -= (1.0 - smoothing) * share;
            let plain = log_sum - at_target;
            let spread = log_sum - mean;
            (f64::from((1.0 - smoothing) * plain + smoothing * spread), f64::from(plain))
        })
        .collect();
    let total = losses.iter().fold((0.0, 0.0), |sum, loss| (sum.0 + loss.0, sum.1 + loss.1));
    let count = targets.len() as f64;
    let losses = vec![(total.0 / count) as f32, (total.1 / count) as f32];
    (tensor(losses, [2]), tensor(grad, shape))
}

impl LossBackend for Flex {
    fn cross_entropy(logits: FlexTensor, targets: Vec<u32>, smoothing: f32) -> FlexTensor {
        evaluate(&logits, &targets, smoothing).0
    }
}

#[derive(Debug)]
struct CrossEntropy;

impl Backward<Flex, 1> for CrossEntropy {
    type State = FlexTensor;

    fn backward(self, ops: Ops<FlexTensor, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let upstream = grads.consume::<Flex>(&ops.node);
        let scale = values(&contiguous(&upstream))[0];
        let [parent] = ops.parents;
        if let Some(parent) = parent {
            let grad = if scale == 1.0 { ops.state } else { Flex::float_mul_scalar(ops.state, scale.into()) };
            grads.register::<Flex>(parent.id, grad);
        }
    }
}

impl<C: CheckpointStrategy> LossBackend for Autodiff<Flex, C> {
    fn cross_entropy(logits: FloatTensor<Self>, targets: Vec<u32>, smoothing: f32) -> FloatTensor<Self> {
        let prepared = CrossEntropy.prepare::<C>([logits.node()]).compute_bound().stateful();
        let (losses, grad) = evaluate(&logits.into_primitive(), &targets, smoothing);
        match prepared {
            OpsKind::Tracked(prepared) => prepared.finish(grad, losses),
            OpsKind::UnTracked(prepared) => prepared.finish(losses),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::seeded;
    use burn::tensor::activation::log_softmax;
    use burn::tensor::{Device, Distribution, Int, Tolerance};

    #[test]
    fn equals_the_composed_loss_with_its_gradient() {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 3);
        let logits = Tensor::<2>::random([6, 19], Distribution::Normal(0.0, 3.0), &device).require_grad();
        let targets = [0, 5, 18, 7, 7, 1];
        let smoothing = 0.1;

        let fused = cross_entropy(logits.clone(), targets.to_vec(), smoothing);
        let fused_grad = logits.grad(&fused.clone().narrow(0, 0, 1).backward()).unwrap();

        let p = log_softmax(logits.clone(), 1);
        let index = Tensor::<1, Int>::from_ints(targets.map(|t| t as i32), &device).unsqueeze_dim::<2>(1);
        let plain = p.clone().gather(1, index).mean().neg();
        let smoothed = plain.clone() * (1.0 - smoothing) - p.mean() * smoothing;
        let composed_grad = logits.grad(&smoothed.clone().backward()).unwrap();

        let tolerance = Tolerance::<f32>::absolute(1e-6);
        fused
            .into_data()
            .assert_approx_eq::<f32>(&Tensor::cat(vec![smoothed, plain], 0).into_data(), tolerance);
        fused_grad.into_data().assert_approx_eq::<f32>(&composed_grad.into_data(), tolerance);
    }
}
