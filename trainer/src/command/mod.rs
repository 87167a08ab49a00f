//! The command line: one module for each verb, with its arguments and what it prints. Data goes to stdout, progress and
//! complaints to stderr. What is done is in [`job`](crate::job).

mod alt;
mod args;
mod calibrate;
mod caption;
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
mod score;
mod table;
mod terminal;
mod train;
mod tune;
mod verb;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use burn::tensor::Device;
use clap::Parser;

use crate::job::JobError;
use terminal::{Terminal, Verbosity};
use verb::Verb;

/// Train, score and publish small image captioners, and caption photos with them.
#[derive(Debug, Parser)]
#[command(name = "showtell", version, about)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
    /// Say nothing of what goes on but warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say when each stretch of work begins, also where no terminal shows bars
    #[arg(short, long, global = true)]
    verbose: bool,
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// What stopped it, with its causes.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Usual,
        };
        self.verb.run(&Terminal { verbosity }).map_err(in_flags)
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

/// Prints data. A reader that has gone away, as `head` does, is no failure of ours: `main` ends
/// quietly on that error.
///
/// # Errors
/// When stdout cannot be written.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Where models caption: the CPU.
fn device() -> Device {
    Device::flex()
}

/// Millions of bytes, for people.
fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
