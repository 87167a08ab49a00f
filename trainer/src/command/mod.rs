//! The command line: one module for each verb, with its arguments and what it prints. Data goes to stdout, progress and
//! complaints to stderr. What is done is in [`job`](crate::job).

mod args;
mod calibrate;
mod chain;
mod detector;
mod evaluate;
mod features;
mod fit;
mod kinds;
mod manual;
mod novelty;
mod prepare;
mod publish;
mod table;
mod train;
mod tune;
mod verb;

use std::process::ExitCode;

use clap::Parser;
use showtell_cli::args::TerminalArguments;
use showtell_cli::{say, terminal};

use crate::job::JobError;
use verb::Verb;

/// Train, score and publish small image captioners, and caption photos with them.
#[derive(Debug, Parser)]
#[command(name = "showtell", version, about)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    terminal: TerminalArguments,
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// What stopped it, with its causes.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        self.verb.run(&self.terminal.terminal()).map_err(in_flags)
    }
}

/// A job's settings by the names of their options.
fn in_flags(error: anyhow::Error) -> anyhow::Error {
    match error.downcast_ref() {
        Some(JobError::Setting { name, expected, found }) => {
            let options = name.replace(" and ", " and --");
            anyhow::anyhow!("--{options} must {expected}, found {found}")
        }
        _ => error,
    }
}

/// Millions of bytes, for people.
fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
