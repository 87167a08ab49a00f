//! `cargo xtask check`: what to run before a commit, cheapest first.

use crate::browser::rust_tests;
use crate::setup::{self, WasmToolchain};
use crate::shell::{command, root, run};

/// Formatting, lints, tests, documentation, the wasm build, the package's types, licences.
pub fn check() -> anyhow::Result<()> {
    run(&mut command("cargo", &["fmt", "--all", "--check"]))?;
    run(&mut command("cargo", &["clippy", "--release", "--all-targets", "--", "-D", "warnings"]))?;
    rust_tests()?;
    run(command("cargo", &["doc", "--release", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))?;

    // As trunk builds them, so that nothing is compiled twice. The worker holds `shared`.
    let toolchain = setup::page()?;
    for (program, profile) in [("page", "page"), ("worker", "web")] {
        let package =
            ["-p", "showtell-web", "--bin", program, "--no-default-features", "--features", program];
        let options = [&package[..], &["--profile", profile, "--target", "wasm32-unknown-unknown"]].concat();
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

    let sources = root().join("web/js");
    setup::package(&sources)?;
    run(command("npx", &["--no-install", "tsc", "--project", ".", "--noEmit"]).current_dir(sources))?;

    setup::deny(toolchain)?;
    let mut deny = command("cargo", &["deny", "check", "bans", "licenses", "sources"]);
    toolchain.prepare(&mut deny);
    run(&mut deny)
}
