//! The detector of words.

use std::fs;

use serde_json::Value;
use showtell_tests::{showtell, stderr, succeed};

use crate::learnt::Learnt;

/// An encoder that gives an earlier layer too, which knows more of the colours that drawn photos differ in.
const COLOURFUL: &str = "encoder={network=\"efficientnet-lite2\",taps=[\"blocks.7\"]}";

/// A detector of words that learnt its photos by heart makes for better captions, does not change what is said
/// where it is not asked, and stays behind where the decoder becomes another.
#[test]
fn a_detector_of_words_speaks_for_what_photos_show() {
    let learnt = Learnt::with(&["--set", COLOURFUL]);
    let bundle = learnt.publish("run", "int8");
    let before = learnt.evaluate(&bundle, &["--beam", "8"]);
    let refused = learnt.refused(&bundle, &["--rerank", "0.1"]);
    assert!(refused.contains("word scores take a model with a detector of words"), "{refused}");

    let mut detector = showtell();
    detector.arg("detector").arg(&bundle).arg("--data").arg(learnt.path("data"));
    detector.arg("--cache").arg(learnt.path("data/cache")).args(["--mirrored", "--least-captions", "2"]);
    let printed = succeed(detector.args(["--width", "0", "--epochs", "900"]));
    assert!(printed.contains(" words, "), "{printed}");
    let config: Value = serde_json::from_slice(&fs::read(bundle.join("config.json")).unwrap()).unwrap();
    assert_eq!(config["model"]["detector"], true);
    assert!(config["decoding"]["word_scores"]["rerank"].as_f64().unwrap() > 0.0, "{config}");
    let sound = succeed(showtell().arg("verify").arg(&bundle));
    assert!(sound.contains("sound"), "{sound}");

    let score = |found: &Value, name: &str| found[name].as_f64().unwrap();
    let silent = learnt.evaluate(&bundle, &["--beam", "8", "--rerank", "0"]);
    assert_eq!(score(&silent, "cider"), score(&before, "cider"));
    let asked = learnt.evaluate(&bundle, &["--beam", "8", "--rerank", "1", "--fusion", "1", "--prior", "1"]);
    assert!(score(&asked, "cider") > score(&before, "cider"), "{before} and {asked}");
    assert_eq!(score(&asked, "hallucination"), 0.0, "{asked}");

    let mut mean = showtell();
    mean.arg("publish").arg(&bundle).arg("--out").arg(learnt.path("mean"));
    let done = mean.arg("--average").arg(learnt.path("run")).output().unwrap();
    assert!(stderr(&done).contains("the detector of words stays behind"), "{}", stderr(&done));
    let config = fs::read_to_string(learnt.path("mean/config.json")).unwrap();
    assert!(!config.contains("detector") && !config.contains("word_scores"), "{config}");
}

/// One with weights of its own does the same, and stays where the decoder becomes another: it read nothing of it.
#[test]
fn a_detector_with_weights_of_its_own_stays_with_the_encoder() {
    let learnt = Learnt::with(&["--set", COLOURFUL]);
    let bundle = learnt.publish("run", "int8");
    let before = learnt.evaluate(&bundle, &["--beam", "8"]);
    let mut detector = showtell();
    detector.args(["fit", "detector"]).arg(&bundle).arg("--data").arg(learnt.path("data"));
    detector.arg("--cache").arg(learnt.path("data/cache")).args(["--least-captions", "2"]);
    let printed = succeed(detector.args(["--width", "8", "--epochs", "300"]));
    assert!(printed.contains(" words, "), "{printed}");
    let config = |folder: &str| -> Value {
        serde_json::from_slice(&fs::read(learnt.path(folder).join("config.json")).unwrap()).unwrap()
    };
    let own = serde_json::from_slice::<Value>(&fs::read(bundle.join("config.json")).unwrap()).unwrap();
    assert_eq!(own["model"]["detector"]["width"], 8, "{own}");
    assert!(own["model"]["detector"]["words"].as_u64().unwrap() > 3, "{own}");
    let sound = succeed(showtell().arg("verify").arg(&bundle));
    assert!(sound.contains("sound"), "{sound}");
    let score = |found: &Value| found["cider"].as_f64().unwrap();
    let asked = learnt.evaluate(&bundle, &["--beam", "8", "--rerank", "1", "--fusion", "1", "--prior", "1"]);
    assert!(score(&asked) > score(&before), "{before} and {asked}");

    let mut mean = showtell();
    mean.arg("publish").arg(&bundle).arg("--out").arg(learnt.path("mean"));
    let _ = succeed(mean.arg("--average").arg(learnt.path("run")));
    assert_eq!(config("mean")["model"]["detector"], own["model"]["detector"]);
}
