//! Additive attention in one pass; the same function as [`showtell::decoder::attention::additive`].

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Device, Int, Tensor, TensorData};
use rayon::prelude::*;
use showtell::decoder::Activation;
use showtell::decoder::attention::{Memory, Query, additive};

use super::math::{add_scaled, additive_score, additive_score_backward, dot, softmax};
use super::{contiguous, is_cpu, tensor, values};

/// Which rows look at which photo.
#[derive(Debug)]
pub struct Rows {
    /// For each photo, its rows in ascending order.
    by_photo: Vec<Vec<usize>>,
    count: usize,
}

impl Rows {
    /// Groups rows by photo; `photo_of_row[i]` is the photo that row `i` looks at.
    #[must_use]
    pub fn new(photo_of_row: &[usize], photos: usize) -> Self {
        let mut by_photo = vec![Vec::new(); photos];
        for (row, &photo) in photo_of_row.iter().enumerate() {
            by_photo[photo].push(row);
        }
        Self { by_photo, count: photo_of_row.len() }
    }

    /// The photo of each row, `[rows]`.
    fn photos(&self, device: &Device) -> Tensor<1, Int> {
        let mut photos = vec![0; self.count];
        for (photo, rows) in self.by_photo.iter().enumerate() {
            rows.iter().for_each(|&row| photos[row] = photo as i32);
        }
        Tensor::from_data(TensorData::new(photos, [self.count]), device)
    }
}

/// Additive attention for rows in any order.
///
/// # Shapes
/// Returns context `[rows, region]` and weights `[rows, regions]`.
pub fn attend(memory: &Memory, query: Query, rows: &Arc<Rows>) -> (Tensor<2>, Tensor<2>) {
    if !is_cpu(&memory.keys.device()) {
        return composed(memory, query, rows);
    }
    let Query { query, score, activation } = query;
    let [_, regions, region] = memory.values.dims();
    let packed = <Dispatch as AttendBackend>::attend(
        memory.keys.clone().into_dispatch(),
        memory.values.clone().into_dispatch(),
        query.into_dispatch(),
        score.into_dispatch(),
        Arc::clone(rows),
        activation,
    );
    let packed = Tensor::<2>::from_dispatch(packed); // [rows, region + regions]
    (packed.clone().narrow(1, 0, region), packed.narrow(1, region, regions))
}

/// The same of tensor operations: each row gets a copy of its photo's regions.
fn composed(memory: &Memory, query: Query, rows: &Rows) -> (Tensor<2>, Tensor<2>) {
    let photos = rows.photos(&memory.keys.device());
    let of_row = |regions: &Tensor<3>| regions.clone().select(0, photos.clone());
    additive(&Memory { keys: of_row(&memory.keys), values: of_row(&memory.values) }, query)
}

/// The operation as a backend sees it: context and weights side by side in one tensor.
#[backend_extension(Autodiff, Flex)]
trait AttendBackend: Backend {
    fn attend(
        keys: FloatTensor<Self>,
        memory: FloatTensor<Self>,
        query: FloatTensor<Self>,
        score: FloatTensor<Self>,
        rows: Arc<Rows>,
        activation: Activation,
    ) -> FloatTensor<Self>;
}

/// Lengths of the dimensions.
#[derive(Clone, Copy)]
struct Sizes {
    regions: usize,
    attention: usize,
    region: usize,
}

impl Sizes {
    fn of(keys: &FlexTensor, memory: &FlexTensor) -> Self {
        let (keys, memory) = (keys.shape(), memory.shape());
        Self { regions: keys[1], attention: keys[2], region: memory[2] }
    }

    /// Width of a row of the result.
    fn packed(self) -> usize {
        self.region + self.regions
    }
}

impl AttendBackend for Flex {
    fn attend(
        keys: FlexTensor,
        memory: FlexTensor,
        query: FlexTensor,
        score: FlexTensor,
        rows: Arc<Rows>,
        activation: Activation,
    ) -> FlexTensor {
        let sizes = Sizes::of(&keys, &memory);
        let (keys, memory, query, score) =
            (contiguous(&keys), contiguous(&memory), contiguous(&query), contiguous(&score));
        let (keys, memory, query, score) = (values(&keys), values(&memory), values(&query), values(&score));

        let by_photo: Vec<Vec<f32>> = rows
            .by_photo
            .par_iter()
            .enumerate()
            .map(|(photo, group)| {
                let keys =
                    &keys[photo * sizes.regions * sizes.attention..][..sizes.regions * sizes.attention];
                let memory = &memory[photo * sizes.regions * sizes.region..][..sizes.regions * sizes.region];
                let mut packed = vec![0.0; group.len() * sizes.packed()];
                for (row, out) in group.iter().zip(packed.chunks_exact_mut(sizes.packed())) {
                    let (context, weights) = out.split_at_mut(sizes.region);
                    let query = &query[row * sizes.attention..][..sizes.attention];
                    for (weight, key) in weights.iter_mut().zip(keys.chunks_exact(sizes.attention)) {
                        *weight = additive_score(key, query, score, activation);
                    }
                    softmax(weights);
                    for (weight, value) in weights.iter().zip(memory.chunks_exact(sizes.region)) {
                        add_scaled(context, *weight, value);
                    }
                }
                packed
            })
            .collect();

        let mut packed = vec![0.0; rows.count * sizes.packed()];
        for (group, results) in rows.by_photo.iter().zip(&by_photo) {
            for (row, result) in group.iter().zip(results.chunks_exact(sizes.packed())) {
                packed[row * sizes.packed()..][..sizes.packed()].copy_from_slice(result);
            }
        }
        tensor(packed, [rows.count, sizes.packed()])
    }
}

/// Inputs and result of the forward pass, needed for the gradient.
#[derive(Debug, Clone)]
struct Kept {
    keys: FlexTensor,
    memory: FlexTensor,
    query: FlexTensor,
    score: FlexTensor,
    packed: FlexTensor,
    rows: Arc<Rows>,
    activation: Activation,
}

/// What one photo adds to the gradients.
struct PhotoGrads {
    query: Vec<f32>,
    score: Vec<f32>,
}

/// Gradients of keys, memory, query and score.
/// The memory's are zeros unless `of_memory`: features that come as they are need none.
fn gradients(kept: &Kept, grad: &FlexTensor, of_memory: bool) -> [FlexTensor; 4] {
    let sizes = Sizes::of(&kept.keys, &kept.memory);
    let parts = [&kept.keys, &kept.memory, &kept.query, &kept.score, &kept.packed, grad].map(contiguous);
    let [keys, memory, query, score, packed, grad] = parts.each_ref().map(values);

    let mut keys_grad = vec![0.0; keys.len()];
    let mut memory_grad = vec![0.0; memory.len()];
    let results: Vec<PhotoGrads> = (keys_grad.par_chunks_exact_mut(sizes.regions * sizes.attention))
        .zip(memory_grad.par_chunks_exact_mut(sizes.regions * sizes.region))
        .zip(&kept.rows.by_photo)
        .enumerate()
        .map(|(photo, ((keys_grad, memory_grad), group))| {
            let keys = &keys[photo * sizes.regions * sizes.attention..][..sizes.regions * sizes.attention];
            let memory = &memory[photo * sizes.regions * sizes.region..][..sizes.regions * sizes.region];
            let mut found = PhotoGrads {
                query: vec![0.0; group.len() * sizes.attention],
                score: vec![0.0; sizes.attention],
            };
            let mut slopes = vec![0.0; sizes.regions];
            for (row, query_grad) in group.iter().zip(found.query.chunks_exact_mut(sizes.attention)) {
                let (_, weights) = packed[row * sizes.packed()..][..sizes.packed()].split_at(sizes.region);
                let (context_grad, weights_grad) =
                    grad[row * sizes.packed()..][..sizes.packed()].split_at(sizes.region);
                let query = &query[row * sizes.attention..][..sizes.attention];
                for region in 0..sizes.regions {
                    let value = &memory[region * sizes.region..][..sizes.region];
                    slopes[region] = weights_grad[region] + dot(context_grad, value);
                    if of_memory {
                        add_scaled(
                            &mut memory_grad[region * sizes.region..][..sizes.region],
                            weights[region],
                            context_grad,
                        );
                    }
                }
                // Through the softmax: weight * (slope - mean slope under the weights).
                let mean = dot(weights, &slopes);
                for region in 0..sizes.regions {
                    let at = region * sizes.attention..(region + 1) * sizes.attention;
                    additive_score_backward(
                        weights[region] * (slopes[region] - mean),
                        (&keys[at.clone()], query, score),
                        (&mut keys_grad[at], query_grad, &mut found.score),
                        kept.activation,
                    );
                }
            }
            found
        })
        .collect();

    let mut query_grad = vec![0.0; query.len()];
    let mut score_grad = vec![0.0; score.len()];
    for (group, found) in kept.rows.by_photo.iter().zip(&results) {
        for (row, found) in group.iter().zip(found.query.chunks_exact(sizes.attention)) {
            query_grad[row * sizes.attention..][..sizes.attention].copy_from_slice(found);
        }
        // In the order of photos, whichever thread was first: runs are repeatable to the bit.
        add_scaled(&mut score_grad, 1.0, &found.score);
    }
    [
        tensor(keys_grad, kept.keys.shape()),
        tensor(memory_grad, kept.memory.shape()),
        tensor(query_grad, kept.query.shape()),
        tensor(score_grad, kept.score.shape()),
    ]
}

#[derive(Debug)]
struct Attend;

impl Backward<Flex, 4> for Attend {
    type State = Kept;

    fn backward(self, ops: Ops<Kept, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<Flex>(&ops.node);
        let of_memory = ops.parents[1].is_some();
        for (parent, grad) in ops.parents.into_iter().zip(gradients(&ops.state, &grad, of_memory)) {
            if let Some(parent) = parent {
                grads.register::<Flex>(parent.id, grad);
            }
        }
    }
}

impl<C: CheckpointStrategy> AttendBackend for Autodiff<Flex, C> {
    fn attend(
        keys: FloatTensor<Self>,
        memory: FloatTensor<Self>,
        query: FloatTensor<Self>,
        score: FloatTensor<Self>,
        rows: Arc<Rows>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let prepared = Attend
            .prepare::<C>([keys.node(), memory.node(), query.node(), score.node()])
            .compute_bound()
            .stateful();
        let (keys, memory, query, score) =
            (keys.into_primitive(), memory.into_primitive(), query.into_primitive(), score.into_primitive());
        let packed = Flex::attend(
            keys.clone(),
            memory.clone(),
            query.clone(),
            score.clone(),
            Arc::clone(&rows),
            activation,
        );
        match prepared {
            OpsKind::Tracked(prepared) => {
                let kept = Kept { keys, memory, query, score, packed: packed.clone(), rows, activation };
                prepared.finish(kept, packed)
            }
            OpsKind::UnTracked(prepared) => prepared.finish(packed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::seeded;
    use burn::tensor::{Device, Distribution, Tolerance};

    /// Rows in no order.
    #[test]
    fn equals_the_composed_attention_with_its_gradients() {
        for activation in [Activation::Tanh, Activation::Relu] {
            compare(activation);
        }
    }

    fn compare(activation: Activation) {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 7);
        let random = |shape: [usize; 3]| {
            Tensor::<3>::random(shape, Distribution::Normal(0.0, 1.0), &device).require_grad()
        };
        let (keys, region_values) = (random([3, 5, 7]), random([3, 5, 4]));
        let query = Tensor::<2>::random([6, 7], Distribution::Normal(0.0, 1.0), &device).require_grad();
        let score = Tensor::<1>::random([7], Distribution::Normal(0.0, 1.0), &device).require_grad();
        let probe = Tensor::<2>::random([6, 9], Distribution::Normal(0.0, 1.0), &device);
        let memory = Memory { keys: keys.clone(), values: region_values.clone() };

        let rows = Arc::new(Rows::new(&[2, 0, 1, 1, 2, 0], 3));
        let asked = || Query { query: query.clone(), score: score.clone(), activation };
        let fused = attend(&memory, asked(), &rows);
        let composed = composed(&memory, asked(), &rows);
        let tolerance = Tolerance::<f32>::absolute(1e-5);
        let mut all = Vec::new();
        for (context, weights) in [fused, composed] {
            let packed = Tensor::cat(vec![context, weights], 1);
            let grads = (packed.clone() * probe.clone()).sum().backward();
            all.push([
                packed.into_data(),
                keys.grad(&grads).unwrap().into_data(),
                region_values.grad(&grads).unwrap().into_data(),
                query.grad(&grads).unwrap().into_data(),
                score.grad(&grads).unwrap().into_data(),
            ]);
        }
        for (fused, composed) in all[0].iter().zip(&all[1]) {
            fused.assert_approx_eq::<f32>(composed, tolerance);
        }
    }
}
