//! Checkpoints: everything that a run needs to go on as if it had never stopped.
//!
//! A checkpoint is a folder `epoch-0007` with `decoder.bpk`, `optimizer.bpk` and `state.json`; where
//! weights are averaged `average.bpk`, where the encoder learns `encoder.bpk` and
//! `encoder-optimizer.bpk` as well, and `classifier.bpk` with its optimizer where the encoder is held to its own
//! answers. It is written beside its place and renamed there, so that a folder of that name is always whole.
//! The newest ones and the best on dev are kept.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use showtell::bundle::tensors::{apply, collect};
use showtell::classifier::Classifier;
use showtell::decoder::Decoder;
use showtell::encoder::Encoder;

use super::average::{Average, mean};
use super::input::Input;
use super::learner::Learner;
use super::tuned::TunedEncoder;

const DECODER: &str = "decoder.bpk";
const AVERAGE: &str = "average.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const ENCODER: &str = "encoder.bpk";
const ENCODER_OPTIMIZER: &str = "encoder-optimizer.bpk";
const WORDS: &str = "words.bpk";
const WORDS_OPTIMIZER: &str = "words-optimizer.bpk";
const CLASSIFIER: &str = "classifier.bpk";
const CLASSIFIER_OPTIMIZER: &str = "classifier-optimizer.bpk";

/// Where a run stands. Random numbers are drawn from seed and step, so the step is their state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Epochs finished.
    pub epoch: usize,
    /// Steps taken; the scheduler's state.
    pub step: usize,
    /// The best dev score so far.
    pub best_score: f64,
    /// The epoch that reached it.
    pub best_epoch: usize,
    /// How often dev has stopped getting better; the plateau schedule's state.
    pub plateaus: usize,
}

impl Progress {
    /// Remembers the newest epoch as the best one if it is.
    pub fn judge(&mut self, score: f64) {
        if self.best_epoch == 0 || score > self.best_score {
            self.best_epoch = self.epoch;
            self.best_score = score;
        }
    }
}

/// The folder of checkpoints of a run.
#[derive(Debug)]
pub struct Checkpoints {
    folder: PathBuf,
    keep: usize,
}

impl Checkpoints {
    /// Checkpoints of the run in `run`, of which the `keep` newest and the best stay.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(run: &Path, keep: usize) -> anyhow::Result<Self> {
        let folder = run.join("checkpoints");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { folder, keep })
    }

    /// Folder of the checkpoint after an epoch.
    #[must_use]
    pub fn path(&self, epoch: usize) -> PathBuf {
        self.folder.join(format!("epoch-{epoch:04}"))
    }

    /// Writes a checkpoint and removes those that are neither among the newest nor best.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(
        &self,
        learner: &Learner,
        encoder: Option<&TunedEncoder>,
        progress: &Progress,
    ) -> anyhow::Result<()> {
        let unfinished = self.folder.join("unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        fs::create_dir(&unfinished)?;
        learner.decoder.clone().save_file(unfinished.join(DECODER))?;
        learner.optimizer.save(unfinished.join(OPTIMIZER))?;
        if let Some(average) = learner.averaged() {
            average.clone().save_file(unfinished.join(AVERAGE))?;
        }
        if let Some(tuned) = encoder {
            tuned.encoder.clone().save_file(unfinished.join(ENCODER))?;
            tuned.optimizer.save(unfinished.join(ENCODER_OPTIMIZER))?;
        }
        if let Some(words) = &learner.words {
            words.head.clone().save_file(unfinished.join(WORDS))?;
            words.optimizer.save(unfinished.join(WORDS_OPTIMIZER))?;
        }
        if let Some(memory) = &learner.memory {
            memory.classifier.clone().save_file(unfinished.join(CLASSIFIER))?;
            memory.optimizer.save(unfinished.join(CLASSIFIER_OPTIMIZER))?;
        }
        fs::write(unfinished.join("state.json"), serde_json::to_vec_pretty(progress)?)?;
        for entry in fs::read_dir(&unfinished)? {
            fs::File::open(entry?.path())?.sync_all()?;
        }
        let place = self.path(progress.epoch);
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::rename(&unfinished, place)?;
        let epochs = self.epochs()?;
        let older = epochs.len().saturating_sub(self.keep);
        for &epoch in epochs[..older].iter().filter(|&&epoch| epoch != progress.best_epoch) {
            fs::remove_dir_all(self.path(epoch))?;
        }
        Ok(())
    }

    /// The epochs that have a checkpoint, in order.
    fn epochs(&self) -> anyhow::Result<Vec<usize>> {
        let mut epochs: Vec<usize> = fs::read_dir(&self.folder)?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_prefix("epoch-")?.parse().ok())
            .collect();
        epochs.sort_unstable();
        Ok(epochs)
    }

    /// State of the newest checkpoint, if there is any.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn newest(&self) -> anyhow::Result<Option<Progress>> {
        let Some(epoch) = self.epochs()?.pop() else { return Ok(None) };
        let path = self.path(epoch).join("state.json");
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let progress = serde_json::from_slice(&bytes)
            .with_context(|| format!("cannot understand {}", path.display()))?;
        Ok(Some(progress))
    }

    /// The mean of a decoder's weights and of those at the ends of the epochs before, `count` in all or as
    /// many as there were, on a device without autodiff. `epoch` are finished before the decoder's own.
    ///
    /// # Errors
    /// When a checkpoint is absent or damaged.
    pub fn mean(
        &self,
        decoder: &Decoder,
        epoch: usize,
        count: usize,
        device: &Device,
    ) -> anyhow::Result<Decoder> {
        let decoder = decoder.valid();
        let mut snapshots = vec![collect(&decoder)?];
        for epoch in (1..=epoch).rev().take(count - 1) {
            snapshots.push(collect(&self.module(epoch, DECODER, decoder.clone())?)?);
        }
        let share = 1.0 / snapshots.len() as f64;
        let parts: Vec<_> = snapshots.into_iter().map(|tensors| (share, tensors)).collect();
        Ok(apply(decoder, mean(&parts)?, device)?)
    }

    /// Puts a learner, and the encoder where that learns, where they were after an epoch.
    ///
    /// # Errors
    /// When the checkpoint is absent, damaged or of another shape.
    pub fn restore(&self, epoch: usize, learner: Learner, input: &mut Input) -> anyhow::Result<Learner> {
        let folder = self.path(epoch);
        let optimizer = |name, fresh: ModuleOptimizer| {
            let path = folder.join(name);
            fresh.load(&path).with_context(|| format!("cannot load {}", path.display()))
        };
        if let Some(tuned) = input.tuned_mut() {
            tuned.encoder = self.module(epoch, ENCODER, tuned.encoder.clone())?;
            tuned.optimizer = optimizer(ENCODER_OPTIMIZER, tuned.optimizer.clone())?;
        }
        let words = match learner.words {
            Some(mut words) => {
                words.head = self.module(epoch, WORDS, words.head)?;
                words.optimizer = optimizer(WORDS_OPTIMIZER, words.optimizer)?;
                Some(words)
            }
            None => None,
        };
        let memory = match learner.memory {
            Some(mut memory) => {
                memory.classifier = self.module(epoch, CLASSIFIER, memory.classifier)?;
                memory.optimizer = optimizer(CLASSIFIER_OPTIMIZER, memory.optimizer)?;
                Some(memory)
            }
            None => None,
        };
        let average = match learner.average {
            Some(average) => {
                Some(Average { decoder: self.module(epoch, AVERAGE, average.decoder)?, ..average })
            }
            None => None,
        };
        Ok(Learner {
            average,
            decoder: self.module(epoch, DECODER, learner.decoder)?,
            optimizer: optimizer(OPTIMIZER, learner.optimizer)?,
            words,
            memory,
            ..learner
        })
    }

    /// The decoder to publish after an epoch, and the encoder where it learnt.
    ///
    /// # Errors
    /// When the checkpoint is absent, damaged or of another shape.
    pub fn networks(
        &self,
        epoch: usize,
        decoder: Decoder,
        encoder: Encoder,
    ) -> anyhow::Result<(Decoder, Option<Encoder>)> {
        let averaged = self.path(epoch).join(AVERAGE).exists();
        let decoder = self.module(epoch, if averaged { AVERAGE } else { DECODER }, decoder)?;
        let learnt = self.path(epoch).join(ENCODER).exists();
        Ok((decoder, if learnt { Some(self.module(epoch, ENCODER, encoder)?) } else { None }))
    }

    /// The encoder's own classifier after an epoch, where it learnt along.
    ///
    /// # Errors
    /// When the checkpoint is damaged or of another shape.
    pub fn classifier(&self, epoch: usize, untrained: Classifier) -> anyhow::Result<Option<Classifier>> {
        let learnt = self.path(epoch).join(CLASSIFIER).exists();
        learnt.then(|| self.module(epoch, CLASSIFIER, untrained)).transpose()
    }

    fn module<M: Module>(&self, epoch: usize, name: &str, untrained: M) -> anyhow::Result<M> {
        let path = self.path(epoch).join(name);
        if !path.exists() {
            bail!("no checkpoint at {}", path.display());
        }
        untrained.try_load_file(&path).with_context(|| format!("cannot load {}", path.display()))
    }
}
