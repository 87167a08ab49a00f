//! How far a photo lies from those that a captioner learnt from.
//!
//! A captioner speaks of whatever it is shown in the words that it has, and is no less sure of itself before a
//! goldfish than before a dog. The mean of a photo's regions, brought to length 1, is taken less the mean of the
//! training photos and less its part in the directions in which those differ most: what is left of a photo of
//! their kind is short. That is the residual of Wang et al. (ViM, CVPR 2022). Departures: no logits beside it,
//! and length 1 first, without which bright and busy pictures alone would lie far away.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

/// Where training photos lie among all pictures.
#[derive(Module, Debug)]
pub struct Novelty {
    /// Of training photos, `[channels]`.
    mean: Param<Tensor<1>>,
    /// In which training photos differ, at right angles to each other and of length 1,
    /// `[channels, directions]`.
    directions: Param<Tensor<2>>,
}

impl Novelty {
    /// No knowledge: the distance is the length of a picture's mean region, 1.
    #[must_use]
    pub fn new(channels: usize, directions: usize, device: &Device) -> Self {
        Self::known(Tensor::zeros([channels], device), Tensor::zeros([channels, directions], device))
    }

    /// From the training photos' mean and directions.
    ///
    /// # Shapes
    /// `mean`: `[channels]`; `directions`: `[channels, directions]`.
    #[must_use]
    pub fn known(mean: Tensor<1>, directions: Tensor<2>) -> Self {
        Self {
            mean: Param::from_tensor(mean).no_grad(),
            directions: Param::from_tensor(directions).no_grad(),
        }
    }

    /// How far each photo lies from those of the training set: 0 for the likest, above 1 for none but those that
    /// lie opposite.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]` to `[photos]`.
    #[must_use]
    pub fn distance(&self, features: Tensor<3>) -> Tensor<1> {
        let off = place(features) - self.mean.val().unsqueeze_dim(0);
        let directions = self.directions.val();
        let known = off.clone().matmul(directions.clone()).matmul(directions.transpose());
        let left = off - known; // [photos, channels]
        (left.clone() * left).sum_dim(1).sqrt().squeeze_dim(1)
    }
}

/// Where photos lie: the mean of their regions, at length 1.
///
/// # Shapes
/// `features`: `[photos, regions, channels]` to `[photos, channels]`.
#[must_use]
pub fn place(features: Tensor<3>) -> Tensor<2> {
    let mean = features.mean_dim(1).squeeze_dim::<2>(1); // [photos, channels]
    let length = (mean.clone() * mean.clone()).sum_dim(1).sqrt();
    // Shorter than what an encoder gives of any picture, so that nothing is divided by 0.
    mean / length.clamp_min(1e-6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_in_no_known_direction_counts() {
        let device = Device::flex();
        let mean = Tensor::<1>::from_floats([0.6, 0.0, 0.8], &device);
        let directions = Tensor::<2>::from_floats([[0.0], [1.0], [0.0]], &device);
        let novelty = Novelty::known(mean, directions);
        // Two regions whose mean is twice the known one; one that differs in the known direction alone; one that
        // differs in others; nothing at all.
        let features = Tensor::<3>::from_floats(
            [
                [[1.2, 1.0, 0.6], [1.2, -1.0, 2.6]],
                [[0.36, 0.8, 0.48], [0.36, 0.8, 0.48]],
                [[0.8, 0.0, -0.6], [0.8, 0.0, -0.6]],
                [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
            ],
            &device,
        );
        let found = novelty.distance(features).into_data().try_into_vec::<f32>().unwrap();
        for (found, expected) in found.iter().zip([0.0, 0.4, 2.0_f32.sqrt(), 1.0]) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }

    #[test]
    fn without_knowledge_every_photo_is_as_far() {
        let device = Device::flex();
        let features = Tensor::<3>::from_floats([[[3.0, 4.0]], [[-0.1, 0.0]]], &device);
        let found = Novelty::new(2, 1, &device).distance(features).into_data().try_into_vec::<f32>().unwrap();
        assert_eq!(found, [1.0, 1.0]);
    }
}
