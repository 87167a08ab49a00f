//! `showtell`: prepares data, trains captioners, scores them, publishes bundles, captions photos.

use std::process::ExitCode;

use clap::Parser;
use showtell_cli::end;
use showtell_trainer::command::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    end(Cli::parse().run())
}
