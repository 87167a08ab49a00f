//! `cargo xtask test`: Rust tests, then the page and the JavaScript package from the outside.

use anyhow::Context;

use crate::examples;
use crate::package;
use crate::serve::{build, dist};
use crate::server::Server;
use crate::setup::{self, Browser};
use crate::shell::{command, root, run, target};

/// Rust tests, then the page and the package in headless Chromium and Node.
pub fn test() -> anyhow::Result<()> {
    rust_tests()?;
    let toolchain = setup::page()?;
    let browser = setup::browser()?;
    build(toolchain)?;
    package::build(toolchain)?;
    package::example(toolchain)?;
    examples::assemble()?;
    let server = Server::start(&dist(), 0)?;
    node(
        &server,
        &browser,
        &[&["--test", "--test-concurrency=1", "--test-timeout=900000"], &SUITES[..]].concat(),
    )
}

/// Takes the pictures of the page's main states.
pub fn screens() -> anyhow::Result<()> {
    let toolchain = setup::page()?;
    let browser = setup::browser()?;
    build(toolchain)?;
    node(&Server::start(&dist(), 0)?, &browser, &["screenshot.mjs"])
}

/// The page's tests, the quickest to fail first.
const SUITES: [&str; 20] = [
    "page.test.mjs",
    "desk.test.mjs",
    "settings.test.mjs",
    "look.test.mjs",
    "offline.test.mjs",
    "lighthouse.test.mjs",
    "forms.test.mjs",
    "element.test.mjs",
    "element.forms.test.mjs",
    "element.trouble.test.mjs",
    "element.look.test.mjs",
    "auto.test.mjs",
    "embedded.test.mjs",
    "package.test.mjs",
    "package.page.test.mjs",
    "package.bundlers.test.mjs",
    "library.test.mjs",
    "examples.test.mjs",
    "extension.test.mjs",
    "robust.test.mjs",
];

/// Every Rust test, which builds the command line on the way.
pub fn rust_tests() -> anyhow::Result<()> {
    run(&mut command("cargo", &["test", "--release"]))?;
    // The page by itself: with the others it would be built with the model.
    let page = ["-p", "showtell-web", "--lib", "--no-default-features", "--features", "page"];
    run(&mut command("cargo", &[&["test", "--release"], &page[..]].concat()))
}

/// Runs a script of `tests/browser` against a server.
pub fn node(server: &Server, browser: &Browser, arguments: &[&str]) -> anyhow::Result<()> {
    let showtell = target().join("release").join("showtell");
    let showtell = std::path::absolute(showtell).context("cannot find the command line")?;
    run(command("node", arguments)
        .current_dir(root().join("tests/browser"))
        .env("SHOWTELL_URL", server.address())
        .env("SHOWTELL_CLI", showtell)
        .env("SHOWTELL_PACKAGE", std::path::absolute(package::folder())?)
        .env("SHOWTELL_EXAMPLES", std::path::absolute(examples::folder())?)
        .env("SHOWTELL_EMBED", std::path::absolute(package::example_folder())?)
        .env("SHOWTELL_CHROMIUM", &browser.chromium))
}
