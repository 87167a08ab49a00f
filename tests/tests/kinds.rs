//! Kinds of pictures that are no photos, through the command line.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use showtell_tests::{draw_dataset, draw_graphics, shipped, showtell, stderr, succeed};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn a_bundle_learns_kinds_and_takes_no_photo_for_a_graphic() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 24, 8);
    draw_graphics(&path("graphics"), 15);
    copy(&shipped(), &path("bundle"));
    let kinds = |graphics: &str| {
        let mut command = showtell();
        command.arg("kinds").arg(path("bundle")).arg("--graphics").arg(path(graphics));
        command.arg("--data").arg(path("data")).arg("--cache").arg(path("cache"));
        // So few pictures would otherwise leave it unsure of each.
        command.args(["--decay", "100", "--lowest", "0.5"]);
        command
    };
    let config = || -> Value {
        serde_json::from_str(&fs::read_to_string(path("bundle/config.json")).unwrap()).unwrap()
    };

    let before = config();
    let measured = succeed(kinds("graphics/graphics.jsonl").arg("--dry-run"));
    assert_eq!(config(), before, "a dry run changes nothing");
    let printed = succeed(&mut kinds("graphics/graphics.jsonl"));
    assert!(printed.starts_with(&measured), "the same is learnt twice\n{measured}\n{printed}");
    let config = config();
    assert_eq!(config["model"]["kinds"]["names"], serde_json::json!(["bar chart", "map"]));
    assert_eq!(config["model"]["kinds"]["broader"]["bar chart"], "graph");

    // "cross-validation" and its numbers: graphics, told, right.
    let line = printed.lines().find(|line| line.starts_with("cross-validation")).unwrap();
    let numbers: Vec<usize> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert_eq!(numbers[0], 30, "{printed}");
    assert!(numbers[2] >= 27, "{printed}");
    // Of eight dev photos one in fifty is none.
    let above = config["model"]["kinds"]["above"].as_f64().unwrap();
    let line = printed.lines().find(|line| line.starts_with(&format!("{above:.3}"))).unwrap();
    assert_eq!(line.split_whitespace().nth(1), Some("0"), "{printed}");

    let _ = succeed(showtell().arg("verify").arg(path("bundle")));

    fs::write(path("graphics/few.jsonl"), "{\"image\": \"drawn/map0.png\", \"kind\": \"map\"}\n").unwrap();
    let message = stderr(&kinds("graphics/few.jsonl").output().unwrap());
    assert!(message.contains("expected at least 8 pictures, found 1"), "{message}");
    let table = fs::read_to_string(path("graphics/graphics.jsonl")).unwrap();
    fs::write(path("graphics/lost.jsonl"), table.replace("map3.png", "lost.png")).unwrap();
    let message = stderr(&kinds("graphics/lost.jsonl").output().unwrap());
    assert!(message.contains("lost.png"), "{message}");
}
