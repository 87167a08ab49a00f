//! Depthwise convolution: a filter for each channel, with hand-written gradients.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::math::{add_scaled, dot};
use super::{contiguous, tensor, values};

/// Convolves square maps with a filter for each channel, padded so that a stride of 1 keeps their size; the
/// odd pixel goes to the bottom and the right.
///
/// # Shapes
/// `input`: `[batch, channels, side, side]`, `filters`: `[channels, 1, kernel, kernel]`; returns
/// `[batch, channels, side / stride, side / stride]`, rounded up.
pub fn depthwise(input: Tensor<4>, filters: Tensor<4>, stride: usize) -> Tensor<4> {
    let output =
        <Dispatch as DepthwiseBackend>::depthwise(input.into_dispatch(), filters.into_dispatch(), stride);
    Tensor::from_dispatch(output)
}

#[backend_extension(Autodiff, Flex)]
trait DepthwiseBackend: Backend {
    fn depthwise(input: FloatTensor<Self>, filters: FloatTensor<Self>, stride: usize) -> FloatTensor<Self>;
}

/// Lengths, in pixels.
///
/// A map lies in a buffer that has the padding around it, row after row. At every place of the buffer where a
/// filter's first weight can stand, its other weights stand at the same distances: one weight times a run of
/// the buffer is what it adds to all of the map, and to some places between two rows that nobody reads.
#[derive(Debug, Clone, Copy)]
struct Lengths {
    channels: usize,
    side: usize,
    kernel: usize,
    stride: usize,
    /// Of the result.
    out: usize,
    /// Padding at the top and the left.
    before: usize,
    /// Side of the buffer.
    padded: usize,
}

impl Lengths {
    fn of(input: &FlexTensor, filters: &FlexTensor, stride: usize) -> Self {
        let (input, filters) = (input.shape(), filters.shape());
        let (channels, side, kernel) = (input[1], input[2], filters[2]);
        let out = side.div_ceil(stride);
        let padding = ((out - 1) * stride + kernel).saturating_sub(side);
        Self { channels, side, kernel, stride, out, before: padding / 2, padded: side + padding }
    }

    /// Places of the buffer at which a filter's first weight can stand.
    fn places(self) -> usize {
        (self.padded - self.kernel) * (self.padded + 1) + 1
    }

    /// How far each weight stands behind the first.
    fn distances(self) -> impl Iterator<Item = usize> {
        (0..self.kernel).flat_map(move |row| (0..self.kernel).map(move |column| row * self.padded + column))
    }

    /// For each pixel of the result, row by row, the place of the buffer where the filter stands.
    fn seats(self) -> impl Iterator<Item = usize> {
        (0..self.out)
            .flat_map(move |row| (0..self.out).map(move |column| (row * self.padded + column) * self.stride))
    }

    /// Puts a map into the buffer, whose padding is zero and stays so.
    fn fill(self, buffer: &mut [f32], map: &[f32]) {
        for (to, from) in self.rows(buffer).zip(map.chunks_exact(self.side)) {
            to.copy_from_slice(from);
        }
    }

    /// The rows of the map in the buffer.
    fn rows(self, buffer: &mut [f32]) -> impl Iterator<Item = &mut [f32]> {
        let rows = buffer.chunks_exact_mut(self.padded).skip(self.before).take(self.side);
        rows.map(move |row| &mut row[self.before..self.before + self.side])
    }

    /// Zeros for a buffer.
    fn buffer(self) -> Vec<f32> {
        vec![0.0; self.padded * self.padded]
    }
}

impl DepthwiseBackend for Flex {
    fn depthwise(input: FlexTensor, filters: FlexTensor, stride: usize) -> FlexTensor {
        let lengths = Lengths::of(&input, &filters, stride);
        let batch = input.shape()[0];
        let [input, filters] = [&input, &filters].map(contiguous);
        let [input, filters] = [&input, &filters].map(values);
        let filters: Vec<&[f32]> = filters.chunks_exact(lengths.kernel * lengths.kernel).collect();

        let area = lengths.out * lengths.out;
        let mut output = vec![0.0; batch * lengths.channels * area];
        (output.par_chunks_exact_mut(area).zip(input.par_chunks_exact(lengths.side * lengths.side)))
            .enumerate()
            .for_each_init(
                || (lengths.buffer(), vec![0.0; lengths.places()]),
                |(buffer, sums), (map, (output, input))| {
                    lengths.fill(buffer, input);
                    sums.fill(0.0);
                    for (weight, distance) in filters[map % lengths.channels].iter().zip(lengths.distances())
                    {
                        let run = &buffer[distance..distance + sums.len()];
                        add_scaled(sums, *weight, run);
                    }
                    for (output, seat) in output.iter_mut().zip(lengths.seats()) {
                        *output = sums[seat];
                    }
                },
            );
        tensor(output, [batch, lengths.channels, lengths.out, lengths.out])
    }
}

/// Inputs of the forward pass, needed for the gradient.
#[derive(Debug, Clone)]
struct Kept {
    input: FlexTensor,
    filters: FlexTensor,
    stride: usize,
}

/// The gradient of the input.
fn input_gradient(kept: &Kept, grad: &FlexTensor) -> FlexTensor {
    let lengths = Lengths::of(&kept.input, &kept.filters, kept.stride);
    let [filters, grad] = [&kept.filters, grad].map(contiguous);
    let [filters, grad] = [&filters, &grad].map(values);
    let filters: Vec<&[f32]> = filters.chunks_exact(lengths.kernel * lengths.kernel).collect();
    let mut found = vec![0.0; kept.input.shape().num_elements()];
    (found.par_chunks_exact_mut(lengths.side * lengths.side))
        .zip(grad.par_chunks_exact(lengths.out * lengths.out))
        .enumerate()
        .for_each_init(
            || (lengths.buffer(), vec![0.0; lengths.places()]),
            |(buffer, seated), (map, (found, grad))| {
                buffer.fill(0.0);
                // Between seats it stays zero.
                for (grad, seat) in grad.iter().zip(lengths.seats()) {
                    seated[seat] = *grad;
                }
                for (weight, distance) in filters[map % lengths.channels].iter().zip(lengths.distances()) {
                    add_scaled(&mut buffer[distance..distance + seated.len()], *weight, seated);
                }
                for (to, from) in found.chunks_exact_mut(lengths.side).zip(lengths.rows(buffer)) {
                    to.copy_from_slice(from);
                }
            },
        );
    tensor(found, kept.input.shape())
}

/// The gradient of the filters. Each adds up over the batch in its order: runs are repeatable to the bit.
fn filter_gradient(kept: &Kept, grad: &FlexTensor) -> FlexTensor {
    let lengths = Lengths::of(&kept.input, &kept.filters, kept.stride);
    let [input, grad] = [&kept.input, grad].map(contiguous);
    let [input, grad] = [&input, &grad].map(values);
    let (area, out_area) = (lengths.side * lengths.side, lengths.out * lengths.out);
    let mut found = vec![0.0; kept.filters.shape().num_elements()];
    found.par_chunks_exact_mut(lengths.kernel * lengths.kernel).enumerate().for_each_init(
        || (lengths.buffer(), vec![0.0; lengths.places()]),
        |(buffer, seated), (channel, found)| {
            let maps = input.chunks_exact(area).zip(grad.chunks_exact(out_area));
            for (input, grad) in maps.skip(channel).step_by(lengths.channels) {
                lengths.fill(buffer, input);
                for (grad, seat) in grad.iter().zip(lengths.seats()) {
                    seated[seat] = *grad;
                }
                for (found, distance) in found.iter_mut().zip(lengths.distances()) {
                    *found += dot(&buffer[distance..distance + seated.len()], seated);
                }
            }
        },
    );
    tensor(found, kept.filters.shape())
}

#[derive(Debug)]
struct Depthwise;

impl Backward<Flex, 2> for Depthwise {
    type State = Kept;

    fn backward(self, ops: Ops<Kept, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let grad = grads.consume::<Flex>(&ops.node);
        let [input, filters] = ops.parents;
        if let Some(input) = input {
            grads.register::<Flex>(input.id, input_gradient(&ops.state, &grad));
        }
        if let Some(filters) = filters {
            grads.register::<Flex>(filters.id, filter_gradient(&ops.state, &grad));
        }
    }
}

impl<C: CheckpointStrategy> DepthwiseBackend for Autodiff<Flex, C> {
    fn depthwise(input: FloatTensor<Self>, filters: FloatTensor<Self>, stride: usize) -> FloatTensor<Self> {
        let prepared = Depthwise.prepare::<C>([input.node(), filters.node()]).compute_bound().stateful();
        let (input, filters) = (input.into_primitive(), filters.into_primitive());
        let output = Flex::depthwise(input.clone(), filters.clone(), stride);
        match prepared {
            OpsKind::Tracked(prepared) => prepared.finish(Kept { input, filters, stride }, output),
            OpsKind::UnTracked(prepared) => prepared.finish(output),
        }
    }
}
