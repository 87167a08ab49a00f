//! What must hold of a decoder of any form, on untrained toy models, in milliseconds.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Device, Distribution, Int, Tensor};
use showtell::Vocabulary;
use showtell::beam::{BeamConfig, WordScoresConfig};
use showtell::captioner::{CaptionError, CaptionModels, CaptionOptions, SearchResult, search};
use showtell::decoder::{
    Activation, AttentionOrder, AttentionStart, CellKind, Decoder, DecoderConfig, InitLayers, Injection,
    Normalisation, OutputConfig, RegionAttentionConfig, RegionAttentionKind,
};
use showtell::detector::WordDetector;
use showtell::vocabulary::{END, PAD, START, UNKNOWN};

const VOCABULARY: usize = 23;
const REGIONS: usize = 6;
const CHANNELS: usize = 10;

/// Burn's CPU device has one random stream for the whole process. Who draws from it holds this, or
/// tests that run side by side would take each other's numbers, and fixed seeds would fix nothing.
fn draws() -> MutexGuard<'static, ()> {
    static STREAM: Mutex<()> = Mutex::new(());
    STREAM.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A decoder of every form, with the number of regions it reads.
fn forms() -> Vec<(DecoderConfig, usize)> {
    let activation = Activation::Tanh;
    let attention = |region, score, gate, start| Injection::Attention {
        region,
        region_attention: None,
        attention: 5,
        score,
        gate,
        start,
        order: AttentionOrder::Before,
    };
    let refined = |kind, order| Injection::Attention {
        region: Some(8),
        region_attention: Some(RegionAttentionConfig { kind, heads: 4, layers: 2 }),
        attention: 5,
        score: Activation::Tanh,
        gate: false,
        start: AttentionStart::Mean,
        order,
    };
    let plain = |inner, tied| OutputConfig::Plain { inner, tied };
    let config = |cell, layers, injection, output| DecoderConfig {
        cell,
        embedding: 7,
        hidden: 9,
        layers,
        normalisation: Normalisation::None,
        injection,
        output,
    };
    use CellKind::{Gru, Lstm};
    vec![
        (
            config(
                Lstm,
                1,
                attention(Some(8), Activation::Tanh, true, AttentionStart::Mean),
                OutputConfig::Deep { tied: true },
            ),
            REGIONS,
        ),
        (
            config(
                Gru,
                2,
                attention(None, Activation::Relu, false, AttentionStart::Zero),
                plain(Some(6), false),
            ),
            REGIONS,
        ),
        (
            config(
                Lstm,
                2,
                refined(RegionAttentionKind::AttentionOnAttention, AttentionOrder::TopDown),
                OutputConfig::Deep { tied: true },
            ),
            REGIONS,
        ),
        (
            DecoderConfig {
                normalisation: Normalisation::Layer,
                ..config(
                    Gru,
                    3,
                    refined(RegionAttentionKind::SelfAttention, AttentionOrder::TopDown),
                    plain(None, false),
                )
            },
            REGIONS,
        ),
        (
            DecoderConfig {
                normalisation: Normalisation::Layer,
                ..config(
                    Lstm,
                    1,
                    attention(Some(8), Activation::Tanh, true, AttentionStart::Mean),
                    plain(None, false),
                )
            },
            REGIONS,
        ),
        (config(Lstm, 2, Injection::Init { activation, layers: InitLayers::First }, plain(None, false)), 1),
        (config(Gru, 3, Injection::Init { activation, layers: InitLayers::All }, plain(Some(7), true)), 1),
        (config(Lstm, 2, Injection::Pre { activation }, plain(None, false)), 1),
        (config(Gru, 1, Injection::Add { activation }, OutputConfig::Deep { tied: false }), 1),
        (config(Lstm, 1, Injection::Merge { activation, width: 6, text: 5 }, plain(None, false)), 1),
        (config(Gru, 1, Injection::Merge { activation, width: 6, text: 5 }, plain(Some(7), true)), 1),
    ]
}

/// Runs a check on a seeded decoder of every form, with features of five photos.
fn on_every_form(seed: u64, check: impl Fn(&Decoder, Tensor<3>, &Device)) {
    let _draws = draws();
    let device = Device::flex();
    for (config, regions) in forms() {
        config.validate(regions).unwrap();
        device.seed(seed);
        let decoder = config.init(CHANNELS, VOCABULARY, &device);
        let features = Tensor::random([5, regions, CHANNELS], Distribution::Normal(0.0, 2.0), &device);
        check(&decoder, features, &device);
    }
}

fn vocabulary() -> Vocabulary {
    let words = (0..VOCABULARY - 4).map(|index| format!("w{index}"));
    Vocabulary::new([PAD, START, END, UNKNOWN].map(str::to_owned).into_iter().chain(words).collect()).unwrap()
}

fn tokens(tokens: &[i32], device: &Device) -> Tensor<1, Int> {
    Tensor::from_ints(tokens, device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn close(a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < 1e-5, "{a} is not {b}");
    }
}

fn found(decoder: &Decoder, features: Tensor<3>, width: usize, length_penalty: f32) -> Vec<SearchResult> {
    let beam = BeamConfig { width, max_length: 9, length_penalty, ..BeamConfig::default() };
    let options = CaptionOptions::new(beam);
    let voices = CaptionModels::alone(std::slice::from_ref(decoder));
    pollster::block_on(search(voices, &vocabulary(), features, &options)).unwrap()
}

#[test]
fn a_step_predicts_a_distribution_over_words_and_regions() {
    on_every_form(1, |decoder, features, device| {
        let [photos, regions, _] = features.dims();
        let (prediction, _) = decoder.step(decoder.start(features), tokens(&[1; 5], device));
        assert_eq!(prediction.log_probabilities.dims(), [photos, VOCABULARY]);
        close(&values(prediction.log_probabilities.exp().sum_dim(1)), &[1.0; 5]);
        assert_eq!(prediction.attention.is_some(), regions > 1);
        if let Some(attention) = prediction.attention {
            assert_eq!(attention.dims(), [photos, regions]);
            close(&values(attention.sum_dim(1)), &[1.0; 5]);
        }
    });
}

#[test]
fn the_photo_and_every_word_before_count() {
    on_every_form(8, |decoder, features, device| {
        let after = |features: Tensor<3>, words: &[i32]| {
            let mut state = decoder.start(features);
            let mut scores = Vec::new();
            for &word in words {
                let (prediction, next) = decoder.step(state, tokens(&[word], device));
                (state, scores) = (next, values(prediction.log_probabilities));
            }
            scores
        };
        let photo = |index| features.clone().narrow(0, index, 1);
        let differs = |a: &[f32], b: &[f32]| a.iter().zip(b).any(|(a, b)| (a - b).abs() > 1e-6);
        let usual = after(photo(0), &[1, 5, 9, 4]);
        assert!(differs(&usual, &after(photo(1), &[1, 5, 9, 4])), "the photo");
        assert!(differs(&usual, &after(photo(0), &[1, 6, 9, 4])), "an early word");
        assert!(differs(&usual, &after(photo(0), &[1, 9, 5, 4])), "the order of words");
    });
}

/// Each form says what it sees of a photo, as wide as its configuration tells, and a search with a detector
/// counts the words that it expects.
#[test]
fn a_detector_reads_what_every_form_sees() {
    let _draws = draws();
    let device = Device::flex();
    for (config, regions) in forms() {
        let decoder = config.init(CHANNELS, VOCABULARY, &device);
        let features = Tensor::random([2, regions, CHANNELS], Distribution::Normal(0.0, 2.0), &device);
        let seen = decoder.seen(&decoder.start(features.clone()));
        assert_eq!(seen.dims(), [2, config.seen(CHANNELS)]);
        let [_, width] = decoder.words().dims();
        // No photo counts, and only the last word is not certain.
        let mut usual = [30.0; VOCABULARY];
        usual[VOCABULARY - 1] = -6.0;
        let silent =
            |layer: Linear| Linear { weight: Param::from_tensor(layer.weight.val() * 0.0), bias: None };
        let detectors = [
            WordDetector::tied(config.seen(CHANNELS), width, VOCABULARY, &device),
            WordDetector::own(CHANNELS, 3, 1, VOCABULARY, &device),
        ];
        let word_scores = Some(WordScoresConfig { fusion: 10.0, ..WordScoresConfig::default() });
        let beam = BeamConfig { width: 2, max_length: 9, word_scores, ..BeamConfig::default() };
        let options = CaptionOptions::new(beam).without_attention();
        let search = |detector: Option<&WordDetector>| {
            let voices = CaptionModels { detector, ..CaptionModels::alone(std::slice::from_ref(&decoder)) };
            pollster::block_on(search(voices, &vocabulary(), features.clone(), &options))
        };
        for detector in detectors {
            let detector = detector.map_hidden(silent).with_usual(Tensor::from_floats(usual, &device));
            for found in search(Some(&detector)).unwrap() {
                let last = VOCABULARY as u32 - 1;
                assert!(found.hypotheses.iter().all(|hypothesis| !hypothesis.tokens.contains(&last)));
            }
        }
        assert!(matches!(search(None), Err(CaptionError::NoDetector)));
    }
}

#[test]
fn beam_one_is_greedy() {
    for seed in 0..5 {
        on_every_form(seed, |decoder, features, device| {
            let features = features.narrow(0, 0, 1);
            let mut greedy = Vec::new();
            let mut state = decoder.start(features.clone());
            let mut last = 1;
            while greedy.len() < 9 && last != 2 {
                let (prediction, next) = decoder.step(state, tokens(&[last], device));
                let scores = values(prediction.log_probabilities);
                // Padding, start and unknown are never produced, nor the end without a word.
                let banned: &[usize] = if greedy.is_empty() { &[0, 1, 2, 3] } else { &[0, 1, 3] };
                let allowed = (0..VOCABULARY).filter(|token| !banned.contains(token));
                last = allowed.max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap() as i32;
                greedy.push(last as u32);
                state = next;
            }
            assert_eq!(found(decoder, features, 1, 0.7)[0].hypotheses[0].tokens, greedy);
        });
    }
}

#[test]
fn a_wider_beam_never_scores_worse_than_greedy() {
    for seed in 0..5 {
        on_every_form(seed, |decoder, features, _| {
            let features = features.narrow(0, 0, 1);
            let greedy = found(decoder, features.clone(), 1, 0.0)[0].hypotheses[0].score;
            for width in [2, 4, 8] {
                let wide = found(decoder, features.clone(), width, 0.0)[0].hypotheses[0].score;
                assert!(wide >= greedy - 1e-5, "seed {seed}, width {width}: {wide} < {greedy}");
            }
        });
    }
}

#[test]
fn a_batch_of_photos_equals_one_by_one() {
    on_every_form(4, |decoder, photos, _| {
        for width in [1, 3] {
            let together = found(decoder, photos.clone(), width, 0.7);
            for (index, together) in together.iter().enumerate() {
                let alone = found(decoder, photos.clone().narrow(0, index, 1), width, 0.7).remove(0);
                for (a, b) in together.hypotheses.iter().zip(&alone.hypotheses) {
                    assert_eq!(a.tokens, b.tokens);
                    close(&a.log_probabilities, &b.log_probabilities);
                }
                for (a, b) in together.attention.iter().zip(&alone.attention) {
                    close(a, b);
                }
            }
        }
    });
}

#[test]
fn attention_is_that_of_the_best_sentence() {
    on_every_form(6, |decoder, features, device| {
        let photo = features.narrow(0, 0, 1);
        let best = found(decoder, photo.clone(), 4, 0.7).remove(0);
        assert_eq!(best.attention.len(), best.hypotheses[0].tokens.len());
        let mut state = decoder.start(photo);
        let mut last = 1;
        for (token, attention) in best.hypotheses[0].tokens.iter().zip(&best.attention) {
            let (prediction, next) = decoder.step(state, tokens(&[last], device));
            close(&prediction.attention.map(values).unwrap_or_default(), attention);
            (state, last) = (next, *token as i32);
        }
    });
}
