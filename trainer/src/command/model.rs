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
    ) -> anyhow::Result<Tensors> {
        let none: [&str; 0] = [];
        let narrower = encoder.clone().with_beside(none);
        if self.config.encoder != narrower || narrower == *encoder {
            self.check(folder, encoder, vocabulary)?;
            return Ok(self.decoder_tensors());
        }
        self.check(folder, &narrower, vocabulary)?;
        let mut tensors = self.decoder_tensors();
        let Some(weight) = tensors.get_mut("project.weight").filter(|weight| weight.shape.len() == 2) else {
            bail!("the decoder of {} has no project.weight that could take more channels", folder.display());
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
