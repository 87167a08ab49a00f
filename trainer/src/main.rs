//! `showtell`: prepares data, trains captioners, scores them, publishes bundles, captions photos.

use std::process::ExitCode;

use clap::Parser;
use showtell_trainer::command::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
