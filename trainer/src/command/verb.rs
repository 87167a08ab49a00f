//! What can be asked of the program.

use std::process::ExitCode;

use clap::Subcommand;
use showtell_cli as cli;

use super::terminal::Terminal;
use super::{
    calibrate, chain, detector, evaluate, features, fit, kinds, manual, novelty, prepare, publish, train,
    tune,
};

/// A verb with its arguments. What `fit` gathers had verbs of its own before, which still work.
#[derive(Debug, Subcommand)]
pub enum Verb {
    Alt(cli::Alt),
    #[command(hide = true)]
    Calibrate(calibrate::Calibrate),
    Caption(cli::Caption),
    Chain(chain::Chain),
    Completions(manual::Completions),
    #[command(hide = true)]
    Detector(detector::Detector),
    Evaluate(evaluate::Evaluate),
    Features(features::Features),
    /// Teach a bundle more than to caption: words to expect, what is new to it, kinds of pictures, how far it can be
    /// trusted
    #[command(subcommand)]
    Fit(fit::Fit),
    #[command(hide = true)]
    Kinds(kinds::Kinds),
    Man(manual::Man),
    #[command(hide = true)]
    Novelty(novelty::Novelty),
    Prepare(prepare::Prepare),
    Publish(publish::Publish),
    Read(cli::Read),
    Score(cli::Score),
    Train(train::Train),
    Tune(tune::Tune),
    Verify(cli::Verify),
}

impl Verb {
    /// Does it.
    ///
    /// # Errors
    /// What stopped it, with its causes.
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        match self {
            Self::Alt(command) => return command.run(),
            Self::Caption(command) => return command.run(),
            Self::Calibrate(command) => command.run(terminal)?,
            Self::Chain(command) => command.run(terminal)?,
            Self::Completions(command) => command.run()?,
            Self::Detector(command) => command.run(terminal)?,
            Self::Evaluate(command) => command.run(terminal)?,
            Self::Features(command) => command.run(terminal)?,
            Self::Fit(command) => command.run(terminal)?,
            Self::Kinds(command) => command.run(terminal)?,
            Self::Man(command) => command.run()?,
            Self::Novelty(command) => command.run(terminal)?,
            Self::Prepare(command) => command.run(terminal)?,
            Self::Publish(command) => command.run(terminal)?,
            Self::Read(command) => return command.run(),
            Self::Score(command) => command.run(terminal)?,
            Self::Train(command) => command.run(terminal)?,
            Self::Tune(command) => command.run(terminal)?,
            Self::Verify(command) => command.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
