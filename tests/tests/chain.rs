//! A chain of runs from one file, through the command line.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use showtell_tests::{column, draw_dataset, draw_graphics, root, shipped, showtell, stderr, succeed, tensor};

#[test]
fn a_chain_makes_a_bundle_and_goes_on_after_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 12, 4);
    draw_dataset(&path("more"), 4, 2);
    fs::copy(root().join("trainer/recipes/toy.toml"), path("toy.toml")).unwrap();
    let chain = r#"
        [[step]]
        run = "sight"
        recipe = "toy.toml"
        epochs = 1
        set = [
            "encoder=efficientnet-lite2",
            "training.views={mirrored=true}",
            "training.fine_tune={from='network.head',learning_rate=1e-2,words={least_captions=1},keep={}}",
            "sources={more=0.5}",
        ]
        [[step]]
        run = "first"
        recipe = "toy.toml"
        epochs = 6
        encoder = "sight"
        set = ["encoder=efficientnet-lite2", "sources={more={weight=0.5,captions='one'}}"]
        [[step]]
        run = "second"
        recipe = "toy.toml"
        from = "first"
        teachers = ["first"]
        encoder = "sight"
        epochs = 2
        set = ["encoder=efficientnet-lite2", "training.distillation=0.5", "training.label_smoothing=0"]
        [bundle]
        run = "first"
        average = { second = 1.0 }
        precision = "int8"
        drawings = 1
        detector = { epochs = 3, width = 4, views = { mirrored = true } }
        novelty = 3
        kinds = true
        search = { widths = [2, 3], exponents = [0.5], mbr = 1.0, word_scores = { rerank = 0.1, prior = 0.5 } }
    "#;
    let follow = |file: &str| {
        let mut command = showtell();
        command.arg("chain").arg(path(file)).arg("--data").arg(path("data")).arg("--data").arg(path("more"));
        command
            .arg("--weights")
            .arg(shipped())
            .arg("--cache")
            .arg(path("cache"))
            .arg("--out")
            .arg(path("out"));
        command
    };
    fs::write(path("chain.toml"), chain).unwrap();
    draw_graphics(&path("graphics"), 9);
    let without = stderr(&follow("chain.toml").output().unwrap());
    assert!(without.contains("chain.toml says bundle.kinds: name --graphics FILE"), "{without}");
    let follow = |file: &str| {
        let mut command = follow(file);
        command.arg("--graphics").arg(path("graphics/graphics.jsonl"));
        command
    };
    let _ = succeed(&mut follow("chain.toml"));
    let config = |name: &str| fs::read_to_string(path("out/bundle").join(name)).unwrap();
    let [whole, sums] = ["config.json", "SHA256SUMS"].map(config);
    let read: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(read["decoding"]["mbr"], 1.0, "{whole}");
    assert_eq!(
        (&read["model"]["detector"]["width"], &read["decoding"]["word_scores"]["prior"]),
        (&4.into(), &0.5.into())
    );
    assert_eq!(read["model"]["novelty"], 3, "{whole}");
    assert_eq!(read["model"]["kinds"]["names"], serde_json::json!(["bar chart", "map"]), "{whole}");
    // The classifier learnt along and speaks through its words.
    assert_eq!(read["model"]["classifier"], 1000, "{whole}");
    assert!(sums.contains("labels.json"), "{sums}");
    assert_ne!(
        tensor(&path("out/bundle"), "classifier.layer.bias"),
        tensor(&shipped(), "classifier.layer.bias")
    );
    let judged = column(&path("out/first/sources.csv"), "images");
    assert_eq!(judged[..2], [4.0, 2.0], "dev is judged source by source");
    // How far photos lie is evidence, no limit, unless one is asked for.
    assert!(read["confidence"]["distance"].is_null(), "{whole}");
    assert_eq!(read["confidence"]["caption"]["weights"].as_object().unwrap().len(), 11, "{whole}");
    let encoder = |bundle: &Path| tensor(bundle, "encoder.network.head.weight");
    let learnt = encoder(&path("out/bundle"));
    assert_eq!(learnt, encoder(&path("out/sight/published")));
    assert_ne!(learnt, encoder(&shipped()));

    let photo = path("data/Images/000.png");
    let answer =
        succeed(showtell().args(["caption", "--json", "--bundle"]).arg(path("out/bundle")).arg(&photo));
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(
        (&answer["calibrated"], answer["answer"]["text"].is_string()),
        (&true.into(), true),
        "{answer}"
    );

    // What a stop during the second run leaves behind.
    for lost in ["bundle", "second/checkpoints/epoch-0002"] {
        fs::remove_dir_all(path("out").join(lost)).unwrap();
    }
    let _ = succeed(&mut follow("chain.toml"));
    assert_eq!(config("SHA256SUMS"), sums);
    assert_eq!(column(&path("out/second/epochs.csv"), "loss").len(), 2);

    fs::write(path("wrong.toml"), chain.replace("from = \"first\"", "from = \"third\"")).unwrap();
    let message = stderr(&follow("wrong.toml").output().unwrap());
    assert!(message.contains("step.from must be an earlier run, found third"), "{message}");
    fs::write(path("kindless.toml"), chain.replace("kinds = true", "")).unwrap();
    let message = stderr(&follow("kindless.toml").output().unwrap());
    assert!(message.contains("--graphics are for a chain that says bundle.kinds = true"), "{message}");
}
