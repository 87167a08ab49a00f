//! Captioning a split from its features, on every core, and scoring the result.

use burn::tensor::Device;
use rayon::prelude::*;
use showtell::beam::BeamConfig;
use showtell::captioner::{AttentionMaps, CaptionOptions, search};
use showtell::decoder::Decoder;
use showtell::{Caption, Vocabulary};

use crate::dataset::features::Features;
use crate::dataset::{Dataset, Photo, Split};
use crate::metric::{MetricError, References, Scored};

/// Photos decoded together: large enough for the matrix products, small enough to share cores.
const BATCH: usize = 32;

/// Photos whose captions will be compared with people's.
#[derive(Debug)]
pub struct Targets {
    /// The photos.
    pub photos: Vec<Photo>,
    /// What people wrote, counted.
    pub references: References,
}

impl Targets {
    /// The photos of a split with their raw references.
    ///
    /// # Errors
    /// When a photo has no reference.
    pub fn new(dataset: &Dataset, split: Split) -> Result<Self, MetricError> {
        let photos: Vec<Photo> = dataset.split(split).cloned().collect();
        let raw: Vec<Vec<&str>> =
            photos.iter().map(|photo| photo.captions.iter().map(String::as_str).collect()).collect();
        Ok(Self { references: References::new(&raw)?, photos })
    }

    /// Whether there is no photo.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.photos.is_empty()
    }
}

/// A decoder with all that captioning from features takes.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'a> {
    /// The weights.
    pub decoder: &'a Decoder,
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// What it looks at.
    pub features: &'a Features,
    /// Where the weights are.
    pub device: &'a Device,
}

impl Speaker<'_> {
    /// Captions photos together.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn describe(&self, photos: &[Photo], options: &CaptionOptions) -> anyhow::Result<Vec<Caption>> {
        let names = photos.iter().map(|photo| photo.image.as_str());
        let features = self.features.batch(names, self.device)?;
        // On the CPU nothing ever waits: the future is ready at its first poll.
        let found = pollster::block_on(search(self.decoder, self.vocabulary, features, options))?;
        found.into_iter().map(|found| Ok(found.caption(self.vocabulary)?)).collect()
    }

    /// The best sentence about each photo, on every core.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn captions(&self, photos: &[Photo], beam: &BeamConfig) -> anyhow::Result<Vec<String>> {
        let options = CaptionOptions { beam: beam.clone(), attention: AttentionMaps::Dropped };
        let batches: Vec<Vec<Caption>> = photos
            .par_chunks(BATCH)
            .map(|batch| self.describe(batch, &options))
            .collect::<anyhow::Result<_>>()?;
        Ok(batches.into_iter().flatten().map(|caption| caption.text).collect())
    }

    /// Captions targets and scores the captions.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn evaluate(&self, targets: &Targets, beam: &BeamConfig) -> anyhow::Result<Evaluation> {
        let captions = self.captions(&targets.photos, beam)?;
        Ok(Evaluation { scored: targets.references.score(&captions)?, captions })
    }
}

/// Captions of a split and what they score.
#[derive(Debug)]
pub struct Evaluation {
    /// One sentence a photo, in the order of the targets.
    pub captions: Vec<String>,
    /// Their scores.
    pub scored: Scored,
}
