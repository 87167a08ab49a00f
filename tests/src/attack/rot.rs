//! Bit rot: what has a digest is refused when a bit of it flips, and never taken for whole.

use std::fs;

use tempfile::TempDir;

use super::{Random, Tally, bundles::copy, run};
use crate::{draw_dataset, showtell, train};

/// One bit of a bundle.
pub fn bundles(tries: usize) -> Tally {
    let mut tally = Tally::new("bit rot: one bit of a bundle");
    let mut random = Random::new(7);
    for _ in 0..tries {
        let here = TempDir::new().unwrap();
        copy(here.path());
        let name = ["config.json", "tokenizer.json", "labels.json", "model.safetensors", "README.md"]
            [random.below(5)];
        let mut bytes = fs::read(here.path().join(name)).unwrap();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        fs::write(here.path().join(name), bytes).unwrap();
        let ran = run(showtell().arg("verify").arg(here.path()));
        let taken = ran.succeeded().then(|| "taken for whole".to_owned());
        tally.count(&format!("byte {at} of {name}"), &ran, taken);
    }
    tally
}

/// One bit of a prepared data set.
pub fn shards(tries: usize) -> Tally {
    let mut tally = Tally::new("bit rot: one bit of a Parquet shard");
    let mut random = Random::new(8);
    let here = TempDir::new().unwrap();
    let (data, shards, again) =
        (here.path().join("data"), here.path().join("shards"), here.path().join("again"));
    draw_dataset(&data, 12, 4);
    let prepared = run(showtell().arg("prepare").arg("--data").arg(&data).arg("--out").arg(&shards));
    tally.count("shards are written", &prepared, (!prepared.succeeded()).then(|| "were not".to_owned()));
    let path = shards.join("train-00000-of-00001.parquet");
    let whole = fs::read(&path).unwrap();
    for _ in 0..tries {
        let mut bytes = whole.clone();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        fs::write(&path, bytes).unwrap();
        let ran = run(showtell().arg("prepare").arg("--data").arg(&shards).arg("--out").arg(&again));
        let taken = ran.succeeded().then(|| "taken for whole".to_owned());
        tally.count(&format!("byte {at}"), &ran, taken);
    }
    tally
}

/// One bit of a checkpoint, which training goes on from.
pub fn checkpoints(tries: usize) -> Tally {
    let mut tally = Tally::new("bit rot: one bit of a checkpoint, then `train --resume`");
    let mut random = Random::new(9);
    let here = TempDir::new().unwrap();
    let (data, out) = (here.path().join("data"), here.path().join("run"));
    draw_dataset(&data, 8, 2);
    let train = || {
        let mut command = train(&data, &out);
        command.args(["--epochs", "2", "--set=training.keep_checkpoints=2"]);
        command
    };
    let made = run(&mut train());
    tally.count("a run is made", &made, (!made.succeeded()).then(|| "was not".to_owned()));
    // As if it had been killed in its second epoch.
    fs::remove_dir_all(out.join("checkpoints/epoch-0002")).unwrap();
    for _ in 0..tries {
        let name = ["decoder.bpk", "optimizer.bpk", "state.json", "SHA256SUMS"][random.below(4)];
        let path = out.join("checkpoints/epoch-0001").join(name);
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        fs::write(&path, bytes).unwrap();
        let ran = run(train().arg("--resume"));
        let taken = ran.succeeded().then(|| "taken for whole".to_owned());
        tally.count(&format!("byte {at} of {name}"), &ran, taken);
        fs::write(&path, whole).unwrap();
    }
    let ran = run(train().arg("--resume"));
    tally.count("the whole one", &ran, (!ran.succeeded()).then(|| "was refused".to_owned()));
    tally
}
