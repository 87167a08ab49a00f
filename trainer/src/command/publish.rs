//! `showtell publish`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use showtell::bundle::tensors::Precision;

use super::megabytes;
use super::terminal::Terminal;
use crate::job;
use crate::job::WeightedModel;
use crate::job::publish::{Origin, Published};

/// Make a bundle of a run's best epoch, or of another bundle in another number format
#[derive(Debug, Args)]
pub struct Publish {
    /// Folder of the run, or of a bundle
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Folder for the bundle
    #[arg(short, long, value_name = "BUNDLE")]
    out: PathBuf,
    /// Number format of the weights: f32, f16, or int8 for large matrices and filters, with a scale for
    /// a few weights each
    #[arg(long, value_name = "FORMAT", default_value = "f16")]
    precision: Format,
    /// Another run or bundle whose decoder goes into the mean that is published, and its share, where
    /// the first one's is 1; may be named several times. The encoder is the first one's
    #[arg(long, value_name = "DIR=SHARE")]
    average: Vec<WeightedModel>,
    /// Model card to ship (Markdown) [default: a short one made from the run]
    #[arg(long, value_name = "FILE")]
    card: Option<PathBuf>,
}

/// `--precision`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    F32,
    F16,
    Int8,
}

impl From<Format> for Precision {
    fn from(format: Format) -> Self {
        match format {
            Format::F32 => Self::F32,
            Format::F16 => Self::F16,
            Format::Int8 => Self::Int8,
        }
    }
}

impl Publish {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let job = job::Publish {
            from: self.run,
            out: self.out,
            precision: self.precision.into(),
            average: self.average,
            card: self.card,
        };
        println!("{}", line(&job.run(terminal)?));
        Ok(())
    }
}

/// What was published, and of what.
pub fn line(Published { folder, origin, bytes }: &Published) -> String {
    let origin = match origin {
        Origin::Epoch(epoch) => format!("epoch {epoch}"),
        Origin::Bundle(folder) => format!("from {}", folder.display()),
    };
    format!("{}: {origin}, {}", folder.display(), megabytes(*bytes))
}
