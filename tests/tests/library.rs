//! The example programs that embed the libraries.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::process::Command;

use showtell_tests::{draw_dataset, root, shipped, showtell, stderr, succeed};

/// An example, built beside the tests.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(program.exists(), "run the tests of the whole workspace: cargo test --release");
    Command::new(program)
}

#[test]
fn the_example_says_what_the_command_line_says() {
    let photos = ["chelsea.jpg", "coffee.jpg"].map(|name| root().join("assets/photos").join(name));
    let expected = succeed(showtell().args(["caption", "--bundle"]).arg(shipped()).args(&photos));
    let described = succeed(example("describe").arg(shipped()).args(&photos));
    assert_eq!(described.replace(": ", "\t"), expected);
}

#[test]
fn the_example_ends_with_what_is_wrong() {
    let output = example("describe").arg(root().join("nowhere")).arg("photo.jpg").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("No such file"), "{}", stderr(&output));
}

/// A program trains, publishes and captions through the jobs; the command line then says the same of its bundle.
#[test]
fn a_program_trains_and_captions_without_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_dataset(&path("data"), 12, 4);
    let toy = fs::read_to_string(root().join("trainer/recipes/toy.toml")).unwrap();
    let recipe =
        toy.replace("efficientnet-lite0", "efficientnet-lite2").replace("epochs = 100", "epochs = 8");
    fs::write(path("recipe.toml"), recipe).unwrap();
    let photo = path("data/Images/000.png");
    let mut program = example("train_and_caption");
    program.arg(path("recipe.toml")).arg(path("data")).arg(shipped()).arg(path("out")).arg(&photo);
    let output = program.output().unwrap();
    assert!(output.status.success() && stderr(&output).is_empty(), "{}", stderr(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with("best of 8 epochs: "), "{printed}");
    let expected = succeed(showtell().args(["caption", "--bundle"]).arg(path("out/bundle")).arg(&photo));
    assert_eq!(printed.lines().last(), expected.trim_end().rsplit('\t').next());
}
