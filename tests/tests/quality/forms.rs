//! Forms of decoder and encoder.

use std::fs;

use serde_json::Value;
use showtell_tests::{json_lines, showtell, stderr, succeed};

use crate::learnt::Learnt;

/// Regions that look at each other, two layers of which the first asks, layer norm, and earlier layers
/// of the encoder: each trains, is published as integers, and captions a photo as it did dev's.
#[test]
fn every_form_of_decoder_and_encoder_is_published() {
    let learnt = Learnt::data();
    let injection = |more: &str| {
        format!("decoder.injection={{form=\"attention\",region=32,attention=16,gate=false,{more}}}")
    };
    let forms = [
        ("refined", vec![injection("refine={kind=\"attention-on-attention\",heads=4}")]),
        ("top-down", vec![injection("order=\"top-down\""), "decoder.layers=2".into()]),
        ("normalised", vec!["decoder.normalisation=layer".into()]),
        ("taps", vec!["encoder={network=\"efficientnet-lite2\",taps=[\"blocks.7\",\"blocks.15\"]}".into()]),
    ];
    for (name, settings) in forms {
        let mut train = learnt.train(name);
        train.args(["--epochs", "12"]);
        for setting in &settings {
            train.args(["--set", setting]);
        }
        let _ = succeed(&mut train);
        let bundle = learnt.publish(name, "int8");
        let results = learnt.path("results.json");
        let _ = learnt.evaluate(&bundle, &["--out", results.to_str().unwrap()]);
        let results: Value = serde_json::from_slice(&fs::read(&results).unwrap()).unwrap();
        let photo = learnt.path("data/Images/000.png");
        let mut caption = showtell();
        caption.arg("caption").arg("--json").arg("--bundle").arg(&bundle).arg(photo);
        let caption = json_lines(&succeed(&mut caption)).remove(0);
        assert_eq!(caption["caption"], results[0]["caption"], "{name}");
    }
}

/// A decoder that is shown more channels than it knows says at first what it said before.
#[test]
fn a_decoder_goes_on_with_earlier_layers_beside_those_it_knows() {
    let learnt = Learnt::new();
    let taps = "encoder={network=\"efficientnet-lite2\",taps=[\"blocks.15\"]}";
    let mut wider = learnt.train("wider");
    wider.args(["--epochs", "1", "--set", taps, "--set", "training.optimizer.learning_rate=1e-9"]);
    let _ = succeed(wider.arg("--from").arg(learnt.path("run")));
    let [before, after] = ["run", "wider"].map(|run| {
        let bundle = learnt.publish(run, "f32");
        let results = learnt.path("results.json");
        let _ = learnt.evaluate(&bundle, &["--out", results.to_str().unwrap()]);
        fs::read_to_string(results).unwrap()
    });
    assert_eq!(after, before);
    // Together they speak as one, and each teaches.
    let mut publish = showtell();
    publish.arg("publish").arg(learnt.path("wider")).arg("--out").arg(learnt.path("mean"));
    let _ = succeed(publish.arg("--average").arg(learnt.path("run")));
    let mut taught = learnt.train("taught");
    taught.args(["--epochs", "1", "--set", taps, "--set", "training.distillation=0.5"]);
    taught.args(["--set", "training.label_smoothing=0", "--teacher"]).arg(learnt.path("run"));
    let _ = succeed(&mut taught);
    let mut narrower = learnt.train("narrower");
    let message = stderr(&narrower.arg("--from").arg(learnt.path("wider")).output().unwrap());
    assert!(message.contains("looks through"), "{message}");
}
