//! Builds the JavaScript package: the worker's program, the TypeScript around it, and the bundle.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use anyhow::{Context, ensure};
use walkdir::WalkDir;

use crate::setup::{self, WasmToolchain};
use crate::shell::{command, root, run, target};

/// What a worker is built with: as trunk builds it, so that it is compiled once for both.
const BUILD: [&str; 5] = ["build", "--profile", "web", "--target", "wasm32-unknown-unknown"];
const CAPTIONER: [&str; 2] = ["--package", "showtell-worker"];
const READER: [&str; 2] = ["--package", "showtell-reader-worker"];

/// Where the package is built.
pub fn folder() -> PathBuf {
    target().join("npm/showtell")
}

/// `cargo xtask package`: prints the folder, which npm can pack, install or publish.
pub fn package() -> anyhow::Result<()> {
    build(setup::page()?)?;
    println!("{}", std::path::absolute(folder())?.display());
    Ok(())
}

/// Builds the package into [`folder`].
pub fn build(toolchain: WasmToolchain) -> anyhow::Result<()> {
    let sources = root().join("web/js");
    setup::package(&sources)?;
    let out = folder();
    clear(&out)?;
    module(
        toolchain,
        &[&CAPTIONER[..], &["--bin", "worker"]].concat(),
        "worker",
        &out.join("wasm"),
        "captioner",
    )?;
    module(toolchain, &READER, "reader", &out.join("wasm"), "reader")?;
    // From its own folder, where its compiler is.
    run(quiet(command("npx", &["--no-install", "tsc", "--project", ".", "--outDir"]).arg(&out))
        .current_dir(&sources))?;
    manifest(&sources.join("package.json"), &out.join("package.json"))?;
    copy(&sources.join("README.md"), &out.join("README.md"))?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&root().join(licence), &out.join(licence))?;
    }
    beside(
        &root().join("assets/showtell-everyday"),
        &["SHA256SUMS", "config.json", "labels.json"],
        &out.join("bundle"),
    )?;
    beside(&root().join("assets/reader"), &["SHA256SUMS", "characters.txt"], &out.join("reader"))
}

/// Puts a folder of weights into the package, its small files also as text.
fn beside(from: &Path, small: &[&str], to: &Path) -> anyhow::Result<()> {
    texts(from, small, &to.join("texts.js"))?;
    for entry in WalkDir::new(from).min_depth(1) {
        let entry = entry?;
        copy(entry.path(), &to.join(entry.path().strip_prefix(from)?))?;
    }
    Ok(())
}

/// Where [`example`] puts the module.
pub fn example_folder() -> PathBuf {
    target().join("npm/embed")
}

/// Builds the example that embeds the Rust library in a module of its own, for its test.
pub fn example(toolchain: WasmToolchain) -> anyhow::Result<()> {
    module(
        toolchain,
        &[&CAPTIONER[..], &["--example", "embed"]].concat(),
        "examples/embed",
        &example_folder(),
        "embed",
    )
}

/// Compiles a program and wraps it as a module that fetches it from beside itself.
fn module(
    toolchain: WasmToolchain,
    program: &[&str],
    built: &str,
    out: &Path,
    name: &str,
) -> anyhow::Result<()> {
    let mut cargo = command("cargo", &[&BUILD, program].concat());
    toolchain.prepare(&mut cargo);
    run(quiet(&mut cargo))?;
    let built = target().join("wasm32-unknown-unknown/web").join(built).with_extension("wasm");
    let mut bindgen = command("wasm-bindgen", &["--target", "web", "--no-typescript", "--out-name", name]);
    toolchain.prepare(&mut bindgen);
    // Names of functions help those who debug the program itself, and are a quarter of its size.
    run(quiet(bindgen.arg("--remove-name-section").arg("--out-dir").arg(out).arg(built)))
}

/// stdout is for the folder alone.
fn quiet(command: &mut Command) -> &mut Command {
    command.stdout(io::stderr())
}

/// Small files as a module: tools for the web read them as scripts or hide them in addresses.
fn texts(folder: &Path, small: &[&str], to: &Path) -> anyhow::Result<()> {
    let mut texts = serde_json::Map::new();
    for name in small {
        let path = folder.join(name);
        // Not every bundle has words for classes.
        if *name == "labels.json" && !path.exists() {
            continue;
        }
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        texts.insert((*name).to_owned(), text.into());
    }
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::write(to, format!("export const texts = {};\n", serde_json::Value::from(texts)))
        .with_context(|| format!("cannot write {}", to.display()))
}

/// The package's description; its version is that of the workspace. Copied as it is, since the order
/// of what it exports decides what Node takes.
fn manifest(from: &Path, to: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(from).with_context(|| format!("cannot read {}", from.display()))?;
    let manifest: serde_json::Value = serde_json::from_str(&text)?;
    let version = env!("CARGO_PKG_VERSION");
    ensure!(manifest["version"] == version, "{} is not of version {version}", from.display());
    fs::write(to, text).with_context(|| format!("cannot write {}", to.display()))
}

/// Empties a folder: what an earlier version left would be published as well.
pub fn clear(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", folder.display()));
        }
        _ => {}
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
