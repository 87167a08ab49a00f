//! Every published system's recipe through the whole line, on a handful of drawn pictures.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use showtell_tests::{column, draw_dataset, json_lines, root, shipped, showtell, stderr, succeed, tensor};

/// The recipes, with the injection of each.
const RECIPES: [(&str, &str); 6] = [
    ("show-and-tell", "init"),
    ("bahdanau-gru", "attention"),
    ("cnn-lstm", "pre"),
    ("merge-bilstm", "merge"),
    ("soft-attention", "attention"),
    ("vgg-gru3", "init"),
];

fn train(recipe: &str, data: &Path, run: &Path) -> Command {
    let mut command = showtell();
    command.arg("train").arg("--recipe").arg(root().join(format!("trainer/recipes/{recipe}.toml")));
    command.arg("--data").arg(data).arg("--out").arg(run).arg("--cache").arg(data.join("cache"));
    command
}

/// With the network that ships in the place of the recipe's.
fn train_here(recipe: &str, data: &Path, run: &Path) -> Command {
    let mut command = train(recipe, data, run);
    command.args(["--encoder", "efficientnet-lite2", "--weights"]).arg(shipped());
    command
}

fn publish(run: &Path, bundle: &Path) {
    let _ = succeed(showtell().arg("publish").arg(run).arg("--out").arg(bundle));
}

#[test]
fn every_recipe_trains_publishes_and_captions() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 12, 4);
    for (recipe, injection) in RECIPES {
        let (run, bundle) = (path(&format!("{recipe}-run")), path(&format!("{recipe}-bundle")));
        let mut command = train_here(recipe, &path("data"), &run);
        command.args(["--epochs", "8", "--set", "training.photos_per_step=2"]);
        if recipe == "soft-attention" {
            // Its own grid, which another network would lose.
            command = train(recipe, &path("data"), &run);
            command
                .args(["--epochs", "8", "--set", "training.photos_per_step=2", "--weights"])
                .arg(shipped());
            command.arg("--set=encoder={ network = \"efficientnet-lite2\", grid = 14 }");
        }
        let done = succeed(&mut command);
        assert!(done.starts_with("8 epochs, best on dev: epoch"), "{recipe}: {done}");
        publish(&run, &bundle);
        let config: serde_json::Value =
            serde_json::from_slice(&fs::read(bundle.join("config.json")).unwrap()).unwrap();
        assert_eq!(config["model"]["decoder"]["injection"]["form"], injection, "{recipe}");

        let mut caption = showtell();
        caption.arg("caption").arg("--json").arg("--bundle").arg(&bundle);
        let line = &json_lines(&succeed(caption.arg(path("data/Images/000.png"))))[0];
        assert!(line["caption"].as_str().unwrap().ends_with('.'), "{recipe}: {line}");
        assert!(!line["words"].as_array().unwrap().is_empty(), "{recipe}: {line}");

        let mut evaluate = showtell();
        evaluate.arg("evaluate").arg("--bundle").arg(&bundle).arg("--data").arg(path("data"));
        let scores = &json_lines(&succeed(evaluate.arg("--json").arg("--cache").arg(path("data/cache"))))[0];
        assert_eq!(scores["images"], 4, "{recipe}: {scores}");
    }
}

#[test]
fn settings_put_over_a_recipe_reach_the_bundle() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 8, 2);
    let set = [
        "--set=decoder.cell=gru",
        "--set=decoder.layers=2",
        "--set=decoder.injection={ form = \"add\", activation = \"relu\" }",
        "--set=encoder={ network = \"efficientnet-lite2\", pooling = \"mean\" }",
        "--set=decoding.sampling={ temperature = 0.5, top_k = 3 }",
        "--set=training.optimizer={ kind = \"sgd\", learning_rate = 0.1, momentum = 0.9 }",
        "--set=training.scheduled_sampling=0.5",
        "--set=training.captions=one",
        "--set=training.keep_checkpoints=2",
        "--epochs=3",
    ];
    let mut command = train("ablation", &path("data"), &path("run"));
    let _ = succeed(command.args(set).arg("--weights").arg(shipped()));
    publish(&path("run"), &path("bundle"));
    let config: serde_json::Value =
        serde_json::from_slice(&fs::read(path("bundle/config.json")).unwrap()).unwrap();
    let decoder = &config["model"]["decoder"];
    assert_eq!((&decoder["cell"], &decoder["layers"]), (&"gru".into(), &2.into()));
    assert_eq!(decoder["injection"]["form"], "add");
    assert_eq!(config["model"]["encoder"]["pooling"], "mean");
    assert_eq!(config["decoding"]["sampling"]["top_k"], 3);
    let checkpoints = fs::read_dir(path("run/checkpoints")).unwrap().count();
    assert!((2..=3).contains(&checkpoints), "two newest and the best: {checkpoints}");
    let events = fs::read_dir(path("run")).unwrap();
    let events = events.filter(|entry| {
        entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("events.out.tfevents.")
    });
    assert_eq!(events.count(), 1);

    // Drawn with the same seed, the same sentence; with others, others.
    let caption = |options: &[&str]| {
        let mut command = showtell();
        command.arg("caption").arg("--bundle").arg(path("bundle")).args(options);
        succeed(command.arg(path("data/Images/000.png")))
    };
    assert_eq!(caption(&["--sample", "1"]), caption(&["--sample", "1"]));
    let drawn: std::collections::HashSet<String> = (0..8)
        .map(|seed| {
            caption(&["--sample", "1", "--temperature", "5", "--top-k", "0", "--seed", &seed.to_string()])
        })
        .collect();
    assert!(drawn.len() > 1, "{drawn:?}");
    let mut refused = showtell();
    refused.arg("caption").arg("--bundle").arg(path("bundle"));
    let refused = refused.args(["--sample", "2", "--top-p", "0", "x.jpg"]).output().unwrap();
    assert!(
        stderr(&refused).contains("top-p must be above 0 and at most 1, found 0"),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn early_stopping_and_a_tuned_encoder_survive_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 8, 2);
    let tuned = |run: &str, epochs: &str| {
        let mut command = train("toy", &path("data"), &path(run));
        command.args(["--encoder", "efficientnet-lite2", "--epochs", epochs, "--weights"]).arg(shipped());
        command.arg("--set=training.keep_checkpoints=2");
        command.arg(
            "--set=training.fine_tune={ from = \"network.blocks.20\", learning_rate = 1e-3, flips = true, \
             words = { least_captions = 1, hidden = 8 } }",
        );
        command
    };
    let _ = succeed(&mut tuned("whole", "2"));
    // The recipe of a run is fixed, so a stop is a checkpoint of the second epoch that goes missing.
    let _ = succeed(&mut tuned("broken", "2"));
    fs::remove_dir_all(path("broken/checkpoints/epoch-0002")).unwrap();
    let _ = succeed(tuned("broken", "2").arg("--resume"));
    let steps = |run: &str| fs::read_to_string(path(run).join("steps.csv")).unwrap();
    assert_eq!(steps("whole"), steps("broken"));
    let losses = column(&path("whole/steps.csv"), "word_loss");
    assert!(losses.len() == 4 && losses.iter().all(|&loss| loss > 0.0), "{losses:?}");

    publish(&path("whole"), &path("bundle"));
    let mut caption = showtell();
    let photo = path("data/Images/000.png");
    let _ = succeed(caption.arg("caption").arg("--bundle").arg(path("bundle")).arg(photo));
    let changed = |name: &str| tensor(&path("bundle"), name) != tensor(&shipped(), name);
    assert!(!changed("encoder.network.blocks.19.depthwise.weight"), "frozen");
    assert!(changed("encoder.network.blocks.20.depthwise.weight"), "learnt");
    assert!(changed("encoder.network.head.bias"), "learnt");

    // The same from what the frozen blocks made of the photos, kept on disk.
    let mut command = train("toy", &path("data"), &path("fronted"));
    command.args(["--encoder", "efficientnet-lite2", "--epochs", "2", "--weights"]).arg(shipped());
    command.arg("--set=training.fine_tune={ from = \"network.blocks.20\", learning_rate = 1e-3 }");
    let _ = succeed(command.arg("--set=training.views={ mirrored = true }"));
    publish(&path("fronted"), &path("tuned"));
    let changed = |name: &str| tensor(&path("tuned"), name) != tensor(&shipped(), name);
    assert!(!changed("encoder.network.blocks.19.depthwise.weight"), "frozen");
    assert!(changed("encoder.network.head.bias"), "learnt");

    let mut command = train("toy", &path("data"), &path("short"));
    command.args(["--encoder", "efficientnet-lite2", "--weights"]).arg(shipped());
    let output = command.args(["--set=training.patience=3", "--epochs=100"]).output().unwrap();
    assert!(stderr(&output).contains("none was better since"), "{}", stderr(&output));
    let mut refused = train("toy", &path("data"), &path("refused"));
    refused.args(["--encoder", "efficientnet-lite2", "--weights"]).arg(shipped());
    refused.arg("--set=training.fine_tune={ from = \"head\", learning_rate = 1e-3 }");
    let message = stderr(&refused.output().unwrap());
    assert!(message.contains("training.fine_tune.from must be one of network.stem"), "{message}");
    assert!(!path("refused").exists());
}

/// Everything that a run draws or remembers besides the weights.
#[test]
fn a_resumed_run_draws_and_judges_as_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 8, 4);
    let command = |run: &str| {
        let mut command = train("toy", &path("data"), &path(run));
        command.args(["--encoder", "efficientnet-lite2", "--epochs", "8", "--weights"]).arg(shipped());
        command.args([
            "--set=training.schedule={ kind = \"plateau\", factor = 0.5, patience = 1 }",
            "--set=training.optimizer={ kind = \"rmsprop\", learning_rate = 0.003, momentum = 0.5 }",
            "--set=training.captions=one",
            "--set=training.scheduled_sampling=1.0",
            "--set=training.attention_penalty=1.0",
            "--set=training.patience=6",
            "--set=training.keep_checkpoints=8",
        ]);
        command
    };
    let _ = succeed(&mut command("whole"));
    let _ = succeed(&mut command("broken"));
    let record = |run: &str, name: &str| fs::read_to_string(path(run).join(name)).unwrap();
    // The last columns are times.
    let scores = |run: &str| -> Vec<String> {
        let text = record(run, "epochs.csv");
        text.lines().map(|line| line.rsplitn(3, ',').last().unwrap().to_owned()).collect()
    };
    let epochs = scores("whole").len() - 1;
    assert!(epochs >= 6, "{epochs}");
    for epoch in 4..=epochs {
        fs::remove_dir_all(path(&format!("broken/checkpoints/epoch-{epoch:04}"))).unwrap();
    }
    let _ = succeed(command("broken").arg("--resume"));
    assert_eq!(record("whole", "steps.csv"), record("broken", "steps.csv"));
    assert_eq!(scores("whole"), scores("broken"));
    let state = format!("checkpoints/epoch-{epochs:04}/state.json");
    assert_eq!(record("whole", &state), record("broken", &state));
    assert!(!record("whole", &state).contains("\"plateaus\": 0"), "{}", record("whole", &state));

    // Neither other captions nor another encoder are taken for the run's own.
    let tokens = fs::read_to_string(path("data/Flickr8k.token.txt")).unwrap();
    let swapped = tokens.replacen("The circle is red", "red is The circle", 1);
    assert_ne!(tokens, swapped);
    fs::write(path("data/Flickr8k.token.txt"), swapped).unwrap();
    let message = stderr(&command("broken").arg("--resume").output().unwrap());
    assert!(message.contains("the data differ from those that"), "{message}");
}
