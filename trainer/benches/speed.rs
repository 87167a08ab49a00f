//! Speed of training and captioning at the size that ships, on data made up here.
//!
//! `cargo bench --bench speed`; divide 160 captions by the time of a training step.

#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::path::PathBuf;

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Distribution, Tensor};
use criterion::{Criterion, criterion_group, criterion_main};
use image::{Rgb, RgbImage};
use showtell::captioner::Captioner;
use showtell::encoder::{Convolve, EncoderConfig, Network};
use showtell_trainer::dataset::batch::PackedCaptions;
use showtell_trainer::job::bundle::read;
use showtell_trainer::recipe::Recipe;
use showtell_trainer::training::forward::Regularisation;
use showtell_trainer::training::kernel::convolve::convolve;
use showtell_trainer::training::learner::{Learner, Shown};
use showtell_trainer::training::lesson::BatchTargets;

/// Words of the shipped vocabulary, about.
const VOCABULARY: usize = 2920;
/// Words in a Flickr8k caption: between 6 and 16, 11 on average.
const LENGTHS: [usize; 5] = [6, 9, 11, 13, 16];

/// The crate's folder as cargo says it now.
fn here() -> PathBuf {
    std::env::var("CARGO_MANIFEST_DIR").unwrap().into()
}

fn recipe() -> Recipe {
    Recipe::read(&here().join("recipes/flickr8k.toml")).unwrap()
}

fn training_step(bench: &mut Criterion) {
    let recipe = recipe();
    let device = Device::flex().autodiff();
    device.seed(1);
    let decoder = recipe.decoder.init(recipe.encoder.channels(), VOCABULARY, &device);
    let regularisation = Regularisation {
        dropout: recipe.training.dropout,
        label_smoothing: recipe.training.label_smoothing,
        ..Regularisation::default()
    };
    let mut learner =
        Learner::new(decoder, &recipe.training.optimizer, regularisation, recipe.training.clip_norm);
    let caption = |photo: usize, length: usize| {
        (0..length).map(|word| (4 + (photo * 31 + word * 7) % 2900) as u32).collect()
    };
    let captions: Vec<Vec<Vec<u32>>> =
        (0..32).map(|photo| LENGTHS.iter().map(|&length| caption(photo, length)).collect()).collect();
    let slices: Vec<&[Vec<u32>]> = captions.iter().map(Vec::as_slice).collect();
    let lesson = BatchTargets::from(PackedCaptions::new(&slices, 1, 2, recipe.text.max_words));
    let features = Tensor::<3>::random([32, 81, 1280], Distribution::Uniform(0.0, 1.0), &device);

    let mut group = bench.benchmark_group("training");
    group.sample_size(10);
    group.bench_function("step of 32 photos with 5 captions each", |bench| {
        let shown = || Shown { chosen: (&[], &[]), weights: &[], answers: None };
        bench.iter(|| learner.step(features.clone(), &lesson, shown(), 1e-4, None).unwrap());
    });
}

/// The gradient of an encoder's last blocks, with the backend's convolutions and with our own.
fn fine_tuning(bench: &mut Criterion) {
    let device = Device::flex().autodiff();
    device.seed(1);
    let config = EncoderConfig::new(Network::EfficientNetLite2);
    let front = config.before("network.blocks.15").unwrap();
    let encoder = config.init(&device.clone().inner()).train();
    let shape = [32, front.regions(), front.channels()];
    let features = Tensor::<3>::random(shape, Distribution::Normal(0.0, 1.0), &device);

    let mut group = bench.benchmark_group("fine-tuning from blocks.15");
    group.sample_size(10);
    let ways: [(&str, Convolve); 2] = [("our convolutions", convolve), ("the backend's", Conv2d::forward)];
    for (name, convolve) in ways {
        group.bench_function(format!("32 photos, {name}"), |bench| {
            bench.iter(|| encoder.after(&front, features.clone(), convolve).unwrap().sum().backward());
        });
    }
}

fn captioning(bench: &mut Criterion) {
    let folder = here().join("../assets/showtell-everyday");
    let captioner = Captioner::new(&read(&folder).unwrap(), &Device::flex()).unwrap();
    let photo =
        RgbImage::from_fn(1600, 1200, |x, y| Rgb([(x / 8) as u8, (y / 8) as u8, ((x + y) / 16) as u8]));
    let features = captioner.encode(&[&photo]);

    let mut group = bench.benchmark_group("captioning");
    group.sample_size(20);
    group.bench_function("encode a 1600x1200 photo", |bench| {
        bench.iter(|| captioner.encode(&[&photo]).into_data())
    });
    group.bench_function("decode a caption", |bench| {
        bench.iter(|| {
            showtell::block_on(captioner.caption_features(features.clone(), captioner.defaults())).unwrap()
        });
    });
    group.bench_function("caption a 1600x1200 photo", |bench| {
        bench.iter(|| captioner.caption_blocking(&photo).unwrap());
    });
}

criterion_group!(benches, training_step, fine_tuning, captioning);
criterion_main!(benches);
