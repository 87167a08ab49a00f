//! `showtell fit`.

use clap::Subcommand;

use super::calibrate::Calibrate;
use super::detector::Detector;
use super::kinds::Kinds;
use super::novelty::Novelty;
use super::terminal::Terminal;

/// What a bundle can be taught.
#[derive(Debug, Subcommand)]
pub enum Fit {
    Confidence(Calibrate),
    Detector(Detector),
    Kinds(Kinds),
    Novelty(Novelty),
}

impl Fit {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        match self {
            Self::Confidence(command) => command.run(terminal),
            Self::Detector(command) => command.run(terminal),
            Self::Kinds(command) => command.run(terminal),
            Self::Novelty(command) => command.run(terminal),
        }
    }
}
