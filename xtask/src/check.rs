//! `cargo xtask check`: what to run before a commit, cheapest first.

use crate::browser::rust_tests;
use crate::setup::{self, WasmToolchain};
use crate::shell::{command, find, run};

/// Formatting, lints, tests, documentation, the wasm build, licences.
pub fn check() -> anyhow::Result<()> {
    run(&mut command("cargo", &["fmt", "--all", "--check"]))?;
    run(&mut command("cargo", &["clippy", "--release", "--all-targets", "--", "-D", "warnings"]))?;
    rust_tests()?;
    run(command("cargo", &["doc", "--release", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;

    let toolchain = setup::page()?;
    let page = ["-p", "showtell-web", "--profile", "web", "--target", "wasm32-unknown-unknown"];
    if toolchain == WasmToolchain::Pinned {
        let clippy = [&["clippy"], &page[..], &["--", "-D", "warnings"]].concat();
        run(&mut command("cargo", &clippy))?;
    }
    // Debian's compiler comes without clippy; its build shows at least that `shared` fits wasm32.
    let mut build = command("cargo", &[&["build"], &page[..]].concat());
    toolchain.prepare(&mut build);
    run(&mut build)?;

    if find("cargo-deny").is_none() {
        eprintln!("skipped: licences and sources; `cargo install cargo-deny` to have them checked");
        return Ok(());
    }
    run(&mut command("cargo", &["deny", "check", "bans", "licenses", "sources"]))
}
