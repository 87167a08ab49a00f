//! `showtell features`.

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use showtell::encoder::EncoderConfig;

use super::{DataArgument, EncoderArguments, device, encoder_name};
use crate::dataset::Split;
use crate::dataset::features::Features as Store;

/// Compute and keep the features of a data set's photos
///
/// Broken off, it goes on where it stopped. `train` and `evaluate` do this on their own when
/// features are missing.
#[derive(Debug, Args)]
pub struct Features {
    #[command(flatten)]
    data: DataArgument,
    /// A network: inception-v3, vgg16, resnet-18, resnet-50, resnet-101, resnet-152, xception,
    /// efficientnet-lite0 or efficientnet-lite2
    #[arg(long, value_name = "NAME", value_parser = encoder_name)]
    encoder: EncoderConfig,
    #[command(flatten)]
    weights: EncoderArguments,
    /// Splits to encode
    #[arg(long, value_name = "NAME", default_values = ["train", "dev"])]
    split: Vec<Split>,
}

impl Features {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let device = device();
        let dataset = self.data.open()?;
        let frozen = self.weights.load(&self.encoder, &device)?;
        let begun = Instant::now();
        Store::open(&dataset, &self.split, &frozen, &self.weights.cache.folder(), &device)?;
        let photos = dataset.photos.iter().filter(|photo| self.split.contains(&photo.split)).count();
        println!("{photos} photos ready after {:.1} s", begun.elapsed().as_secs_f64());
        Ok(ExitCode::SUCCESS)
    }
}
