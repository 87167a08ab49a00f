//! `showtell features`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;
use clap::Args;
use showtell::encoder::{EncoderConfig, Network};

use super::processor::DeviceArgument;
use super::{DataArgument, EncoderArguments, network_name};
use crate::dataset::Split;
use crate::dataset::features::Features as Store;
use crate::recipe::Recipe;

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
    #[arg(long, value_name = "NAME", value_parser = network_name, required_unless_present = "recipe")]
    encoder: Option<Network>,
    /// A recipe whose encoder is meant, its layer, side and pooling included; with --encoder, that
    /// network in its place
    #[arg(long, value_name = "FILE")]
    recipe: Option<PathBuf>,
    /// Another value of any setting of the recipe: --set encoder.grid=7
    #[arg(long, value_name = "KEY=VALUE", requires = "recipe")]
    set: Vec<String>,
    #[command(flatten)]
    weights: EncoderArguments,
    #[command(flatten)]
    device: DeviceArgument,
    /// Splits to encode
    #[arg(long, value_name = "NAME", default_values = ["train", "dev"])]
    split: Vec<Split>,
}

impl Features {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let device = self.device.device()?;
        let dataset = self.data.open()?;
        let frozen = self.weights.load(&self.config()?, &device)?;
        let begun = Instant::now();
        for &split in &self.split {
            Store::open(&dataset, split, &frozen, &self.weights.cache.folder(), &device)?;
        }
        let photos: usize = self.split.iter().map(|&split| dataset.len(split)).sum();
        println!("{photos} photos ready after {:.1} s", begun.elapsed().as_secs_f64());
        Ok(ExitCode::SUCCESS)
    }

    fn config(&self) -> anyhow::Result<EncoderConfig> {
        Ok(match (&self.recipe, self.encoder) {
            (Some(path), network) => {
                let recipe = Recipe::read_with(path, &self.set, network)?;
                recipe.encoder.validate()?;
                recipe.encoder
            }
            (None, Some(network)) => EncoderConfig::new(network),
            (None, None) => bail!("name an encoder or a recipe"),
        })
    }
}
