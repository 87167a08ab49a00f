//! Scheduled sampling (Bengio et al. 2015): some of the words that go in are the decoder's own.

use burn::nn::DropoutConfig;
use burn::tensor::activation::softmax;
use burn::tensor::{Int, Tensor, TensorData};
use rand::{Rng, RngExt};
use showtell::decoder::recurrent::{RecurrentDecoder, top};

use super::recurrent::{Begun, Looking, begin};
use crate::dataset::batch::PackedCaptions;
use crate::training::TrainingError;

/// Replaces each input word but the first by one drawn from the decoder's prediction, with
/// probability `share`. No gradient flows through the drawing, here or in the paper, so that the
/// words can be drawn first, without dropout, and the loss computed afterwards as with any words.
///
/// # Errors
/// When the device gives no result.
pub fn draw_inputs(
    decoder: &RecurrentDecoder,
    features: Tensor<3>,
    captions: &PackedCaptions,
    share: f64,
    random: &mut impl Rng,
) -> Result<Vec<u32>, TrainingError> {
    let device = features.device();
    let none = DropoutConfig::new(0.0).init();
    let Begun { encoding, mut layers, image } = begin(decoder, features, captions, &none);
    let mut looking = Looking::new(&encoding, captions);
    let mut inputs = captions.inputs.clone();
    let mut first = 0;
    for (step, &active) in captions.active.iter().enumerate() {
        let words: Vec<i32> = inputs[first..first + active].iter().map(|&word| word as i32).collect();
        let words = Tensor::<2, Int>::from_data(TensorData::new(words, [1, active]), &device);
        let embedded = decoder.embed(words).squeeze_dim::<2>(0);
        let image = image.clone().map(|image| image.narrow(0, first, active));
        let next =
            looking.advance(decoder, decoder.word_gates(decoder.input(embedded.clone(), image)), layers);
        first += active;
        let following = captions.active.get(step + 1).copied().unwrap_or(0);
        let drawn: Vec<usize> = (0..following).filter(|_| random.random_bool(share)).collect();
        if !drawn.is_empty() {
            let mixed = decoder.mix(top(&next.layers), next.context, embedded);
            let rows = Tensor::<1, Int>::from_data(
                TensorData::new(drawn.iter().map(|&row| row as i32).collect(), [drawn.len()]),
                &device,
            );
            let shares = softmax(decoder.logits(mixed.select(0, rows)), 1);
            let [_, vocabulary] = shares.dims();
            let shares = shares
                .try_into_vec_as::<f32>()
                .map_err(|_| TrainingError::Device { what: "probabilities" })?;
            for (row, shares) in drawn.into_iter().zip(shares.chunks_exact(vocabulary)) {
                inputs[first + row] = draw(shares, random);
            }
        }
        layers = next.layers;
    }
    Ok(inputs)
}

/// Draws an index by its share.
pub(super) fn draw(shares: &[f32], random: &mut impl Rng) -> u32 {
    let mut left = random.random_range(0.0..1.0_f32) * shares.iter().sum::<f32>();
    for (index, share) in shares.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            return index as u32;
        }
    }
    // Rounding may leave a trace; what has no share is never drawn.
    shares.iter().rposition(|share| *share > 0.0).unwrap_or_default() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn draws_follow_the_shares() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut counts = [0; 3];
        for _ in 0..10_000 {
            counts[draw(&[0.2, 0.0, 0.8], &mut random) as usize] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((1_850..2_150).contains(&counts[0]), "{counts:?}");
    }
}
