//! `cargo xtask bench`: the figures in `docs/speed.md`.

use crate::browser::node;
use crate::serve::{build, dist};
use crate::server::Server;
use crate::setup;
use crate::shell::{command, run};

/// Native speed, then the page's download and its first and later captions on the CPU.
pub fn bench() -> anyhow::Result<()> {
    run(&mut command("cargo", &["bench", "--bench", "speed"]))?;
    let toolchain = setup::page()?;
    let browser = setup::browser()?;
    build(toolchain)?;
    let server = Server::start(&dist(), 0)?;
    node(&server, &browser, &["measure.mjs"])
}
