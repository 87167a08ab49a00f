//! Teaches a bundle the kinds of pictures that are no photos.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;
use showtell::kind::KindsConfig;
use showtell::novelty::place;

use super::bundle::{add_layers, read};
use super::{Data, JobError, encoder};
use crate::dataset::features::{Features, FrozenEncoder};
use crate::dataset::{Dataset, Photo, Split};
use crate::files::read_photo;
use crate::fit::kinds::graphics::{FOLDS, Graphics};
use crate::fit::kinds::measure::{LOWEST, Sources, cross, limit, mistaken, sure};
use crate::fit::kinds::report::Measured;
use crate::reporter::Reporter;

/// Learns to tell photos and graphics apart, and graphics by their kind, and writes that into the bundle.
#[derive(Debug, Clone)]
pub struct FitKinds {
    /// Folder of the bundle.
    pub bundle: PathBuf,
    /// The table of pictures that are no photos.
    pub graphics: PathBuf,
    /// The photos.
    pub data: Data,
    /// Train photos to learn from, at most.
    pub photos: usize,
    /// Pull of the weights towards zero.
    pub decay: f32,
    /// No picture less probably a graphic than this is told by its kind.
    pub lowest: f32,
    /// Whether to measure only, and leave the bundle as it is.
    pub dry_run: bool,
}

/// What was learnt.
#[derive(Debug)]
pub struct FittedKinds {
    /// All that was measured.
    pub measured: Measured,
    /// Size of the bundle, where it was written.
    pub bytes: Option<usize>,
}

/// Train photos to learn from. More of them tell hardly more.
pub const PHOTOS: usize = 6000;
/// By cross-validation 10 and 30 hardly differ, and 100 tells a little less (`docs/kinds.md`).
pub const DECAY: f32 = 30.0;
/// Photos whose features are in memory together.
const BATCH: usize = 64;
/// Graphics that go through the encoder together.
const GRAPHICS: usize = 8;

/// What looks at photos and graphics.
struct Eye<'a> {
    frozen: &'a FrozenEncoder,
    device: &'a Device,
    reporter: &'a dyn Reporter,
}

impl FitKinds {
    /// Kinds learnt in the usual way.
    #[must_use]
    pub fn new(bundle: &Path, graphics: &Path, data: Data) -> Self {
        Self {
            bundle: bundle.to_owned(),
            graphics: graphics.to_owned(),
            data,
            photos: PHOTOS,
            decay: DECAY,
            lowest: LOWEST,
            dry_run: false,
        }
    }

    /// Learns the kinds.
    ///
    /// # Errors
    /// [`JobError`].
    pub fn run(&self, reporter: &dyn Reporter) -> Result<FittedKinds, JobError> {
        if !(self.decay.is_finite() && self.decay > 0.0) {
            return Err(JobError::setting("decay", "be above 0", self.decay));
        }
        if !(0.0..=1.0).contains(&self.lowest) {
            return Err(JobError::setting("lowest", "be from 0 to 1", self.lowest));
        }
        let device = &Device::flex();
        let graphics = Graphics::read(&self.graphics)?;
        let bundle = read(&self.bundle)?;
        let dataset = self.data.open(reporter)?;
        for split in [Split::Train, Split::Dev] {
            self.data.check(&dataset, split, "")?;
        }
        let frozen = encoder::of_bundle(&bundle, bundle.model(device)?.encoder)?;
        let eye = Eye { frozen: &frozen, device, reporter };
        let places = eye.graphics(&graphics)?;
        let photos = self.train(&dataset, &graphics, &eye)?;
        let dev = self.dev(&dataset, &graphics, &eye)?;

        let progress = reporter.progress(usize::from(FOLDS), "learning kinds");
        let crossed = cross(&photos, &graphics, &places, self.decay, || progress.advance(1))?;
        drop(progress);
        let mistaken = mistaken(&crossed.classifier, &dev)?;
        let broader = graphics.broader();
        let above = limit(&mistaken, self.lowest);
        let config = KindsConfig { names: graphics.names.clone(), broader, above, sure: 0.0 };
        let config = KindsConfig { sure: sure(&config, &graphics, &crossed), ..config };
        let learnt = photos.dims()[0];
        let measured = Measured { graphics, crossed, mistaken, config, learnt };
        let bytes = if self.dry_run { None } else { Some(self.write(&measured, reporter)?) };
        Ok(FittedKinds { measured, bytes })
    }

    fn write(&self, measured: &Measured, reporter: &dyn Reporter) -> Result<usize, JobError> {
        let config = measured.config.clone();
        let with_kinds = |draft: &mut showtell::bundle::Draft| draft.model.kinds = Some(config);
        add_layers(&self.bundle, "kinds", &measured.crossed.classifier, with_kinds, reporter)
    }

    /// Where train photos lie, evenly chosen among all, `[photos, channels]`.
    fn train(&self, dataset: &Dataset, graphics: &Graphics, eye: &Eye<'_>) -> Result<Tensor<2>, JobError> {
        let features = eye.features(dataset, Split::Train, &self.data.cache)?;
        let all: Vec<usize> = real(dataset, Split::Train, graphics)?.into_values().flatten().collect();
        let wanted = all.len().min(self.photos);
        let chosen: Vec<usize> = (0..wanted).map(|n| all[n * all.len() / wanted]).collect();
        eye.photos(&features, &chosen)
    }

    /// Where dev photos lie, by source.
    fn dev(&self, dataset: &Dataset, graphics: &Graphics, eye: &Eye<'_>) -> Result<Sources, JobError> {
        let features = eye.features(dataset, Split::Dev, &self.data.cache)?;
        let sources = real(dataset, Split::Dev, graphics)?.into_iter();
        sources.map(|(name, photos)| Ok((name, eye.photos(&features, &photos)?))).collect()
    }
}

/// Photos of a split by their places, by source. What the table of graphics names is no photo, whatever the data set
/// says: collections of photos hold paintings and charts.
fn real(
    dataset: &Dataset,
    split: Split,
    graphics: &Graphics,
) -> Result<BTreeMap<String, Vec<usize>>, JobError> {
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
        return Err(JobError::AllGraphics { split });
    }
    Ok(sources)
}

impl Eye<'_> {
    fn features(&self, dataset: &Dataset, split: Split, cache: &Path) -> Result<Features, JobError> {
        Ok(Features::open(dataset, split, self.frozen, cache, self.device, self.reporter)?)
    }

    /// Where photos of a split lie, `[photos, channels]`.
    fn photos(&self, features: &Features, photos: &[usize]) -> Result<Tensor<2>, JobError> {
        let progress = self.reporter.progress(photos.len(), "looking at photos");
        let batches = photos.chunks(BATCH).map(|batch| {
            progress.advance(batch.len());
            Ok(place(features.batch(batch, self.device)?))
        });
        Ok(Tensor::cat(batches.collect::<Result<Vec<_>, JobError>>()?, 0))
    }

    /// Where graphics lie, `[graphics, channels]`: squashed to a square as photos are.
    fn graphics(&self, graphics: &Graphics) -> Result<Tensor<2>, JobError> {
        let progress = self.reporter.progress(graphics.pictures.len(), "looking at graphics");
        let Self { frozen, device, .. } = *self;
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
            progress.advance(batch.len());
        }
        Ok(Tensor::cat(places, 0))
    }
}
