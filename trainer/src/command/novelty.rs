//! `showtell novelty`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use super::rewrite::add_layers;
use super::{CacheArgument, DataArgument, device, read_bundle};
use crate::dataset::Split;
use crate::dataset::features::{Features, FrozenEncoder};
use crate::fit::novelty::fit;
use crate::progress;

/// Teach a bundle which pictures are unlike those that it learnt from, and write that into the bundle
///
/// Learns from the training photos, as the bundle's encoder sees them, in which directions photos of their kind
/// differ; what a picture has beside these is its distance. `calibrate` then measures how far photos of another
/// split lie, and pictures farther than nearly all of those are told with doubt or not at all. A minute, once
/// features are kept.
#[derive(Debug, Args)]
pub struct Novelty {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    pub(super) bundle: PathBuf,
    #[command(flatten)]
    pub(super) data: DataArgument,
    /// Directions in which photos of the training set's kind may differ
    #[arg(long, value_name = "N", default_value_t = DIRECTIONS)]
    pub(super) directions: usize,
    #[command(flatten)]
    pub(super) cache: CacheArgument,
}

/// Directions in which photos of the training set's kind may differ.
const DIRECTIONS: usize = 64;
/// Photos whose features are in memory together.
const BATCH: usize = 64;

impl Novelty {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let device = device();
        let bundle = read_bundle(&self.bundle)?;
        let encoder = &bundle.config().model.encoder;
        let channels = encoder.channels();
        if !(1..=channels).contains(&self.directions) {
            bail!("--directions must be 1 to {channels}, the encoder's channels, found {}", self.directions);
        }
        let dataset = self.data.open()?;
        let photos = dataset.len(Split::Train);
        if photos <= self.directions {
            let found = dataset.counts();
            bail!("{} has no more train photos than directions: {found}", self.data.named());
        }
        let mut frozen = FrozenEncoder::published(encoder, bundle.model(&device)?.encoder)?;
        frozen.preprocessing = bundle.config().preprocessing.clone();
        let features = Features::open(&dataset, Split::Train, &frozen, &self.cache.folder(), &device)?;
        let order: Vec<usize> = (0..photos).collect();
        let bar = progress::bar(photos, "looking at photos");
        let batches = order.chunks(BATCH).map(|batch| {
            bar.inc(batch.len() as u64);
            features.batch(batch, &device)
        });
        let novelty = fit(batches, self.directions)?;
        bar.finish_and_clear();
        let directions = self.directions;
        let bytes =
            add_layers(&self.bundle, "novelty", &novelty, |draft| draft.model.novelty = Some(directions))?;
        println!("{}: {directions} directions, {:.1} MB", self.bundle.display(), bytes as f64 / 1e6);
        Ok(ExitCode::SUCCESS)
    }
}
