//! Teacher forcing: the loss of a batch of known captions.

use std::sync::Arc;

use burn::nn::{Dropout, DropoutConfig};
use burn::tensor::Tensor;
use showtell::decoder::{Decoder, Recurrent};

use super::kernel::attend::{Rows, attend};
use super::kernel::loss::cross_entropy;
use crate::dataset::batch::PackedCaptions;

/// What regularises training.
#[derive(Debug, Clone)]
pub struct Regularisation {
    /// Share of embeddings and of the output layer's input set to zero.
    pub dropout: f64,
    /// Share of each target spread over the vocabulary.
    pub label_smoothing: f32,
}

/// Mean loss per word of captions given their photos' features.
///
/// The photo is projected once for all its captions; the words' part of the gates is computed for
/// all steps at once; captions that have ended drop out of the batch.
///
/// # Shapes
/// `features`: `[photos, regions, channels]`. Returns `[2]`: the smoothed loss that training
/// minimises, and the plain cross-entropy, both in nats.
pub fn loss(
    decoder: &Decoder,
    features: Tensor<3>,
    captions: &PackedCaptions,
    settings: &Regularisation,
) -> Tensor<1> {
    let device = features.device();
    let [photos, _, _] = features.dims();
    let dropout: Dropout = DropoutConfig::new(settings.dropout).init();
    let memory = decoder.remember(features);
    let photo_of_row = captions.photo_tensor(&device);
    let start = decoder.begin(&memory);
    let mut recurrent = Recurrent {
        hidden: start.hidden.select(0, photo_of_row.clone()),
        cell: start.cell.select(0, photo_of_row),
    };

    let tokens = captions.input_tensor(&device).unsqueeze_dim::<2>(0); // [1, words]
    let embedded = dropout.forward(decoder.embed(tokens).squeeze_dim::<2>(0)); // [words, embedding]
    let gates = decoder.word_gates(embedded.clone()); // [words, 4 * hidden]
    let gates = gates.split_with_sizes(captions.active.clone(), 0);

    let mut hidden = Vec::with_capacity(gates.len());
    let mut contexts = Vec::with_capacity(gates.len());
    let mut rows = None;
    for (word_gates, &active) in gates.into_iter().zip(&captions.active) {
        if rows.as_ref().is_none_or(|(count, _)| *count != active) {
            rows = Some((active, Arc::new(Rows::new(&captions.photo_of_row[..active], photos))));
            recurrent.hidden = recurrent.hidden.narrow(0, 0, active);
            recurrent.cell = recurrent.cell.narrow(0, 0, active);
        }
        let Some((_, rows)) = &rows else { break };
        let next = decoder.advance(word_gates, recurrent, |query, score| attend(&memory, query, score, rows));
        hidden.push(next.recurrent.hidden.clone());
        contexts.push(next.context);
        recurrent = next.recurrent;
    }
    let hidden = Tensor::cat(hidden, 0); // [words, hidden]
    let contexts = Tensor::cat(contexts, 0); // [words, region]
    let mixed = dropout.forward(decoder.mix(hidden, contexts, embedded));
    cross_entropy(decoder.logits(mixed), captions.targets.clone(), settings.label_smoothing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::seeded;
    use crate::training::learner::Learner;
    use burn::tensor::{Device, Distribution, Int};
    use showtell::decoder::DecoderConfig;

    const VOCABULARY: usize = 50;

    /// Large enough to learn the batch by heart from each of the seeds 0 to 15; a quarter of these
    /// widths is not.
    fn toy(device: &Device) -> (Decoder, Tensor<3>, PackedCaptions) {
        let config = DecoderConfig {
            channels: 12,
            region: 64,
            embedding: 32,
            hidden: 64,
            attention: 16,
            vocabulary: VOCABULARY,
        };
        let features = Tensor::random([2, 4, 12], Distribution::Normal(0.0, 1.0), device);
        let captions = [vec![vec![4, 5, 6], vec![7, 8]], vec![vec![9, 10, 11, 12]]];
        let captions: Vec<&[Vec<u32>]> = captions.iter().map(Vec::as_slice).collect();
        (config.init(device), features, PackedCaptions::new(&captions, 1, 2, 10))
    }

    fn plain() -> Regularisation {
        Regularisation { dropout: 0.0, label_smoothing: 0.0 }
    }

    fn value(loss: Tensor<1>) -> f32 {
        loss.into_data().try_into_vec::<f32>().unwrap()[1]
    }

    #[test]
    fn the_first_loss_is_near_that_of_a_guess() {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 11);
        let (decoder, features, captions) = toy(&device);
        let loss = value(loss(&decoder, features, &captions, &plain()));
        assert!((loss - (VOCABULARY as f32).ln()).abs() < 0.1, "{loss}");
    }

    #[test]
    fn one_batch_is_learnt_by_heart() {
        let device = Device::flex().autodiff();
        let _draws = seeded(&device, 11);
        let (decoder, features, captions) = toy(&device);
        let optimizer = Learner::fresh_optimizer();
        let mut learner = Learner { decoder, optimizer, regularisation: plain(), clip_norm: 5.0 };
        for _ in 0..400 {
            learner.step(features.clone(), &captions, 0.01).unwrap();
        }
        let loss = value(loss(&learner.decoder, features, &captions, &plain()));
        // One photo has two captions, and nothing tells which of the two will begin.
        let unavoidable = 2.0 * 2_f32.ln() / captions.words() as f32;
        assert!(loss < unavoidable + 0.02, "{loss}");
    }

    /// The packed loss, with its fused kernels, is the sum of what single steps predict.
    #[test]
    fn teacher_forcing_equals_stepping() {
        let device = Device::flex();
        let _draws = seeded(&device, 11);
        let (decoder, features, captions) = toy(&device);
        let mut total = 0.0;
        for (row, &photo) in captions.photo_of_row.iter().enumerate() {
            let mut state = decoder.start(features.clone().narrow(0, photo, 1));
            let mut offset = 0;
            for &active in captions.active.iter().take_while(|&&active| row < active) {
                let input = Tensor::<1, Int>::from_ints([captions.inputs[offset + row] as i32], &device);
                let (prediction, next) = decoder.step(state, input);
                let scores = prediction.log_probabilities.into_data().try_into_vec::<f32>().unwrap();
                total -= scores[captions.targets[offset + row] as usize];
                state = next;
                offset += active;
            }
        }
        let packed = value(loss(&decoder, features, &captions, &plain()));
        let stepped = total / captions.words() as f32;
        assert!((packed - stepped).abs() < 1e-5, "{packed} is not {stepped}");
    }
}
