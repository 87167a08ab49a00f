//! The loss of a batch of known captions.

mod merge;
mod penalty;
mod recurrent;
pub mod rollout;
pub mod sampling;

use std::sync::Arc;

use burn::tensor::Tensor;
use burn::tensor::activation::softmax;
use showtell::decoder::Decoder;

use super::kernel::loss::{Targets, cross_entropy};
use crate::dataset::batch::PackedCaptions;

/// What regularises training.
#[derive(Debug, Clone, Default)]
pub struct Regularisation {
    /// Share of embeddings and of the last layer's input set to zero.
    pub dropout: f64,
    /// Share of the photo's encoding set to zero.
    pub image_dropout: f64,
    /// Share of each target spread over the vocabulary, or over what teachers advise.
    pub label_smoothing: f32,
    /// Weight of the doubly stochastic term.
    pub attention_penalty: f32,
}

/// Losses of a batch.
#[derive(Debug, Clone)]
pub struct Losses {
    /// `[2]`, means per word in nats: the cross-entropy with label smoothing, which has a
    /// gradient, and the plain one, which has none.
    pub words: Tensor<1>,
    /// The doubly stochastic term with its weight, `[1]`.
    pub penalty: Option<Tensor<1>>,
}

impl Losses {
    /// What training minimises, `[1]`.
    #[must_use]
    pub fn objective(&self) -> Tensor<1> {
        let words = self.words.clone().narrow(0, 0, 1);
        match &self.penalty {
            Some(penalty) => words + penalty.clone(),
            None => words,
        }
    }
}

/// What a decoder makes of known captions.
pub(super) struct Predicted {
    /// Scores of each word, `[words, vocabulary]`.
    logits: Tensor<2>,
    /// Attention at each step, `[active, regions]`; empty without attention.
    attention: Vec<Tensor<2>>,
}

fn predict(
    decoder: &Decoder,
    features: Tensor<3>,
    captions: &PackedCaptions,
    settings: &Regularisation,
) -> Predicted {
    match decoder {
        Decoder::Recurrent(decoder) => recurrent::predict(decoder, features, captions, settings),
        Decoder::Merge(decoder) => merge::predict(decoder, features, captions, settings),
    }
}

/// Losses of captions given their photos' features. `soft_targets`, where there is any, takes the place
/// of the even spread over the vocabulary: see [`Targets`].
///
/// # Shapes
/// `features`: `[photos, regions, channels]`, `soft_targets`: `[words, vocabulary]`.
pub fn losses(
    decoder: &Decoder,
    features: Tensor<3>,
    captions: &PackedCaptions,
    soft_targets: Option<Arc<Vec<f32>>>,
    settings: &Regularisation,
) -> Losses {
    let Predicted { logits, attention } = predict(decoder, features, captions, settings);
    let targets = Targets {
        words: captions.targets.clone(),
        weights: captions.weights.clone(),
        spread: settings.label_smoothing,
        soft_targets,
    };
    let penalty = (settings.attention_penalty > 0.0)
        .then(|| penalty::unevenness(attention))
        .flatten()
        .map(|uneven| uneven * settings.attention_penalty);
    Losses { words: cross_entropy(logits, targets), penalty }
}

/// Probabilities of the next word at each word of known captions, without dropout.
///
/// # Shapes
/// `features`: `[photos, regions, channels]`; returns `[words, vocabulary]`.
pub fn probabilities(decoder: &Decoder, features: Tensor<3>, captions: &PackedCaptions) -> Tensor<2> {
    softmax(predict(decoder, features, captions, &Regularisation::default()).logits, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::optimizer::OptimizerRecipe;
    use crate::testing::seeded;
    use crate::training::learner::{Learner, Shown};
    use crate::training::lesson::BatchTargets;
    use burn::tensor::{Device, Distribution, Int};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use showtell::decoder::{
        Activation, AttentionOrder, AttentionStart, CellKind, DecoderConfig, InitLayers, Injection,
        Normalisation, OutputConfig, RegionAttentionConfig, RegionAttentionKind,
    };

    const VOCABULARY: usize = 50;

    /// Each form of decoder with the regions it reads.
    fn forms() -> Vec<(DecoderConfig, usize)> {
        let activation = Activation::Tanh;
        let attention = Injection::Attention {
            region: Some(64),
            region_attention: None,
            attention: 16,
            score: Activation::Tanh,
            gate: true,
            start: AttentionStart::Mean,
            order: AttentionOrder::Before,
        };
        let bare = Injection::Attention {
            region: None,
            region_attention: None,
            attention: 16,
            score: Activation::Relu,
            gate: false,
            start: AttentionStart::Zero,
            order: AttentionOrder::Before,
        };
        let top_down = Injection::Attention {
            region: Some(32),
            region_attention: Some(RegionAttentionConfig {
                kind: RegionAttentionKind::AttentionOnAttention,
                heads: 4,
                layers: 1,
            }),
            attention: 16,
            score: Activation::Tanh,
            gate: false,
            start: AttentionStart::Mean,
            order: AttentionOrder::TopDown,
        };
        let plain = OutputConfig::Plain { inner: None, tied: false };
        let config = |cell, layers, injection, output| DecoderConfig {
            cell,
            // Large enough to learn the batch by heart; a quarter of these widths is not.
            embedding: 32,
            hidden: 64,
            layers,
            normalisation: Normalisation::None,
            injection,
            output,
        };
        use CellKind::{Gru, Lstm};
        vec![
            (config(Lstm, 1, attention, OutputConfig::Deep { tied: true }), 4),
            (
                DecoderConfig {
                    normalisation: Normalisation::Layer,
                    ..config(Lstm, 2, top_down, OutputConfig::Deep { tied: true })
                },
                4,
            ),
            (config(Gru, 2, bare, OutputConfig::Plain { inner: Some(32), tied: true }), 4),
            (config(Gru, 3, Injection::Init { activation, layers: InitLayers::All }, plain.clone()), 1),
            (config(Lstm, 1, Injection::Pre { activation }, plain.clone()), 1),
            (config(Lstm, 2, Injection::Add { activation }, plain.clone()), 1),
            (config(Lstm, 1, Injection::Merge { activation, width: 24, text: 20 }, plain), 1),
        ]
    }

    /// A seeded decoder of every form with two photos and their three captions.
    fn on_every_form(device: &Device, check: impl Fn(Decoder, Tensor<3>, PackedCaptions)) {
        for (config, regions) in forms() {
            config.validate(regions).unwrap();
            let _draws = seeded(device, 11);
            let features = Tensor::random([2, regions, 12], Distribution::Normal(0.0, 1.0), device);
            let captions = [vec![vec![4, 5, 6], vec![7, 8]], vec![vec![9, 10, 11, 12]]];
            let captions: Vec<&[Vec<u32>]> = captions.iter().map(Vec::as_slice).collect();
            let decoder = config.init(12, VOCABULARY, device);
            check(decoder, features, PackedCaptions::new(&captions, 1, 2, 10));
        }
    }

    /// Plain cross-entropy per word.
    fn value(decoder: &Decoder, features: Tensor<3>, captions: &PackedCaptions) -> f32 {
        let losses = losses(decoder, features, captions, None, &Regularisation::default());
        losses.words.into_data().try_into_vec::<f32>().unwrap()[1]
    }

    #[test]
    fn the_first_loss_is_near_that_of_a_guess() {
        on_every_form(&Device::flex().autodiff(), |decoder, features, captions| {
            let loss = value(&decoder, features, &captions);
            assert!((loss - (VOCABULARY as f32).ln()).abs() < 0.35, "{loss}");
        });
    }

    #[test]
    fn one_batch_is_learnt_by_heart() {
        on_every_form(&Device::flex().autodiff(), |decoder, features, captions| {
            let optimizer = OptimizerRecipe::Adam { learning_rate: 0.01 };
            let mut learner = Learner::new(decoder, &optimizer, Regularisation::default(), 5.0);
            let lesson = BatchTargets::from(captions.clone());
            for _ in 0..300 {
                let shown = Shown { chosen: (&[], &[]), weights: &[], answers: None };
                learner.step(features.clone(), &lesson, shown, 1.0, None).unwrap();
            }
            let loss = value(&learner.decoder, features, &captions);
            // One photo has two captions, and nothing tells which of the two will begin.
            let unavoidable = 2.0 * 2_f32.ln() / captions.words() as f32;
            assert!(loss < unavoidable + 0.02, "{loss}");
        });
    }

    /// The packed loss, with its fused kernels, is the sum of what single steps predict.
    #[test]
    fn teacher_forcing_equals_stepping() {
        let device = Device::flex();
        on_every_form(&device, |decoder, features, captions| {
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
            let packed = value(&decoder, features, &captions);
            let stepped = total / captions.words() as f32;
            assert!((packed - stepped).abs() < 1e-5, "{packed} is not {stepped}");
        });
    }

    #[test]
    fn the_attention_penalty_is_learnt_from() {
        on_every_form(&Device::flex().autodiff(), |decoder, features, captions| {
            let settings = Regularisation { attention_penalty: 2.0, ..Regularisation::default() };
            let found = losses(&decoder, features.clone(), &captions, None, &settings);
            let [_, regions, _] = features.dims();
            assert_eq!(found.penalty.is_some(), regions > 1);
            let number = |loss: Tensor<1>| loss.into_data().try_into_vec::<f32>().unwrap()[0];
            let added = number(found.objective()) - number(found.words.clone());
            let penalty = found.penalty.map_or(0.0, number);
            assert!((added - penalty).abs() < 1e-5 && (penalty > 0.0) == (regions > 1), "{added} {penalty}");
        });
    }

    #[test]
    fn the_decoder_draws_the_share_of_words_asked_for() {
        let device = Device::flex();
        let random = ChaCha8Rng::seed_from_u64(3);
        on_every_form(&device, |decoder, features, captions| {
            let Decoder::Recurrent(decoder) = decoder else { return };
            let mut random = random.clone();
            let mut inputs = |share| {
                sampling::draw_inputs(&decoder, features.clone(), &captions, share, &mut random).unwrap()
            };
            assert_eq!(inputs(0.0), captions.inputs);
            let drawn = inputs(1.0);
            let rows = captions.active[0];
            // The start token stays; an untrained decoder hardly ever guesses right.
            assert_eq!(drawn[..rows], captions.inputs[..rows]);
            let kept = drawn.iter().zip(&captions.inputs).skip(rows).filter(|(a, b)| a == b).count();
            assert!(kept <= 2, "{kept} of {}", drawn.len() - rows);
            assert!(drawn.iter().all(|&word| (word as usize) < VOCABULARY));
        });
    }
}
