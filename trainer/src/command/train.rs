//! `showtell train`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use showtell::encoder::EncoderConfig;

use super::{DataArgument, EncoderArguments, device, encoder_name};
use crate::dataset::features::Features;
use crate::dataset::{Split, text};
use crate::evaluation::Targets;
use crate::recipe::Recipe;
use crate::run::Run;
use crate::training::{Example, Materials, Start, train};

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
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Go on from the newest checkpoint
    #[arg(long)]
    resume: bool,
    /// Another encoder than the recipe's
    #[arg(long, value_name = "NAME", value_parser = encoder_name)]
    encoder: Option<EncoderConfig>,
    #[command(flatten)]
    weights: EncoderArguments,
    /// Another number of epochs than the recipe's
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
}

impl Train {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut recipe = Recipe::read(&self.recipe)?;
        recipe.encoder = self.encoder.unwrap_or(recipe.encoder);
        recipe.training.epochs = self.epochs.unwrap_or(recipe.training.epochs);
        recipe.validate()?;
        let there = Run::is_here(&self.out);
        if there && !self.resume {
            bail!(
                "{} already holds a run: go on with --resume, or choose another folder",
                self.out.display()
            );
        }

        let device = device();
        let dataset = self.data.open()?;
        let captions = dataset.split(Split::Train).flat_map(|photo| &photo.captions).map(String::as_str);
        let tokenizer = text::build(captions, recipe.text.min_count)?;
        let json = tokenizer.to_string(true).map_err(|error| anyhow::anyhow!("{error}"))?.into_bytes();
        let frozen = self.weights.load(&recipe.encoder, &device)?;
        let run = if there {
            let run = Run::open(&self.out)?;
            if run.recipe != recipe {
                bail!("the recipe differs from the one that {} was started with", self.out.display());
            }
            if run.tokenizer != json {
                bail!("the captions differ from those that {} was started with", self.out.display());
            }
            run
        } else {
            Run::create(&self.out, &recipe, json, frozen.tensors.clone())?
        };

        let splits = [Split::Train, Split::Dev];
        let features = Features::open(&dataset, &splits, &frozen, &self.weights.cache.folder(), &device)?;
        let examples: Vec<Example> = dataset
            .split(Split::Train)
            .map(|photo| {
                let captions = photo.captions.iter().map(|caption| text::encode(&tokenizer, caption));
                Ok(Example { image: photo.image.clone(), captions: captions.collect::<Result<_, _>>()? })
            })
            .collect::<anyhow::Result<_>>()?;
        eprintln!(
            "{} photos to learn from, {} words in the vocabulary",
            examples.len(),
            run.vocabulary.len()
        );
        let materials = Materials {
            recipe: &recipe,
            vocabulary: &run.vocabulary,
            features: &features,
            train: &examples,
            dev: &Targets::new(&dataset, Split::Dev)?,
        };
        let start = if self.resume { Start::Resume } else { Start::Fresh };
        let progress = train(&materials, &self.out, start, &device)?;
        println!(
            "{} epochs, best on dev: epoch {} with BLEU-4 {:.4}",
            progress.epoch, progress.best_epoch, progress.best_score
        );
        Ok(ExitCode::SUCCESS)
    }
}
