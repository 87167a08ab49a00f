//! `showtell score` on COCO-format files, sound and unsound.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use showtell_tests::{json_lines, showtell, stderr};

fn references() -> Value {
    json!({
        "images": [{"id": 1}, {"id": 2}, {"id": 3}],
        "annotations": [
            {"id": 10, "image_id": 1, "caption": "A dog runs through the tall grass."},
            {"id": 11, "image_id": 1, "caption": "The brown dog is running."},
            {"id": 12, "image_id": 2, "caption": "A man rides a bike down a hill"},
            {"id": 13, "image_id": 3, "caption": "Two boys play soccer on a field"},
        ],
    })
}

fn hypotheses() -> Value {
    json!([
        {"image_id": 3, "caption": "two boys play soccer on a field"},
        {"image_id": 1, "caption": "A dog runs through the grass"},
        {"image_id": 2, "caption": ""},
    ])
}

fn score(folder: &Path, references: &[u8], hypotheses: &[u8], options: &[&str]) -> Output {
    let (refs, hyps) = (folder.join("refs.json"), folder.join("hyps.json"));
    fs::write(&refs, references).unwrap();
    fs::write(&hyps, hypotheses).unwrap();
    showtell().arg("score").arg("--refs").arg(refs).arg("--hyps").arg(hyps).args(options).output().unwrap()
}

fn scores(references: &Value, hypotheses: &Value) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let (references, hypotheses) = (references.to_string(), hypotheses.to_string());
    let output =
        score(folder.path(), references.as_bytes(), hypotheses.as_bytes(), &["--json", "--per-image"]);
    assert!(output.status.success(), "{}", stderr(&output));
    json_lines(&String::from_utf8(output.stdout).unwrap()).remove(0)
}

#[test]
fn a_set_and_its_images_are_scored() {
    let found = scores(&references(), &hypotheses());
    for key in ["bleu1", "bleu2", "bleu3", "bleu4", "rouge_l", "cider"] {
        assert!(found[key].as_f64().unwrap() > 0.0, "{key}: {found}");
    }
    assert_eq!(found["images"], 3);
    assert_eq!(found["diversity"]["empty"], 1);
    assert_eq!((&found["gender"]["men"]["men"], &found["gender"]["men"]["nobody"]), (&json!(1), &json!(1)));
    let images = found["per_image"].as_array().unwrap();
    let ids: Vec<i64> = images.iter().map(|image| image["image_id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [1, 2, 3], "in the order of the references");
    assert_eq!((&images[1]["bleu1"], &images[1]["cider"]), (&json!(0.0), &json!(0.0)), "an empty hypothesis");
    assert!((images[2]["rouge_l"].as_f64().unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn people_read_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let output = score(
        folder.path(),
        references().to_string().as_bytes(),
        hypotheses().to_string().as_bytes(),
        &["--per-image"],
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    for part in ["BLEU-4 ", "ROUGE-L ", "CIDEr-D ", "over 3 images", "whom references name", "image\tbleu1"] {
        assert!(printed.contains(part), "{part} is not in:\n{printed}");
    }
}

#[test]
fn copies_of_training_captions_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let train = folder.path().join("train.json");
    let seen = json!({"annotations": [{"image_id": "x", "caption": "Two boys play soccer on a field ."}]});
    fs::write(&train, seen.to_string()).unwrap();
    let output = score(
        folder.path(),
        references().to_string().as_bytes(),
        hypotheses().to_string().as_bytes(),
        &["--json", "--train", train.to_str().unwrap()],
    );
    let found = json_lines(&String::from_utf8(output.stdout).unwrap()).remove(0);
    assert!((found["diversity"]["copies"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-9, "{found}");
}

#[test]
fn marks_of_other_systems_change_nothing() {
    let expected = scores(&references(), &hypotheses());
    let folder = tempfile::tempdir().unwrap();
    let lines = serde_json::to_string_pretty(&references()).unwrap().replace('\n', "\r\n");
    let marked = [b"\xef\xbb\xbf".as_slice(), lines.as_bytes()].concat();
    let mut spaced = hypotheses();
    spaced[1]["caption"] = json!("A dog runs\r\nthrough the\u{2028}grass\r\n");
    let output = score(folder.path(), &marked, spaced.to_string().as_bytes(), &["--json"]);
    let found = json_lines(&String::from_utf8(output.stdout).unwrap()).remove(0);
    for key in ["bleu4", "rouge_l", "cider"] {
        assert_eq!(found[key], expected[key], "{key}");
    }
}

#[test]
fn an_image_without_a_hypothesis_is_left_out_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let some = json!([hypotheses()[0]]);
    let output =
        score(folder.path(), references().to_string().as_bytes(), some.to_string().as_bytes(), &["--json"]);
    assert!(stderr(&output).contains("2 images of"), "{}", stderr(&output));
    let found = json_lines(&String::from_utf8(output.stdout).unwrap()).remove(0);
    assert_eq!((&found["images"], &found["cider"]), (&json!(1), &json!(0.0)), "one image has no idf");
}

#[test]
fn unsound_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let sound = (references(), hypotheses());
    let changed = |change: &dyn Fn(&mut (Value, Value))| {
        let mut both = sound.clone();
        change(&mut both);
        (both.0.to_string().into_bytes(), both.1.to_string().into_bytes())
    };
    let utf16: Vec<u8> = [0xff, 0xfe, b'[', 0, b']', 0].to_vec();
    let whole = changed(&|_| {});
    let cases = [
        (
            "1 hypotheses are about images that the references do not know, the first about 9",
            changed(&|both| both.1[0]["image_id"] = json!(9)),
        ),
        (
            "the references do not know, the first about 1",
            changed(&|both| both.1[1]["image_id"] = json!("1")),
        ),
        ("image 1 has two hypotheses", changed(&|both| both.1[0]["image_id"] = json!(1))),
        (
            "1 images with a hypothesis have no reference caption, the first is 2",
            changed(&|both| drop(both.0["annotations"].as_array_mut().unwrap().remove(2))),
        ),
        ("there is no hypothesis to score", changed(&|both| both.1 = json!([]))),
        (
            "hyps.json at `[1].caption`: invalid type: integer",
            changed(&|both| both.1[1]["caption"] = json!(5)),
        ),
        (
            "hyps.json at `[0].caption`: invalid type: null",
            changed(&|both| both.1[0]["caption"] = json!(null)),
        ),
        ("expected an integer or a string", changed(&|both| both.1[0]["image_id"] = json!(1.5))),
        (
            "refs.json at `annotations[3]`: missing field `caption`",
            changed(&|both| {
                both.0["annotations"][3].as_object_mut().unwrap().remove("caption");
            }),
        ),
        ("refs.json at `.`: missing field `annotations`", changed(&|both| both.0 = json!({"images": []}))),
        (
            "an object with `annotations`, as in COCO's captions files",
            changed(&|both| both.0 = both.1.clone()),
        ),
        ("hyps.json at `.`: expected UTF-8, found UTF-16", (whole.0.clone(), utf16)),
        ("hyps.json at `[2]", (whole.0.clone(), whole.1[..whole.1.len() - 9].to_vec())),
        ("hyps.json at `.`: EOF", (whole.0.clone(), Vec::new())),
        ("refs.json at `.`: trailing characters", ([&whole.0[..], b"{}"].concat(), whole.1.clone())),
    ];
    for (message, (references, hypotheses)) in cases {
        let output = score(folder.path(), &references, &hypotheses, &["--json"]);
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(stderr(&output).contains(message), "expected {message:?}, found {:?}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
    let missing = showtell().args(["score", "--refs", "no.json", "--hyps", "no.json"]).output().unwrap();
    assert!(stderr(&missing).contains("cannot read no.json"), "{}", stderr(&missing));
}

#[test]
fn java_metrics_that_cannot_run_leave_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let (references, hypotheses) = (references().to_string(), hypotheses().to_string());
    let run = |options: &[&str]| score(folder.path(), references.as_bytes(), hypotheses.as_bytes(), options);
    let output = run(&["--json", "--meteor", "--spice", "--jars", "/nowhere"]);
    assert!(output.status.success());
    for message in ["METEOR needs /nowhere/meteor/meteor-1.5.jar", "SPICE needs /nowhere/spice/spice-1.0.jar"]
    {
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
    let found = json_lines(&String::from_utf8(output.stdout).unwrap()).remove(0);
    assert!(found["cider"].as_f64().unwrap() > 0.0 && found.get("meteor").is_none());

    // A folder that looks right, and no program `java` to run.
    let jars = folder.path().join("jars");
    fs::create_dir_all(jars.join("meteor")).unwrap();
    fs::write(jars.join("meteor/meteor-1.5.jar"), "").unwrap();
    let mut command = showtell();
    command.env("PATH", "").args(["score", "--meteor", "--jars"]).arg(&jars);
    command.arg("--refs").arg(folder.path().join("refs.json"));
    let output = command.arg("--hyps").arg(folder.path().join("hyps.json")).output().unwrap();
    assert!(stderr(&output).contains("no program `java` was found"), "{}", stderr(&output));
    assert!(output.status.success() && !output.stdout.is_empty());

    let output = run(&["--meteor"]);
    assert!(output.status.success() && !output.stdout.is_empty());
    assert!(stderr(&output).contains("--jars"), "{}", stderr(&output));
}

/// The Java programs' side of the conversation, played by a shell script.
const JAVA: &str = r#"#!/bin/sh
case "$*" in
  *meteor-1.5.jar*)
    while read -r line; do
      case "$line" in
        "SCORE |||"*) echo "1.0 2.0 3.0" ;;
        "EVAL ||| 1.0 2.0 3.0 ||| 1.0 2.0 3.0 ||| 1.0 2.0 3.0") echo 0.1; echo 0.2; echo 0.3; echo 0.25 ;;
        *) echo "$line" ;;
      esac
    done ;;
  *spice-1.0.jar*)
    echo '[{"image_id":2,"scores":{"All":{"f":0.6}}},{"image_id":0,"scores":{"All":{"f":0.3}}},
           {"image_id":1,"scores":{"All":{"f":0.0}}}]' > "$8" ;;
esac
"#;

#[cfg(unix)]
#[test]
fn java_metrics_are_asked_and_understood() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for inner in ["jars/meteor", "jars/spice/lib", "bin"] {
        fs::create_dir_all(path(inner)).unwrap();
    }
    let models = ["stanford-corenlp-3.6.0.jar", "stanford-corenlp-3.6.0-models.jar"];
    let files = models.map(|name| format!("jars/spice/lib/{name}"));
    for file in
        files.iter().map(String::as_str).chain(["jars/meteor/meteor-1.5.jar", "jars/spice/spice-1.0.jar"])
    {
        fs::write(path(file), "").unwrap();
    }
    fs::write(path("bin/java"), JAVA).unwrap();
    fs::set_permissions(path("bin/java"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(path("refs.json"), references().to_string()).unwrap();
    // The bars are the protocol's own, and may not get through.
    let mut barred = hypotheses();
    barred[0]["caption"] = json!("two boys ||| play");
    fs::write(path("hyps.json"), barred.to_string()).unwrap();

    let search = format!("{}:{}", path("bin").display(), std::env::var("PATH").unwrap());
    let mut command = showtell();
    command.env("PATH", search).args(["score", "--json", "--per-image", "--meteor", "--spice", "--jars"]);
    command.arg(path("jars")).arg("--refs").arg(path("refs.json"));
    let output = command.arg("--hyps").arg(path("hyps.json")).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", stderr(&output));
    let found = json_lines(&String::from_utf8(output.stdout).unwrap()).remove(0);
    assert_eq!(found["meteor"], 0.25);
    assert!((found["spice"].as_f64().unwrap() - 0.3).abs() < 1e-9);
    let images = found["per_image"].as_array().unwrap();
    let pairs: Vec<_> = images.iter().map(|image| (&image["meteor"], &image["spice"])).collect();
    assert_eq!(pairs, [(&json!(0.1), &json!(0.3)), (&json!(0.2), &json!(0.0)), (&json!(0.3), &json!(0.6))]);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let (refs, hyps) = (folder.path().join("refs.json"), folder.path().join("hyps.json"));
    // More than a pipe holds.
    let images = 0..3000;
    let captions: Vec<Value> =
        images.map(|id| json!({"image_id": id, "caption": "a dog runs through the tall grass"})).collect();
    fs::write(&refs, json!({"annotations": &captions}).to_string()).unwrap();
    fs::write(&hyps, json!(captions).to_string()).unwrap();
    let mut command = showtell();
    command.args(["score", "--json", "--per-image", "--refs"]).arg(refs).arg("--hyps").arg(hyps);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", stderr(&output));
}
