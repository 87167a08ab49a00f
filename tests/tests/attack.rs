//! A few of the attacks of `cargo xtask attack`, which sets `SHOWTELL_ATTACK` to how many times as many it wants, and
//! `SHOWTELL_ATTACK_ONLY` to those it wants.

#![expect(clippy::unwrap_used, reason = "a test")]

use showtell_tests::attack::all;

#[test]
fn attacks_are_survived() {
    let scale = std::env::var("SHOWTELL_ATTACK").map_or(1, |scale| scale.parse().unwrap());
    let tallies = all(scale, &std::env::var("SHOWTELL_ATTACK_ONLY").unwrap_or_default());
    println!("| class | tried | survived | worst |\n|---|---|---|---|");
    for tally in &tallies {
        println!("{}", tally.row());
    }
    let lost: Vec<&String> = tallies.iter().flat_map(|tally| &tally.lost).collect();
    assert!(lost.is_empty(), "{lost:#?}");
}
