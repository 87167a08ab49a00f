//! Photos of every odd kind, through the command line and the shipped bundle.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use showtell_tests::{json_lines, root, shipped, showtell, stderr, succeed};

fn picture(name: &str) -> PathBuf {
    root().join("tests/data").join(name)
}

/// Words of the greedy caption, each with the logarithm of its probability. The decoder's own: what a detector
/// of words adds decides between words that it holds for all but equally likely.
fn words(name: &str) -> Vec<(String, f64)> {
    let mut command = showtell();
    command.args(["caption", "--json", "--beam", "1", "--rerank", "0", "--bundle"]).arg(shipped());
    let output = succeed(command.arg(picture(name)));
    let words = json_lines(&output)[0]["words"].as_array().unwrap().clone();
    let word =
        |word: &Value| (word["word"].as_str().unwrap().to_owned(), word["log_probability"].as_f64().unwrap());
    words.iter().map(word).collect()
}

/// Captions of one photo begin with so many words alike; those of turned or inverted ones part before.
const ALIKE: usize = 8;

/// How many words two captions begin with alike, as likely in the one as in the other but for what the
/// noise of a JPEG file does. Where two words are all but equally likely it decides between them, and the
/// captions part.
fn alike(a: &[(String, f64)], b: &[(String, f64)]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 0.4).count()
}

#[test]
fn rotated_cmyk_transparent_and_animated_photos_are_seen_as_the_plain_one() {
    let expected = words("upright.png");
    assert_eq!(words("alpha.png"), expected);
    for name in ["rotated.jpg", "cmyk.jpg", "animated.webp"] {
        let found = words(name);
        assert!(alike(&found, &expected) >= ALIKE, "{name}: {found:?} is not {expected:?}");
    }
}

/// Else the likeness above would hold whatever was done to a photo.
#[test]
fn a_turned_or_inverted_photo_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let upright = image::open(picture("upright.png")).unwrap();
    let mut inverted = upright.clone();
    inverted.invert();
    let expected = words("upright.png");
    for (name, changed) in [("turned.png", upright.rotate90()), ("inverted.png", inverted)] {
        let path = folder.path().join(name);
        changed.save(&path).unwrap();
        let found = words(path.to_str().unwrap());
        assert!(alike(&found, &expected) < ALIKE, "{name}: {found:?} is as {expected:?}");
    }
}

#[test]
fn sixteen_bit_grey_is_seen_as_eight_bit_grey() {
    let (found, expected) = (words("sixteen.png"), words("grey.jpg"));
    assert!(alike(&found, &expected) >= ALIKE, "{found:?} is not {expected:?}");
}

#[test]
fn unreadable_photos_are_named_and_the_others_captioned() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("empty.jpg"), b"").unwrap();
    fs::write(path("words.png"), b"no picture").unwrap();
    let photo = fs::read(picture("grey.jpg")).unwrap();
    fs::write(path("cut.jpg"), &photo[..300]).unwrap();

    let mut command = showtell();
    command.arg("caption").arg("--bundle").arg(shipped());
    command.args([path("empty.jpg"), path("words.png"), path("cut.jpg"), path("gone.jpg")]);
    command.args([picture("nothing.png"), picture("huge.png"), picture("upright.png")]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let complaints = stderr(&output);
    for expected in [
        "empty.jpg: the file is empty",
        "words.png: not a JPEG, PNG or WebP picture",
        "cut.jpg: damaged or unsupported JPEG data",
        "gone.jpg: No such file",
        "nothing.png: ",
        "huge.png: the picture is 20000x20000 pixels, over the limit of 120 megapixels",
    ] {
        assert!(complaints.contains(expected), "{expected} is not in:\n{complaints}");
    }
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().count(), 1);
    assert!(lines.contains("upright.png\t"), "{lines}");
}

#[test]
fn a_damaged_bundle_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    for file in fs::read_dir(shipped()).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    let weights = folder.path().join("model.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&weights, bytes).unwrap();
    for arguments in [vec!["verify"], vec!["caption", "photo.jpg", "--bundle"]] {
        let output = showtell().args(arguments).arg(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr(&output).contains("model.safetensors is damaged: expected SHA-256"),
            "{}",
            stderr(&output)
        );
    }
    fs::remove_file(weights).unwrap();
    let output = showtell().arg("verify").arg(folder.path()).output().unwrap();
    assert!(stderr(&output).contains("model.safetensors is missing"), "{}", stderr(&output));
}
