//! Data sets of every form through the command line.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use showtell_tests::{draw_dataset, shipped, showtell, stderr, succeed, train};

fn prepare(data: &Path, out: &Path) -> Command {
    let mut command = showtell();
    command.arg("prepare").arg("--data").arg(data).arg("--out").arg(out);
    command
}

#[test]
fn what_is_left_out_is_told_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("raw"), 6, 2);
    fs::write(path("raw/Images/001.png"), "no picture").unwrap();
    fs::remove_file(path("raw/Images/002.png")).unwrap();
    fs::copy(path("raw/Images/000.png"), path("raw/Images/003.png")).unwrap();
    let captions = fs::read_to_string(path("raw/Flickr8k.token.txt")).unwrap();
    let endless = format!("{captions}000.png#2\t{}\n", "A dog . ".repeat(2000));
    fs::write(path("raw/Flickr8k.token.txt"), endless).unwrap();
    let output = prepare(&path("raw"), &path("data")).output().unwrap();
    assert!(output.status.success());
    let printed = stderr(&output);
    assert!(printed.contains("1 photos named but not found: 002.png"), "{printed}");
    assert!(
        printed.contains("1 photos that cannot be read: 001.png: not a JPEG, PNG or WebP picture"),
        "{printed}"
    );
    assert!(printed.contains("1 photos equal to another, kept: 003.png = 000.png"), "{printed}");
    assert!(printed.contains("1 captions longer than any: 000.png: A dog"), "{printed}");
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(path("data/report.json")).unwrap()).unwrap();
    assert_eq!(report["missing_photos"][0], "002.png");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().next(), Some("train: 4 photos, 8 captions"));

    let names = |folder: &str| {
        let entries = fs::read_dir(path(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let shards =
        ["dataset.json", "dev-00000-of-00001.parquet", "report.json", "train-00000-of-00001.parquet"];
    assert_eq!(names("data"), shards);
    // Shards can be prepared again, elsewhere; into themselves they cannot.
    let _ = succeed(&mut prepare(&path("data"), &path("again")));
    assert_eq!(names("again"), shards);
    let shard = |folder: &str| fs::read(path(folder).join(shards[3])).unwrap();
    assert_eq!(shard("data"), shard("again"));
    let itself = prepare(&path("data"), &path("data")).output().unwrap();
    assert!(stderr(&itself).contains("name another folder"), "{}", stderr(&itself));
}

#[test]
fn features_of_shards_are_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("raw"), 3, 2);
    let _ = succeed(&mut prepare(&path("raw"), &path("data")));
    let features = |data: &str| {
        let mut command = showtell();
        command.args(["features", "--encoder", "efficientnet-lite2", "--weights"]).arg(shipped());
        command.arg("--data").arg(path(data)).arg("--cache").arg(path("cache"));
        succeed(&mut command)
    };
    let stores = || fs::read_dir(path("cache")).unwrap().count();
    assert!(features("data").starts_with("5 photos ready"));
    assert_eq!(stores(), 2, "one for train, one for dev");
    // The same photos elsewhere have the same features.
    let _ = succeed(&mut prepare(&path("data"), &path("moved")));
    fs::remove_dir_all(path("data")).unwrap();
    assert!(features("moved").starts_with("5 photos ready"));
    assert_eq!(stores(), 2);
}

#[test]
fn training_refuses_data_without_dev_photos_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for (train_photos, dev_photos, expected) in [
        (
            3,
            0,
            "has no dev photos, and training chooses the best epoch on them: expected at least one, found train 3, dev 0, test 0",
        ),
        (0, 3, "has no train photos"),
    ] {
        let data = path(&format!("data-{train_photos}"));
        draw_dataset(&data, train_photos, dev_photos);
        let output = train(&data, &path("run")).output().unwrap();
        assert!(!output.status.success());
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        assert!(!path("run").exists() && !data.join("cache").exists());
    }
}

#[test]
fn folders_in_no_form_and_bad_lines_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let refused = |data: &Path| {
        let output = prepare(data, &path("out")).output().unwrap();
        assert!(!output.status.success() && !path("out").exists());
        stderr(&output)
    };
    fs::create_dir(path("empty")).unwrap();
    let message = refused(&path("empty"));
    assert!(
        message.contains("looked in it for dataset.json") && message.contains("captions.jsonl"),
        "{message}"
    );
    fs::write(path("empty/captions.csv"), "image,caption,split\na.png,a dog,sometimes\n").unwrap();
    let message = refused(&path("empty"));
    assert!(message.contains("captions.csv, line 2: expected train, dev or test as the split"), "{message}");
    fs::write(path("empty/dataset.json"), r#"{"images": "x", "photos": []}"#).unwrap();
    let message = refused(&path("empty"));
    assert!(message.contains("run `showtell prepare` again"), "{message}");
}

#[test]
fn a_plain_folder_is_prepared() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("raw"), 3, 0);
    fs::remove_file(path("raw/Flickr8k.token.txt")).unwrap();
    let rows = "{\"image\": \"000.png\", \"captions\": [\"a\", \"b\"], \"split\": \"train\"}\n\
                {\"image\": \"001.png\", \"caption\": \"c\", \"split\": \"validation\"}\n\
                {\"image\": \"002.png\", \"caption\": \" . \", \"split\": \"test\"}\n";
    fs::write(path("raw/captions.jsonl"), rows).unwrap();
    let counts = succeed(&mut prepare(&path("raw"), &path("data")));
    assert_eq!(
        counts,
        "train: 1 photos, 2 captions\ndev: 1 photos, 1 captions\ntest: 0 photos, 0 captions\n"
    );
}

#[test]
fn links_out_of_a_data_set_or_a_bundle_are_read_only_when_asked() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("raw"), 6, 2);
    fs::rename(path("raw/Images/001.png"), path("secret.png")).unwrap();
    symlink(path("secret.png"), path("raw/Images/001.png")).unwrap();
    // One that stays below the folder does no harm.
    fs::rename(path("raw/Images/002.png"), path("raw/kept.png")).unwrap();
    symlink("../kept.png", path("raw/Images/002.png")).unwrap();
    let refused = prepare(&path("raw"), &path("data")).output().unwrap();
    let message = stderr(&refused);
    assert_eq!(refused.status.code(), Some(1), "{message}");
    assert!(message.contains("001.png: a link out of the data set's folder, of 1 such"), "{message}");
    assert!(!path("data").exists());
    let counts = succeed(prepare(&path("raw"), &path("data")).arg("--follow"));
    assert!(counts.starts_with("train: 6 photos"), "{counts}");
    // Nor does a list lead out by itself.
    let list = fs::read_to_string(path("data/dataset.json")).unwrap();
    fs::write(path("data/dataset.json"), list.replace("\"train-", "\"../data/train-")).unwrap();
    let refused = prepare(&path("data"), &path("again")).arg("--follow").output().unwrap();
    let message = stderr(&refused);
    assert!(message.contains("names of files in its folder"), "{message}");

    fs::create_dir(path("bundle")).unwrap();
    for entry in fs::read_dir(shipped()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), path("bundle").join(entry.file_name())).unwrap();
    }
    fs::rename(path("bundle/README.md"), path("card.md")).unwrap();
    symlink("../card.md", path("bundle/README.md")).unwrap();
    let refused = showtell().arg("verify").arg(path("bundle")).output().unwrap();
    let message = stderr(&refused);
    assert_eq!(refused.status.code(), Some(1), "{message}");
    assert!(message.contains("README.md: a link out of the bundle's folder, of 1 such"), "{message}");
    assert!(succeed(showtell().arg("verify").arg(path("bundle")).arg("--follow")).contains("sound"));
}
