//! A bundle before the photos of a split: what evaluating, tuning and calibrating begin with.

use burn::tensor::Device;
use showtell::Bundle;
use showtell::captioner::CaptionModels;
use showtell::classifier::Classifier;
use showtell::decoder::Decoder;
use showtell::detector::WordDetector;
use showtell::kind::KindClassifier;
use showtell::novelty::Novelty;

use super::{Data, JobError, encoder};
use crate::dataset::features::{Features, FrozenEncoder};
use crate::dataset::{Dataset, Split};
use crate::evaluation::{SplitCaptioner, Targets};
use crate::reporter::Reporter;

/// A bundle's model, and a split with its features.
#[derive(Debug)]
pub struct SplitEvaluation<'a> {
    bundle: &'a Bundle,
    /// The photos' data set.
    pub dataset: Dataset,
    /// The photos with their references; at least one.
    pub targets: Targets,
    /// The bundle's encoder.
    pub frozen: FrozenEncoder,
    /// The bundle's decoder, and those that speak along.
    pub decoders: Vec<Decoder>,
    /// The bundle's detector of words, where it has one.
    pub detector: Option<WordDetector>,
    /// What tells how far photos lie from those of the training set, where the bundle has it.
    pub novelty: Option<Novelty>,
    /// The encoder's own classifier, where the bundle has it.
    pub classifier: Option<Classifier>,
    /// What tells kinds of pictures that are no photos, where the bundle has it.
    pub kinds: Option<KindClassifier>,
    features: Features,
    device: &'a Device,
}

impl<'a> SplitEvaluation<'a> {
    /// Opens the split, computing features where they are absent.
    ///
    /// # Errors
    /// When the split has no photo or something cannot be read.
    pub fn open(
        bundle: &'a Bundle,
        data: &Data,
        split: Split,
        device: &'a Device,
        reporter: &dyn Reporter,
    ) -> Result<Self, JobError> {
        let dataset = data.open(reporter)?;
        data.check(&dataset, split, "")?;
        let targets = Targets::new(&dataset, split)?;
        let model = bundle.model(device)?;
        let frozen = encoder::of_bundle(bundle, model.encoder)?;
        let features = Features::open(&dataset, split, &frozen, &data.cache, device, reporter)?;
        Ok(Self {
            bundle,
            dataset,
            targets,
            frozen,
            decoders: vec![model.decoder],
            detector: model.detector,
            novelty: model.novelty,
            classifier: model.classifier,
            kinds: model.kinds,
            features,
            device,
        })
    }

    /// The decoders before the photos, without a calibration.
    #[must_use]
    pub fn speaker(&self) -> SplitCaptioner<'_> {
        let voices = CaptionModels {
            decoders: &self.decoders,
            detector: self.detector.as_ref(),
            novelty: self.novelty.as_ref(),
            classifier: self.classifier.as_ref().zip(self.bundle.labels()),
            kinds: self.kinds.as_ref().zip(self.bundle.config().model.kinds.as_ref()),
        };
        SplitCaptioner {
            voices,
            vocabulary: self.bundle.vocabulary(),
            view: &self.features,
            calibration: None,
            device: self.device,
        }
    }
}
