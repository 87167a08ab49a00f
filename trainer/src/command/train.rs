//! `showtell train`.

use std::path::PathBuf;

use clap::Args;
use showtell::encoder::Network;

use super::args::{CacheArgument, DataArgument, DeviceArgument, EncoderArguments, network_name};
use super::terminal::Terminal;
use crate::job;
use crate::recipe::{DevMetric, Recipe};
use crate::training::Start;
use crate::training::checkpoint::Progress;

/// Train a captioner from a recipe
///
/// Writes checkpoints, log and loss curve into the run's folder. Killed at any moment, it goes on
/// with --resume from the last epoch and ends with the same losses.
#[derive(Debug, Args)]
pub struct Train {
    /// The recipe, TOML
    #[arg(long, value_name = "FILE")]
    recipe: PathBuf,
    #[command(flatten)]
    data: DataArgument,
    /// Folder of the run
    #[arg(short, long, value_name = "DIR")]
    out: PathBuf,
    /// Go on from the newest checkpoint
    #[arg(long)]
    resume: bool,
    /// Another network than the recipe's: its last map, pooled where the decoder reads one region
    #[arg(long, value_name = "NAME", value_parser = network_name)]
    encoder: Option<Network>,
    #[command(flatten)]
    weights: EncoderArguments,
    #[command(flatten)]
    cache: CacheArgument,
    #[command(flatten)]
    device: DeviceArgument,
    /// Start from the decoder of this bundle or run instead of from untrained weights; its words and
    /// sizes must be the recipe's
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Learn from what the decoder of this bundle or run would say as well, or from the mean of
    /// several; takes training.distillation in the recipe
    #[arg(long, value_name = "DIR")]
    teacher: Vec<PathBuf>,
    /// Another number of epochs than the recipe's
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// Another value of any setting of the recipe: --set decoder.cell=gru
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl Train {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let mut recipe = Recipe::read_with(&self.recipe, &self.set, self.encoder)?;
        recipe.training.epochs = self.epochs.unwrap_or(recipe.training.epochs);
        let chosen_by = recipe.training.select_by;
        let job = job::Train {
            recipe,
            data: self.data.with(self.cache),
            out: self.out,
            start: if self.resume { Start::Resume } else { Start::Fresh },
            weights: self.weights.source(),
            device: self.device.device()?,
            from: self.from,
            teachers: self.teacher,
        };
        println!("{}", line(&job.run(terminal)?, chosen_by));
        Ok(())
    }
}

/// Where a run ended.
pub fn line(progress: &Progress, chosen_by: DevMetric) -> String {
    let Progress { epoch, best_epoch, best_score, .. } = progress;
    format!("{epoch} epochs, best on dev: epoch {best_epoch} with {} {best_score:.4}", chosen_by.name())
}
