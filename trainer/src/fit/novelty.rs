//! Learns where training photos lie among all pictures, for a bundle's
//! [measure of novelty](showtell::novelty).
//!
//! Principal components of the photos' places, by subspace iteration: only the strongest few of many are wanted,
//! and which of two that are as strong comes last does not matter. Crates for linear algebra bring a dozen others
//! for what is little more than a matrix product.

use anyhow::{bail, ensure};
use burn::tensor::{Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use showtell::novelty::{Novelty, place};

use crate::dataset::StoreError;

/// Far more than it takes until distances no longer change.
const ITERATIONS: usize = 40;
/// Where the search for directions begins.
const SEED: u64 = 1;

/// Learns from the features of photos, each batch `[photos, regions, channels]`, in how many directions they
/// differ most.
///
/// # Errors
/// When features are missing, or there are not more photos than directions, or not as many channels.
pub fn fit(
    batches: impl Iterator<Item = Result<Tensor<3>, StoreError>>,
    directions: usize,
) -> anyhow::Result<Novelty> {
    let (mut photos, mut sums) = (0, None);
    for features in batches {
        let places = place(features?); // [photos, channels]
        photos += places.dims()[0];
        let more = (places.clone().sum_dim(0), places.clone().transpose().matmul(places));
        sums = Some(match sums {
            None => more,
            Some((sum, products)) => (sum + more.0, products + more.1),
        });
    }
    let Some((sum, products)) = sums.filter(|_| photos > directions) else {
        bail!("{directions} directions take more than {photos} photos");
    };
    let mean: Tensor<2> = sum / photos as f32; // [1, channels]
    let spread: Tensor<2> = products / photos as f32 - mean.clone().transpose().matmul(mean.clone());
    let ([channels, _], device) = (spread.dims(), spread.device());
    ensure!(directions <= channels, "the encoder has {channels} channels, not {directions}");

    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let start = (0..channels * directions).map(|_| random.random_range(-1.0..1.0)).collect::<Vec<f32>>();
    let mut found = Tensor::from_data(TensorData::new(start, [directions, channels]), &device);
    for _ in 0..ITERATIONS {
        // Symmetric, so that rows may be multiplied from the right.
        found = perpendicular(found.matmul(spread.clone()))?;
    }
    Ok(Novelty::known(mean.squeeze_dim(0), found.transpose()))
}

/// Rows at right angles to each other and of length 1 that span what the rows span (Gram and Schmidt, modified: each
/// is taken out of all that follow at once, without which rounding adds up). A row that is none by then
/// becomes zeros.
///
/// # Shapes
/// `rows`: `[rows, columns]`, and the result.
fn perpendicular(rows: Tensor<2>) -> anyhow::Result<Tensor<2>> {
    let ([count, columns], device) = (rows.dims(), rows.device());
    let mut values = rows.try_into_vec_as::<f32>()?;
    for row in 0..count {
        let (done, rest) = values.split_at_mut((row + 1) * columns);
        let own = &mut done[row * columns..];
        let length = own.iter().map(|value| value * value).sum::<f32>().sqrt();
        let scale = if length > 1e-12 { 1.0 / length } else { 0.0 };
        own.iter_mut().for_each(|value| *value *= scale);
        for other in rest.chunks_exact_mut(columns) {
            let shared: f32 = own.iter().zip(other.iter()).map(|(own, other)| own * other).sum();
            own.iter().zip(other).for_each(|(own, other)| *other -= shared * own);
        }
    }
    Ok(Tensor::from_data(TensorData::new(values, [count, columns]), &device))
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn what_photos_differ_in_is_known_and_all_else_is_new() {
        let device = Device::flex();
        let (photos, regions, channels) = (40, 2, 6);
        // Around the first channel, differing in the second and, less, in the third.
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let values: Vec<f32> = (0..photos)
            .flat_map(|_| {
                let (second, third) = (random.random_range(-0.5..0.5), random.random_range(-0.2..0.2));
                [2.0, second, third, 0.0, 0.0, 0.0].repeat(regions)
            })
            .collect();
        let shape = [photos, regions, channels];
        let all = Tensor::<3>::from_data(TensorData::new(values, shape), &device);
        let batches = || all.clone().chunk(3, 0).into_iter().map(Ok);
        let novelty = fit(batches(), 2).unwrap();
        let distances =
            |features: Tensor<3>| novelty.distance(features).into_data().try_into_vec::<f32>().unwrap();
        assert!(distances(all.clone()).iter().all(|&distance| distance < 0.02));
        let strange = Tensor::<3>::from_floats([[[2.0, 0.0, 0.0, 0.0, 1.0, 0.0]; 2]], &device);
        assert!((distances(strange)[0] - 0.45).abs() < 0.03);
        let refused = fit(batches(), 40).unwrap_err().to_string();
        assert!(refused.contains("40 directions take more than 40 photos"), "{refused}");
    }
}
