//! Several data sets at once, each weighed and scored by itself.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use showtell_tests::{column, draw_dataset, json_lines, showtell, stderr, succeed, train};

/// Photos drawn as Flickr8k has them in one folder, and a plain table of others in a second.
fn draw(shapes: &Path, web: &Path) {
    draw_dataset(shapes, 8, 3);
    draw_dataset(web, 8, 3);
    let mut table = String::new();
    for index in 0..11 {
        let split = if index < 8 { "train" } else { "dev" };
        let image = format!("Images/{index:03}.png");
        let row = serde_json::json!({"image": image, "caption": "A sign on a wall .", "split": split});
        table += &format!("{row}\n");
    }
    fs::write(web.join("captions.jsonl"), table).unwrap();
    fs::remove_file(web.join("Flickr8k.token.txt")).unwrap();
}

#[test]
fn sources_are_learnt_from_together_and_scored_each_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw(&path("shapes"), &path("web"));

    let mut both = train(&path("shapes"), &path("run"));
    both.arg("--data").arg(path("web")).args(["--set", "sources={web=0.5}", "--epochs", "8"]);
    both.args(["--set", "training.judge_every=4"]);
    let output = both.output().unwrap();
    let printed = stderr(&output);
    assert!(output.status.success(), "{printed}");
    assert!(printed.contains("16 photos to learn from"), "{printed}");
    let lines: Vec<&str> =
        printed.lines().filter(|line| line.contains("CIDEr-D by source: shapes ")).collect();
    assert_eq!(lines.len(), 2, "every fourth epoch is judged: {printed}");
    assert!(lines.iter().all(|line| line.contains(", web ")), "{printed}");
    let [own, mean] = [("sources.csv", "cider"), ("epochs.csv", "dev_cider")]
        .map(|(file, name)| column(&path("run").join(file), name));
    assert_eq!((own.len(), mean.len()), (4, 2));
    assert!((mean[1] - (own[2] + own[3]) / 2.0).abs() < 1e-9, "chosen by the mean: {own:?}, {mean:?}");

    let _ = succeed(showtell().arg("publish").arg(path("run")).arg("--out").arg(path("bundle")));
    let mut evaluate = showtell();
    evaluate.arg("evaluate").arg("--bundle").arg(path("bundle")).arg("--json");
    evaluate.arg("--data").arg(path("shapes")).arg("--data").arg(path("web"));
    let scores = &json_lines(&succeed(evaluate.arg("--cache").arg(path("cache"))))[0];
    assert_eq!(scores["images"], 6);
    let sources = scores["sources"].as_array().unwrap();
    let named =
        |place: usize| (sources[place]["source"].as_str().unwrap(), sources[place]["images"].as_u64());
    assert_eq!((sources.len(), named(0), named(1)), (2, ("shapes", Some(3)), ("web", Some(3))));
    assert!((sources[1]["cider"].as_f64().unwrap() - own[3]).abs() < 0.5, "{scores}");
}

#[test]
fn a_source_that_nobody_gave_and_folders_of_one_name_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw(&path("shapes"), &path("web"));
    let refused = |mut command: std::process::Command| {
        let output = command.output().unwrap();
        assert!(!output.status.success());
        stderr(&output)
    };
    let mut unknown = train(&path("shapes"), &path("run"));
    unknown.arg("--data").arg(path("web")).args(["--set", "sources={food=2.0}"]);
    let message = refused(unknown);
    assert!(
        message.contains("sources.food: no training photo comes from it, found shapes, web"),
        "{message}"
    );
    let mut twice = train(&path("shapes"), &path("run"));
    twice.arg("--data").arg(path("shapes"));
    let message = refused(twice);
    assert!(message.contains("are both called shapes"), "{message}");
    assert!(!path("run").exists());
}
