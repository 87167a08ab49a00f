//! Teachers, and several models that speak as one.

use showtell_tests::{column, showtell, stderr, succeed};

use crate::learnt::Learnt;

#[test]
fn teachers_are_followed_and_ensembles_speak_as_one() {
    let learnt = Learnt::new();
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
