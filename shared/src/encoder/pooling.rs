//! Making fewer regions, or more, of a network's map.
//!
//! Both work on features, `[batch, regions, channels]`, so that features kept on disk can be pooled
//! later in any way.

use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::architecture::max_pool;

/// What is done with the regions of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// All are kept.
    #[default]
    None,
    /// One region: the mean of all.
    Mean,
    /// One region: the largest value of each channel.
    Max,
    /// The largest value of each channel in squares of so many regions a side, laid edge to edge
    /// without padding, as Keras' `MaxPooling2D`; regions that fill no square are dropped.
    Window(usize),
}

impl Pooling {
    /// Rows and columns that remain of a square map.
    #[must_use]
    pub fn side(self, map: usize) -> usize {
        match self {
            Self::None => map,
            Self::Mean | Self::Max => 1,
            Self::Window(window) => map.checked_div(window).unwrap_or(0),
        }
    }

    /// # Shapes
    /// `[batch, regions, channels]` of a square map to the same with fewer regions.
    #[must_use]
    pub fn forward(self, features: Tensor<3>) -> Tensor<3> {
        match self {
            Self::None => features,
            Self::Mean => features.mean_dim(1),
            Self::Max => features.max_dim(1),
            Self::Window(window) => regions_of(max_pool(map_of(features), window, window, 0)),
        }
    }
}

/// # Shapes
/// `[batch, channels, rows, columns]` to `[batch, regions, channels]`, regions row by row.
pub(super) fn regions_of(map: Tensor<4>) -> Tensor<3> {
    map.flatten::<3>(2, 3).swap_dims(1, 2)
}

/// # Shapes
/// `[batch, regions, channels]` of a square map to `[batch, channels, rows, columns]`.
pub(super) fn map_of(features: Tensor<3>) -> Tensor<4> {
    let [batch, regions, channels] = features.dims();
    let side = regions.isqrt();
    features.swap_dims(1, 2).reshape([batch, channels, side, side])
}

/// Averages a square map to `grid` rows and columns, up or down, as PyTorch's `AdaptiveAvgPool2d`.
///
/// # Shapes
/// `[batch, regions, channels]` of a square map to `[batch, grid * grid, channels]`.
pub(super) fn adapt(features: Tensor<3>, grid: usize) -> Tensor<3> {
    let side = features.dims()[1].isqrt();
    if side == grid {
        return features;
    }
    let shares = shares(side, grid, &features.device()); // [1, grid * grid, regions]
    shares.matmul(features)
}

/// Brings each region to mean 0 and deviation 1 over its channels: the narrow end of an inverted residual
/// is linear, its values five times as large as those of a layer that is cut off at 6.
///
/// # Shapes
/// `[batch, regions, channels]`, before and after.
pub(super) fn standardised(features: Tensor<3>) -> Tensor<3> {
    let centred = features.clone() - features.mean_dim(2);
    let deviation = centred.clone().powi_scalar(2).mean_dim(2).add_scalar(1e-5).sqrt();
    centred / deviation
}

/// What each region of the map gives to each cell of the grid, `[1, grid * grid, side * side]`: one
/// product of matrices is all that pooling takes then.
fn shares(side: usize, grid: usize, device: &Device) -> Tensor<3> {
    // Cell i covers floor(i * side / grid) up to ceil((i + 1) * side / grid).
    let span = |cell: usize| (cell * side / grid)..((cell + 1) * side).div_ceil(grid);
    let mut values = vec![0.0_f32; grid * grid * side * side];
    for (cell, row_of_values) in values.chunks_exact_mut(side * side).enumerate() {
        let (rows, columns) = (span(cell / grid), span(cell % grid));
        let share = 1.0 / (rows.len() * columns.len()) as f32;
        for row in rows {
            row_of_values[row * side..][columns.clone()].fill(share);
        }
    }
    Tensor::from_data(TensorData::new(values, [1, grid * grid, side * side]), device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Distribution;
    use burn::tensor::module::adaptive_avg_pool2d;

    fn values(tensor: Tensor<3>) -> Vec<f32> {
        tensor.into_data().try_into_vec().unwrap()
    }

    /// A map of one channel with the values 0, 1, 2...
    fn counted(side: usize) -> Tensor<3> {
        let values: Vec<f32> = (0..side * side).map(|value| value as f32).collect();
        Tensor::from_data(TensorData::new(values, [1, side * side, 1]), &Device::flex())
    }

    /// `torch.nn.AdaptiveAvgPool2d(2)(torch.arange(9.).reshape(1, 3, 3))` and the same with 3 to 4.
    #[test]
    fn grids_equal_pytorch() {
        assert_eq!(values(adapt(counted(3), 2)), [2.0, 3.0, 5.0, 6.0]);
        let up = [0.0, 0.5, 1.5, 2.0, 1.5, 2.0, 3.0, 3.5, 4.5, 5.0, 6.0, 6.5, 6.0, 6.5, 7.5, 8.0];
        assert_eq!(values(adapt(counted(3), 4)), up);
        assert_eq!(values(adapt(counted(1), 2)), [0.0; 4]);
    }

    #[test]
    fn grids_equal_burns_own_adaptive_pooling() {
        for (side, grid) in [(7, 14), (8, 5), (9, 7), (10, 1)] {
            let map = Tensor::<4>::random([2, 3, side, side], Distribution::Default, &Device::flex());
            let expected = values(regions_of(adaptive_avg_pool2d(map.clone(), [grid, grid])));
            let found = values(adapt(regions_of(map), grid));
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-6), "{side} to {grid}");
        }
    }

    #[test]
    fn pooling_keeps_what_it_says() {
        assert_eq!(values(Pooling::Mean.forward(counted(3))), [4.0]);
        assert_eq!(values(Pooling::Max.forward(counted(3))), [8.0]);
        assert_eq!(values(Pooling::Window(2).forward(counted(5))), [6.0, 8.0, 16.0, 18.0]);
        assert_eq!(Pooling::Window(5).side(8), 1);
        assert_eq!(values(Pooling::Window(5).forward(counted(8))), [36.0]);
    }
}
