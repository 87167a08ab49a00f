//! Captioning a split from its features, on every core, and scoring the result.

use anyhow::Context;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};
use rayon::prelude::*;
use showtell::beam::BeamConfig;
use showtell::bundle::sums::digest;
use showtell::captioner::{AttentionMaps, CaptionOptions, Found, Voices, search};
use showtell::confidence::Calibration;
use showtell::decoder::Decoder;
use showtell::detector::WordDetector;
use showtell::encoder::{Encoder, EncoderConfig};
use showtell::kind::KindClassifier;
use showtell::novelty::Novelty;
use showtell::{Caption, Vocabulary};

use crate::dataset::features::Features;
use crate::dataset::pixels::Pixels;
use crate::dataset::{Dataset, Photo, Split};
use crate::metric::{References, Scored};

/// Photos decoded together: large enough for the matrix products, small enough to share cores.
const BATCH: usize = 32;
/// Photos that go through an encoder together.
const ENCODED: usize = 8;

/// Photos whose captions will be compared with people's. All of the split is in memory, with the
/// counts of its references: memory grows with this split, not with what is learnt from.
#[derive(Debug)]
pub struct Targets {
    /// The photos, in the order of the split.
    pub photos: Vec<Photo>,
    /// What people wrote, counted.
    pub references: References,
}

impl Targets {
    /// The photos of a split with their raw references.
    ///
    /// # Errors
    /// When the data set cannot be read or a photo has no reference.
    pub fn new(dataset: &Dataset, split: Split) -> anyhow::Result<Self> {
        let photos: Vec<Photo> = dataset.photos(split).collect::<Result<_, _>>()?;
        let raw: Vec<Vec<&str>> =
            photos.iter().map(|photo| photo.captions.iter().map(String::as_str).collect()).collect();
        Ok(Self { references: References::new(&raw)?, photos })
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
    pub fn digest(&self) -> anyhow::Result<String> {
        Ok(digest(&serde_json::to_vec(&self.photos)?))
    }
}

/// Where the features of a split's photos come from.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    /// They are on disk.
    Features(&'a Features),
    /// An encoder that has just learnt makes them.
    Photos {
        /// The photos.
        pixels: &'a Pixels,
        /// The encoder, without gradients.
        encoder: &'a Encoder,
    },
    /// An encoder that has just learnt makes them of what its frozen front made.
    Front {
        /// The front's features.
        features: &'a Features,
        /// The encoder up to there.
        front: &'a EncoderConfig,
        /// The whole encoder, without gradients.
        encoder: &'a Encoder,
    },
}

impl View<'_> {
    /// # Shapes
    /// `[photos, regions, channels]`, for photos given by their places in the split.
    fn features(&self, photos: &[usize], device: &Device) -> anyhow::Result<Tensor<3>> {
        match self {
            Self::Features(features) => features.batch(photos, device),
            Self::Photos { pixels, encoder } => {
                Ok(encoder.forward(pixels.batch(photos, &vec![false; photos.len()], device)?))
            }
            Self::Front { features, front, encoder } => encoder
                .after(front, features.batch(photos, device)?, Conv2d::forward)
                .context("the encoder cannot begin in its midst"),
        }
    }
}

/// A decoder with all that captioning from features takes.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'a> {
    /// The weights; of several decoders the mean prediction counts.
    pub decoders: &'a [Decoder],
    /// What tells words beforehand, where there is one.
    pub detector: Option<&'a WordDetector>,
    /// What tells how far photos lie from those of the training set, where there is such a thing.
    pub novelty: Option<&'a Novelty>,
    /// What tells kinds of pictures that are no photos, where there is such a thing.
    pub kinds: Option<&'a KindClassifier>,
    /// The words.
    pub vocabulary: &'a Vocabulary,
    /// What it looks at: the split whose photos it is asked about.
    pub view: View<'a>,
    /// How far captions can be trusted, where that is known.
    pub calibration: Option<&'a Calibration>,
    /// Where the weights are.
    pub device: &'a Device,
}

impl Speaker<'_> {
    /// Searches for sentences about photos together, given by their places in the split.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn find(&self, photos: &[usize], options: &CaptionOptions) -> anyhow::Result<Vec<Found>> {
        let features = self.view.features(photos, self.device)?;
        // On the CPU nothing ever waits: the future is ready at its first poll.
        let Self { decoders, detector, novelty, kinds, .. } = *self;
        let voices = Voices { decoders, detector, novelty, kinds };
        Ok(pollster::block_on(search(voices, self.vocabulary, features, options))?)
    }

    /// Captions photos together, given by their places in the split.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn describe(&self, photos: &[usize], options: &CaptionOptions) -> anyhow::Result<Vec<Caption>> {
        let found = self.find(photos, options)?;
        found.into_iter().map(|found| Ok(found.caption(self.vocabulary, self.calibration)?)).collect()
    }

    /// What the search finds about each photo, on every core; without attention.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn find_all(&self, photos: &[usize], beam: &BeamConfig) -> anyhow::Result<Vec<Found>> {
        let options = CaptionOptions { beam: beam.clone(), attention: AttentionMaps::Dropped };
        let find = |batch: &[usize]| self.find(batch, &options);
        let batches: Vec<Vec<Found>> = match self.view {
            View::Features(_) => photos.par_chunks(BATCH).map(find).collect::<anyhow::Result<_>>()?,
            // An encoder uses every core by itself, and its maps are large.
            View::Photos { .. } | View::Front { .. } => {
                photos.chunks(ENCODED).map(find).collect::<anyhow::Result<_>>()?
            }
        };
        Ok(batches.into_iter().flatten().collect())
    }

    /// Captions targets and scores the captions.
    ///
    /// # Errors
    /// When features are missing or the search fails.
    pub fn evaluate(&self, targets: &Targets, beam: &BeamConfig) -> anyhow::Result<Evaluation> {
        let photos: Vec<usize> = (0..targets.photos.len()).collect();
        let (mut captions, mut confidences) = (Vec::new(), Vec::new());
        for found in self.find_all(&photos, beam)? {
            let caption = found.caption(self.vocabulary, self.calibration)?;
            captions.push(caption.text);
            confidences.push(caption.confidence);
        }
        Ok(Evaluation { scored: targets.references.score(&captions)?, captions, confidences })
    }
}

/// Captions of a split and what they score.
#[derive(Debug)]
pub struct Evaluation {
    /// One sentence a photo, in the order of the targets.
    pub captions: Vec<String>,
    /// How far each can be trusted: see [`Caption::confidence`].
    pub confidences: Vec<f32>,
    /// Their scores.
    pub scored: Scored,
}
