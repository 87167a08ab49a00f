//! Models by their folder: bundles, or runs at their best epoch.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use showtell::bundle::tensors::{Tensors, apply};
use showtell::decoder::Decoder;
use showtell::encoder::EncoderConfig;
use showtell::{ModelConfig, Vocabulary};

use super::{JobError, bundle};
use crate::run::Run;

/// Why a model does not go with another, or with a recipe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainedError {
    /// It looks through another encoder.
    #[error("{} looks through {found}, expected {expected}", folder.display())]
    OtherEncoder {
        /// The model's folder.
        folder: PathBuf,
        /// Its encoder.
        found: String,
        /// The one wanted.
        expected: String,
    },
    /// It knows other words, or in another order.
    #[error("{} knows {found} words, expected the same {expected} in the same order", folder.display())]
    OtherWords {
        /// The model's folder.
        folder: PathBuf,
        /// How many words it knows.
        found: usize,
        /// How many are wanted.
        expected: usize,
    },
    /// Its encoder is the same network with other weights.
    #[error(
        "{} has other weights of {encoder} than those in use: both must see the same features",
        folder.display()
    )]
    OtherWeights {
        /// The model's folder.
        folder: PathBuf,
        /// The network.
        encoder: String,
    },
    /// Its decoder has other parts or sizes.
    #[error("the decoder of {} is another than {expected}", folder.display())]
    OtherDecoder {
        /// The model's folder.
        folder: PathBuf,
        /// Whose decoder is wanted.
        expected: &'static str,
    },
    /// Its decoder takes the regions as they are, so that it cannot take more channels.
    #[error("the decoder of {} has no project.weight that could take more channels", folder.display())]
    Narrow {
        /// The model's folder.
        folder: PathBuf,
    },
}

/// A trained model.
#[derive(Debug)]
pub struct Trained {
    /// What it is made of.
    pub config: ModelConfig,
    /// Its words.
    pub vocabulary: Vocabulary,
    /// Its weights, by path in the model.
    pub tensors: Tensors,
}

impl Trained {
    /// Opens the bundle or the run in a folder.
    ///
    /// # Errors
    /// When it is neither, or damaged.
    pub fn open(folder: &Path, device: &Device) -> Result<Self, JobError> {
        if Run::is_here(folder) {
            let run = Run::open(folder)?;
            let (tensors, _) = run.best(device)?;
            return Ok(Self { config: run.model(), vocabulary: run.vocabulary, tensors });
        }
        let bundle = bundle::read(folder)?;
        let vocabulary = bundle.vocabulary().clone();
        Ok(Self { config: bundle.config().model.clone(), vocabulary, tensors: bundle.tensors().clone() })
    }

    /// The decoder's weights, by path in the decoder.
    #[must_use]
    pub fn decoder_tensors(&self) -> Tensors {
        part(&self.tensors, "decoder.")
    }

    /// The decoder.
    ///
    /// # Errors
    /// When the weights do not fit it.
    pub fn decoder(&self, device: &Device) -> Result<Decoder, JobError> {
        let ModelConfig { encoder, decoder, vocabulary, .. } = &self.config;
        let untrained = decoder.init(encoder.channels(), *vocabulary, device);
        Ok(apply(untrained, self.decoder_tensors(), device)?)
    }

    /// The decoder's weights for features of an encoder, with these words. The model may look through
    /// less than that: where the encoder has earlier layers beside the transfer layer and the model knows
    /// that one alone, what its projection makes of the others is zero until it learns.
    ///
    /// # Errors
    /// As [`check`](Self::check), and when the decoder does not project regions.
    pub fn decoder_for(
        &self,
        folder: &Path,
        encoder: &EncoderConfig,
        vocabulary: &Vocabulary,
    ) -> Result<Tensors, TrainedError> {
        let none: [&str; 0] = [];
        let narrower = encoder.clone().with_taps(none);
        if self.config.encoder != narrower || narrower == *encoder {
            self.check(folder, encoder, vocabulary)?;
            return Ok(self.decoder_tensors());
        }
        self.check(folder, &narrower, vocabulary)?;
        let mut tensors = self.decoder_tensors();
        let Some(weight) = tensors.get_mut("project.weight").filter(|weight| weight.shape.len() == 2) else {
            return Err(TrainedError::Narrow { folder: folder.to_owned() });
        };
        let (added, width) = (encoder.channels() - weight.shape[0], weight.shape[1]);
        weight.shape[0] += added;
        weight.values.extend(std::iter::repeat_n(0.0, added * width));
        Ok(tensors)
    }

    /// Refuses a model whose encoder has other weights: its decoder is used to other features.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn check_weights(
        &self,
        folder: &Path,
        encoder: &EncoderConfig,
        weights: &Tensors,
    ) -> Result<(), TrainedError> {
        if part(&self.tensors, "encoder.") != *weights {
            let encoder = encoder.name().to_owned();
            return Err(TrainedError::OtherWeights { folder: folder.to_owned(), encoder });
        }
        Ok(())
    }

    /// Refuses a model that looks through another encoder or knows other words.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn check(
        &self,
        folder: &Path,
        expected: &EncoderConfig,
        vocabulary: &Vocabulary,
    ) -> Result<(), TrainedError> {
        let found = &self.config.encoder;
        if found != expected {
            let (found, expected) = (line(found), line(expected));
            return Err(TrainedError::OtherEncoder { folder: folder.to_owned(), found, expected });
        }
        if self.vocabulary != *vocabulary {
            let (found, expected) = (self.vocabulary.len(), vocabulary.len());
            return Err(TrainedError::OtherWords { folder: folder.to_owned(), found, expected });
        }
        Ok(())
    }
}

/// An encoder as recipes write it.
fn line(config: &EncoderConfig) -> String {
    serde_json::to_string(config).unwrap_or_else(|_| config.name().to_owned())
}

/// The tensors under a prefix, without it.
fn part(tensors: &Tensors, prefix: &str) -> Tensors {
    let under = tensors
        .iter()
        .filter_map(|(name, values)| name.strip_prefix(prefix).map(|rest| (rest.to_owned(), values.clone())));
    under.collect()
}
