//! `cargo xtask test`: Rust tests, then the page and the JavaScript package from the outside.

use std::{fs, io};

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
    let suites = suites()?;
    let mut arguments = vec!["--test", "--test-concurrency=1", "--test-timeout=900000"];
    arguments.extend(suites.iter().map(String::as_str));
    node(&server, &browser, &arguments)
}

/// Takes the pictures of the page's main states.
pub fn screens() -> anyhow::Result<()> {
    let toolchain = setup::page()?;
    let browser = setup::browser()?;
    build(toolchain)?;
    node(&Server::start(&dist(), 0)?, &browser, &["screenshot.mjs"])
}

/// The quickest to fail first. Suites that are not listed come last.
const ORDER: [&str; 29] = [
    "session.test.mjs",
    "link.test.mjs",
    "purposes.test.mjs",
    "page.test.mjs",
    "desk.test.mjs",
    "settings.test.mjs",
    "review.test.mjs",
    "declined.test.mjs",
    "reader.test.mjs",
    "heard.test.mjs",
    "look.test.mjs",
    "offline.test.mjs",
    "full.test.mjs",
    "breaks.test.mjs",
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

/// Every suite of `tests/browser`.
fn suites() -> anyhow::Result<Vec<String>> {
    let folder = root().join("tests/browser");
    let files = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut suites = files
        .map(|file| Ok(file?.file_name().to_string_lossy().into_owned()))
        .filter(|name| name.as_ref().map_or(true, |name| name.ends_with(".test.mjs")))
        .collect::<io::Result<Vec<_>>>()?;
    let place = |name: &str| ORDER.iter().position(|listed| *listed == name).unwrap_or(ORDER.len());
    suites.sort_by(|a, b| (place(a), a).cmp(&(place(b), b)));
    Ok(suites)
}

/// Every Rust test, which builds the command line on the way.
pub fn rust_tests() -> anyhow::Result<()> {
    run(&mut command("cargo", &["test", "--release"]))?;
    // By themselves: with the others they would change the features that Burn is compiled with.
    run(&mut command("cargo", &["test", "--release", "-p", "showtell-protocol", "-p", "showtell-page"]))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_is_run_and_those_listed_are_there() {
        let suites = suites().unwrap();
        assert_eq!(suites[..ORDER.len()], ORDER);
        assert!(suites.iter().all(|name| name.ends_with(".test.mjs")), "{suites:?}");
    }
}
