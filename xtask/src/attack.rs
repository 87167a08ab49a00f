//! `cargo xtask attack`: the attacks of the tests, many times as often, and the table that stands in SECURITY.md.

use crate::shell::{command, run};

/// How many times as many attacks as the tests try.
const SCALE: &str = "25";

/// Builds the program, attacks it and prints the table: of the classes whose keys begin with `only`.
pub fn attack(only: &str) -> anyhow::Result<()> {
    // The program itself, which a single test does not ask for; with the tests, so that what they were built of serves.
    run(&mut command("cargo", &["build", "--release", "--bins", "--examples", "--tests"]))?;
    let mut cargo = command("cargo", &["test", "--release", "--test", "attack", "--", "--nocapture"]);
    run(cargo.env("SHOWTELL_ATTACK", SCALE).env("SHOWTELL_ATTACK_ONLY", only))
}
