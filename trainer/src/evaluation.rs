//! Captioning a split from its features, on every core, and scoring the result.

use std::fmt::Debug;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use rayon::prelude::*;
use showtell::beam::BeamConfig;
use showtell::bundle::sums::digest;
use showtell::captioner::{AttentionMaps, CaptionError, CaptionModels, CaptionOptions, SearchResult, search};
use showtell::confidence::Calibration;
use showtell::encoder::Encoder;
use showtell::{Caption, Vocabulary};

use crate::dataset::features::Features;
use crate::dataset::sources::SourceOf;
use crate::dataset::{Dataset, DatasetError, Photo, Split, StoreError};
use crate::metric::summary::SourceScores;
use crate::metric::{MetricError, References, Scored, Scores};

/// Photos decoded together: large enough for the matrix products, small enough to share cores.
const BATCH: usize = 32;
/// Photos that go through an encoder together.
const ENCODED: usize = 16;
/// Photos whose features are in memory together where an encoder makes them.
const GROUP: usize = 256;

/// Why a split cannot be captioned or scored.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// A photo without a caption to score.
    #[error("a caption for each photo")]
    NoCaption,
    /// A photo about which the search found nothing.
    #[error("a photo without a sentence")]
    NoSentence,
    /// Photos that cannot be written down.
    #[error("the photos cannot be written down")]
    Json(#[from] serde_json::Error),
    /// The data set cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Features that cannot be read or made.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A model that breaks while it captions.
    #[error(transparent)]
    Caption(#[from] CaptionError),
    /// Captions that cannot be scored.
    #[error(transparent)]
    Metric(#[from] MetricError),
}

/// Photos whose captions will be compared with people's. All of the split is in memory, with the
/// counts of its references: memory grows with this split, not with what is learnt from.
#[derive(Debug)]
pub struct Targets {
    /// The photos, in the order of the split.
    pub photos: Vec<Photo>,
    /// What people wrote, counted.
    pub references: References,
    /// The photos of each source, where there are several; empty where there is one.
    pub sources: Vec<SourceTargets>,
}

/// The photos of a split that come from one source.
#[derive(Debug)]
pub struct SourceTargets {
    /// The source.
    pub name: String,
    /// Their places among the split's.
    pub places: Vec<usize>,
    /// What people wrote of them alone: rare words are rare within a source.
    pub references: References,
}

impl Targets {
    /// The photos of a split with their raw references.
    ///
    /// # Errors
    /// When the data set cannot be read or a photo has no reference.
    pub fn new(dataset: &Dataset, split: Split) -> Result<Self, EvaluationError> {
        let photos: Vec<Photo> = dataset.photos(split).collect::<Result<_, _>>()?;
        let raw: Vec<Vec<&str>> =
            photos.iter().map(|photo| photo.captions.iter().map(String::as_str).collect()).collect();
        let references = References::new(&raw)?;
        let mut found = SourceOf::default();
        photos.iter().try_for_each(|photo| found.push(&photo.source))?;
        let mut sources = Vec::new();
        if found.names().len() > 1 {
            for (source, name) in found.names().iter().enumerate() {
                let places: Vec<usize> = found.photos(source).collect();
                let own: Vec<&Vec<&str>> = places.iter().map(|&place| &raw[place]).collect();
                let references = References::new(&own.into_iter().cloned().collect::<Vec<_>>())?;
                sources.push(SourceTargets { name: name.clone(), places, references });
            }
        }
        Ok(Self { references, sources, photos })
    }

    /// Scores captions, one for each photo, source by source.
    ///
    /// # Errors
    /// When there is not one caption for each photo.
    pub fn by_source(&self, captions: &[String]) -> Result<Vec<SourceScores>, EvaluationError> {
        let score = |source: &SourceTargets| {
            let own: Option<Vec<&String>> = source.places.iter().map(|&place| captions.get(place)).collect();
            let own = own.ok_or(EvaluationError::NoCaption)?;
            let scores = source.references.score(&own)?.total;
            Ok(SourceScores { source: source.name.clone(), images: own.len(), scores })
        };
        self.sources.iter().map(score).collect()
    }

    /// Whether there is no photo.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.photos.is_empty()
    }

    /// SHA-256 of names and references, hexadecimal.
    ///
    /// # Errors
    /// Never in practice: names and texts can be written as JSON.
    pub fn digest(&self) -> Result<String, EvaluationError> {
        Ok(digest(&serde_json::to_vec(&self.photos)?))
    }
}

/// Where the features of a split's photos come from.
pub trait FeatureSource: Sync + Debug {
    /// The features of photos, given by their places in the split.
    ///
    /// # Shapes
    /// `[photos, regions, channels]`.
    ///
    /// # Errors
    /// When a photo is absent or the disk refuses.
    fn features(&self, photos: &[usize], device: &Device) -> Result<Tensor<3>, StoreError>;

    /// Whether making them uses every core by itself, or a GPU, so that asking from every core gains nothing.
    fn takes_every_core(&self) -> bool {
        false
    }
}

impl FeatureSource for Features {
    fn features(&self, photos: &[usize], device: &Device) -> Result<Tensor<3>, StoreError> {
        self.batch(photos, device)
    }
}

impl<S: FeatureSource + ?Sized> FeatureSource for &S {
    fn features(&self, photos: &[usize], device: &Device) -> Result<Tensor<3>, StoreError> {
        (**self).features(photos, device)
    }

    fn takes_every_core(&self) -> bool {
        (**self).takes_every_core()
    }
}

/// A decoder with all that captioning from features takes.
#[derive(Debug, Clone, Copy)]
pub struct SplitCaptioner<'a> {
    /// Who speaks.
    pub voices: CaptionModels<'a>,
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// What it looks at: the split whose photos it is asked about.
    pub view: &'a dyn FeatureSource,
    /// How far captions can be trusted, where that is known.
    pub calibration: Option<&'a Calibration>,
    /// Where the weights are.
    pub device: &'a Device,
}

impl SplitCaptioner<'_> {
    /// Searches for sentences about photos together, given by their places in the split.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn find(
        &self,
        photos: &[usize],
        options: &CaptionOptions,
    ) -> Result<Vec<SearchResult>, EvaluationError> {
        self.find_in(self.view.features(photos, self.device)?, options)
    }

    fn find_in(
        &self,
        features: Tensor<3>,
        options: &CaptionOptions,
    ) -> Result<Vec<SearchResult>, EvaluationError> {
        // On the CPU nothing ever waits: the future is ready at its first poll.
        Ok(showtell::block_on(search(self.voices, self.vocabulary, features, options))?)
    }

    /// Captions photos together, given by their places in the split.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn describe(
        &self,
        photos: &[usize],
        options: &CaptionOptions,
    ) -> Result<Vec<Caption>, EvaluationError> {
        let found = self.find(photos, options)?;
        let labels = self.voices.classifier.map(|(_, labels)| labels);
        found.into_iter().map(|found| Ok(found.caption(labels, self.calibration)?)).collect()
    }

    /// What the search finds about each photo, on every core; without attention.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn find_all(
        &self,
        photos: &[usize],
        beam: &BeamConfig,
    ) -> Result<Vec<SearchResult>, EvaluationError> {
        let options = CaptionOptions { beam: beam.clone(), attention: AttentionMaps::Dropped };
        let find = |batch: &[usize]| self.find(batch, &options);
        if !self.view.takes_every_core() {
            let batches = photos.par_chunks(BATCH).map(find).collect::<Result<Vec<_>, _>>()?;
            return Ok(batches.into_iter().flatten().collect());
        }
        let mut batches: Vec<Vec<SearchResult>> = Vec::new();
        for group in photos.chunks(GROUP) {
            // What an encoder gives of some photos is parted again.
            let parts = group.chunks(ENCODED).map(|part| self.view.features(part, self.device));
            let features = Tensor::cat(parts.collect::<Result<Vec<_>, _>>()?, 0);
            let starts: Vec<usize> = (0..group.len()).step_by(BATCH).collect();
            let own = starts.into_par_iter().map(|start| {
                let length = BATCH.min(group.len() - start);
                self.find_in(features.clone().narrow(0, start, length), &options)
            });
            batches.extend(own.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(batches.into_iter().flatten().collect())
    }

    /// Captions targets and scores the sentences, whether or not they would be told.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn evaluate(&self, targets: &Targets, beam: &BeamConfig) -> Result<Evaluation, EvaluationError> {
        let photos: Vec<usize> = (0..targets.photos.len()).collect();
        let (mut captions, mut confidences) = (Vec::new(), Vec::new());
        for found in self.find_all(&photos, beam)? {
            captions.push(found.sentence());
            confidences.push(self.confidence(&found)?);
        }
        let scored = targets.references.score(&captions)?;
        let sources = targets.by_source(&captions)?;
        Ok(Evaluation { scored, sources, captions, confidences })
    }

    /// How far the best sentence can be trusted: see [`Caption::confidence`].
    fn confidence(&self, found: &SearchResult) -> Result<f32, EvaluationError> {
        let labels = self.voices.classifier.map(|(_, labels)| labels);
        let evidence = found.evidence(labels).ok_or(EvaluationError::NoSentence)?;
        Ok(match self.calibration {
            Some(calibration) => calibration.confidence(&evidence),
            // The geometric mean of its words' probabilities.
            None => evidence.caption.mean.exp(),
        })
    }
}

/// Captions of a split and what they score.
#[derive(Debug)]
pub struct Evaluation {
    /// One sentence a photo, in the order of the targets.
    pub captions: Vec<String>,
    /// How far each can be trusted: see [`Caption::confidence`].
    pub confidences: Vec<f32>,
    /// Their scores, all photos being one set.
    pub scored: Scored,
    /// The scores of each source's photos, where there are several sources.
    pub sources: Vec<SourceScores>,
}

/// Where an encoder's weights are.
pub fn place(encoder: &Encoder) -> Device {
    encoder.devices().into_iter().next().unwrap_or_else(Device::flex)
}

impl Evaluation {
    /// What epochs and searches are chosen by: the mean over sources of each score, every source counting the same
    /// however many photos it has; with one source its scores.
    #[must_use]
    pub fn mean(&self) -> Scores {
        let own: Vec<Scores> = self.sources.iter().map(|source| source.scores).collect();
        Scores::mean(&own).unwrap_or(self.scored.total)
    }
}
