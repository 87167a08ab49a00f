//! `showtell kinds`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use burn::tensor::{Device, Tensor, TensorData};
use clap::Args;
use rayon::prelude::*;
use showtell::Bundle;
use showtell::kind::KindsConfig;
use showtell::novelty::place;

use super::rewrite::add_layers;
use super::{CacheArgument, DataArgument, device, read_bundle, say};
use crate::dataset::features::{Features, FrozenEncoder, read_photo};
use crate::dataset::{Dataset, Photo, Split};
use crate::fit::kinds::graphics::Graphics;
use crate::fit::kinds::measure::{LOWEST, Sources, cross, limit, mistaken, sure};
use crate::fit::kinds::report::{Measured, report};
use crate::progress;

/// Teach a bundle the kinds of pictures that are no photos, and write that into the bundle
///
/// Learns to tell train photos and graphics apart, and graphics by their kind, from what the bundle's encoder makes
/// of them. A tenth of the graphics, told by the SHA-256 of their names, is not learnt from; the limit
/// above which a picture is told by its kind is the lowest that takes at most one in fifty dev photos for
/// a graphic, and at most one in twenty of each source. Two minutes, once features are kept.
#[derive(Debug, Args)]
pub struct Kinds {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    pub(super) bundle: PathBuf,
    /// Pictures that are no photos: a JSON object a line, with image (relative to the file) and kind. Those that
    /// the data set has by the same name are no photos there
    #[arg(long, value_name = "FILE")]
    pub(super) graphics: PathBuf,
    #[command(flatten)]
    pub(super) data: DataArgument,
    /// Train photos to learn from, at most
    #[arg(long, value_name = "N", default_value_t = PHOTOS,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(super) photos: u64,
    /// Pull of the weights towards zero: more makes answers less sure
    #[arg(long, value_name = "NUMBER", default_value_t = DECAY)]
    pub(super) decay: f32,
    /// No picture less probably a graphic than this is told by its kind, however few photos are taken for graphics
    #[arg(long, value_name = "SHARE", default_value_t = LOWEST)]
    pub(super) lowest: f32,
    /// Measure only, and leave the bundle as it is
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) cache: CacheArgument,
}

/// Train photos to learn from. More of them tell hardly more.
pub(super) const PHOTOS: u64 = 6000;
/// By cross-validation 10 and 30 hardly differ, and 100 tells a little less (`docs/kinds.md`).
pub(super) const DECAY: f32 = 30.0;
/// Photos whose features are in memory together.
const BATCH: usize = 64;
/// Graphics that go through the encoder together.
const GRAPHICS: usize = 8;

impl Kinds {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        if !(self.decay.is_finite() && self.decay > 0.0) {
            bail!("--decay must be above 0, found {}", self.decay);
        }
        if !(0.0..=1.0).contains(&self.lowest) {
            bail!("--lowest must be from 0 to 1, found {}", self.lowest);
        }
        let device = device();
        let graphics = Graphics::read(&self.graphics)?;
        let bundle = read_bundle(&self.bundle)?;
        let dataset = self.data.open()?;
        for split in [Split::Train, Split::Dev] {
            if dataset.is_empty(split) {
                bail!("{} has no {split} photos: {}", self.data.named(), dataset.counts());
            }
        }
        let frozen = encoder(&bundle, &device)?;
        let places = look(&graphics, &frozen, &device)?;
        let photos = self.train(&dataset, &graphics, &frozen, &device)?;
        let dev = self.dev(&dataset, &graphics, &frozen, &device)?;

        let bar = progress::bar(usize::from(crate::fit::kinds::graphics::FOLDS), "learning kinds");
        let crossed = cross(&photos, &graphics, &places, self.decay, || bar.inc(1))?;
        bar.finish_and_clear();
        let mistaken = mistaken(&crossed.classifier, &dev)?;
        let broader = graphics.broader();
        let above = limit(&mistaken, self.lowest);
        let config = KindsConfig { names: graphics.names.clone(), broader, above, sure: 0.0 };
        let config = KindsConfig { sure: sure(&config, &graphics, &crossed), ..config };
        let learnt = photos.dims()[0];
        say(&report(&Measured {
            graphics: &graphics,
            crossed: &crossed,
            mistaken: &mistaken,
            config: &config,
            learnt,
        }))?;
        if !self.dry_run {
            let bytes = add_layers(&self.bundle, "kinds", &crossed.classifier, |draft| {
                draft.model.kinds = Some(config)
            })?;
            println!("\n{}: {:.1} MB", self.bundle.display(), bytes as f64 / 1e6);
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Where train photos lie, evenly chosen among all, `[photos, channels]`.
    fn train(
        &self,
        dataset: &Dataset,
        graphics: &Graphics,
        frozen: &FrozenEncoder,
        device: &Device,
    ) -> anyhow::Result<Tensor<2>> {
        let features = Features::open(dataset, Split::Train, frozen, &self.cache.folder(), device)?;
        let all: Vec<usize> = real(dataset, Split::Train, graphics)?.into_values().flatten().collect();
        let wanted = all.len().min(self.photos as usize);
        let chosen: Vec<usize> = (0..wanted).map(|n| all[n * all.len() / wanted]).collect();
        lie(&features, &chosen, device)
    }

    /// Where dev photos lie, by source.
    fn dev(
        &self,
        dataset: &Dataset,
        graphics: &Graphics,
        frozen: &FrozenEncoder,
        device: &Device,
    ) -> anyhow::Result<Sources> {
        let features = Features::open(dataset, Split::Dev, frozen, &self.cache.folder(), device)?;
        let sources = real(dataset, Split::Dev, graphics)?.into_iter();
        sources.map(|(name, photos)| Ok((name, lie(&features, &photos, device)?))).collect()
    }
}

/// Photos of a split by their places, by source. What the table of graphics names is no photo, whatever the data set
/// says: collections of photos hold paintings and charts.
fn real(
    dataset: &Dataset,
    split: Split,
    graphics: &Graphics,
) -> anyhow::Result<BTreeMap<String, Vec<usize>>> {
    let named: BTreeSet<&str> = graphics.pictures.iter().map(|picture| picture.image.as_str()).collect();
    let mut sources: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, photo) in dataset.photos(split).enumerate() {
        let Photo { image, source, .. } = photo?;
        if !named.contains(image.as_str()) {
            let source = if source.is_empty() { "photos".to_owned() } else { source };
            sources.entry(source).or_default().push(index);
        }
    }
    if sources.is_empty() {
        bail!("the graphics name all {split} photos");
    }
    Ok(sources)
}

fn encoder(bundle: &Bundle, device: &Device) -> anyhow::Result<FrozenEncoder> {
    let encoder = bundle.model(device)?.encoder;
    let mut frozen = FrozenEncoder::published(&bundle.config().model.encoder, encoder)?;
    frozen.preprocessing = bundle.config().preprocessing.clone();
    Ok(frozen)
}

/// Where photos of a split lie, `[photos, channels]`.
fn lie(features: &Features, photos: &[usize], device: &Device) -> anyhow::Result<Tensor<2>> {
    let bar = progress::bar(photos.len(), "looking at photos");
    let batches = photos.chunks(BATCH).map(|batch| {
        bar.inc(batch.len() as u64);
        Ok(place(features.batch(batch, device)?))
    });
    let places = batches.collect::<anyhow::Result<Vec<_>>>()?;
    bar.finish_and_clear();
    Ok(Tensor::cat(places, 0))
}

/// Where graphics lie, `[graphics, channels]`: squashed to a square as photos are.
fn look(graphics: &Graphics, frozen: &FrozenEncoder, device: &Device) -> anyhow::Result<Tensor<2>> {
    let bar = progress::bar(graphics.pictures.len(), "looking at graphics");
    let side = frozen.preprocessing.side;
    let mut places = Vec::new();
    for batch in graphics.pictures.chunks(GRAPHICS) {
        let pixels: Vec<Vec<f32>> = batch
            .par_iter()
            .map(|picture| Ok(frozen.preprocessing.pixels(&read_photo(&graphics.path(picture))?)))
            .collect::<anyhow::Result<_>>()?;
        let data = TensorData::new(pixels.concat(), [batch.len(), 3, side, side]);
        let features = frozen.encoder.forward(Tensor::from_data(data, device));
        let found = place(features).try_into_vec_as::<f32>().context("the device gave no features")?;
        let channels = found.len() / batch.len();
        places.push(Tensor::from_data(TensorData::new(found, [batch.len(), channels]), device));
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(Tensor::cat(places, 0))
}
