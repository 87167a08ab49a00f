//! Teaches a bundle which words people use of a photo.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use burn::tensor::Device;
use showtell::Bundle;
use showtell::bundle::TOKENIZER;
use showtell::detector::DetectorConfig;
use showtell_cli::args::WORD_SCORES;
use tokenizers::Tokenizer;

use super::bundle::{add_layers, read};
use super::{Data, JobError, encoder};
use crate::dataset::captions::CaptionStore;
use crate::dataset::view::ViewRecipe;
use crate::dataset::views::Views;
use crate::dataset::words::Words;
use crate::dataset::{Dataset, Split};
use crate::fit::detector::{Fitting, PooledFeatures, fit};
use crate::reporter::Reporter;

/// Fits a bundle's detector of words to the training photos and writes it into the bundle.
#[derive(Debug, Clone)]
pub struct FitDetector {
    /// Folder of the bundle.
    pub bundle: PathBuf,
    /// The photos.
    pub data: Data,
    /// Passes over the training photos.
    pub epochs: usize,
    /// A word that stands in fewer captions is not learnt.
    pub least_captions: usize,
    /// Numbers between a photo and the words, for a detector with weights of its own; 0 for one that shares the
    /// decoder's embedding and reads what the decoder sees.
    pub width: usize,
    /// Ways to show the photos besides as they are.
    pub views: ViewRecipe,
}

/// What was fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FittedDetector {
    /// Words that the detector tells.
    pub words: usize,
    /// Size of the bundle.
    pub bytes: usize,
}

/// Passes over the training photos of a detector that shares the decoder's embedding.
pub const EPOCHS: usize = 15;
/// Passes over the training photos of a detector with weights of its own, which soon knows them by heart.
pub const OWN_EPOCHS: usize = 6;
/// Numbers between a photo and the words: with 192 fewer things are told right, with 384 no more.
pub const WIDTH: usize = 256;
/// A word that stands in fewer captions is not learnt.
pub const LEAST_CAPTIONS: usize = 8;
/// Decides what is drawn while the detector learns.
const SEED: u64 = 1;

impl FitDetector {
    /// A detector fitted in the usual way.
    #[must_use]
    pub fn new(bundle: &Path, data: Data) -> Self {
        let views = ViewRecipe { smallest: 1.0, ..ViewRecipe::default() };
        Self {
            bundle: bundle.to_owned(),
            data,
            epochs: OWN_EPOCHS,
            least_captions: LEAST_CAPTIONS,
            width: WIDTH,
            views,
        }
    }

    /// Fits the detector.
    ///
    /// # Errors
    /// [`JobError`].
    pub fn run(&self, reporter: &dyn Reporter) -> Result<FittedDetector, JobError> {
        let Self { bundle: folder, data, epochs, least_captions, width, views } = self;
        if !(views.smallest > 0.0 && views.smallest <= 1.0) {
            return Err(JobError::setting("smallest", "be above 0 and at most 1", views.smallest));
        }
        let device = Device::flex();
        let bundle = read(folder)?;
        let model = bundle.model(&device)?;
        let dataset = data.open(reporter)?;
        data.check(&dataset, Split::Train, "")?;
        let frozen = encoder::of_bundle(&bundle, model.encoder)?;
        let views = Views::open(&dataset, Split::Train, &frozen, views, &data.cache, &device, reporter)?;
        let words = self.words(&bundle, &dataset)?;
        if words.learnt() == 0 {
            return Err(JobError::NoContentWord { least: *least_captions });
        }
        let config = match *width {
            0 => DetectorConfig::Tied,
            width => DetectorConfig::Own { width, words: words.learnt() },
        };
        let photos = dataset.len(Split::Train);
        let sights = match config {
            DetectorConfig::Tied => {
                PooledFeatures::of_decoder(&model.decoder, &views, photos, &device, reporter)?
            }
            DetectorConfig::Own { .. } => PooledFeatures::of_encoder(&views, photos, &device, reporter)?,
        };
        let untrained = bundle.config().model.untrained_detector(config, &device);
        let fitting = Fitting { epochs: *epochs, seed: SEED };
        let detector = fit(untrained, model.decoder.words(), &sights, &words, fitting, reporter)?;

        let with_detector = |draft: &mut showtell::bundle::Draft| {
            draft.model.detector = Some(config);
            draft.decoding.word_scores = Some(draft.decoding.word_scores.unwrap_or(WORD_SCORES));
        };
        let bytes = add_layers(folder, "detector", &detector, with_detector, reporter)?;
        Ok(FittedDetector { words: words.learnt(), bytes })
    }

    /// The words of the training captions, as the bundle's own tokenizer parts them.
    fn words(&self, bundle: &Bundle, dataset: &Dataset) -> Result<Words, JobError> {
        let path = self.bundle.join(TOKENIZER);
        let tokenizer = Tokenizer::from_file(&path)
            .map_err(|error| anyhow!("cannot read {}: {error}", path.display()))?;
        let folder = showtell_files::temporary::scratch().context("cannot make a temporary folder")?;
        let captions =
            CaptionStore::build(dataset, Split::Train, &tokenizer, &folder.path().join("captions"))?;
        Ok(Words::count(&captions, bundle.vocabulary(), self.least_captions)?)
    }
}
