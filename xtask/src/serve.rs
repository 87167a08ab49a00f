//! Builds the page and serves it.

use std::path::PathBuf;

use crate::server::Server;
use crate::setup::{self, WasmToolchain};
use crate::shell::{command, root, run};
use crate::site;

/// Where the site is built.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Builds the site in release form into [`dist`].
pub fn build(toolchain: WasmToolchain) -> anyhow::Result<()> {
    // Offline: trunk finds its tools on the PATH instead of fetching them.
    let mut trunk = command("trunk", &["build", "--release", "--offline"]);
    toolchain.prepare(&mut trunk);
    // Some systems set this to 1, where trunk knows only true and false.
    trunk.env_remove("NO_COLOR");
    // stdout is for the address alone.
    trunk.stdout(std::io::stderr());
    run(&mut trunk)?;
    site::finish(&dist())
}

/// `cargo xtask serve`: until it is interrupted.
pub fn serve(port: u16) -> anyhow::Result<()> {
    build(setup::page()?)?;
    let server = Server::start(&dist(), port)?;
    println!("{}", server.address());
    server.wait()
}
