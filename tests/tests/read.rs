//! The words in pictures, through the command line and the reader that ships.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use showtell_tests::site::Site;
use showtell_tests::{json_lines, root, shipped, showtell, stderr, succeed};

/// What stands in `dialog.png`, a part of a page at its own scale with letters of 14 pixels.
const DIALOG: &str = "Save changes?\nThe file \"report.txt\" was changed on 12 March. Zoë can undo this later.\n\
                      Save as... Cancel\n";

fn picture(name: &str) -> PathBuf {
    root().join("tests/data").join(name)
}

fn reader() -> PathBuf {
    root().join("assets/reader")
}

fn read(pictures: &[&Path]) -> Command {
    let mut command = showtell();
    command.arg("read").arg("--reader").arg(reader()).args(pictures);
    command
}

fn json(path: &Path) -> Value {
    json_lines(&succeed(read(&[path]).arg("--json")))[0].clone()
}

#[test]
fn small_letters_of_a_screenshot_are_read_in_order() {
    assert_eq!(succeed(&mut read(&[&picture("dialog.png")])), DIALOG);
}

#[test]
fn lines_have_corners_confidence_and_turn() {
    let folder = tempfile::tempdir().unwrap();
    let upright = image::open(picture("dialog.png")).unwrap();
    for (turned, turn) in [
        (0, upright.clone()),
        (90, upright.rotate90()),
        (180, upright.rotate180()),
        (270, upright.rotate270()),
    ] {
        let path = folder.path().join("turned.png");
        turn.save(&path).unwrap();
        let found = json(&path);
        // Not the dots, of two pixels each, nor whether an "s" is a capital one.
        let words = |text: &str| text.to_lowercase().replace('.', "").trim_end().to_owned();
        assert_eq!(words(found["text"].as_str().unwrap()), words(DIALOG), "{turned}");
        assert_eq!((&found["width"], &found["more"]), (&turn.width().into(), &false.into()));
        let first = &found["lines"][0];
        assert_eq!((&first["text"], &first["turned"]), (&"Save changes?".into(), &turned.into()));
        assert!(first["confidence"].as_f64().unwrap() > 0.9);
        // The line begins where the picture's corner has gone, and goes where its upper edge goes.
        let corner = |index: usize, axis: usize| first["corners"][index][axis].as_f64().unwrap();
        let along = [corner(1, 0) - corner(0, 0), corner(1, 1) - corner(0, 1)];
        let expected = match turned {
            0 => along[0] > 100.0,
            90 => along[1] > 100.0,
            180 => along[0] < -100.0,
            _ => along[1] < -100.0,
        };
        assert!(expected, "{turned}: {first}");
    }
}

#[test]
fn a_picture_without_words_gives_none() {
    assert_eq!(succeed(&mut read(&[&root().join("assets/photos/chelsea.jpg")])), "");
    assert_eq!(json(&root().join("assets/photos/chelsea.jpg"))["lines"], Value::Array(vec![]));
}

#[test]
fn a_file_that_is_no_picture_is_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.png");
    fs::write(&broken, b"no picture").unwrap();
    let output = read(&[&broken, &picture("stop.png")]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("broken.png"), "{}", stderr(&output));
    assert!(String::from_utf8(output.stdout).unwrap().contains("STOP"));
}

#[test]
fn a_damaged_or_missing_reader_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(reader()).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let refused = || {
        let mut command = showtell();
        command.arg("read").arg("--reader").arg(folder.path()).arg(picture("stop.png"));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        stderr(&output)
    };
    for name in ["detector.onnx", "recognizer.onnx", "characters.txt"] {
        let path = folder.path().join(name);
        let sound = fs::read(&path).unwrap();
        let mut damaged = sound.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        fs::write(&path, damaged).unwrap();
        let said = refused();
        assert!(said.contains(&format!("{name} is damaged")), "{said}");
        fs::remove_file(&path).unwrap();
        let said = refused();
        assert!(said.contains(&format!("{name} is missing")), "{said}");
        fs::write(&path, sound).unwrap();
    }
    fs::write(folder.path().join("SHA256SUMS"), "").unwrap();
    let said = refused();
    assert!(said.contains("SHA256SUMS has no SHA-256 of detector.onnx"), "{said}");
}

#[test]
fn more_text_than_is_read_of_a_picture_is_said() {
    // Lines of two words, a thousand of them.
    let dialog = image::open(picture("dialog.png")).unwrap().into_rgb8();
    let line = image::imageops::crop_imm(&dialog, 12, 14, 164, 28).to_image();
    let mut page = image::RgbImage::from_pixel(1720, 2900, image::Rgb([255; 3]));
    for index in 0..1000 {
        image::imageops::replace(&mut page, &line, 4 + 170 * (index % 10), 4 + 29 * (index / 10));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.png");
    page.save(&path).unwrap();
    let output = read(&[&path]).arg("--json").output().unwrap();
    let found = &json_lines(&String::from_utf8(output.stdout.clone()).unwrap())[0];
    assert_eq!(found["more"], true);
    assert!(found["lines"].as_array().unwrap().len() <= 400);
    assert!(stderr(&output).contains("more text than is read"), "{}", stderr(&output));
}

#[test]
fn a_caption_takes_in_the_words_of_a_sign() {
    let caption = |text: bool| {
        let mut command = showtell();
        command.args(["caption", "--json", "--bundle"]).arg(shipped()).arg(picture("stop.png"));
        if text {
            command.arg("--text").arg("--reader").arg(reader());
        }
        json_lines(&succeed(&mut command))[0].clone()
    };
    let (plain, with) = (caption(false), caption(true));
    assert!(!plain["told"].as_str().unwrap().contains("STOP"));
    assert_eq!(plain.get("reading"), None);
    assert!(with["told"].as_str().unwrap().contains("STOP"), "{}", with["told"]);
    assert_eq!(with["reading"]["text"], "STOP");
    // What the captioner itself says stays.
    assert_eq!(with["caption"], plain["caption"]);
    assert_eq!(with["answer"], plain["answer"]);
}

#[test]
fn alt_texts_have_words_where_asked() {
    let alt = |text: bool| {
        let site = Site::new(&[("index.html", "<img src=stop.png>")]);
        fs::copy(picture("stop.png"), site.path("stop.png")).unwrap();
        let mut command = site.command(&[".", "--write"]);
        if text {
            command.arg("--text").arg("--reader").arg(reader());
        }
        command.output().unwrap();
        site.read("index.html")
    };
    assert!(!alt(false).contains("STOP"));
    let with = alt(true);
    assert!(with.contains("STOP") && with.contains("alt="), "{with}");
}
