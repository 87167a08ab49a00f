//! `showtell chain`.

use std::path::PathBuf;

use clap::Args;

use super::args::{CacheArgument, DataArgument, DeviceArgument, EncoderArguments};
use super::table::{calibration, searches};
use super::terminal::Terminal;
use super::{megabytes, publish, say, train};
use crate::fit::kinds::report::report;
use crate::job::FollowChain;
use crate::job::chain::Followed;

/// Make a bundle through several runs, as one file says
///
/// Trains each run of the chain, publishes their mean, chooses the search on dev and calibrates. Stopped
/// at any moment it goes on where it was when started again.
#[derive(Debug, Args)]
pub struct Chain {
    /// The chain, TOML
    #[arg(value_name = "FILE")]
    chain: PathBuf,
    #[command(flatten)]
    data: DataArgument,
    /// Folder for the runs and the bundle
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// Pictures that are no photos, as `showtell kinds` takes them, for a chain that says bundle.kinds
    #[arg(long, value_name = "FILE")]
    graphics: Option<PathBuf>,
    #[command(flatten)]
    weights: EncoderArguments,
    #[command(flatten)]
    cache: CacheArgument,
    #[command(flatten)]
    device: DeviceArgument,
}

impl Chain {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let job = FollowChain {
            chain: self.chain,
            data: self.data.with(self.cache),
            out: self.out,
            graphics: self.graphics,
            weights: self.weights.source(),
            device: self.device.device()?,
        };
        say(&text(&job.run(terminal)?))
    }
}

/// What came of each part, as the commands by themselves print it.
fn text(followed: &Followed) -> String {
    let Followed { steps, bundle, detector, novelty, kinds, searches, calibration } = followed;
    let mut lines = Vec::new();
    for step in steps {
        lines.extend(step.encoder.as_ref().map(publish::line));
        lines.push(train::line(&step.progress, step.chosen_by));
    }
    lines.push(publish::line(bundle));
    let folder = bundle.folder.display();
    if let Some(fitted) = detector {
        lines.push(format!("{folder}: {} words, {}", fitted.words, megabytes(fitted.bytes)));
    }
    if let Some((directions, bytes)) = novelty {
        lines.push(format!("{folder}: {directions} directions, {}", megabytes(*bytes)));
    }
    if let Some(fitted) = kinds {
        lines.push(report(&fitted.measured));
        lines.extend(fitted.bytes.map(|bytes| format!("\n{folder}: {}", megabytes(bytes))));
    }
    lines.push(searches::text(searches));
    lines.push(calibration::text(calibration));
    lines.join("\n")
}
