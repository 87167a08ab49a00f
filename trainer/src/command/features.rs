//! `showtell features`.

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use showtell::encoder::{EncoderConfig, Network};

use super::{DataArgument, EncoderArguments, device, network_name};
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
    #[arg(long, value_name = "NAME", value_parser = network_name)]
    encoder: Network,
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
        let frozen = self.weights.load(&EncoderConfig::new(self.encoder), &device)?;
        let begun = Instant::now();
        for &split in &self.split {
            Store::open(&dataset, split, &frozen, &self.weights.cache.folder(), &device)?;
        }
        let photos: usize = self.split.iter().map(|&split| dataset.len(split)).sum();
        println!("{photos} photos ready after {:.1} s", begun.elapsed().as_secs_f64());
        Ok(ExitCode::SUCCESS)
    }
}
