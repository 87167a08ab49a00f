//! Models named on the command line: bundles, or runs at their best epoch.

use std::path::Path;

use anyhow::{Context, bail};
use burn::tensor::Device;
use showtell::bundle::tensors::{Tensors, apply};
use showtell::decoder::Decoder;
use showtell::encoder::EncoderConfig;
use showtell::{ModelConfig, Vocabulary};

use super::read_bundle;
use crate::run::Run;

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
    pub fn open(folder: &Path, device: &Device) -> anyhow::Result<Self> {
        if Run::is_here(folder) {
            let run = Run::open(folder)?;
            let (tensors, _) = run.best(device)?;
            return Ok(Self { config: run.model(), vocabulary: run.vocabulary, tensors });
        }
        let bundle = read_bundle(folder)?;
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
    pub fn decoder(&self, device: &Device) -> anyhow::Result<Decoder> {
        let ModelConfig { encoder, decoder, vocabulary } = &self.config;
        let untrained = decoder.init(encoder.channels(), *vocabulary, device);
        Ok(apply(untrained, self.decoder_tensors(), device)?)
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
    ) -> anyhow::Result<()> {
        if part(&self.tensors, "encoder.") != *weights {
            bail!(
                "{} has other weights of {} than those in use: both must see the same features",
                folder.display(),
                encoder.name()
            );
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
    ) -> anyhow::Result<()> {
        let found = &self.config.encoder;
        if found != expected {
            bail!("{} looks through {}, expected {}", folder.display(), line(found)?, line(expected)?);
        }
        if self.vocabulary != *vocabulary {
            bail!(
                "{} knows {} words, expected the same {} in the same order",
                folder.display(),
                self.vocabulary.len(),
                vocabulary.len()
            );
        }
        Ok(())
    }
}

fn line(config: &EncoderConfig) -> anyhow::Result<String> {
    serde_json::to_string(config).context("a configuration can be written")
}

/// The tensors under a prefix, without it.
fn part(tensors: &Tensors, prefix: &str) -> Tensors {
    let under = tensors
        .iter()
        .filter_map(|(name, values)| name.strip_prefix(prefix).map(|rest| (rest.to_owned(), values.clone())));
    under.collect()
}
