//! The program starts and explains itself. What it does is tested from outside, in `tests/`.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::process::Command;

#[test]
fn help_names_every_verb() {
    let output = Command::new(env!("CARGO_BIN_EXE_showtell")).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for verb in ["prepare", "features", "train", "evaluate", "score", "caption", "publish", "verify"] {
        assert!(help.contains(&format!("\n  {verb}")), "{verb} is not in:\n{help}");
    }
}
