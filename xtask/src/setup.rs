//! Installs what is missing: the standard library for wasm32, wasm-bindgen, trunk, and for the
//! tests Node.js, Chromium and Playwright. What is there already is left alone.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, bail};

use crate::shell::{cache, command, find, output, root, run};

const WASM: &str = "wasm32-unknown-unknown";
const WASM_BINDGEN: &str = "0.2.130";
const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";

/// The compiler that has a standard library for wasm32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WasmToolchain {
    /// The pinned one, its target added by rustup.
    Pinned,
    /// Debian's, linked into rustup under the name `debian`.
    Debian,
}

impl WasmToolchain {
    /// Makes a command build with this compiler and find the tools.
    pub fn prepare(self, command: &mut Command) {
        if self == Self::Debian {
            command.env("RUSTUP_TOOLCHAIN", "debian");
        }
        let mut folders = vec![tools().join("bin")];
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        // A PATH that came apart can be put together again.
        command.env("PATH", env::join_paths(folders).unwrap_or_else(|_| OsString::from("/usr/bin")));
    }
}

/// What the page's tests run on.
#[derive(Debug)]
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
}

fn tools() -> PathBuf {
    cache().join("tools")
}

/// Everything, for `cargo xtask setup`.
pub fn everything() -> anyhow::Result<(WasmToolchain, Browser)> {
    let found = (page()?, browser()?);
    package(&root().join("web/js"))?;
    Ok(found)
}

/// What building the page needs.
pub fn page() -> anyhow::Result<WasmToolchain> {
    let toolchain = wasm()?;
    install(toolchain, "wasm-bindgen-cli", "wasm-bindgen", WASM_BINDGEN, &[])?;
    let features = ["--locked", "--no-default-features", "--features", "rustls"];
    install(toolchain, "trunk", "trunk", TRUNK, &features)?;
    Ok(toolchain)
}

/// What checking licences needs.
pub fn deny(toolchain: WasmToolchain) -> anyhow::Result<()> {
    install(toolchain, "cargo-deny", "cargo-deny", CARGO_DENY, &["--locked"])
}

/// Installs a tool from crates.io at the version the project is built with.
fn install(
    toolchain: WasmToolchain,
    package: &str,
    program: &str,
    version: &str,
    options: &[&str],
) -> anyhow::Result<()> {
    let ours = tools().join("bin").join(program);
    let wanted = |path: &Path| {
        let printed = output(Command::new(path).arg("--version"));
        printed.is_some_and(|printed| printed.split_whitespace().any(|word| word == version))
    };
    if wanted(&ours) || find(program).is_some_and(|path| wanted(&path)) {
        return Ok(());
    }
    let place = tools();
    let place = place.to_str().context("the cache folder's name is not Unicode")?;
    let mut cargo = command("cargo", &["install", package, "--version", version, "--root", place]);
    // Its own build folder: the project's profiles and flags are none of its business.
    toolchain.prepare(&mut cargo);
    run(cargo.args(options).env_remove("CARGO_TARGET_DIR").current_dir(cache_folder()?))
}

fn cache_folder() -> anyhow::Result<PathBuf> {
    let folder = cache();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Finds or makes the standard library for wasm32.
fn wasm() -> anyhow::Result<WasmToolchain> {
    if has_wasm(None) {
        return Ok(WasmToolchain::Pinned);
    }
    if has_wasm(Some("debian")) {
        return Ok(WasmToolchain::Debian);
    }
    if run(&mut command("rustup", &["target", "add", WASM])).is_ok() && has_wasm(None) {
        return Ok(WasmToolchain::Pinned);
    }
    eprintln!("rustup cannot fetch {WASM}; trying Debian's packages");
    if find("apt-get").is_none() {
        bail!(
            "there is no standard library for {WASM}: run `rustup target add {WASM}` where rustup has a network"
        );
    }
    apt(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"])?;
    run(&mut command("rustup", &["toolchain", "link", "debian", "/usr"]))?;
    build_standard_library()?;
    if !has_wasm(Some("debian")) {
        bail!("Debian's Rust still has no standard library for {WASM}");
    }
    Ok(WasmToolchain::Debian)
}

fn has_wasm(toolchain: Option<&str>) -> bool {
    let mut rustc = command("rustc", &["--print", "target-libdir", "--target", WASM]);
    rustc.envs(toolchain.map(|name| ("RUSTUP_TOOLCHAIN", name)));
    let Some(folder) = output(&mut rustc) else { return false };
    let Ok(files) = fs::read_dir(folder) else { return false };
    let mut names = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
    names.any(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
}

/// Compiles Debian's Rust sources for wasm32 and puts the result where its compiler looks.
fn build_standard_library() -> anyhow::Result<()> {
    let folder = cache_folder()?.join("wasm-std");
    fs::create_dir_all(folder.join("src"))?;
    let manifest =
        "[package]\nname = \"probe\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let mut cargo =
        command("cargo", &["build", "--release", "--target", WASM, "-Z", "build-std=std,panic_abort"]);
    cargo
        .current_dir(&folder)
        .env("RUSTUP_TOOLCHAIN", "debian")
        // Allows -Z on a stable compiler, as building its own library needs.
        .env("RUSTC_BOOTSTRAP", "1")
        // Bitcode, for link-time optimisation of what is built upon it.
        .env("RUSTFLAGS", "-C embed-bitcode=yes")
        .env_remove("CARGO_TARGET_DIR");
    run(&mut cargo)?;

    let mut rustc = command("rustc", &["--print", "target-libdir", "--target", WASM]);
    let place =
        output(rustc.env("RUSTUP_TOOLCHAIN", "debian")).context("Debian's rustc does not know wasm32")?;
    run(&mut privileged("mkdir", &["-p", &place]))?;
    for file in fs::read_dir(folder.join("target").join(WASM).join("release/deps"))? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.contains("probe") {
            run(&mut privileged("cp", &[&path.to_string_lossy(), &place]))?;
        }
    }
    Ok(())
}

/// A command as root, through sudo where this is not root.
fn privileged(program: &str, arguments: &[&str]) -> Command {
    let root = output(&mut command("id", &["-u"])).is_some_and(|id| id == "0");
    if root { command(program, arguments) } else { command("sudo", &[&[program], arguments].concat()) }
}

fn apt(packages: &[&str]) -> anyhow::Result<()> {
    run(&mut privileged("apt-get", &["update", "-qq"]))?;
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    run(privileged("apt-get", &[&install, packages].concat()).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// What the page's tests need.
pub fn browser() -> anyhow::Result<Browser> {
    let chromium = || ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find);
    programs(&[
        ("chromium", chromium().is_none()),
        ("nodejs", find("node").is_none()),
        ("npm", find("npm").is_none()),
    ])?;
    modules(&root().join("tests/browser"))?;
    Ok(Browser { chromium: chromium().context("Chromium is not on the PATH")? })
}

/// What compiling the JavaScript package needs, in its folder.
pub fn package(folder: &Path) -> anyhow::Result<()> {
    programs(&[("nodejs", find("node").is_none()), ("npm", find("npm").is_none())])?;
    modules(folder)
}

/// Installs Debian's packages of those programs that are missing.
fn programs(programs: &[(&str, bool)]) -> anyhow::Result<()> {
    let missing: Vec<&str> = programs.iter().filter(|(_, gone)| *gone).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if find("apt-get").is_none() {
        bail!("not on the PATH: {}", missing.join(", "));
    }
    apt(&missing)
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
