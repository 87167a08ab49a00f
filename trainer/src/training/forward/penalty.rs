//! A penalty on attention that neglects regions.

use burn::tensor::Tensor;

/// The doubly stochastic term (Xu et al. 2015, equation 14): `(1 - sum of attention over the
/// sentence)^2`, the mean over captions and regions, so that its weight does not depend on their
/// numbers. Nothing without attention.
///
/// # Shapes
/// `weights`: at each step, `[active, regions]`. Returns `[1]`.
pub(super) fn unevenness(weights: Vec<Tensor<2>>) -> Option<Tensor<1>> {
    // From the last step, which has the fewest captions, to the first, which has all.
    let sums = weights.into_iter().rev().reduce(|later, now| {
        let ([fewer, regions], [more, _]) = (later.dims(), now.dims());
        let ended = Tensor::zeros([more - fewer, regions], &now.device());
        if more == fewer { now + later } else { now + Tensor::cat(vec![later, ended], 0) }
    })?;
    let missing = sums.neg() + 1.0;
    Some((missing.clone() * missing).mean())
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn even_attention_costs_nothing() {
        let device = Device::flex();
        let step = |rows: &[[f32; 2]]| {
            Tensor::<2>::from_data(TensorData::new(rows.concat(), [rows.len(), 2]), &device)
        };
        let cost = |weights| unevenness(weights).unwrap().into_scalar::<f32>();
        // Both captions look at each region once in all; the second is shorter.
        let even = vec![step(&[[1.0, 0.0], [1.0, 1.0]]), step(&[[0.0, 1.0]])];
        assert!(cost(even).abs() < 1e-6);
        // 1 - 2, 1 - 0, 1 - 0.5, 1 - 0.5: squares 1, 1, 0.25, 0.25.
        let uneven = vec![step(&[[1.0, 0.0], [0.5, 0.5]]), step(&[[1.0, 0.0]])];
        assert!((cost(uneven) - 0.625).abs() < 1e-6);
        assert!(unevenness(Vec::new()).is_none());
    }
}
