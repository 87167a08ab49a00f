//! Captions that the decoder writes itself, to learn from what they are worth.

use std::sync::Arc;

use burn::tensor::{Int, Tensor, TensorData};
use rand::Rng;
use showtell::decoder::{Decoder, Prediction, State};

use super::sampling::draw;
use crate::training::TrainingError;
use crate::training::kernel::attend::{Rows, attend};

/// How captions are written.
#[derive(Debug, Clone)]
pub struct Rollout {
    /// The token that goes in first.
    pub start: u32,
    /// The token that ends a caption.
    pub end: u32,
    /// Tokens that are never written.
    pub suppressed: Vec<u32>,
    /// The most tokens in a caption, the end token included.
    pub longest: usize,
}

/// How the next word is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// By its probability; so many captions a photo.
    Drawn(usize),
    /// The likeliest; one caption a photo.
    Likeliest,
}

impl Rollout {
    /// Writes captions of photos. Returns, for each photo, its captions as token ids, the end token
    /// included unless the length ran out.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`.
    ///
    /// # Errors
    /// When the device gives no result.
    pub fn write(
        &self,
        decoder: &Decoder,
        features: Tensor<3>,
        choice: Choice,
        random: &mut impl Rng,
    ) -> Result<Vec<Vec<Vec<u32>>>, TrainingError> {
        let [photos, _, _] = features.dims();
        let device = features.device();
        let width = match choice {
            Choice::Drawn(width) => width,
            Choice::Likeliest => 1,
        };
        let ints = |values: Vec<i32>| {
            let length = values.len();
            Tensor::<1, Int>::from_data(TensorData::new(values, [length]), &device)
        };
        let mut captions: Vec<Vec<u32>> = vec![Vec::new(); photos * width];
        let mut state = decoder.start(features);
        let mut inputs = vec![self.start as i32; photos];
        for step in 0..self.longest {
            let (prediction, next) = advance(decoder, state, ints(inputs), photos);
            let [_, vocabulary] = prediction.log_probabilities.dims();
            let mut shares = prediction
                .log_probabilities
                .exp()
                .try_into_vec_as::<f32>()
                .map_err(|_| TrainingError::Device { what: "probabilities" })?;
            for shares in shares.chunks_exact_mut(vocabulary) {
                self.suppressed.iter().for_each(|&token| shares[token as usize] = 0.0);
            }
            for (row, caption) in captions.iter_mut().enumerate() {
                if caption.last() == Some(&self.end) {
                    continue;
                }
                // At the first step a photo has a single row.
                let row = if step == 0 { row / width } else { row };
                let shares = &shares[row * vocabulary..][..vocabulary];
                caption.push(match choice {
                    Choice::Drawn(_) => draw(shares, random),
                    Choice::Likeliest => likeliest(shares),
                });
            }
            if captions.iter().all(|caption| caption.last() == Some(&self.end)) {
                break;
            }
            // Captions that have ended go on unread: rows stay grouped by photo.
            inputs = captions.iter().map(|caption| caption[caption.len() - 1] as i32).collect();
            state = match step {
                0 => next.select(ints((0..captions.len()).map(|row| (row / width) as i32).collect())),
                _ => next,
            };
        }
        let mut captions = captions.into_iter();
        Ok((0..photos).map(|_| captions.by_ref().take(width).collect()).collect())
    }
}

/// One step, attention in one pass (see [`kernel`](crate::training::kernel)).
fn advance(decoder: &Decoder, state: State, inputs: Tensor<1, Int>, photos: usize) -> (Prediction, State) {
    match (decoder, state) {
        (Decoder::Recurrent(decoder), State::Recurrent(state)) => {
            let [rows] = inputs.dims();
            let photo_of_row: Vec<usize> = (0..rows).map(|row| row / (rows / photos)).collect();
            let rows = Arc::new(Rows::new(&photo_of_row, photos));
            let (prediction, state) =
                decoder.step_through(state, inputs, |memory, query| attend(memory, query, &rows));
            (prediction, State::Recurrent(state))
        }
        (decoder, state) => decoder.step(state, inputs),
    }
}

/// The index of the largest share, the first of equals.
fn likeliest(shares: &[f32]) -> u32 {
    let best = shares.iter().enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map_or(0, |(index, _)| index as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::seeded;
    use burn::tensor::{Device, Distribution};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use showtell::decoder::{
        Activation, AttentionOrder, AttentionStart, CellKind, DecoderConfig, Injection, Normalisation,
        OutputConfig,
    };

    #[test]
    fn captions_keep_the_rules_and_follow_the_probabilities() {
        let device = Device::flex();
        let _draws = seeded(&device, 5);
        let config = DecoderConfig {
            cell: CellKind::Gru,
            embedding: 8,
            hidden: 8,
            layers: 1,
            normalisation: Normalisation::None,
            injection: Injection::Attention {
                region: None,
                region_attention: None,
                attention: 4,
                score: Activation::Tanh,
                gate: false,
                start: AttentionStart::Mean,
                order: AttentionOrder::Before,
            },
            output: OutputConfig::Plain { inner: None, tied: false },
        };
        let decoder = config.init(6, 9, &device);
        let features = Tensor::random([2, 3, 6], Distribution::Normal(0.0, 1.0), &device);
        let rollout = Rollout { start: 1, end: 2, suppressed: vec![0, 1, 3], longest: 7 };
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let drawn = rollout.write(&decoder, features.clone(), Choice::Drawn(2_000), &mut random).unwrap();
        assert_eq!((drawn.len(), drawn[0].len()), (2, 2_000));
        for caption in drawn.iter().flatten() {
            assert!((1..=7).contains(&caption.len()));
            assert!(caption.iter().all(|token| ![0, 1, 3].contains(token)));
            let ended = caption.iter().position(|&token| token == 2);
            assert!(ended.is_none_or(|place| place == caption.len() - 1), "{caption:?}");
            assert!(ended.is_some() || caption.len() == 7, "{caption:?}");
        }
        // First words come as often as the decoder says.
        let (prediction, _) =
            decoder.step(decoder.start(features.clone()), Tensor::from_ints([1, 1], &device));
        let shares = prediction.log_probabilities.exp().try_into_vec_as::<f32>().unwrap();
        let allowed: f32 = (0..9).filter(|word| ![0, 1, 3].contains(word)).map(|word| shares[word]).sum();
        for word in [2, 4, 8] {
            let count = drawn[0].iter().filter(|caption| caption[0] == word as u32).count();
            let expected = shares[word] / allowed;
            assert!((count as f32 / 2_000.0 - expected).abs() < 0.04, "{count} of 2000, not {expected}");
        }

        let best = rollout.write(&decoder, features, Choice::Likeliest, &mut random).unwrap();
        let first = |photo: usize| {
            let shares = &shares[photo * 9..][..9];
            [2, 4, 5, 6, 7, 8].into_iter().max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap() as u32
        };
        assert_eq!([best[0][0][0], best[1][0][0]], [first(0), first(1)]);
    }
}
