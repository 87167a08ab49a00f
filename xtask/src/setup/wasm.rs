//! The standard library for wasm32: rustup's, or one built from Debian's sources where rustup has no network.

use std::ffi::OsString;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, bail};

use super::system::{Consent, apt, privileged};
use super::{cache_folder, tools};
use crate::shell::{command, find, output, run};

const WASM: &str = "wasm32-unknown-unknown";

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

/// Finds or makes the standard library for wasm32.
pub(super) fn toolchain(consent: Consent) -> anyhow::Result<WasmToolchain> {
    if has_library(None) {
        return Ok(WasmToolchain::Pinned);
    }
    if has_library(Some("debian")) {
        return Ok(WasmToolchain::Debian);
    }
    if run(&mut command("rustup", &["target", "add", WASM])).is_ok() && has_library(None) {
        return Ok(WasmToolchain::Pinned);
    }
    if find("apt-get").is_none() {
        bail!(
            "there is no standard library for {WASM}: run `rustup target add {WASM}` where rustup has a network"
        );
    }
    eprintln!("rustup cannot fetch {WASM}; trying Debian's packages");
    apt(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"], consent)?;
    run(&mut command("rustup", &["toolchain", "link", "debian", "/usr"]))?;
    build_library(consent)?;
    if !has_library(Some("debian")) {
        bail!("Debian's Rust still has no standard library for {WASM}");
    }
    Ok(WasmToolchain::Debian)
}

fn has_library(toolchain: Option<&str>) -> bool {
    let mut rustc = command("rustc", &["--print", "target-libdir", "--target", WASM]);
    rustc.envs(toolchain.map(|name| ("RUSTUP_TOOLCHAIN", name)));
    let Some(folder) = output(&mut rustc) else { return false };
    let Ok(files) = fs::read_dir(folder) else { return false };
    let mut names = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
    names.any(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
}

/// Compiles Debian's Rust sources for wasm32 and puts the result where its compiler looks.
fn build_library(consent: Consent) -> anyhow::Result<()> {
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
    run(&mut privileged("mkdir", &["-p", &place], consent)?)?;
    for file in fs::read_dir(folder.join("target").join(WASM).join("release/deps"))? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.contains("probe") {
            run(&mut privileged("cp", &[&path.to_string_lossy(), &place], consent)?)?;
        }
    }
    Ok(())
}
