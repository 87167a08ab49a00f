//! Multinomial logistic regression: photos and kinds of graphics by where they lie.

use anyhow::Context;
use burn::module::Param;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::optim::{GradientsParams, LBFGSConfig, LineSearchFn};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Tensor, TensorData};
use half::f16;
use showtell::kind::KindClassifier;

/// Where pictures lie, and what they are.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// `[pictures, channels]`, as [`place`](showtell::novelty::place) has it.
    pub places: Tensor<2>,
    /// 0 for photos, then each kind.
    pub classes: Vec<usize>,
}

/// By then steps change nothing that counts.
const ITERATIONS: usize = 100;
/// Steps whose curvature is remembered.
const HISTORY: usize = 20;
/// A change of the loss, a sum over pictures, by less than this ends the search.
const TOLERANCE: f64 = 1e-3;
/// Channels that hardly differ among pictures count no more than if they had this share of the mean deviation.
const LEAST_DEVIATION: f32 = 0.05;

/// Fits a classifier for `kinds` beside photos.
///
/// Numbers are brought to mean 0 and deviation 1 first. A graphic counts once, and all photos together as much as all
/// graphics, so that neither swallow the other. `decay` is the weight of half the sum of squares of the layer's
/// weights beside the sum of the pictures' losses. The sum is convex: where it begins, and chance, have no part
/// in the outcome. Weights are rounded to float16 as a bundle has them, so that a limit measured with them holds.
///
/// # Errors
/// When the device gives no result.
pub fn fit(pictures: &Pictures, kinds: usize, decay: f32) -> anyhow::Result<KindClassifier> {
    let Pictures { places, classes } = pictures;
    let ([count, channels], plain) = (places.dims(), places.device());
    let mean = places.clone().mean_dim(0); // [1, channels]
    let off = places.clone() - mean.clone();
    let deviation = (off.clone() * off.clone()).mean_dim(0).sqrt();
    let least = deviation.clone().mean().unsqueeze::<2>() * LEAST_DEVIATION + 1e-9;
    let deviation = deviation.max_pair(least.expand([1, channels]));

    let device = plain.clone().autodiff();
    let known = |values: Tensor<2>| Tensor::<2>::from_data(values.into_data(), &device);
    let inputs = known(off / deviation.clone());
    let graphics = classes.iter().filter(|class| **class > 0).count();
    let of_photo = graphics as f32 / (count - graphics).max(1) as f32;
    // The weight of each picture in the column of its class.
    let mut targets = vec![0.0; count * (1 + kinds)];
    for (row, &class) in targets.chunks_exact_mut(1 + kinds).zip(classes) {
        row[class] = if class == 0 { of_photo } else { 1.0 };
    }
    let targets = Tensor::<2>::from_data(TensorData::new(targets, [count, 1 + kinds]), &device);

    let layer = LinearConfig::new(channels, 1 + kinds).with_initializer(Initializer::Zeros).init(&device);
    let search = LBFGSConfig::new()
        .with_max_iter(ITERATIONS)
        .with_history_size(HISTORY)
        .with_tolerance_change(TOLERANCE)
        .with_line_search_fn(LineSearchFn::StrongWolfe);
    let (layer, _) = search.init().step(1.0, layer, |layer: Linear| {
        let likely = log_softmax(layer.forward(inputs.clone()), 1) * targets.clone();
        let weight = layer.weight.val();
        let loss = (weight.clone() * weight).sum() * (decay / 2.0) - likely.sum();
        let value: f64 = loss.clone().into_scalar();
        (value, GradientsParams::from_grads(loss.backward(), &layer))
    });

    // For numbers as they are.
    let plainly = |values: Tensor<2>| Tensor::<2>::from_data(values.into_data(), &plain);
    let weight = plainly(layer.weight.val().inner()) / deviation.transpose(); // [channels, 1 + kinds]
    let bias = layer.bias.context("a layer without bias")?.val().inner();
    let bias = plainly(bias.unsqueeze_dim(0)) - mean.matmul(weight.clone());
    Ok(KindClassifier::known(Linear {
        weight: Param::from_tensor(rounded(weight)?),
        bias: Some(Param::from_tensor(rounded(bias)?.squeeze_dim(0))),
    }))
}

/// Values as float16 has them.
fn rounded(values: Tensor<2>) -> anyhow::Result<Tensor<2>> {
    let (shape, device) = (values.dims(), values.device());
    let mut values = values.try_into_vec_as::<f32>().context("the device gave no weights")?;
    values.iter_mut().for_each(|value| *value = f16::from_f32(*value).to_f32());
    Ok(Tensor::from_data(TensorData::new(values, shape), &device))
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Pictures along a channel for each class, the last of which never changes; twenty photos for each graphic.
    fn drawn(seed: u64) -> Pictures {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let classes: Vec<usize> = (0..440).map(|n| if n < 400 { 0 } else { 1 + n % 2 }).collect();
        let places = classes.iter().flat_map(|&class| {
            let mut place = [0.1, 0.1, 0.1, 0.7];
            place[..3].iter_mut().for_each(|value| *value += random.random_range(-0.08..0.08));
            place[class] += 0.3;
            place
        });
        let data = TensorData::new(places.collect::<Vec<f32>>(), [440, 4]);
        Pictures { places: Tensor::from_data(data, &Device::flex()), classes }
    }

    #[test]
    fn kinds_that_lie_apart_are_told_apart_and_from_photos() {
        let classifier = fit(&drawn(1), 2, 1.0).unwrap();
        let unseen = drawn(2);
        let found = classifier.of_places(unseen.places).try_into_vec_as::<f32>().unwrap();
        for (own, &class) in found.chunks(3).zip(&unseen.classes) {
            assert!(own[class] > 0.6, "{class}: {own:?}");
        }
        let again = fit(&drawn(1), 2, 1.0).unwrap().of_places(drawn(2).places);
        assert_eq!(again.try_into_vec_as::<f32>().unwrap(), found);
    }

    #[test]
    fn decay_makes_answers_less_sure() {
        let least = |decay| {
            let found = fit(&drawn(1), 2, decay).unwrap().of_places(drawn(1).places);
            let found = found.try_into_vec_as::<f32>().unwrap();
            found.chunks(3).zip(drawn(1).classes).map(|(own, class)| own[class]).fold(1.0, f32::min)
        };
        assert!(least(30.0) < least(1.0) && least(1.0) < least(0.01));
    }
}
