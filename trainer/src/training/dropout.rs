//! What a step leaves out of what it is shown: regions of photos and words of captions.

use burn::tensor::{Int, Tensor, TensorData};
use rand::seq::index;
use rand::{Rng, RngExt};

use crate::dataset::batch::PackedCaptions;

/// Leaves out a share of each photo's regions, others for each photo and the same number for all; one at
/// least stays.
///
/// # Shapes
/// `features`: `[photos, regions, channels]`; returns `[photos, regions left, channels]`.
pub fn drop_regions(features: Tensor<3>, share: f64, random: &mut impl Rng) -> Tensor<3> {
    let [photos, regions, channels] = features.dims();
    let left = ((regions as f64 * (1.0 - share)).round() as usize).clamp(1, regions);
    if left == regions {
        return features;
    }
    let mut places = Vec::with_capacity(photos * left);
    for photo in 0..photos {
        let mut chosen = index::sample(random, regions, left).into_vec();
        // In the order of the photo: sums over regions are then those of a photo without the others.
        chosen.sort_unstable();
        places.extend(chosen.into_iter().map(|region| (photo * regions + region) as i32));
    }
    let places = TensorData::new(places, [photos * left]);
    let places = Tensor::<1, Int>::from_data(places, &features.device());
    features.reshape([photos * regions, channels]).select(0, places).reshape([photos, left, channels])
}

/// Replaces a share of the words that go in, never a caption's first, by the unknown word.
pub fn drop_words(captions: &mut PackedCaptions, share: f64, unknown: u32, random: &mut impl Rng) {
    let first = captions.active.first().copied().unwrap_or(0);
    for word in captions.inputs.iter_mut().skip(first) {
        if random.random_bool(share) {
            *word = unknown;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn each_photo_keeps_regions_of_its_own() {
        let device = Device::flex();
        let values: Vec<f32> = (0..2 * 10 * 3).map(|value| value as f32).collect();
        let features = Tensor::<3>::from_data(TensorData::new(values, [2, 10, 3]), &device);
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let kept = drop_regions(features.clone(), 0.4, &mut random);
        assert_eq!(kept.dims(), [2, 6, 3]);
        let values = kept.into_data().try_into_vec::<f32>().unwrap();
        let mut chosen = Vec::new();
        for (place, region) in values.chunks_exact(3).enumerate() {
            let index = region[0] as usize / 3;
            assert_eq!(region, [0, 1, 2].map(|channel| (index * 3 + channel) as f32));
            assert_eq!(index / 10, place / 6, "of another photo");
            chosen.push(index % 10);
        }
        assert!(chosen[..6].is_sorted_by(|a, b| a < b) && chosen[6..].is_sorted_by(|a, b| a < b));
        assert_ne!(chosen[..6], chosen[6..]);
        assert_eq!(drop_regions(features.clone(), 0.999, &mut random).dims(), [2, 1, 3]);
        assert_eq!(drop_regions(features, 0.0, &mut random).dims(), [2, 10, 3]);
    }

    #[test]
    fn first_words_and_targets_stay() {
        let captions = [vec![vec![4; 40], vec![5; 30]]];
        let captions: Vec<&[Vec<u32>]> = captions.iter().map(Vec::as_slice).collect();
        let whole = PackedCaptions::new(&captions, 1, 2, 50);
        let mut dropped = whole.clone();
        drop_words(&mut dropped, 0.5, 3, &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(dropped.targets, whole.targets);
        assert_eq!(dropped.inputs[..2], [1, 1]);
        let unknown = dropped.inputs.iter().filter(|&&word| word == 3).count();
        assert!((20..=50).contains(&unknown), "{unknown} of 70");
        let others = dropped.inputs.iter().zip(&whole.inputs).filter(|(now, _)| **now != 3);
        assert!(others.into_iter().all(|(now, then)| now == then));
    }
}
