//! How far a confidence can be trusted.

use std::fs;

use showtell_tests::{json_lines, showtell, succeed};

use crate::learnt::Learnt;

#[test]
fn confidence_is_calibrated() {
    let learnt = Learnt::new();
    let eight = learnt.publish("run", "int8");
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
    let rungs = found["rungs"][0]["told"].as_array().unwrap().iter();
    assert_eq!(rungs.map(|rung| rung["pictures"].as_u64().unwrap()).sum::<u64>(), 12, "{found}");
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
