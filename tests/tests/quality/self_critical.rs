//! Training by the reward of whole captions.

use std::fs;

use showtell_tests::{column, stderr, succeed};

use crate::learnt::Learnt;

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
    let learnt = Learnt::new();
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
