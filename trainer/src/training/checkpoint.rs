//! Checkpoints: everything that a run needs to go on as if it had never stopped.
//!
//! A checkpoint is a folder `epoch-0007` with `decoder.bpk`, `optimizer.bpk` and `state.json`; where
//! weights are averaged `average.bpk`, where the encoder learns `encoder.bpk` and
//! `encoder-optimizer.bpk` as well, and `classifier.bpk` with its optimizer where the encoder is held to its own
//! answers. It is written beside its place and renamed there, so that a folder of that name is always whole.
//! The newest ones and the best on dev are kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::RecordError;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use showtell::bundle::tensors::{TensorError, apply, collect};
use showtell::classifier::Classifier;
use showtell::decoder::Decoder;
use showtell::encoder::Encoder;

use super::average::{Average, MeanError, mean};
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
const STATE: &str = "state.json";

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
    pub fn record_score(&mut self, score: f64) {
        if self.best_epoch == 0 || score > self.best_score {
            self.best_epoch = self.epoch;
            self.best_score = score;
        }
    }
}

/// Why a checkpoint cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The disk refuses.
    #[error("cannot {doing} {}", path.display())]
    Disk {
        /// What was being done: "read", "write", "make".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The state is not in its form.
    #[error("cannot understand {}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A part that the checkpoint lacks.
    #[error("no checkpoint at {}", path.display())]
    Absent {
        /// The file.
        path: PathBuf,
    },
    /// Weights or an optimizer that cannot be read, or have another shape.
    #[error("cannot load {}", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: RecordError,
    },
    /// Weights or an optimizer that cannot be written.
    #[error("cannot save {}", path.display())]
    Save {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: RecordError,
    },
    /// Decoders of several epochs that are not of one form.
    #[error(transparent)]
    Mean(#[from] MeanError),
    /// Weights that do not fit.
    #[error(transparent)]
    Tensor(#[from] TensorError),
}

impl CheckpointError {
    fn disk(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk { doing, path: path.to_owned(), source }
    }

    fn load(path: &Path) -> impl FnOnce(RecordError) -> Self {
        move |source| Self::Load { path: path.to_owned(), source }
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
    pub fn new(run: &Path, keep: usize) -> Result<Self, CheckpointError> {
        let folder = run.join("checkpoints");
        fs::create_dir_all(&folder).map_err(CheckpointError::disk("make", &folder))?;
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
    ) -> Result<(), CheckpointError> {
        let unfinished = self.folder.join("unfinished");
        let full = |source| CheckpointError::Disk { doing: "write", path: unfinished.clone(), source };
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(full)?;
        }
        fs::create_dir(&unfinished).map_err(full)?;
        save(&unfinished, DECODER, &learner.decoder)?;
        save_optimizer(&unfinished, OPTIMIZER, &learner.optimizer)?;
        if let Some(average) = learner.averaged() {
            save(&unfinished, AVERAGE, average)?;
        }
        if let Some(tuned) = encoder {
            save(&unfinished, ENCODER, &tuned.encoder)?;
            save_optimizer(&unfinished, ENCODER_OPTIMIZER, &tuned.optimizer)?;
        }
        if let Some(words) = &learner.words {
            save(&unfinished, WORDS, &words.head)?;
            save_optimizer(&unfinished, WORDS_OPTIMIZER, &words.optimizer)?;
        }
        if let Some(memory) = &learner.memory {
            save(&unfinished, CLASSIFIER, &memory.classifier)?;
            save_optimizer(&unfinished, CLASSIFIER_OPTIMIZER, &memory.optimizer)?;
        }
        let state = unfinished.join(STATE);
        let json = serde_json::to_vec_pretty(progress)
            .map_err(|source| CheckpointError::Malformed { path: state.clone(), source })?;
        fs::write(state, json).map_err(full)?;
        for entry in fs::read_dir(&unfinished).map_err(full)? {
            fs::File::open(entry.map_err(full)?.path()).and_then(|file| file.sync_all()).map_err(full)?;
        }
        let place = self.path(progress.epoch);
        if place.exists() {
            fs::remove_dir_all(&place).map_err(full)?;
        }
        fs::rename(&unfinished, place).map_err(full)?;
        let epochs = self.epochs()?;
        let older = epochs.len().saturating_sub(self.keep);
        for &epoch in epochs[..older].iter().filter(|&&epoch| epoch != progress.best_epoch) {
            fs::remove_dir_all(self.path(epoch)).map_err(full)?;
        }
        Ok(())
    }

    /// The epochs that have a checkpoint, in order.
    fn epochs(&self) -> Result<Vec<usize>, CheckpointError> {
        let mut epochs: Vec<usize> = fs::read_dir(&self.folder)
            .map_err(CheckpointError::disk("read", &self.folder))?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_prefix("epoch-")?.parse().ok())
            .collect();
        epochs.sort_unstable();
        Ok(epochs)
    }

    /// State of the newest checkpoint, if there is any.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn newest(&self) -> Result<Option<Progress>, CheckpointError> {
        let Some(epoch) = self.epochs()?.pop() else { return Ok(None) };
        let path = self.path(epoch).join(STATE);
        let bytes = fs::read(&path).map_err(CheckpointError::disk("read", &path))?;
        let progress = serde_json::from_slice(&bytes);
        Ok(Some(progress.map_err(|source| CheckpointError::Malformed { path, source })?))
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
    ) -> Result<Decoder, CheckpointError> {
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
    pub fn restore(
        &self,
        epoch: usize,
        learner: Learner,
        input: &mut Input,
    ) -> Result<Learner, CheckpointError> {
        let folder = self.path(epoch);
        let optimizer = |name, fresh: ModuleOptimizer| {
            let path = folder.join(name);
            fresh.load(&path).map_err(CheckpointError::load(&path))
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
    ) -> Result<(Decoder, Option<Encoder>), CheckpointError> {
        let averaged = self.path(epoch).join(AVERAGE).exists();
        let decoder = self.module(epoch, if averaged { AVERAGE } else { DECODER }, decoder)?;
        let learnt = self.path(epoch).join(ENCODER).exists();
        Ok((decoder, if learnt { Some(self.module(epoch, ENCODER, encoder)?) } else { None }))
    }

    /// The encoder's own classifier after an epoch, where it learnt along.
    ///
    /// # Errors
    /// When the checkpoint is damaged or of another shape.
    pub fn classifier(
        &self,
        epoch: usize,
        untrained: Classifier,
    ) -> Result<Option<Classifier>, CheckpointError> {
        let learnt = self.path(epoch).join(CLASSIFIER).exists();
        learnt.then(|| self.module(epoch, CLASSIFIER, untrained)).transpose()
    }

    fn module<M: Module>(&self, epoch: usize, name: &str, untrained: M) -> Result<M, CheckpointError> {
        let path = self.path(epoch).join(name);
        if !path.exists() {
            return Err(CheckpointError::Absent { path });
        }
        untrained.try_load_file(&path).map_err(CheckpointError::load(&path))
    }
}

fn save<M: Module>(folder: &Path, name: &str, module: &M) -> Result<(), CheckpointError> {
    let path = folder.join(name);
    module.clone().save_file(&path).map_err(|source| CheckpointError::Save { path, source })
}

fn save_optimizer(folder: &Path, name: &str, optimizer: &ModuleOptimizer) -> Result<(), CheckpointError> {
    let path = folder.join(name);
    optimizer.save(&path).map_err(|source| CheckpointError::Save { path, source })
}
