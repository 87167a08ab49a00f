//! The example program that embeds the library.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::process::Command;

use showtell_tests::{root, shipped, showtell, stderr, succeed};

/// The example, built beside the tests.
fn describe() -> Command {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("examples/describe");
    assert!(program.exists(), "run the tests of the whole workspace: cargo test --release");
    Command::new(program)
}

#[test]
fn the_example_says_what_the_command_line_says() {
    let photos = ["chelsea.jpg", "coffee.jpg"].map(|name| root().join("assets/photos").join(name));
    let expected = succeed(showtell().args(["caption", "--bundle"]).arg(shipped()).args(&photos));
    let described = succeed(describe().arg(shipped()).args(&photos));
    assert_eq!(described.replace(": ", "\t"), expected);
}

#[test]
fn the_example_ends_with_what_is_wrong() {
    let output = describe().arg(root().join("nowhere")).arg("photo.jpg").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("No such file"), "{}", stderr(&output));
}
