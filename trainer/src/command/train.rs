//! `showtell train`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use burn::tensor::Device;
use clap::Args;
use showtell::Vocabulary;
use showtell::bundle::tensors::{Tensors, apply};
use showtell::encoder::Network;

use super::model::Trained;
use super::processor::DeviceArgument;
use super::{DataArgument, EncoderArguments, network_name};
use crate::dataset::captions::CaptionStore;
use crate::dataset::features::Features;
use crate::dataset::pixels::Pixels;
use crate::dataset::sources::SourceOf;
use crate::dataset::text::Counter;
use crate::dataset::views::Views;
use crate::dataset::{Dataset, Split};
use crate::evaluation::Targets;
use crate::recipe::sources::resolve;
use crate::recipe::{PhaseKind, Recipe};
use crate::run::Run;
use crate::training::shares::Shares;
use crate::training::teachers::Teachers;
use crate::training::{Materials, Photos, Start, train};

/// The training captions as token ids, in the run's folder.
const CAPTIONS: &str = "captions.bin";

/// Train a captioner from a recipe
///
/// Writes checkpoints, log and loss curve into the run's folder. Killed at any moment, it goes on
/// with --resume from the last epoch and ends with the same losses.
#[derive(Debug, Args)]
pub struct Train {
    /// The recipe, TOML
    #[arg(long, value_name = "FILE")]
    pub(super) recipe: PathBuf,
    #[command(flatten)]
    pub(super) data: DataArgument,
    /// Folder of the run
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Go on from the newest checkpoint
    #[arg(long)]
    pub(super) resume: bool,
    /// Another network than the recipe's: its last map, pooled where the decoder reads one region
    #[arg(long, value_name = "NAME", value_parser = network_name)]
    pub(super) encoder: Option<Network>,
    #[command(flatten)]
    pub(super) weights: EncoderArguments,
    #[command(flatten)]
    pub(super) device: DeviceArgument,
    /// Start from the decoder of this bundle or run instead of from untrained weights; its words and
    /// sizes must be the recipe's
    #[arg(long, value_name = "DIR")]
    pub(super) from: Option<PathBuf>,
    /// Learn from what the decoder of this bundle or run would say as well, or from the mean of
    /// several; takes training.distillation in the recipe
    #[arg(long, value_name = "DIR")]
    pub(super) teacher: Vec<PathBuf>,
    /// Another number of epochs than the recipe's
    #[arg(long, value_name = "N")]
    pub(super) epochs: Option<usize>,
    /// Another value of any setting of the recipe: --set decoder.cell=gru
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
}

impl Train {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut recipe = Recipe::read_with(&self.recipe, &self.set, self.encoder)?;
        recipe.training.epochs = self.epochs.unwrap_or(recipe.training.epochs);
        recipe.validate()?;
        let there = Run::is_here(&self.out);
        self.check_phase(&recipe, there)?;
        if there && !self.resume {
            bail!(
                "{} already holds a run: go on with --resume, or choose another folder",
                self.out.display()
            );
        }

        let device = self.device.device()?;
        let dataset = self.data.open()?;
        self.check_splits(&dataset)?;
        let (mut words, mut sources) = (Counter::new(&recipe.text)?, SourceOf::default());
        for photo in dataset.photos(Split::Train) {
            let photo = photo?;
            sources.push(&photo.source)?;
            photo.captions.iter().for_each(|caption| words.add(caption));
        }
        let own = resolve(&recipe.sources, sources.names())?;
        let shares = Shares::new(sources, own);
        let tokenizer = words.tokenizer()?;
        let json = tokenizer.to_string(true).map_err(|error| anyhow::anyhow!("{error}"))?.into_bytes();
        let frozen = self.weights.load(&recipe.encoder, &device)?;
        let named = self.initial(&recipe, &Vocabulary::from_json(&json)?, &device)?;
        let run = if there {
            let run = Run::open(&self.out)?;
            if run.recipe != recipe {
                bail!("the recipe differs from the one that {} was started with", self.out.display());
            }
            if run.tokenizer != json {
                bail!("the captions differ from those that {} was started with", self.out.display());
            }
            if run.encoder != frozen.tensors {
                bail!(
                    "the encoder's weights differ from those that {} was started with: name the same \
                     --weights",
                    self.out.display()
                );
            }
            run
        } else {
            // A classifier as published stays behind unless it learns along.
            let kept = self.weights.is_bundle()
                || recipe.training.fine_tune.as_ref().is_some_and(|tuning| tuning.keep.is_some());
            let classifier = frozen.classifier.clone().filter(|_| kept);
            Run::create(&self.out, &recipe, json, frozen.tensors.clone(), classifier)?
        };

        let cache = self.weights.cache.folder();
        let captions = CaptionStore::build(&dataset, Split::Train, &tokenizer, &self.out.join(CAPTIONS))?;
        eprintln!(
            "{} photos to learn from, {} words in the vocabulary",
            captions.len(),
            run.vocabulary.len()
        );
        let dev = Targets::new(&dataset, Split::Dev)?;
        run.check_data(&captions.digest()?, &dev.digest()?)?;
        let initial = match named {
            Some(tensors) => {
                run.keep_start(&tensors)?;
                Some(tensors)
            }
            None => run.start()?,
        };
        if recipe.training.phase == PhaseKind::SelfCritical && initial.is_none() {
            bail!("the self-critical phase starts from trained weights: name a bundle or a run with --from");
        }
        let teachers = self.teachers(&run, &device)?;
        let start = if self.resume { Start::Resume } else { Start::Fresh };
        let materials = |photos| Materials {
            recipe: &recipe,
            vocabulary: &run.vocabulary,
            photos,
            train: &captions,
            sources: &shares,
            classifier: frozen.classifier.as_ref(),
            dev: &dev,
            initial: initial.as_ref(),
            teachers: &teachers,
        };
        let shown = recipe.training.views.clone().unwrap_or_default();
        let fronted = match &recipe.training.fine_tune {
            Some(tuning) if recipe.training.views.is_some() => {
                frozen.before(&tuning.from, &device)?.map(|front| (tuning, front))
            }
            _ => None,
        };
        let progress = if let Some((recipe, front)) = &fronted {
            let photos = Photos::Fronted {
                train: &Views::open(&dataset, Split::Train, front, &shown, &cache, &device)?,
                dev: &Features::open(&dataset, Split::Dev, front, &cache, &device)?,
                front: &front.config,
                encoder: &frozen.encoder,
                recipe,
            };
            train(&materials(photos), &self.out, start, &device)?
        } else if let Some(tuning) = &recipe.training.fine_tune {
            let pixels = |split| Pixels::open(&dataset, split, &frozen.preprocessing, &cache);
            let (train_pixels, dev_pixels) = (pixels(Split::Train)?, pixels(Split::Dev)?);
            let photos = Photos::Tuned {
                train: &train_pixels,
                dev: &dev_pixels,
                encoder: &frozen.encoder,
                recipe: tuning,
            };
            train(&materials(photos), &self.out, start, &device)?
        } else {
            let views = Views::open(&dataset, Split::Train, &frozen, &shown, &cache, &device)?;
            let dev_features = Features::open(&dataset, Split::Dev, &frozen, &cache, &device)?;
            let photos = Photos::Frozen { train: &views, dev: &dev_features };
            train(&materials(photos), &self.out, start, &device)?
        };
        println!(
            "{} epochs, best on dev: epoch {} with {} {:.4}",
            progress.epoch,
            progress.best_epoch,
            recipe.training.select_by.name(),
            progress.best_score
        );
        Ok(ExitCode::SUCCESS)
    }

    /// Refuses what is missing for the recipe's phase, or named in vain.
    fn check_phase(&self, recipe: &Recipe, there: bool) -> anyhow::Result<()> {
        let (taught, named) = (recipe.training.distillation.is_some(), !self.teacher.is_empty());
        if taught != named {
            bail!(
                "distillation takes both training.distillation in the recipe and --teacher, found only {}",
                if taught { "the recipe's setting" } else { "--teacher" }
            );
        }
        if recipe.training.phase == PhaseKind::SelfCritical && self.from.is_none() && !there {
            bail!("the self-critical phase starts from trained weights: name a bundle or a run with --from");
        }
        Ok(())
    }

    /// The decoder's weights to start from, where they are named.
    fn initial(
        &self,
        recipe: &Recipe,
        vocabulary: &Vocabulary,
        device: &Device,
    ) -> anyhow::Result<Option<Tensors>> {
        let Some(folder) = &self.from else { return Ok(None) };
        let trained = Trained::open(folder, device)?;
        // Its encoder may have other weights: the decoder goes on with what it sees now.
        let tensors = trained.decoder_for(folder, &recipe.encoder, vocabulary)?;
        if trained.config.decoder != recipe.decoder {
            bail!("the decoder of {} is another than the recipe's", folder.display());
        }
        Ok(Some(tensors))
    }

    fn teachers(&self, run: &Run, device: &Device) -> anyhow::Result<Teachers> {
        let (mut decoders, mut tensors) = (Vec::new(), Vec::new());
        for folder in &self.teacher {
            let trained = Trained::open(folder, device)?;
            let encoder = &run.recipe.encoder;
            let weights = trained.decoder_for(folder, encoder, &run.vocabulary)?;
            trained.check_weights(folder, encoder, &run.encoder)?;
            let untrained = trained.config.decoder.init(encoder.channels(), run.vocabulary.len(), device);
            let decoder = apply(untrained, weights.clone(), device);
            decoders.push(decoder.with_context(|| folder.display().to_string())?);
            tensors.push(weights);
        }
        run.check_teachers(&tensors)?;
        Ok(Teachers { decoders })
    }

    /// Refuses data without photos to learn from or to choose the best epoch on.
    fn check_splits(&self, dataset: &Dataset) -> anyhow::Result<()> {
        let needs = [(Split::Train, "learns from them"), (Split::Dev, "chooses the best epoch on them")];
        for (split, what) in needs {
            if dataset.is_empty(split) {
                bail!(
                    "{} has no {split} photos, and training {what}: expected at least one, found {}",
                    self.data.named(),
                    dataset.counts()
                );
            }
        }
        Ok(())
    }
}
