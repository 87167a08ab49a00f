//! Cross-entropy with label smoothing, soft_targets and weights in one pass.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor, TensorData};
use rayon::prelude::*;

use super::math::{dot, exp_in_place};
use super::{contiguous, is_cpu, tensor, values};

/// What each row of scores should have said.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    /// The word of each row.
    pub words: Vec<u32>,
    /// How much each row counts; all count 1 where it is empty.
    pub weights: Vec<f32>,
    /// Share of each target that lies on other words.
    pub spread: f32,
    /// Where that share lies: `[words, vocabulary]`, each row summing to 1, as teachers would have
    /// it (Hinton et al. 2015); even over the vocabulary without it, which is label smoothing
    /// (Szegedy et al. 2016).
    pub soft_targets: Option<Arc<Vec<f32>>>,
}

/// Mean over rows of weight times cross-entropy, in nats, between next-word scores and targets.
///
/// # Shapes
/// `logits`: `[words, vocabulary]`, one target for each row; returns `[2]`: the loss, which has a
/// gradient, and the plain cross-entropy of the words, unweighted, which has none.
pub fn cross_entropy(logits: Tensor<2>, targets: Targets) -> Tensor<1> {
    if !is_cpu(&logits.device()) {
        return composed(logits, &targets);
    }
    let loss = <Dispatch as LossBackend>::cross_entropy(logits.into_dispatch(), targets);
    Tensor::from_dispatch(loss)
}

/// The same of tensor operations.
fn composed(logits: Tensor<2>, targets: &Targets) -> Tensor<1> {
    let Targets { words, weights, spread, soft_targets } = targets;
    let [rows, vocabulary] = logits.dims();
    assert_eq!(rows, words.len(), "one target for each row");
    let device = logits.device();
    let likely = log_softmax(logits, 1);
    let words = TensorData::new(words.iter().map(|&word| word as i32).collect::<Vec<_>>(), [rows, 1]);
    let plain = likely.clone().gather(1, Tensor::<2, Int>::from_data(words, &device)).neg(); // [words, 1]
    let mut loss = plain.clone();
    if *spread > 0.0 {
        let spread_over = match soft_targets {
            Some(soft_targets) => {
                let soft_targets = TensorData::new(soft_targets.to_vec(), [rows, vocabulary]);
                (likely * Tensor::<2>::from_data(soft_targets, &device)).sum_dim(1).neg()
            }
            None => likely.mean_dim(1).neg(),
        };
        loss = loss * (1.0 - spread) + spread_over * *spread;
    }
    if !weights.is_empty() {
        loss = loss * Tensor::<2>::from_data(TensorData::new(weights.clone(), [rows, 1]), &device);
    }
    Tensor::cat(vec![loss.mean(), plain.detach().mean()], 0)
}

#[backend_extension(Autodiff, Flex)]
trait LossBackend: Backend {
    fn cross_entropy(logits: FloatTensor<Self>, targets: Targets) -> FloatTensor<Self>;
}

/// The losses `[2]` and the gradient of the first with respect to the logits.
fn evaluate(logits: &FlexTensor, targets: &Targets) -> (FlexTensor, FlexTensor) {
    let shape = logits.shape();
    let vocabulary = shape[1];
    let Targets { words, weights, spread, soft_targets } = targets;
    assert_eq!(shape[0], words.len(), "one target for each row");
    assert!(weights.is_empty() || weights.len() == words.len(), "one weight for each row");
    assert!(
        soft_targets.as_ref().is_none_or(|soft_targets| soft_targets.len() == words.len() * vocabulary),
        "soft_targets on each row"
    );
    let source = contiguous(logits);
    let mut grad = values(&source).to_vec();
    let (spread, even) = (*spread, *spread / vocabulary as f32);
    let share = 1.0 / words.len() as f32;

    let losses: Vec<(f64, f64)> = grad
        .par_chunks_exact_mut(vocabulary)
        .zip(words)
        .enumerate()
        .map(|(index, (row, &target))| {
            let target = target as usize;
            let weight = weights.get(index).copied().unwrap_or(1.0);
            let soft_targets =
                soft_targets.as_ref().map(|soft_targets| &soft_targets[index * vocabulary..][..vocabulary]);
            let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let advised = match soft_targets {
                Some(soft_targets) => dot(row, soft_targets),
                None => row.iter().sum::<f32>() / vocabulary as f32,
            };
            let at_target = row[target];
            let sum = exp_in_place(row, largest);
            let log_sum = largest + sum.ln();
            // Gradient: softmax minus the target, by weight, over the number of rows.
            let share = share * weight;
            let scale = share / sum;
            match soft_targets {
                Some(soft_targets) => {
                    let advised = row.iter_mut().zip(soft_targets);
                    advised.for_each(|(value, part)| *value = *value * scale - part * spread * share);
                }
                None => row.iter_mut().for_each(|value| *value = *value * scale - even * share),
            }
            row[target] -= (1.0 - spread) * share;
            let plain = log_sum - at_target;
            let loss = (1.0 - spread) * plain + spread * (log_sum - advised);
            (f64::from(weight * loss), f64::from(plain))
        })
        .collect();
    let total = losses.iter().fold((0.0, 0.0), |sum, loss| (sum.0 + loss.0, sum.1 + loss.1));
    let count = words.len() as f64;
    let losses = vec![(total.0 / count) as f32, (total.1 / count) as f32];
    (tensor(losses, [2]), tensor(grad, shape))
}

impl LossBackend for Flex {
    fn cross_entropy(logits: FlexTensor, targets: Targets) -> FlexTensor {
        evaluate(&logits, &targets).0
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
    fn cross_entropy(logits: FloatTensor<Self>, targets: Targets) -> FloatTensor<Self> {
        let prepared = CrossEntropy.prepare::<C>([logits.node()]).compute_bound().stateful();
        let (losses, grad) = evaluate(&logits.into_primitive(), &targets);
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
    use burn::tensor::{Device, Distribution, Tolerance};

    /// Rows of probabilities that differ from row to row.
    fn soft_targets() -> Vec<f32> {
        let rows = (0..6).flat_map(|row| {
            let raw: Vec<f32> = (0..19).map(|word| (1 + (row * 5 + word * 3) % 7) as f32).collect();
            let sum: f32 = raw.iter().sum();
            raw.into_iter().map(move |value| value / sum)
        });
        rows.collect()
    }

    #[test]
    fn equals_the_composed_loss_with_its_gradient() {
        let weights = vec![1.0, -0.5, 0.0, 2.0, 0.3, 1.0];
        for (spread, weights, soft_targets) in [
            (0.1, vec![], None),
            (0.0, weights.clone(), None),
            (0.7, vec![], Some(soft_targets())),
            (0.4, weights, Some(soft_targets())),
        ] {
            compare(spread, &weights, soft_targets);
        }
    }

    fn compare(spread: f32, weights: &[f32], soft_targets: Option<Vec<f32>>) {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 3);
        let logits = Tensor::<2>::random([6, 19], Distribution::Normal(0.0, 3.0), &device).require_grad();
        let words = [0, 5, 18, 7, 7, 1];
        let targets = Targets {
            words: words.to_vec(),
            weights: weights.to_vec(),
            spread,
            soft_targets: soft_targets.map(Arc::new),
        };
        let composed = composed(logits.clone(), &targets);
        let fused = cross_entropy(logits.clone(), targets);
        let grad =
            |loss: &Tensor<1>| logits.grad(&loss.clone().narrow(0, 0, 1).backward()).unwrap().into_data();
        let (fused_grad, composed_grad) = (grad(&fused), grad(&composed));

        let tolerance = Tolerance::<f32>::absolute(1e-6);
        fused.into_data().assert_approx_eq::<f32>(&composed.into_data(), Tolerance::absolute(1e-5));
        fused_grad.assert_approx_eq::<f32>(&composed_grad, tolerance);
    }
}
