//! `showtell chain`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};

use super::average::Portion;
use super::calibrate::Calibrate;
use super::detector::{Detector, LEAST_CAPTIONS};
use super::kinds::{DECAY, Kinds, PHOTOS};
use super::novelty::Novelty;
use super::processor::DeviceArgument;
use super::publish::{Format, Publish};
use super::train::Train;
use super::tune::{By, Tune};
use super::{DataArgument, EncoderArguments, RulesArgument};
use crate::dataset::Split;
use crate::fit::kinds::graphics::Graphics;
use crate::fit::kinds::measure::LOWEST;
use crate::recipe::chain::{BUNDLE, BundleRecipe, Chain, DetectorRecipe, Step};
use crate::run::Run;

/// Make a bundle through several runs, as one file says
///
/// Trains each run of the chain, publishes their mean, chooses the search on dev and calibrates. Stopped
/// at any moment it goes on where it was when started again.
#[derive(Debug, Args)]
pub struct Follow {
    /// The chain, TOML
    #[arg(value_name = "FILE")]
    chain: PathBuf,
    #[command(flatten)]
    data: DataArgument,
    /// Folder for the runs and the bundle
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Pictures that are no photos, as `showtell kinds` takes them, for a chain that says bundle.kinds
    #[arg(long, value_name = "FILE")]
    graphics: Option<PathBuf>,
    #[command(flatten)]
    weights: EncoderArguments,
    #[command(flatten)]
    device: DeviceArgument,
}

/// The folder of a run's bundle, where later runs look through its encoder, within the run's.
const PUBLISHED: &str = "published";

fn format(bundle: &BundleRecipe) -> anyhow::Result<Format> {
    Format::from_str(&bundle.precision, false).map_err(|reason| anyhow!("bundle.precision: {reason}"))
}

impl Follow {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let Chain { steps, bundle } = Chain::read(&self.chain)?;
        let kinds = self.kinds(&bundle)?;
        let count = steps.len();
        for (index, step) in steps.into_iter().enumerate() {
            eprintln!("run {} of {count}: {}", index + 1, step.run);
            let name = step.run.clone();
            self.train(step, &bundle)?.run().with_context(|| format!("run {name}"))?;
        }
        self.finish(&bundle, kinds)
    }

    /// What teaches the bundle kinds, if it shall know any; hours before that is done, whether it can be.
    fn kinds(&self, recipe: &BundleRecipe) -> anyhow::Result<Option<Kinds>> {
        let graphics = match (&self.graphics, recipe.kinds) {
            (None, false) => return Ok(None),
            (None, true) => bail!("{} says bundle.kinds: name --graphics FILE", self.chain.display()),
            (Some(_), false) => {
                bail!(
                    "--graphics are for a chain that says bundle.kinds = true, which {} does not",
                    self.chain.display()
                )
            }
            (Some(graphics), true) => graphics.clone(),
        };
        Graphics::read(&graphics)?;
        Ok(Some(Kinds {
            bundle: self.folder(BUNDLE),
            graphics,
            data: self.data.clone(),
            photos: PHOTOS,
            decay: DECAY,
            lowest: LOWEST,
            dry_run: false,
            cache: self.weights.cache.clone(),
        }))
    }

    fn folder(&self, run: &str) -> PathBuf {
        self.out.join(run)
    }

    fn train(&self, step: Step, bundle: &BundleRecipe) -> anyhow::Result<Train> {
        let weights = match &step.encoder {
            Some(run) => {
                EncoderArguments { weights: Some(self.encoder(run, bundle)?), ..self.weights.clone() }
            }
            None => self.weights.clone(),
        };
        let out = self.folder(&step.run);
        let there = Run::is_here(&out);
        Ok(Train {
            recipe: step.recipe,
            data: self.data.clone(),
            resume: there,
            out,
            encoder: None,
            weights,
            device: self.device.clone(),
            from: step.from.filter(|_| !there).map(|run| self.folder(&run)),
            teacher: step.teachers.iter().map(|run| self.folder(run)).collect(),
            epochs: step.epochs,
            set: step.set,
        })
    }

    /// Where a run's encoder lies as the bundle will have it, so that what looks through it learns from exactly
    /// what it will see.
    fn encoder(&self, run: &str, bundle: &BundleRecipe) -> anyhow::Result<PathBuf> {
        let (run, precision) = (self.folder(run), format(bundle)?);
        let out = run.join(PUBLISHED);
        Publish { run, out: out.clone(), precision, average: Vec::new(), card: None }.run()?;
        Ok(out)
    }

    fn finish(&self, recipe: &BundleRecipe, kinds: Option<Kinds>) -> anyhow::Result<ExitCode> {
        let out = self.folder(BUNDLE);
        let portion = |(run, &share): (&String, &f64)| Portion { folder: self.folder(run), share };
        Publish {
            run: self.folder(&recipe.run),
            out: out.clone(),
            precision: format(recipe)?,
            average: recipe.average.iter().map(portion).collect(),
            card: recipe.card.clone(),
        }
        .run()?;
        if let Some(DetectorRecipe { epochs, views }) = &recipe.detector {
            Detector {
                bundle: out.clone(),
                data: self.data.clone(),
                epochs: *epochs,
                least_captions: LEAST_CAPTIONS,
                mirrored: views.mirrored,
                windows: views.windows,
                smallest: if views.windows == 0 { 1.0 } else { views.smallest },
                cache: self.weights.cache.clone(),
            }
            .run()?;
        }
        if let Some(directions) = recipe.novelty {
            let (bundle, data, cache) = (out.clone(), self.data.clone(), self.weights.cache.clone());
            Novelty { bundle, data, directions, cache }.run()?;
        }
        if let Some(kinds) = kinds {
            kinds.run()?;
        }
        self.tune(recipe, &out).run()?;
        Calibrate::usual(out, self.data.clone(), recipe.drawings, self.weights.cache.clone()).run()
    }

    fn tune(&self, recipe: &BundleRecipe, out: &Path) -> Tune {
        let search = &recipe.search;
        let rules = RulesArgument {
            consensus: Some(search.consensus.unwrap_or(0.0)),
            support: Some(search.support.map_or(0.0, |support| support.weight)),
            rarity: search.support.map(|support| support.rarity),
            guide: search.support.map(|support| support.guide),
            ..RulesArgument::default()
        };
        Tune {
            bundle: out.to_owned(),
            data: self.data.clone(),
            split: Split::Dev,
            widths: search.widths.clone(),
            exponents: search.exponents.clone(),
            by: By::Cider,
            write: true,
            rules,
            cache: self.weights.cache.clone(),
            json: false,
        }
    }
}
