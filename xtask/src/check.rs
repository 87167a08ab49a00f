//! `cargo xtask check`: what to run before a commit, cheapest first. Tests are `cargo xtask test`.

use anyhow::{Context, ensure};

use crate::setup::{self, WasmToolchain};
use crate::shell::{command, output, root, run};

/// Which tools a check may install.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tools {
    /// All that is missing.
    Installed,
    /// No tool but those of the tests, and nothing that compiles Burn once more: for whoever runs the tests next.
    AsTheyAre,
}

/// Formatting, lints, the package's own tests, documentation, the wasm build, licences, advisories.
pub fn check(tools: Tools) -> anyhow::Result<()> {
    let has = |tool: &str| {
        tools == Tools::Installed || output(&mut command("cargo", &[tool, "--version"])).is_some()
    };
    if has("fmt") {
        run(&mut command("cargo", &["fmt", "--all", "--check"]))?;
    } else {
        eprintln!("rustfmt is not installed: the format is not checked");
    }
    let package = root().join("web/js");
    setup::package(&package)?;
    // From the root, where its settings and half of the scripts lie.
    let biome = "web/js/node_modules/@biomejs/biome/bin/biome";
    run(&mut command("node", &[biome, "ci", "--error-on-warnings"]))?;
    // Compiles the package, and tries what of it needs neither the worker's program nor a browser.
    run(command("npm", &["test"]).current_dir(package))?;

    if has("clippy") {
        run(&mut command("cargo", &["clippy", "--release", "--all-targets", "--", "-D", "warnings"]))?;
    } else {
        eprintln!("clippy is not installed: the code is not linted");
    }
    run(command("cargo", &["doc", "--release", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;

    if tools == Tools::AsTheyAre {
        eprintln!(
            "left to a full check: the program without training, lints for wasm32, licences, advisories"
        );
        return Ok(());
    }
    light()?;

    // As trunk builds them, so that nothing is compiled twice. The worker holds `shared`.
    let toolchain = setup::page()?;
    for (program, profile) in
        [("showtell-page", "page"), ("showtell-worker", "web"), ("showtell-reader-worker", "web")]
    {
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

    deny(toolchain, &["check", "bans", "licenses", "sources"])?;
    if deny(toolchain, &["fetch", "db"]).is_err() {
        eprintln!("the database of advisories cannot be fetched: advisories are not checked");
        return Ok(());
    }
    deny(toolchain, &["check", "--disable-fetch", "advisories"])
}

/// What the program for those who only caption must not bring along.
const HEAVY: [&str; 7] = ["burn-autodiff", "burn-optim", "parquet", "plotters", "prost", "tokenizers", "zip"];

/// The program without training: nothing of the trainer is in its tree, and it builds by itself.
fn light() -> anyhow::Result<()> {
    let package = ["-p", "showtell-cli"];
    let tree = ["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    let tree = output(&mut command("cargo", &[&tree[..], &package].concat())).context("cargo tree failed")?;
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let heavy: Vec<&str> = names.filter(|name| HEAVY.contains(name)).collect();
    ensure!(heavy.is_empty(), "showtell-cli depends on {}", heavy.join(", "));
    let clippy = ["clippy", "--release", "--all-targets"];
    run(&mut command("cargo", &[&clippy[..], &package, &["--", "-D", "warnings"]].concat()))
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
