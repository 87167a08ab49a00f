//! `showtell features`.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::bail;
use clap::Args;
use showtell::encoder::{EncoderConfig, Network};

use super::args::{CacheArgument, DataArgument, DeviceArgument, EncoderArguments, network_name};
use super::terminal::Terminal;
use crate::dataset::Split;
use crate::job::ComputeFeatures;
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
    cache: CacheArgument,
    #[command(flatten)]
    device: DeviceArgument,
    /// Splits to encode
    #[arg(long, value_name = "NAME", default_values = ["train", "dev"])]
    split: Vec<Split>,
}

impl Features {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let job = ComputeFeatures {
            encoder: self.config()?,
            device: self.device.device()?,
            data: self.data.with(self.cache),
            weights: self.weights.source(),
            splits: self.split,
        };
        let begun = Instant::now();
        let photos = job.run(terminal)?;
        println!("{photos} photos ready after {:.1} s", begun.elapsed().as_secs_f64());
        Ok(())
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
