//! The project's own commands, run as `cargo xtask`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod attack;
mod bench;
mod browser;
mod check;
mod examples;
mod memory;
mod package;
mod pages;
mod serve;
mod server;
mod setup;
mod shell;
mod site;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::check::Tools;

/// Set up, serve, test, check and measure Showtell.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Install what building and testing need and this machine lacks
    Setup {
        /// Install packages of the system through sudo; without it they are only named
        #[arg(long)]
        yes: bool,
    },
    /// Build the page and serve it; prints the address once it answers
    Serve {
        /// Port on this machine
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Rust tests, then the page in headless Chromium
    Test,
    /// What to run before a commit, beside the tests: format, lints, docs, wasm build, licences, advisories
    Check {
        /// Leave out what compiles Burn once more, and cargo-deny: for whoever runs the tests next
        #[arg(long)]
        installed: bool,
    },
    /// What is known against any dependency today
    Advisories,
    /// Attack the built program: hostile bundles, pictures, pages and files, kills, bit rot; prints the table of SECURITY.md
    Attack {
        /// Only what begins so: bundles, pictures, files, pages, tables, kills, rot
        #[arg(default_value = "")]
        only: String,
    },
    /// Measure: training, captioning, and the page in Chromium on the CPU
    Bench,
    /// Build the JavaScript package; prints its folder, which npm can install or publish
    Package,
    /// Build the examples of the package and serve them; prints the address and the extension's folder
    Examples {
        /// Port on this machine
        #[arg(long, default_value_t = 8081)]
        port: u16,
    },
    /// Take the pictures of the page in `docs`
    Screens,
    /// Measure peak memory of `features` and `train` on drawn data sets of several sizes
    Memory {
        /// Numbers of training photos
        #[arg(long, value_name = "N", num_args = 1.., default_values_t = [1_000, 10_000, 100_000])]
        photos: Vec<usize>,
    },
    /// Measure `showtell alt --write` on a drawn site, and check every byte of it
    Pages {
        /// Pages
        #[arg(long, value_name = "N", default_value_t = 2_000)]
        pages: usize,
        /// Images in them, each with a picture of its own
        #[arg(long, value_name = "N", default_value_t = 5_000)]
        images: usize,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Setup { yes } => setup::everything(yes),
        Command::Serve { port } => serve::serve(port),
        Command::Test => browser::test(),
        Command::Check { installed } => {
            check::check(if installed { Tools::AsTheyAre } else { Tools::Installed })
        }
        Command::Advisories => check::advisories(),
        Command::Attack { only } => attack::attack(&only),
        Command::Bench => bench::bench(),
        Command::Package => package::package(),
        Command::Examples { port } => examples::examples(port),
        Command::Screens => browser::screens(),
        Command::Memory { photos } => memory::memory(&photos),
        Command::Pages { pages, images } => pages::pages(pages, images),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
