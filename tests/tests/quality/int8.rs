//! Weights of 8 bits.

use std::fs;
use std::path::Path;

use showtell_tests::shipped;

use crate::learnt::Learnt;

#[test]
fn eight_bits_say_the_same_in_less_room() {
    let learnt = Learnt::new();
    let [half, eight] = ["f16", "int8"].map(|precision| learnt.publish("run", precision));
    let size = |bundle: &Path| fs::metadata(bundle.join("model.safetensors")).unwrap().len() as f64;
    assert!(size(&eight) < 0.66 * size(&half), "{} and {}", size(&eight), size(&half));
    let published = fs::read_dir(shipped()).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    assert!(published.sum::<u64>() < 20_000_000, "the bundle that ships");
    let results = learnt.path("half.json");
    let before = learnt.evaluate(&half, &["--out", results.to_str().unwrap()]);
    assert!(before.get("unchanged").is_none());
    let after = learnt.evaluate(&eight, &["--against", results.to_str().unwrap()]);
    assert!(after["unchanged"].as_f64().unwrap() >= 10.0 / 12.0, "{after}");
    assert!((after["bleu4"].as_f64().unwrap() - before["bleu4"].as_f64().unwrap()).abs() < 0.1);
}
