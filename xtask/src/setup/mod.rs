//! Installs what is missing: the standard library for wasm32, wasm-bindgen, trunk, and for the
//! tests Node.js, Chromium and Playwright. What is there already is left alone.

mod chromium;
mod system;
mod wasm;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::Context;

use self::system::{Consent, programs};
pub use self::wasm::WasmToolchain;
use crate::shell::{cache, command, find, output, root, run};

const WASM_BINDGEN: &str = "0.2.130";
const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";

/// What the page's tests run on.
#[derive(Debug)]
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
}

fn tools() -> PathBuf {
    cache().join("tools")
}

/// Everything, for `cargo xtask setup`. `agreed` is `--yes`: system packages may be installed through sudo.
pub fn everything(agreed: bool) -> anyhow::Result<()> {
    let consent = Consent::of(agreed);
    build_tools(wasm::toolchain(consent)?)?;
    browser_with(consent)?;
    package_with(&root().join("web/js"), consent)
}

/// What building the page needs.
pub fn page() -> anyhow::Result<WasmToolchain> {
    let toolchain = wasm::toolchain(Consent::of(false))?;
    build_tools(toolchain)?;
    Ok(toolchain)
}

fn build_tools(toolchain: WasmToolchain) -> anyhow::Result<()> {
    install(toolchain, "wasm-bindgen-cli", "wasm-bindgen", WASM_BINDGEN, &[])?;
    let features = ["--locked", "--no-default-features", "--features", "rustls"];
    install(toolchain, "trunk", "trunk", TRUNK, &features)
}

/// Installs what checking licences and advisories needs.
pub fn deny(toolchain: WasmToolchain) -> anyhow::Result<()> {
    install(toolchain, "cargo-deny", "cargo-deny", CARGO_DENY, &["--locked"])
}

/// What the page's tests need.
pub fn browser() -> anyhow::Result<Browser> {
    browser_with(Consent::of(false))
}

fn browser_with(consent: Consent) -> anyhow::Result<Browser> {
    let found = || chromium::find(env::var_os("CHROME_PATH"));
    let missing = found()?.is_none();
    programs(
        &[("chromium", missing), ("nodejs", find("node").is_none()), ("npm", find("npm").is_none())],
        consent,
    )?;
    modules(&root().join("tests/browser"))?;
    let chromium = found()?.context("there is no Chromium on the PATH: name one in CHROME_PATH")?;
    Ok(Browser { chromium })
}

/// What compiling the JavaScript package needs, in its folder.
pub fn package(folder: &Path) -> anyhow::Result<()> {
    package_with(folder, Consent::of(false))
}

fn package_with(folder: &Path, consent: Consent) -> anyhow::Result<()> {
    programs(&[("nodejs", find("node").is_none()), ("npm", find("npm").is_none())], consent)?;
    modules(folder)
}

/// Installs a tool from crates.io at the version the project is built with.
fn install(
    toolchain: WasmToolchain,
    package: &str,
    program: &str,
    version: &str,
    options: &[&str],
) -> anyhow::Result<()> {
    if is_installed(program, version) {
        return Ok(());
    }
    let place = tools();
    let place = place.to_str().context("the cache folder's name is not Unicode")?;
    let mut cargo = command("cargo", &["install", package, "--version", version, "--root", place]);
    // Its own build folder: the project's profiles and flags are none of its business.
    toolchain.prepare(&mut cargo);
    run(cargo.args(options).env_remove("CARGO_TARGET_DIR").current_dir(cache_folder()?))
}

/// Whether a tool of this version is among the project's own or on the PATH.
fn is_installed(program: &str, version: &str) -> bool {
    let wanted = |path: &Path| {
        let printed = output(std::process::Command::new(path).arg("--version"));
        printed.is_some_and(|printed| printed.split_whitespace().any(|word| word == version))
    };
    wanted(&tools().join("bin").join(program)) || find(program).is_some_and(|path| wanted(&path))
}

fn cache_folder() -> anyhow::Result<PathBuf> {
    let folder = cache();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Installs the modules that a folder's package-lock.json names, unless they are there.
fn modules(folder: &Path) -> anyhow::Result<()> {
    // npm writes a list of what it installed, last of all.
    let changed = |name: &str| fs::metadata(folder.join(name)).and_then(|file| file.modified()).ok();
    if changed("node_modules/.package-lock.json") < changed("package-lock.json") {
        run(command("npm", &["ci", "--no-audit", "--no-fund"]).current_dir(folder))?;
    }
    Ok(())
}
