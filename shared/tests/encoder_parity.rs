//! Encoders against the reference implementation; fixtures made by `data/encoder.py` and
//! `data/networks.py`.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::PathBuf;

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::Value;
use showtell::bundle::tensors::{TensorValues, Tensors, read_safetensors};
use showtell::bundle::{Bundle, NEEDED, OPTIONAL};
use showtell::encoder::{EncoderConfig, Network};
use showtell::{Captioner, preprocess};

/// The crate's folder as cargo says it now: a build folder may be shared by several clones.
fn here() -> PathBuf {
    std::env::var("CARGO_MANIFEST_DIR").unwrap().into()
}

fn fixture(name: &str) -> PathBuf {
    here().join("tests/data").join(name)
}

fn expected(file: &str, tensor: &str) -> TensorValues {
    read_safetensors(&fs::read(fixture(file)).unwrap()).unwrap().remove(tensor).unwrap()
}

/// Largest difference over largest value; the fixtures keep every sixteenth channel.
fn relative_difference(features: Tensor<3>, expected: &TensorValues) -> f32 {
    let [batch, regions, channels] = features.dims();
    assert_eq!((batch, vec![regions, channels.div_ceil(16)]), (1, expected.shape.clone()));
    let found = features.into_data().try_into_vec::<f32>().unwrap();
    let found = found.chunks_exact(channels).flat_map(|region| region.iter().step_by(16));
    let largest = expected.values.iter().fold(0.0_f32, |max, value| max.max(value.abs()));
    let difference = found.zip(&expected.values).fold(0.0_f32, |max, (a, b)| max.max((a - b).abs()));
    difference / largest
}

/// The fixture's formula: uniform in [-0.5, 0.5).
fn noise(count: usize, seed: u64) -> impl Iterator<Item = f64> {
    (0..count as u64).map(move |index| {
        let mut hashed = (index + seed * 7919).wrapping_mul(2_654_435_761) & 0xFFFF_FFFF;
        hashed ^= hashed >> 15;
        hashed = hashed.wrapping_mul(2_246_822_519) & 0xFFFF_FFFF;
        hashed as f64 / 2_f64.powi(32) - 0.5
    })
}

fn seeded(name: &str, shape: Vec<usize>, seed: u64) -> TensorValues {
    let size = shape.iter().product();
    let fan_in: usize = shape.iter().skip(1).product();
    let positive = name.ends_with("running_var") || (name.ends_with(".weight") && shape.len() == 1);
    let values = noise(size, seed).map(|value| {
        let value = match shape.len() {
            _ if positive => 1.0 + value,
            4 => value * 4.0 / (fan_in as f64).sqrt(),
            _ => value,
        };
        value as f32
    });
    TensorValues { values: values.collect(), shape }
}

/// Seeded weights for tensors in the reference's order.
fn weights(shapes: Vec<(String, Vec<usize>)>) -> Tensors {
    let numbered = shapes.into_iter().zip(0..);
    numbered.map(|((name, shape), seed)| (name.clone(), seeded(&name, shape, seed))).collect()
}

/// Reads the compact list of `networks.py`.
fn listed(network: Network) -> Vec<(String, Vec<usize>)> {
    let list = fs::read(fixture(&format!("{network}_seeded.json"))).unwrap();
    let entries: Vec<Vec<Value>> = serde_json::from_slice(&list).unwrap();
    let mut shapes = Vec::new();
    for entry in entries {
        let name = entry[0].as_str().unwrap();
        let mut part = |part: &str, shape: &[usize]| shapes.push((format!("{name}.{part}"), shape.to_vec()));
        if let Some(channels) = entry[1].as_u64() {
            for norm in ["weight", "bias", "running_mean", "running_var"] {
                part(norm, &[channels as usize]);
            }
        } else {
            let shape: Vec<usize> = serde_json::from_value(entry[1].clone()).unwrap();
            part("weight", &shape);
            if entry.len() == 3 {
                part("bias", &shape[..1]);
            }
        }
    }
    shapes
}

/// The formula's image.
fn image(side: usize, device: &Device) -> Tensor<4> {
    let values: Vec<f32> = noise(3 * side * side, 1000).map(|value| value as f32 * 2.0).collect();
    Tensor::from_data(TensorData::new(values, [1, 3, side, side]), device)
}

/// Holds layers of a network to the reference, each on an image of its own side.
fn equals_the_reference(network: Network, layers: &[(&str, usize)]) {
    let device = Device::flex();
    let tensors = weights(listed(network));
    for &(layer, side) in layers {
        let config = EncoderConfig::new(network).with_layer(layer).with_side(side);
        config.validate().unwrap();
        let encoder = config.load_published(tensors.clone(), &device).unwrap();
        let features = encoder.forward(image(side, &device));
        assert_eq!(features.dims(), [1, config.regions(), config.channels()]);
        let file = format!("{network}_seeded.safetensors");
        let difference = relative_difference(features, &expected(&file, layer));
        println!("{network} {layer}, seeded weights: largest relative difference {difference:.1e}");
        assert!(difference < 1e-4, "{difference}");
    }
}

#[test]
fn inception_v3_equals_the_reference() {
    let layers = [("mixed_5d", 107), ("mixed_6e", 107), ("mixed_7c", 107)];
    equals_the_reference(Network::InceptionV3, &layers);
}

#[test]
fn vgg16_equals_the_reference() {
    equals_the_reference(Network::Vgg16, &[("conv5_3", 64), ("pool5", 64), ("fc1", 224), ("fc2", 224)]);
}

#[test]
fn resnets_equal_the_reference() {
    equals_the_reference(Network::ResNet18, &[("layer3", 64), ("layer4", 64)]);
    equals_the_reference(Network::ResNet50, &[("layer3", 64), ("layer4", 64)]);
    equals_the_reference(Network::ResNet101, &[("layer4", 64)]);
    equals_the_reference(Network::ResNet152, &[("layer4", 64)]);
}

#[test]
fn xception_equals_the_reference() {
    equals_the_reference(Network::Xception, &[("block11", 64), ("conv4", 64)]);
}

/// The reference is timm's.
#[test]
fn lite0_equals_timm() {
    equals_the_reference(Network::EfficientNetLite0, &[("head", 64)]);
}

#[test]
fn lite0_equals_the_reference() {
    let device = Device::flex();
    let shapes = serde_json::from_slice(&fs::read(fixture("lite0_seeded.json")).unwrap()).unwrap();
    let config = EncoderConfig::new(Network::EfficientNetLite0);
    let encoder = config.load_published(weights(shapes), &device).unwrap();
    let features = encoder.forward(image(64, &device));
    let difference = relative_difference(features, &expected("lite0_seeded.safetensors", "features"));
    println!("efficientnet-lite0, seeded weights: largest relative difference {difference:.1e}");
    assert!(difference < 1e-4, "{difference}");
}

/// A bundle keeps rounded weights with batch norm folded, and the reference ran with the same.
#[test]
fn lite2_of_the_shipped_bundle_equals_the_reference_on_a_photo() {
    let folder = here().join("../assets/showtell-everyday");
    let names = NEEDED.into_iter().chain(OPTIONAL);
    let files = names.filter_map(|name| Some((name.to_owned(), fs::read(folder.join(name)).ok()?)));
    let bundle = Bundle::from_files(files.collect()).unwrap();
    let captioner = Captioner::new(&bundle, &Device::flex()).unwrap();

    let photo = preprocess::decode(&fs::read(fixture("chelsea_260.png")).unwrap()).unwrap();
    let features = captioner.encode(&[&photo]);
    assert_eq!(features.dims(), [1, 81, 1280 + 88 + 208]);
    // Those of earlier layers lie after the last layer's.
    let (features, beside) = (features.clone().narrow(2, 0, 1280), features.narrow(2, 1280, 88 + 208));
    let file = "lite2_chelsea.safetensors";
    let beside = relative_difference(beside, &expected(file, "beside"));
    println!("its blocks 7 and 15: {beside:.1e}");
    assert!(beside < 1e-3, "{beside}");
    let difference = relative_difference(features, &expected(file, "features"));
    println!("EfficientNet-Lite2, weights as shipped: largest relative difference {difference:.1e}");
    assert!(difference < 1e-3, "{difference}");
}
