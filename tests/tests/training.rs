//! The trainer's whole line on a handful of drawn pictures.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use showtell_tests::{draw_dataset, json_lines, showtell, stderr, succeed, train};

#[test]
fn prepare_train_publish_verify_evaluate_caption() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("raw"), 12, 4);
    fs::remove_file(path("raw/Images/003.png")).unwrap();

    let prepared = showtell()
        .arg("prepare")
        .arg("--data")
        .arg(path("raw"))
        .arg("--out")
        .arg(path("data"))
        .output()
        .unwrap();
    assert!(stderr(&prepared).contains("1 photos named but not found: 003.png"), "{}", stderr(&prepared));
    let counts = String::from_utf8(prepared.stdout).unwrap();
    assert!(
        counts.contains("train: 11 photos, 22 captions") && counts.contains("dev: 4 photos, 8 captions"),
        "{counts}"
    );

    // Earlier layers know more of colours.
    let seen = "encoder={network=\"efficientnet-lite2\",taps=[\"blocks.7\"]}";
    let done = succeed(train(&path("data"), &path("run")).args(["--set", seen]));
    assert!(done.starts_with("100 epochs, best on dev: epoch"), "{done}");
    for file in ["recipe.toml", "tokenizer.json", "steps.csv", "epochs.csv", "curve.svg"] {
        assert!(path("run").join(file).is_file(), "{file}");
    }
    let again = train(&path("data"), &path("run")).output().unwrap();
    assert!(stderr(&again).contains("already holds a run"), "{}", stderr(&again));

    let _ = succeed(showtell().arg("publish").arg(path("run")).arg("--out").arg(path("bundle")));
    let sound = succeed(showtell().arg("verify").arg(path("bundle")));
    assert!(sound.contains("sound"), "{sound}");

    let mut evaluate = showtell();
    evaluate.arg("evaluate").arg("--bundle").arg(path("bundle")).arg("--data").arg(path("data"));
    evaluate.args(["--split", "train", "--json", "--out"]).arg(path("results.json"));
    let scores = &json_lines(&succeed(evaluate.arg("--cache").arg(path("data/cache"))))[0];
    assert_eq!(scores["images"], 11);
    assert!(scores["bleu1"].as_f64().unwrap() > 0.6, "{scores}");
    assert!(scores["bleu4"].as_f64().unwrap() <= scores["bleu1"].as_f64().unwrap());
    assert!(scores["rouge_l"].as_f64().unwrap() > 0.6, "{scores}");
    assert!(scores["cider"].as_f64().unwrap() > 1.0, "{scores}");
    let results: serde_json::Value =
        serde_json::from_slice(&fs::read(path("results.json")).unwrap()).unwrap();
    assert_eq!(results.as_array().unwrap().len(), 11);
    assert_eq!(results[0]["image_id"], "000.png");

    let mut evaluate = showtell();
    evaluate.arg("evaluate").arg("--bundle").arg(path("bundle")).arg("--data").arg(path("data"));
    evaluate.arg("--cache").arg(path("data/cache")).args(["--split", "train", "--beam", "2"]);
    evaluate.arg("--report").arg(path("report")).arg("--run").arg(path("run"));
    let printed = succeed(&mut evaluate);
    assert!(printed.contains("ROUGE-L") && printed.contains("CIDEr-D"), "{printed}");
    let report = fs::read_to_string(path("report/index.html")).unwrap();
    assert_eq!(report.matches("<article").count(), 6 + 5 + 11, "best, worst and random photos");
    assert!(report.contains("A red circle on white ."), "references");
    assert!(report.matches("--veil: url(data:image/png").count() > 3 * 22, "attention of every word");
    assert_eq!(report.matches("<svg").count(), 4, "beams, CIDEr, loss, lengths");
    for outside in ["src=", "<link", "<script", "url(http", "href=\"http", "@import"] {
        assert!(!report.contains(outside), "the report is to be complete, but has {outside}");
    }

    let mut caption = showtell();
    caption.arg("caption").arg("--json").arg("--bundle").arg(path("bundle"));
    let line = &json_lines(&succeed(caption.args(["--beam", "2"]).arg(path("raw/Images/000.png"))))[0];
    assert!(line["path"].as_str().unwrap().ends_with("000.png"));
    assert!((0.0..=1.0).contains(&line["confidence"].as_f64().unwrap()));
    // A bundle that was never calibrated says so, and vouches for nothing.
    assert_eq!((&line["calibrated"], &line["trust"]), (&false.into(), &"doubtful".into()), "{line}");
    assert!(line["told"].as_str().unwrap().starts_with("Perhaps "), "{line}");
    assert_eq!(line["alternatives"].as_array().unwrap().len(), 1);
    let words = line["words"].as_array().unwrap();
    assert!(words.iter().all(|word| word["log_probability"].as_f64().unwrap() <= 0.0));
    assert!(line["caption"].as_str().unwrap().ends_with('.'));
}

#[test]
fn killed_and_resumed_training_ends_with_the_same_losses() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 12, 2);
    let epochs = ["--epochs", "60"];
    let _ = succeed(train(&path("data"), &path("whole")).args(epochs));

    let mut child = train(&path("data"), &path("broken")).args(epochs).spawn().unwrap();
    let log = path("broken/epochs.csv");
    let lines = || fs::read_to_string(&log).map_or(0, |text| text.lines().count());
    while lines() < 5 {
        assert!(child.try_wait().unwrap().is_none(), "training ended before it could be killed");
        sleep(Duration::from_millis(2));
    }
    // SIGKILL: no chance to tidy up.
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(lines() < 60, "training ended before it could be killed");

    let _ = succeed(train(&path("data"), &path("broken")).args(epochs).arg("--resume"));
    let steps = |run: &str| fs::read_to_string(path(run).join("steps.csv")).unwrap();
    assert_eq!(steps("whole").lines().count(), 1 + 60 * 3);
    assert_eq!(steps("whole"), steps("broken"));
}

#[test]
fn unusable_recipes_and_weights_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 2, 1);
    let recipe = fs::read_to_string(showtell_tests::root().join("trainer/recipes/toy.toml")).unwrap();
    let refused_with = |recipe: &str, weights: &std::path::Path| {
        fs::write(path("recipe.toml"), recipe).unwrap();
        let mut command = showtell();
        command.arg("train").arg("--recipe").arg(path("recipe.toml")).arg("--data").arg(path("data"));
        command.arg("--out").arg(path("run")).arg("--weights").arg(weights);
        let output = command.output().unwrap();
        assert!(!output.status.success());
        assert!(!path("run").exists());
        stderr(&output)
    };
    let refused = |recipe: &str| refused_with(recipe, &path("recipe.toml"));
    let message = refused(&recipe.replace("dropout =", "drop_out ="));
    assert!(message.contains("unknown field `drop_out`"), "{message}");
    let message = refused(&recipe.replace("dropout = 0.2", "dropout = 1.5"));
    assert!(message.contains("training.dropout must be from 0 up to 1, found 1.5"), "{message}");
    let message = refused(&recipe);
    assert!(
        message.contains("recipe.toml does not hold efficientnet-lite0: not a safetensors file"),
        "{message}"
    );
    let message = refused(&recipe.replace("efficientnet-lite0", "resnet-34"));
    assert!(message.contains("unknown encoder resnet-34: expected one of inception-v3, vgg16"), "{message}");
    let table = r#"encoder = { network = "vgg16", layer = "fc2", grid = 14 }"#;
    let message = refused(&recipe.replace(r#"encoder = "efficientnet-lite0""#, table));
    assert!(message.contains("fc2 of vgg16 is fully connected"), "{message}");

    let files = showtell_tests::root().join("trainer/tests/data");
    let message = refused_with(&recipe, &files.join("malicious_zip.pth"));
    assert!(
        message.contains("does not hold efficientnet-lite0: the pickle in it names posix.system"),
        "{message}"
    );
    let message = refused_with(&recipe, &files.join("weights_zip.pth"));
    assert!(
        message.contains("expected the tensors of efficientnet-lite0, found 4 others, the first bn.bias"),
        "{message}"
    );
}

#[test]
fn a_device_that_the_program_was_built_without_is_refused_with_how_to_build_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 2, 1);
    let refused = train(&path("data"), &path("run")).args(["--device", "cuda"]).output().unwrap();
    let message = stderr(&refused);
    assert!(message.contains("built without CUDA") && message.contains("--features"), "{message}");
    assert!(!path("run").exists());
}

#[test]
fn weights_beyond_float16_are_told_while_they_are_trained() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 8, 2);
    let mut command = train(&path("data"), &path("run"));
    command.arg("--set=training.optimizer={ kind = \"sgd\", learning_rate = 1e6 }");
    let refused = command.args(["--epochs", "3"]).output().unwrap();
    let message = stderr(&refused);
    assert_eq!(refused.status.code(), Some(1), "{message}");
    assert!(message.contains("after epoch 1 decoder.") && message.contains("beyond the 65504"), "{message}");
    assert!(message.contains("lower the learning rate"), "{message}");
}
