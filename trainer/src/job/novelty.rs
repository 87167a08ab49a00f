//! Teaches a bundle which pictures are unlike those that it learnt from.

use std::path::{Path, PathBuf};

use burn::tensor::Device;

use super::bundle::{add_layers, read};
use super::{Data, JobError, encoder};
use crate::dataset::Split;
use crate::dataset::features::Features;
use crate::fit::novelty::fit;
use crate::reporter::Reporter;

/// Learns in which directions training photos differ and writes that into the bundle.
#[derive(Debug, Clone)]
pub struct FitNovelty {
    /// Folder of the bundle.
    pub bundle: PathBuf,
    /// The photos.
    pub data: Data,
    /// Directions in which photos of the training set's kind may differ.
    pub directions: usize,
}

/// Directions in which photos of the training set's kind may differ.
pub const DIRECTIONS: usize = 64;
/// Photos whose features are in memory together.
const BATCH: usize = 64;

impl FitNovelty {
    /// A measure of the usual size.
    #[must_use]
    pub fn new(bundle: &Path, data: Data) -> Self {
        Self { bundle: bundle.to_owned(), data, directions: DIRECTIONS }
    }

    /// Learns the directions. Returns the size of the bundle in bytes.
    ///
    /// # Errors
    /// [`JobError`].
    pub fn run(&self, reporter: &dyn Reporter) -> Result<usize, JobError> {
        let Self { bundle: folder, data, directions } = self;
        let device = Device::flex();
        let bundle = read(folder)?;
        let channels = bundle.config().model.encoder.channels();
        if !(1..=channels).contains(directions) {
            let expected = format!("be 1 to {channels}, the encoder's channels");
            return Err(JobError::setting("directions", expected, directions));
        }
        let dataset = data.open(reporter)?;
        let photos = dataset.len(Split::Train);
        if photos <= *directions {
            return Err(JobError::FewPhotos { data: data.named(), counts: dataset.counts() });
        }
        let frozen = encoder::of_bundle(&bundle, bundle.model(&device)?.encoder)?;
        let features = Features::open(&dataset, Split::Train, &frozen, &data.cache, &device, reporter)?;
        let order: Vec<usize> = (0..photos).collect();
        let progress = reporter.progress(photos, "looking at photos");
        let batches = order.chunks(BATCH).map(|batch| {
            progress.advance(batch.len());
            features.batch(batch, &device)
        });
        let novelty = fit(batches, *directions)?;
        drop(progress);
        add_layers(folder, "novelty", &novelty, |draft| draft.model.novelty = Some(*directions), reporter)
    }
}
