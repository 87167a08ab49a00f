//! `showtell` without training: captions photos, fills alt texts, scores captions, checks bundles.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use showtell_cli::args::TerminalArguments;
use showtell_cli::{Alt, Caption, Score, Verify, end};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Caption photos, fill in the alt texts of pages, and score captions.
#[derive(Debug, Parser)]
#[command(name = "showtell", version, about)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    terminal: TerminalArguments,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Alt(Alt),
    Caption(Caption),
    #[cfg(feature = "reader")]
    Read(showtell_cli::Read),
    Score(Score),
    Verify(Verify),
}

impl Cli {
    fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            Verb::Alt(command) => return command.run(),
            Verb::Caption(command) => return command.run(),
            #[cfg(feature = "reader")]
            Verb::Read(command) => return command.run(),
            Verb::Score(command) => command.run(&self.terminal.terminal())?,
            Verb::Verify(command) => command.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn main() -> ExitCode {
    end(Cli::parse().run())
}
