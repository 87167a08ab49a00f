//! What the tests of the command line share: the program, the shipped bundle, drawn data.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

pub mod attack;
pub mod site;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use image::{Rgb, RgbImage};
use serde_json::Value;

/// The project's folder, which cargo says when it runs a test: a build folder may be shared by
/// several clones.
#[must_use]
pub fn root() -> PathBuf {
    let crate_folder = std::env::var("CARGO_MANIFEST_DIR").expect("tests are run by cargo");
    Path::new(&crate_folder).parent().unwrap().to_owned()
}

/// The bundle that ships.
#[must_use]
pub fn shipped() -> PathBuf {
    root().join("assets/showtell-everyday")
}

/// The `showtell` program, built into the folder that this test runs from.
#[must_use]
pub fn showtell() -> Command {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("showtell");
    assert!(program.exists(), "run the tests of the whole workspace: cargo test --release");
    Command::new(program)
}

/// Runs the program and expects it to succeed; returns what it printed.
#[must_use]
pub fn succeed(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    assert!(output.status.success(), "{command:?}\n{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// What a program complained about.
#[must_use]
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Reads one JSON object a line.
#[must_use]
pub fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Draws a Flickr8k of its own: plain shapes on plain ground, two captions each, `train` and
/// `dev` photos with split lists.
pub fn draw_dataset(folder: &Path, train: usize, dev: usize) {
    let colours = [
        ("red", [200, 30, 30]),
        ("green", [30, 160, 60]),
        ("blue", [40, 70, 200]),
        ("yellow", [230, 210, 40]),
    ];
    fs::create_dir_all(folder.join("Images")).unwrap();
    let (mut tokens, mut lists) = (String::new(), [String::new(), String::new()]);
    for index in 0..train + dev {
        let (colour, rgb) = colours[index % colours.len()];
        let (shape, round) = if index % 3 == 0 { ("circle", true) } else { ("square", false) };
        let name = format!("{index:03}.png");
        let reach = 20 + (index % 5) as i64 * 6;
        let picture = RgbImage::from_fn(120, 120, |x, y| {
            let (dx, dy) = (i64::from(x) - 60, i64::from(y) - 60);
            let inside =
                if round { dx * dx + dy * dy < reach * reach } else { dx.abs().max(dy.abs()) < reach };
            Rgb(if inside { rgb } else { [235, 235, 230] })
        });
        picture.save(folder.join("Images").join(&name)).unwrap();
        tokens += &format!("{name}#0\tA {colour} {shape} on white .\n{name}#1\tThe {shape} is {colour} .\n");
        lists[usize::from(index >= train)] += &format!("{name}\n");
    }
    fs::write(folder.join("Flickr8k.token.txt"), tokens).unwrap();
    fs::write(folder.join("Flickr_8k.trainImages.txt"), &lists[0]).unwrap();
    fs::write(folder.join("Flickr_8k.devImages.txt"), &lists[1]).unwrap();
}

/// Draws `each` bar charts and as many maps, with the table `graphics.jsonl` that names them.
pub fn draw_graphics(folder: &Path, each: usize) {
    fs::create_dir_all(folder.join("drawn")).unwrap();
    let mut table = String::new();
    for index in 0..each {
        let seed = index as f64;
        let bars = RgbImage::from_fn(160, 110, |x, y| {
            let bar = f64::from(x / 20);
            let height = 30.0 + 60.0 * (bar * 1.7 + seed).sin().abs();
            let axis = x < 3 || y > 106;
            let inside = x % 20 > 6 && f64::from(110 - y) < height;
            Rgb(if axis {
                [0, 0, 0]
            } else if inside {
                [60, 90, 170]
            } else {
                [255, 255, 255]
            })
        });
        let map = RgbImage::from_fn(160, 110, |x, y| {
            let (x, y) = (f64::from(x) / 160.0 * 6.0, f64::from(y) / 110.0 * 6.0);
            let height = (x + seed).sin() + (y * 1.3 - seed).cos() + (2.3 * x - y + seed).sin() / 2.0;
            Rgb(match height {
                shore if shore.abs() < 0.06 => [40, 40, 40],
                land if land > 1.0 => [190, 150, 90],
                land if land > 0.0 => [150, 200, 120],
                _ => [150, 190, 230],
            })
        });
        for (kind, picture) in [("bar chart", bars), ("map", map)] {
            let name = format!("drawn/{}{index}.png", &kind[..3]);
            picture.save(folder.join(&name)).unwrap();
            table += &format!("{{\"image\": \"{name}\", \"kind\": \"{kind}\", \"alt\": \"Drawn.\"}}\n");
        }
    }
    fs::write(folder.join("graphics.jsonl"), table).unwrap();
}

/// `showtell train` on drawn data with the toy recipe and the shipped encoder, features kept in
/// the data's folder.
#[must_use]
pub fn train(data: &Path, run: &Path) -> Command {
    let mut command = showtell();
    command.arg("train").arg("--recipe").arg(root().join("trainer/recipes/toy.toml"));
    command.args(["--encoder", "efficientnet-lite2", "--weights"]).arg(shipped());
    command.arg("--data").arg(data).arg("--out").arg(run).arg("--cache").arg(data.join("cache"));
    command
}

/// The bytes of a tensor of a bundle.
///
/// # Panics
/// Without a bundle that has it.
#[must_use]
pub fn tensor(bundle: &Path, name: &str) -> Vec<u8> {
    let file = fs::read(bundle.join("model.safetensors")).unwrap();
    let (length, rest) = file.split_at(8);
    let (header, values) = rest.split_at(u64::from_le_bytes(length.try_into().unwrap()) as usize);
    let header: Value = serde_json::from_slice(header).unwrap();
    let offset = |end: usize| header[name]["data_offsets"][end].as_u64().unwrap() as usize;
    values[offset(0)..offset(1)].to_vec()
}

/// A column of a run's record, empty cells left out.
///
/// # Panics
/// Without a record that has it.
#[must_use]
pub fn column(record: &Path, name: &str) -> Vec<f64> {
    let text = fs::read_to_string(record).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let place = lines.next().unwrap().iter().position(|title| *title == name).unwrap();
    lines.filter_map(|cells| cells[place].parse().ok()).collect()
}
