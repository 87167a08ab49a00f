//! Bundles of strangers: damaged with checksums that fit, and with settings out of all bounds.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{Random, Tally, run};
use crate::{root, shipped, showtell};

const FILES: [&str; 5] = ["config.json", "tokenizer.json", "labels.json", "model.safetensors", "README.md"];

/// A copy of the bundle that ships.
pub fn copy(to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in FILES.iter().chain(&["SHA256SUMS"]) {
        fs::copy(shipped().join(name), to.join(name)).unwrap();
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes the checksums fit, as a forger does: sizes and digests in the configuration, and the list.
fn forge(bundle: &Path, change: impl FnOnce(&mut Value)) {
    let read = |name: &str| fs::read(bundle.join(name)).unwrap();
    if let Ok(mut config) = serde_json::from_slice::<Value>(&read("config.json")) {
        for name in ["tokenizer.json", "labels.json", "model.safetensors"] {
            let bytes = read(name);
            config["files"][name] = json!({ "size": bytes.len(), "sha256": digest(&bytes) });
        }
        change(&mut config);
        fs::write(bundle.join("config.json"), config.to_string()).unwrap();
    }
    let list: String = FILES.iter().map(|name| format!("{}  {name}\n", digest(&read(name)))).collect();
    fs::write(bundle.join("SHA256SUMS"), list).unwrap();
}

fn caption(bundle: &Path) -> std::process::Command {
    let mut command = showtell();
    command.arg("caption").arg(root().join("assets/photos/boats.jpg")).arg("--bundle").arg(bundle);
    command
}

/// Bytes of any file changed, checksums made to fit.
pub fn mutated(tries: usize) -> Tally {
    let mut tally = Tally::new("bundles: bytes changed, checksums made to fit");
    let mut random = Random::new(1);
    for attempt in 0..tries {
        let here = TempDir::new().unwrap();
        copy(here.path());
        let path = here.path().join(FILES[random.below(FILES.len())]);
        let bytes = fs::read(&path).unwrap();
        // The weights' head, mostly: a value among millions hardly matters.
        let head = bytes.len().min(if attempt % 2 == 0 { 60_000 } else { bytes.len() });
        let new = [random.mutated(&bytes[..head]), bytes[head..].to_vec()].concat();
        fs::write(&path, new).unwrap();
        forge(here.path(), |_| ());
        tally.count(&format!("try {attempt}, {}", path.display()), &run(&mut caption(here.path())), None);
    }
    tally
}

/// Settings that ask for hours or gigabytes: refused before any compute.
pub fn settings() -> Tally {
    let mut tally =
        Tally::new("bundles: settings out of bounds (vocabulary 2^20, no-repeat 10^12 and the like)");
    let cases: [(&str, Value); 16] = [
        ("/decoding/no_repeat_ngram", json!(1_000_000_000_000_u64)),
        ("/decoding/width", json!(1000)),
        ("/decoding/max_length", json!(1000)),
        ("/decoding/width", json!(u64::MAX)),
        ("/decoding/bad_endings", json!(vec!["a"; 100_000])),
        ("/decoding/length_penalty", json!(1e300)),
        ("/model/vocabulary", json!(1 << 20)),
        ("/model/vocabulary", json!(0)),
        ("/model/decoder/hidden", json!(1 << 20)),
        ("/model/decoder/layers", json!(1 << 20)),
        ("/model/classifier", json!(65_536)),
        ("/preprocessing/side", json!(2048)),
        ("/preprocessing/std", json!([0.0, 1.0, 1.0])),
        ("/files/model.safetensors/size", json!(u64::MAX)),
        ("/files/more.bin", json!({ "size": 1, "sha256": "0".repeat(64) })),
        ("/name", json!("\u{1b}]0;x\u{7}")),
    ];
    for (place, value) in cases {
        let here = TempDir::new().unwrap();
        copy(here.path());
        forge(here.path(), |config| {
            if place == "/decoding/max_length" {
                config["decoding"]["width"] = json!(100);
            }
            if place == "/model/vocabulary" && value != json!(0) {
                config["decoding"]["width"] = json!(1000);
            }
            let (parent, key) = place.rsplit_once('/').unwrap();
            config.pointer_mut(parent).unwrap()[key] = value.clone();
        });
        let ran = run(&mut caption(here.path()));
        // A name is only shown, and a length penalty is a number.
        let taken = ran.succeeded() && !["/name", "/decoding/length_penalty"].contains(&place);
        let raw = ran.stderr.contains('\u{1b}').then(|| "an escape sequence was printed".to_owned());
        let slow = ran.fault((Duration::from_secs(2), 400_000));
        tally.count(place, &ran, taken.then(|| "taken for sound".to_owned()).or(raw).or(slow));
    }
    tally
}
