//! What other models would say: knowledge distillation (Hinton et al. 2015), word by word (Kim and
//! Rush 2016), from one teacher or the mean of several.

use std::sync::Arc;

use burn::tensor::Tensor;
use showtell::decoder::Decoder;

use super::TrainingError;
use super::forward::probabilities;
use crate::dataset::batch::PackedCaptions;

/// Trained decoders over the same features and the same words, on a device without autodiff.
#[derive(Debug, Default)]
pub struct Teachers {
    /// The decoders.
    pub decoders: Vec<Decoder>,
}

impl Teachers {
    /// The mean of their probabilities at each word of known captions; nothing without teachers.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`, without autodiff; returns `[words, vocabulary]`.
    ///
    /// # Errors
    /// When the device gives no result.
    pub fn soft_targets(
        &self,
        features: &Tensor<3>,
        captions: &PackedCaptions,
    ) -> Result<Option<Arc<Vec<f32>>>, TrainingError> {
        let each = self.decoders.iter().map(|decoder| probabilities(decoder, features.clone(), captions));
        let Some(sum) = each.reduce(|sum, next| sum + next) else { return Ok(None) };
        let mean = sum / self.decoders.len() as f32;
        let values =
            mean.try_into_vec_as::<f32>().map_err(|_| TrainingError::Device { what: "soft_targets" })?;
        Ok(Some(Arc::new(values)))
    }
}
