//! Where an encoder's weights come from.

use std::path::PathBuf;

use burn::tensor::Device;
use showtell::Bundle;
use showtell::bundle::tensors::{apply, collect};
use showtell::encoder::{Encoder, EncoderConfig};
use showtell_cli::files::ReadError;

use super::{JobError, bundle};
use crate::dataset::features::FrozenEncoder;
use crate::weights;
use anyhow::Context;

/// Where an encoder's weights come from.
#[derive(Debug, Clone)]
pub enum EncoderSource {
    /// A file with published weights (.safetensors, .pth, .pt), or a bundle's folder.
    Named(PathBuf),
    /// The bundle that ships, where it is there.
    Shipped(Option<PathBuf>),
}

impl EncoderSource {
    /// Whether the weights come from a bundle.
    #[must_use]
    pub fn is_bundle(&self) -> bool {
        match self {
            Self::Named(path) => path.is_dir(),
            Self::Shipped(_) => true,
        }
    }

    /// Reads the weights of an encoder and freezes it.
    ///
    /// # Errors
    /// When they cannot be read, or are another encoder's.
    pub fn load(&self, config: &EncoderConfig, device: &Device) -> Result<FrozenEncoder, JobError> {
        let needed =
            |source| JobError::WeightsNeeded { encoder: config.name().to_owned(), source: Box::new(source) };
        let path = match self {
            Self::Named(path) => path,
            Self::Shipped(folder) => folder.as_ref().ok_or_else(|| needed(ReadError::NotShipped.into()))?,
        };
        if path.is_dir() {
            let bundle = bundle::read(path)?;
            let found = &bundle.config().model.encoder;
            // Side, grid and pooling have no weights.
            if (found.network(), found.layer()) != (config.network(), config.layer()) {
                let (found, expected) = (described(found), described(config));
                let misfit = JobError::OtherEncoder { path: path.clone(), found, expected };
                return Err(if matches!(self, Self::Named(_)) { misfit } else { needed(misfit) });
            }
            let model = bundle.model(device)?;
            let tensors = collect(&model.encoder)?;
            let classifier = model.classifier.map(|classifier| collect(&classifier)).transpose()?;
            let frozen = FrozenEncoder::published(config, apply(config.init(device), tensors, device)?)?;
            return Ok(frozen.with_classifier(classifier));
        }
        let wrong = || format!("{} does not hold {}", path.display(), config.name());
        let tensors = weights::read(path).with_context(wrong)?;
        let classifier = config.published_classifier(&tensors);
        let encoder = config.load_published(tensors, device).with_context(wrong)?;
        Ok(FrozenEncoder::new(config, encoder, device)?.with_classifier(classifier))
    }
}

/// The encoder of a bundle's model, frozen, with the bundle's own preprocessing.
pub(super) fn of_bundle(bundle: &Bundle, encoder: Encoder) -> Result<FrozenEncoder, JobError> {
    let mut frozen = FrozenEncoder::published(&bundle.config().model.encoder, encoder)?;
    frozen.preprocessing = bundle.config().preprocessing.clone();
    Ok(frozen)
}

/// An encoder's network and layer.
fn described(encoder: &EncoderConfig) -> String {
    format!("{} up to {}", encoder.name(), encoder.layer())
}
