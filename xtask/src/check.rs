//! `cargo xtask check`: what to run before a commit, cheapest first. Tests are `cargo xtask test`.

use crate::setup::{self, WasmToolchain};
use crate::shell::{command, root, run};

/// Which tools a check may install.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tools {
    /// All that is missing.
    Installed,
    /// Not `cargo-deny`, which takes longer to compile than all checks take together.
    AsTheyAre,
}

/// Formatting, lints, the package's own tests, documentation, the wasm build, licences, advisories.
pub fn check(tools: Tools) -> anyhow::Result<()> {
    run(&mut command("cargo", &["fmt", "--all", "--check"]))?;
    let package = root().join("web/js");
    setup::package(&package)?;
    // From the root, where its settings and half of the scripts lie.
    let biome = "web/js/node_modules/@biomejs/biome/bin/biome";
    run(&mut command("node", &[biome, "ci", "--error-on-warnings"]))?;
    // Compiles the package, and tries what of it needs neither the worker's program nor a browser.
    run(command("npm", &["test"]).current_dir(package))?;

    run(&mut command("cargo", &["clippy", "--release", "--all-targets", "--", "-D", "warnings"]))?;
    run(command("cargo", &["doc", "--release", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;

    // As trunk builds them, so that nothing is compiled twice. The worker holds `shared`.
    let toolchain = setup::page()?;
    for (program, profile) in [("showtell-page", "page"), ("showtell-worker", "web")] {
        let options = ["-p", program, "--profile", profile, "--target", "wasm32-unknown-unknown"];
        // Debian's compiler comes without clippy; its build shows at least that all fits wasm32.
        let mut cargo = match toolchain {
            WasmToolchain::Pinned => {
                command("cargo", &[&["clippy"], &options[..], &["--", "-D", "warnings"]].concat())
            }
            WasmToolchain::Debian => command("cargo", &[&["build"], &options[..]].concat()),
        };
        toolchain.prepare(&mut cargo);
        run(&mut cargo)?;
    }

    if tools == Tools::AsTheyAre && !setup::has_deny() {
        eprintln!("cargo-deny is not installed: licences, sources and advisories are not checked");
        return Ok(());
    }
    deny(toolchain, &["check", "bans", "licenses", "sources"])?;
    if deny(toolchain, &["fetch", "db"]).is_err() {
        eprintln!("the database of advisories cannot be fetched: advisories are not checked");
        return Ok(());
    }
    deny(toolchain, &["check", "--disable-fetch", "advisories"])
}

/// What is known against any dependency today; fails where the database cannot be fetched.
pub fn advisories() -> anyhow::Result<()> {
    deny(WasmToolchain::Pinned, &["check", "advisories"])
}

fn deny(toolchain: WasmToolchain, arguments: &[&str]) -> anyhow::Result<()> {
    setup::deny(toolchain)?;
    let mut deny = command("cargo", &[&["deny"], arguments].concat());
    toolchain.prepare(&mut deny);
    run(&mut deny)
}
