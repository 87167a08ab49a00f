//! Photos shown in several ways, steps that see less, and means of epochs.

use std::fs;

use showtell_tests::{column, stderr, succeed};

use crate::learnt::Learnt;

#[test]
fn views_are_kept_and_learnt_from() {
    let views = ["--set", "training.views={mirrored=true,windows=1,smallest=0.7}"];
    let learnt = Learnt::with(&views);
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
    let learnt = Learnt::new();
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
