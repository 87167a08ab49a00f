//! A bundle on a device, ready to caption: encodes photos, [searches](crate::search) for sentences and decides what
//! is told.

use burn::tensor::{Device, Tensor, TensorData};
use image::RgbImage;

use crate::bundle::{Bundle, BundleError};
use crate::caption::Caption;
use crate::confidence::Calibration;
pub use crate::error::CaptionError;
pub use crate::found::SearchResult;
use crate::kind::KindsConfig;
use crate::labels::Labels;
use crate::model::Model;
pub use crate::options::{AttentionMaps, CaptionOptions};
use crate::preprocess::Preprocessing;
pub use crate::search::{CaptionModels, search};
use crate::vocabulary::Vocabulary;

/// A model on a device, ready to caption.
#[derive(Debug)]
pub struct Captioner {
    model: Model,
    vocabulary: Vocabulary,
    labels: Option<Labels>,
    kinds: Option<KindsConfig>,
    preprocessing: Preprocessing,
    defaults: CaptionOptions,
    calibration: Option<Calibration>,
    device: Device,
}

impl Captioner {
    /// Loads a bundle's model on a device.
    ///
    /// # Errors
    /// [`BundleError::Weights`] when the weights do not fit the model.
    pub fn new(bundle: &Bundle, device: &Device) -> Result<Self, BundleError> {
        Ok(Self {
            model: bundle.model(device)?,
            vocabulary: bundle.vocabulary().clone(),
            labels: bundle.labels().cloned(),
            kinds: bundle.config().model.kinds.clone(),
            preprocessing: bundle.config().preprocessing.clone(),
            defaults: CaptionOptions::new(bundle.config().decoding.clone()),
            calibration: bundle.config().confidence.clone(),
            device: device.clone(),
        })
    }

    /// The bundle's decoding defaults, attention kept.
    #[must_use]
    pub fn defaults(&self) -> &CaptionOptions {
        &self.defaults
    }

    /// The device the model runs on.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Captions one photo by the bundle's own search, the only one of which is known how far it can be trusted.
    ///
    /// # Errors
    /// [`CaptionError`].
    pub async fn caption(&self, photo: &RgbImage) -> Result<Caption, CaptionError> {
        self.caption_with(photo, &self.defaults).await
    }

    /// Captions one photo by another search, or without attention.
    ///
    /// # Errors
    /// [`CaptionError`].
    pub async fn caption_with(
        &self,
        photo: &RgbImage,
        options: &CaptionOptions,
    ) -> Result<Caption, CaptionError> {
        let features = self.encode(&[photo]);
        let mut captions = self.caption_features(features, options).await?;
        captions.pop().ok_or(CaptionError::NoWords)
    }

    /// [`caption`](Self::caption) for programs that are not `async`. A browser has no such thing: there a device is
    /// waited for or not at all.
    ///
    /// # Errors
    /// [`CaptionError`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn caption_blocking(&self, photo: &RgbImage) -> Result<Caption, CaptionError> {
        pollster::block_on(self.caption(photo))
    }

    /// [`caption_with`](Self::caption_with) likewise.
    ///
    /// # Errors
    /// [`CaptionError`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn caption_blocking_with(
        &self,
        photo: &RgbImage,
        options: &CaptionOptions,
    ) -> Result<Caption, CaptionError> {
        pollster::block_on(self.caption_with(photo, options))
    }

    /// Encodes photos.
    ///
    /// # Shapes
    /// Returns `[photos, regions, channels]`.
    pub fn encode(&self, photos: &[&RgbImage]) -> Tensor<3> {
        let side = self.preprocessing.side;
        let pixels = photos.iter().flat_map(|photo| self.preprocessing.pixels(photo)).collect();
        let data = TensorData::new::<f32, _>(pixels, [photos.len(), 3, side, side]);
        self.model.encoder.forward(Tensor::from_data(data, &self.device))
    }

    /// Searches for sentences about photos from their features, all together.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`.
    ///
    /// # Errors
    /// [`CaptionError`].
    pub async fn find(
        &self,
        features: Tensor<3>,
        options: &CaptionOptions,
    ) -> Result<Vec<SearchResult>, CaptionError> {
        let voices = CaptionModels {
            decoders: std::slice::from_ref(&self.model.decoder),
            detector: self.model.detector.as_ref(),
            novelty: self.model.novelty.as_ref(),
            classifier: self.model.classifier.as_ref().zip(self.labels.as_ref()),
            kinds: self.model.kinds.as_ref().zip(self.kinds.as_ref()),
        };
        search(voices, &self.vocabulary, features, options).await
    }

    /// Captions photos from their features, all together. A photo's caption does not depend on
    /// its neighbours in the batch.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`.
    ///
    /// # Errors
    /// [`CaptionError`].
    pub async fn caption_features(
        &self,
        features: Tensor<3>,
        options: &CaptionOptions,
    ) -> Result<Vec<Caption>, CaptionError> {
        let found = self.find(features, options).await?;
        // Measured with the bundle's own search; another leaves other evidence.
        let calibration = self.calibration.as_ref().filter(|_| options.beam == self.defaults.beam);
        let labels = self.labels.as_ref();
        found.into_iter().map(|found| found.caption(labels, calibration)).collect()
    }
}
