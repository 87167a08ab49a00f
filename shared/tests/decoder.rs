//! What must hold of any decoder, on untrained toy models, in milliseconds.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::{Device, Distribution, Int, Tensor};
use showtell::Vocabulary;
use showtell::beam::BeamConfig;
use showtell::captioner::{AttentionMaps, CaptionOptions, Found, search};
use showtell::decoder::{Decoder, DecoderConfig};
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

fn decoder(seed: u64, device: &Device) -> Decoder {
    device.seed(seed);
    let config = DecoderConfig {
        channels: CHANNELS,
        region: 8,
        embedding: 7,
        hidden: 9,
        attention: 5,
        vocabulary: VOCABULARY,
    };
    config.init(device)
}

fn vocabulary() -> Vocabulary {
    let words = (0..VOCABULARY - 4).map(|index| format!("w{index}"));
    Vocabulary::new([PAD, START, END, UNKNOWN].map(str::to_owned).into_iter().chain(words).collect()).unwrap()
}

fn features(photos: usize, device: &Device) -> Tensor<3> {
    Tensor::random([photos, REGIONS, CHANNELS], Distribution::Normal(0.0, 2.0), device)
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

fn found(decoder: &Decoder, features: Tensor<3>, width: usize, length_exponent: f32) -> Vec<Found> {
    let beam = BeamConfig { width, max_length: 9, length_exponent, ..BeamConfig::default() };
    let options = CaptionOptions { beam, attention: AttentionMaps::Kept };
    pollster::block_on(search(decoder, &vocabulary(), features, &options)).unwrap()
}

#[test]
fn a_step_predicts_a_distribution_over_words_and_regions() {
    let _draws = draws();
    let device = Device::flex();
    let decoder = decoder(1, &device);
    let state = decoder.start(features(3, &device));
    let (prediction, _) = decoder.step(state, tokens(&[1, 1, 1], &device));
    assert_eq!(prediction.log_probabilities.dims(), [3, VOCABULARY]);
    assert_eq!(prediction.attention.dims(), [3, REGIONS]);
    close(&values(prediction.log_probabilities.exp().sum_dim(1)), &[1.0; 3]);
    close(&values(prediction.attention.sum_dim(1)), &[1.0; 3]);
}

#[test]
fn carrying_the_state_equals_running_the_prefix_again() {
    let _draws = draws();
    let device = Device::flex();
    let decoder = decoder(2, &device);
    let features = features(2, &device);
    let sentence = [1, 5, 9, 4];
    let mut state = decoder.start(features.clone());
    for (step, token) in sentence.into_iter().enumerate() {
        let (carried, next) = decoder.step(state, tokens(&[token, token], &device));
        state = next;
        let mut again = decoder.start(features.clone());
        let mut prediction = None;
        for &token in &sentence[..=step] {
            let (next, state) = decoder.step(again, tokens(&[token, token], &device));
            (prediction, again) = (Some(next), state);
        }
        close(&values(carried.log_probabilities), &values(prediction.unwrap().log_probabilities));
    }
}

#[test]
fn beam_one_is_greedy() {
    let _draws = draws();
    let device = Device::flex();
    for seed in 0..20 {
        let decoder = decoder(seed, &device);
        let features = features(1, &device);
        let mut greedy = Vec::new();
        let mut state = decoder.start(features.clone());
        let mut last = 1;
        while greedy.len() < 9 && last != 2 {
            let (prediction, next) = decoder.step(state, tokens(&[last], &device));
            let scores = values(prediction.log_probabilities);
            // Padding, start and unknown are never produced.
            let allowed = (0..VOCABULARY).filter(|token| ![0, 1, 3].contains(token));
            last = allowed.max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap() as i32;
            greedy.push(last as u32);
            state = next;
        }
        assert_eq!(found(&decoder, features, 1, 0.7)[0].hypotheses[0].tokens, greedy);
    }
}

#[test]
fn a_wider_beam_never_scores_worse_than_greedy() {
    let _draws = draws();
    let device = Device::flex();
    for seed in 0..20 {
        let decoder = decoder(seed, &device);
        let features = features(1, &device);
        let greedy = found(&decoder, features.clone(), 1, 0.0)[0].hypotheses[0].score;
        for width in [2, 4, 8] {
            let wide = found(&decoder, features.clone(), width, 0.0)[0].hypotheses[0].score;
            assert!(wide >= greedy - 1e-5, "seed {seed}, width {width}: {wide} < {greedy}");
        }
    }
}

#[test]
fn a_batch_of_photos_equals_one_by_one() {
    let _draws = draws();
    let device = Device::flex();
    let decoder = decoder(4, &device);
    let photos = features(5, &device);
    for width in [1, 3] {
        let together = found(&decoder, photos.clone(), width, 0.7);
        for (index, together) in together.iter().enumerate() {
            let alone = found(&decoder, photos.clone().narrow(0, index, 1), width, 0.7).remove(0);
            for (a, b) in together.hypotheses.iter().zip(&alone.hypotheses) {
                assert_eq!(a.tokens, b.tokens);
                close(&a.log_probabilities, &b.log_probabilities);
            }
            for (a, b) in together.attention.iter().zip(&alone.attention) {
                close(a, b);
            }
        }
    }
}

#[test]
fn attention_is_that_of_the_best_sentence() {
    let _draws = draws();
    let device = Device::flex();
    let decoder = decoder(6, &device);
    let photo = features(1, &device);
    let best = found(&decoder, photo.clone(), 4, 0.7).remove(0);
    let mut state = decoder.start(photo);
    let mut last = 1;
    for (token, attention) in best.hypotheses[0].tokens.iter().zip(&best.attention) {
        let (prediction, next) = decoder.step(state, tokens(&[last], &device));
        close(&values(prediction.attention), attention);
        (state, last) = (next, *token as i32);
    }
}
