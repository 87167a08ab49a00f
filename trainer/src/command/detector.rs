//! `showtell detector`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use showtell::Bundle;
use showtell::bundle::TOKENIZER;
use tokenizers::Tokenizer;

use super::rewrite::add_layers;
use super::{CacheArgument, DataArgument, SUPPORT, device, read_bundle};
use crate::dataset::Split;
use crate::dataset::captions::CaptionStore;
use crate::dataset::features::FrozenEncoder;
use crate::dataset::view::ViewRecipe;
use crate::dataset::views::Views;
use crate::dataset::words::Words;
use crate::fit::detector::{Fitting, Sights, fit};

/// Teach a bundle which words people use of a photo, and write that into the bundle
///
/// Learns from the training photos which content words stand in their captions, from what the bundle's
/// decoder sees of them. The search then prefers captions of words that the detector expects: `tune` and
/// `evaluate` take --support, --rarity and --guide. A few minutes, once features are kept.
#[derive(Debug, Args)]
pub struct Detector {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    pub(super) bundle: PathBuf,
    #[command(flatten)]
    pub(super) data: DataArgument,
    /// Passes over the training photos
    #[arg(long, value_name = "N", default_value_t = EPOCHS)]
    pub(super) epochs: usize,
    /// A word that stands in fewer captions is not learnt
    #[arg(long, value_name = "N", default_value_t = LEAST_CAPTIONS)]
    pub(super) least_captions: usize,
    /// Learn from mirrored photos too, left and right swapped in their captions
    #[arg(long)]
    pub(super) mirrored: bool,
    /// Learn from so many random windows of each photo too
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) windows: usize,
    /// With --windows: the smallest, as a share of the photo's area
    #[arg(long, value_name = "SHARE", default_value_t = 0.65)]
    pub(super) smallest: f64,
    #[command(flatten)]
    pub(super) cache: CacheArgument,
}

/// Passes over the training photos.
pub(super) const EPOCHS: usize = 15;
/// A word that stands in fewer captions is not learnt.
pub(super) const LEAST_CAPTIONS: usize = 8;

impl Detector {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        if !(self.smallest > 0.0 && self.smallest <= 1.0) {
            bail!("--smallest must be above 0 and at most 1, found {}", self.smallest);
        }
        let device = device();
        let bundle = read_bundle(&self.bundle)?;
        let model = bundle.model(&device)?;
        let dataset = self.data.open()?;
        if dataset.is_empty(Split::Train) {
            bail!("{} has no train photos: {}", self.data.named(), dataset.counts());
        }
        let mut frozen = FrozenEncoder::published(&bundle.config().model.encoder, model.encoder)?;
        frozen.preprocessing = bundle.config().preprocessing.clone();
        let shown = ViewRecipe {
            mirrored: self.mirrored,
            windows: self.windows,
            smallest: self.smallest,
            sides: Vec::new(),
        };
        let views = Views::open(&dataset, Split::Train, &frozen, &shown, &self.cache.folder(), &device)?;
        let words = self.words(&bundle, &dataset)?;
        if words.learnt() == 0 {
            bail!("no content word stands in {} training captions", self.least_captions);
        }
        let sights = Sights::new(&model.decoder, &views, dataset.len(Split::Train), &device)?;
        let untrained = bundle.config().model.untrained_detector(&device);
        let fitting = Fitting { epochs: self.epochs, seed: SEED };
        let detector = fit(untrained, model.decoder.words(), &sights, &words, fitting)?;

        let bytes = add_layers(&self.bundle, "detector", &detector, |draft| {
            draft.model.detector = true;
            draft.decoding.support = Some(draft.decoding.support.unwrap_or(SUPPORT));
        })?;
        println!("{}: {} words, {:.1} MB", self.bundle.display(), words.learnt(), bytes as f64 / 1e6);
        Ok(ExitCode::SUCCESS)
    }

    /// The words of the training captions, as the bundle's own tokenizer parts them.
    fn words(&self, bundle: &Bundle, dataset: &crate::dataset::Dataset) -> anyhow::Result<Words> {
        let path = self.bundle.join(TOKENIZER);
        let tokenizer = Tokenizer::from_file(&path)
            .map_err(|error| anyhow::anyhow!("cannot read {}: {error}", path.display()))?;
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let captions =
            CaptionStore::build(dataset, Split::Train, &tokenizer, &folder.path().join("captions"))?;
        Words::count(&captions, bundle.vocabulary(), self.least_captions)
    }
}

/// Decides what is drawn while the detector learns.
const SEED: u64 = 1;
