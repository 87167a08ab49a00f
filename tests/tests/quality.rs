//! What makes captions better, through the command line: self-critical training, distillation,
//! ensembles, averaged weights, views, numbers of 8 bits, calibration, a detector of words, novelty.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use showtell_tests::{column, draw_dataset, json_lines, shipped, showtell, stderr, succeed, train};

/// Data, and a run that has learnt a little from it, made once for each test.
struct Learnt {
    folder: tempfile::TempDir,
}

impl Learnt {
    fn new(settings: &[&str]) -> Self {
        let learnt = Self { folder: tempfile::tempdir().unwrap() };
        draw_dataset(&learnt.path("data"), 12, 4);
        let _ = succeed(learnt.train("run").args(["--epochs", "40"]).args(settings));
        learnt
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn train(&self, run: &str) -> Command {
        train(&self.path("data"), &self.path(run))
    }

    fn publish(&self, run: &str, precision: &str) -> PathBuf {
        let bundle = self.path(&format!("{run}-{precision}"));
        let mut publish = showtell();
        publish.arg("publish").arg(self.path(run)).arg("--out").arg(&bundle);
        let _ = succeed(publish.args(["--precision", precision]));
        bundle
    }

    fn evaluation(&self, bundle: &Path, more: &[&str]) -> Command {
        let mut evaluate = showtell();
        evaluate.arg("evaluate").arg("--bundle").arg(bundle).arg("--data").arg(self.path("data"));
        evaluate.arg("--cache").arg(self.path("data/cache")).args(["--split", "train", "--json"]).args(more);
        evaluate
    }

    fn evaluate(&self, bundle: &Path, more: &[&str]) -> Value {
        json_lines(&succeed(&mut self.evaluation(bundle, more))).remove(0)
    }

    fn refused(&self, bundle: &Path, more: &[&str]) -> String {
        let done = self.evaluation(bundle, more).output().unwrap();
        assert!(!done.status.success());
        stderr(&done)
    }
}

/// An encoder that gives an earlier layer too, which knows more of the colours that drawn photos differ in.
const COLOURFUL: &str = "encoder={network=\"efficientnet-lite2\",beside=[\"blocks.7\"]}";

const SELF_CRITICAL: [&str; 16] = [
    "--set",
    "training.average=0.5",
    "--set",
    "training.keep_checkpoints=40",
    "--set",
    "training.phase=\"self-critical\"",
    "--set",
    "training.label_smoothing=0",
    "--set",
    "training.dropout=0",
    "--set",
    "training.optimizer={kind=\"adam\",learning_rate=5e-3}",
    "--set",
    "training.self_critical={samples=24,cross_entropy=0.1}",
    "--epochs",
    "40",
];

#[test]
fn self_critical_training_raises_the_reward_and_resumes() {
    let learnt = Learnt::new(&[]);
    let nowhere = learnt.train("nowhere").args(SELF_CRITICAL).output().unwrap();
    assert!(stderr(&nowhere).contains("name a bundle or a run with --from"), "{}", stderr(&nowhere));

    let _ = succeed(learnt.train("rewarded").args(SELF_CRITICAL).arg("--from").arg(learnt.path("run")));
    let rewards = column(&learnt.path("rewarded/epochs.csv"), "reward");
    assert_eq!(rewards.len(), 40);
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    assert!(mean(&rewards[35..]) > mean(&rewards[..5]) + 0.3, "{rewards:?}");

    // The same from a bundle, broken off half-way: what it started from is kept in the run.
    let bundle = learnt.publish("run", "f32");
    let _ = succeed(learnt.train("again").args(SELF_CRITICAL).arg("--from").arg(bundle));
    assert_eq!(column(&learnt.path("again/epochs.csv"), "reward"), rewards);
    for epoch in 18..=40 {
        fs::remove_dir_all(learnt.path(&format!("again/checkpoints/epoch-{epoch:04}"))).unwrap();
    }
    let _ = succeed(learnt.train("again").args(SELF_CRITICAL).arg("--resume"));
    for name in ["reward", "dev_cider"] {
        let [again, whole] =
            ["again", "rewarded"].map(|run| column(&learnt.path(run).join("epochs.csv"), name));
        assert_eq!(again, whole, "{name}");
    }
    // A run that was started from nothing has nowhere else to start from.
    let mut other = learnt.train("run");
    other.args(["--epochs", "40", "--resume", "--from"]).arg(learnt.path("rewarded"));
    let message = stderr(&other.output().unwrap());
    assert!(message.contains("was started from untrained weights"), "{message}");
}

#[test]
fn teachers_are_followed_and_ensembles_speak_as_one() {
    let learnt = Learnt::new(&[]);
    let _ = succeed(learnt.train("other").args(["--epochs", "40", "--set", "seed=8"]));
    let taught =
        ["--epochs", "12", "--set", "training.distillation=1.0", "--set", "training.label_smoothing=0"];
    let taught = [&taught[..], &["--set", "training.average=0.9"]].concat();
    let refused = learnt.train("taught").args(&taught).output().unwrap();
    assert!(stderr(&refused).contains("distillation takes both"), "{}", stderr(&refused));
    let mut student = learnt.train("taught");
    student.args(&taught).arg("--teacher").arg(learnt.path("run")).arg("--teacher").arg(learnt.path("other"));
    let _ = succeed(&mut student);
    let losses = column(&learnt.path("taught/epochs.csv"), "loss");
    assert!(losses[11] < losses[0] - 0.5, "{losses:?}");
    assert!(learnt.path("taught/checkpoints/epoch-0012/average.bpk").is_file());

    let bundle = learnt.publish("run", "f32");
    let alone = learnt.evaluate(&bundle, &[]);
    let twice = learnt.evaluate(&bundle, &["--with", bundle.to_str().unwrap()]);
    assert_eq!(alone["cider"], twice["cider"], "a model and itself say what it says alone");
    let other = learnt.path("other");
    let both = learnt.evaluate(&bundle, &["--with", other.to_str().unwrap()]);
    assert!(both["cider"].as_f64().unwrap() > 0.5, "{both}");

    // Another vocabulary cannot speak along.
    let _ = succeed(learnt.train("small").args(["--epochs", "1", "--set", "text.max_size=3"]));
    let mut evaluate = showtell();
    evaluate.arg("evaluate").arg("--bundle").arg(&bundle).arg("--data").arg(learnt.path("data"));
    evaluate.arg("--cache").arg(learnt.path("data/cache")).arg("--with").arg(learnt.path("small"));
    let message = stderr(&evaluate.output().unwrap());
    assert!(message.contains("knows 7 words, expected the same"), "{message}");
}

#[test]
fn views_are_kept_and_learnt_from() {
    let views = ["--set", "training.views={mirrored=true,windows=1,smallest=0.7}"];
    let learnt = Learnt::new(&views);
    let stores = fs::read_dir(learnt.path("data/cache")).unwrap().count();
    // Three views of the training photos, one of those of dev.
    assert_eq!(stores, 4);
    let bundle = learnt.publish("run", "f16");
    assert!(learnt.evaluate(&bundle, &[])["cider"].as_f64().unwrap() > 0.5);
    let bad = ["--set", "training.views={windows=2,smallest=0.0}"];
    let message = stderr(&learnt.train("none").args(bad).output().unwrap());
    assert!(message.contains("training.views.smallest must be above 0, below 1, found 0"), "{message}");
}

#[test]
fn steps_that_see_less_and_means_of_epochs_resume() {
    let settings = [
        "--epochs",
        "6",
        "--set",
        "training.region_dropout=0.3",
        "--set",
        "training.word_dropout=0.2",
        "--set",
        "training.snapshots=3",
        "--set",
        "training.keep_checkpoints=6",
        "--set",
        "training.views={sides=[224]}",
    ];
    let learnt = Learnt::new(&[]);
    let _ = succeed(learnt.train("whole").args(settings));
    let epoch = |run: &str, epoch: usize| learnt.path(&format!("{run}/checkpoints/epoch-{epoch:04}"));
    let read = |run: &str, file: &str| fs::read(epoch(run, 6).join(file)).unwrap();
    assert_ne!(read("whole", "average.bpk"), read("whole", "decoder.bpk"));
    let _ = succeed(learnt.train("again").args(settings));
    for lost in 4..=6 {
        fs::remove_dir_all(epoch("again", lost)).unwrap();
    }
    let _ = succeed(learnt.train("again").args(settings).arg("--resume"));
    for name in ["loss", "dev_cider"] {
        let [again, whole] = ["again", "whole"].map(|run| column(&learnt.path(run).join("epochs.csv"), name));
        assert_eq!(again, whole, "{name}");
    }
    let bundle = learnt.publish("whole", "f16");
    assert_eq!(learnt.evaluate(&bundle, &[])["images"], 12);

    let refused = |set: &str| stderr(&learnt.train("none").args(["--set", set]).output().unwrap());
    let message = refused("training.snapshots=2");
    assert!(message.contains("training.snapshots above training.keep_checkpoints"), "{message}");
    let message = refused("training.views={sides=[260]}");
    assert!(message.contains("none of them the encoder's own, found 260"), "{message}");
    let message = refused("training.views={sides=[4096]}");
    assert!(message.contains("encoder.side must be"), "{message}");
}

/// Regions that look at each other, two layers of which the first asks, layer norm, and earlier layers
/// of the encoder: each trains, is published as integers, and captions a photo as it did dev's.
#[test]
fn every_form_of_decoder_and_encoder_is_published() {
    let learnt = Learnt::new(&[]);
    let injection = |more: &str| {
        format!("decoder.injection={{form=\"attention\",region=32,attention=16,gate=false,{more}}}")
    };
    let forms = [
        ("refined", vec![injection("refine={kind=\"attention-on-attention\",heads=4}")]),
        ("top-down", vec![injection("order=\"top-down\""), "decoder.layers=2".into()]),
        ("normalised", vec!["decoder.normalisation=layer".into()]),
        (
            "beside",
            vec!["encoder={network=\"efficientnet-lite2\",beside=[\"blocks.7\",\"blocks.15\"]}".into()],
        ),
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
    let learnt = Learnt::new(&[]);
    let beside = "encoder={network=\"efficientnet-lite2\",beside=[\"blocks.15\"]}";
    let mut wider = learnt.train("wider");
    wider.args(["--epochs", "1", "--set", beside, "--set", "training.optimizer.learning_rate=1e-9"]);
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
    taught.args(["--epochs", "1", "--set", beside, "--set", "training.distillation=0.5"]);
    taught.args(["--set", "training.label_smoothing=0", "--teacher"]).arg(learnt.path("run"));
    let _ = succeed(&mut taught);
    let mut narrower = learnt.train("narrower");
    let message = stderr(&narrower.arg("--from").arg(learnt.path("wider")).output().unwrap());
    assert!(message.contains("looks through"), "{message}");
}

#[test]
fn eight_bits_say_the_same_in_less_room_and_confidence_is_calibrated() {
    let learnt = Learnt::new(&[]);
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

    let calibrate = |more: &[&str]| {
        let mut calibrate = showtell();
        calibrate.arg("calibrate").arg(&eight).arg("--data").arg(learnt.path("data"));
        calibrate.arg("--cache").arg(learnt.path("data/cache")).args(["--split", "train"]);
        json_lines(&succeed(calibrate.args(["--drawings", "1", "--json"]).args(more))).remove(0)
    };
    let config = || fs::read_to_string(eight.join("config.json")).unwrap();
    let found = calibrate(&["--dry-run"]);
    assert_eq!(found["photos"], 12);
    assert!(found["declined"].as_object().unwrap().len() == 5, "{found}");
    let told = found["rungs"][0]["told"].as_array().unwrap().iter();
    assert_eq!(told.map(|told| told["pictures"].as_u64().unwrap()).sum::<u64>(), 12, "{found}");
    assert!(!config().contains("confidence"));
    let _ = calibrate(&["--doubt-below", "1.0", "--unable-below", "0.0", "--unfamiliar-below", "0.0"]);
    assert!(config().contains("\"doubt_below\": 1.0"), "{}", config());
    let sound = succeed(showtell().arg("verify").arg(&eight));
    assert!(sound.contains("sound"), "{sound}");

    let photo = learnt.path("data/Images/000.png");
    let caption =
        |more: &[&str]| succeed(showtell().arg("caption").arg("--bundle").arg(&eight).arg(&photo).args(more));
    let line = json_lines(&caption(&["--json"])).remove(0);
    assert_eq!((&line["trust"], &line["answer"]["rung"]), (&"doubtful".into(), &"perhaps".into()), "{line}");
    assert_eq!((&line["answer"]["text"], &line["calibrated"]), (&line["told"], &true.into()), "{line}");
    // Drawn squares are like no thing that people photograph.
    assert_eq!(line["labels"], serde_json::json!([]), "{line}");
    assert!(caption(&[]).contains("\tPerhaps "), "{}", caption(&[]));
    let _ = calibrate(&["--doubt-below", "1.0", "--unable-below", "1.0"]);
    assert!(caption(&[]).ends_with("\tI cannot describe this picture well.\n"), "{}", caption(&[]));
    let report = learnt.path("report");
    let _ = learnt.evaluate(&eight, &["--report", report.to_str().unwrap()]);
    let page = fs::read_to_string(report.join("index.html")).unwrap();
    assert!(page.contains("id=\"confidence\"") && page.contains("Expected calibration error"));
}

/// A detector of words that learnt its photos by heart makes for better captions, does not change what is said
/// where it is not asked, and stays behind where the decoder becomes another.
#[test]
fn a_detector_of_words_speaks_for_what_photos_show() {
    let learnt = Learnt::new(&["--set", COLOURFUL]);
    let bundle = learnt.publish("run", "int8");
    let before = learnt.evaluate(&bundle, &["--beam", "8"]);
    let refused = learnt.refused(&bundle, &["--support", "0.1"]);
    assert!(refused.contains("support takes a model with a detector of words"), "{refused}");

    let mut detector = showtell();
    detector.arg("detector").arg(&bundle).arg("--data").arg(learnt.path("data"));
    detector.arg("--cache").arg(learnt.path("data/cache")).args(["--mirrored", "--least-captions", "2"]);
    let told = succeed(detector.args(["--epochs", "900"]));
    assert!(told.contains(" words, "), "{told}");
    let config: Value = serde_json::from_slice(&fs::read(bundle.join("config.json")).unwrap()).unwrap();
    assert_eq!(config["model"]["detector"], true);
    assert!(config["decoding"]["support"]["weight"].as_f64().unwrap() > 0.0, "{config}");
    let sound = succeed(showtell().arg("verify").arg(&bundle));
    assert!(sound.contains("sound"), "{sound}");

    let score = |found: &Value, name: &str| found[name].as_f64().unwrap();
    let silent = learnt.evaluate(&bundle, &["--beam", "8", "--support", "0"]);
    assert_eq!(score(&silent, "cider"), score(&before, "cider"));
    let asked = learnt.evaluate(&bundle, &["--beam", "8", "--support", "1", "--guide", "1", "--rarity", "1"]);
    assert!(score(&asked, "cider") > score(&before, "cider"), "{before} and {asked}");
    assert_eq!(score(&asked, "hallucination"), 0.0, "{asked}");

    let mut mean = showtell();
    mean.arg("publish").arg(&bundle).arg("--out").arg(learnt.path("mean"));
    let done = mean.arg("--average").arg(learnt.path("run")).output().unwrap();
    assert!(stderr(&done).contains("the detector of words stays behind"), "{}", stderr(&done));
    let config = fs::read_to_string(learnt.path("mean/config.json")).unwrap();
    assert!(!config.contains("detector") && !config.contains("support"), "{config}");
}

/// A bundle that knows its photos describes those of their kind as before, and no picture unlike them.
#[test]
fn what_is_unlike_the_training_photos_is_not_described() {
    let learnt = Learnt::new(&[]);
    let bundle = learnt.publish("run", "int8");
    let photo = learnt.path("data/Images/000.png");
    // An upright cross in two greys: nothing that the coloured photos have.
    let strange = learnt.path("strange.png");
    let cross = image::RgbImage::from_fn(64, 64, |x, y| {
        image::Rgb([if (24..40).contains(&x) || (24..40).contains(&y) { 250 } else { 20 }; 3])
    });
    cross.save(&strange).unwrap();

    let data = |verb: &str| {
        let mut command = showtell();
        command.arg(verb).arg(&bundle).arg("--data").arg(learnt.path("data"));
        command.arg("--cache").arg(learnt.path("data/cache"));
        command
    };
    let told = || {
        let mut caption = showtell();
        caption.args(["caption", "--json", "--bundle"]).arg(&bundle).args([&photo, &strange]);
        json_lines(&succeed(&mut caption)).into_iter().map(|told| told["trust"].clone()).collect::<Vec<_>>()
    };
    let calibrate = |more: &[&str]| {
        let mut calibrate = data("calibrate");
        // The other rules left out of it.
        calibrate.args(["--split", "train", "--drawings", "1", "--doubt-below", "0", "--unable-below", "0"]);
        succeed(calibrate.args(["--unfamiliar-below", "0"]).args(more))
    };
    let _ = calibrate(&[]);
    assert_eq!(told(), ["plain", "plain"]);

    let refused = stderr(&data("novelty").args(["--directions", "12"]).output().unwrap());
    assert!(refused.contains("no more train photos than directions"), "{refused}");
    let done = data("novelty").args(["--directions", "6"]).output().unwrap();
    assert!(String::from_utf8_lossy(&done.stdout).contains("6 directions"), "{done:?}");
    assert!(stderr(&done).contains("run showtell calibrate"), "{}", stderr(&done));
    let _ = calibrate(&["--far", "1", "--too-far", "1"]);
    assert_eq!(told(), ["plain", "unable"]);
    let _ = calibrate(&["--far", "0", "--too-far", "1"]);
    assert_eq!(told()[1], "unable");
    let crossed = stderr(&data("calibrate").args(["--far", "0.9", "--too-far", "0.5"]).output().unwrap());
    assert!(crossed.contains("must rise from 0 to 1"), "{crossed}");
    let sound = succeed(showtell().arg("verify").arg(&bundle));
    assert!(sound.contains("sound"), "{sound}");
}
