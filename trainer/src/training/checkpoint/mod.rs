//! Checkpoints: everything that a run needs to go on as if it had never stopped.
//!
//! A checkpoint is a folder `epoch-0007` with `decoder.bpk`, `optimizer.bpk` and `state.json`; where
//! weights are averaged `average.bpk`, where the encoder learns `encoder.bpk` and
//! `encoder-optimizer.bpk` as well, and `classifier.bpk` with its optimizer where the encoder is held to its own
//! answers. `SHA256SUMS` has a digest of each, so that nothing is taken up that is not as it was written. A checkpoint is
//! written beside its place and renamed there, so that a folder of that name is always whole. The newest ones and the
//! best on dev are kept.

mod error;
mod restore;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use serde::{Deserialize, Serialize};
use showtell::bundle::sums::digest;

use super::learner::Learner;
use super::tuned::TunedEncoder;
use crate::files::write_atomically;
pub use error::CheckpointError;

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
/// Digests of the files beside it, as `sha256sum -c` reads them. Checkpoints of before version 0.2.0 have none.
const SUMS: &str = "SHA256SUMS";

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
        let mut sums = BTreeMap::new();
        for entry in fs::read_dir(&unfinished).map_err(full)? {
            let entry = entry.map_err(full)?;
            let bytes = fs::read(entry.path()).map_err(full)?;
            fs::File::open(entry.path()).and_then(|file| file.sync_all()).map_err(full)?;
            sums.insert(entry.file_name().to_string_lossy().into_owned(), digest(&bytes));
        }
        let list: String = sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
        write_atomically(&unfinished.join(SUMS), list.as_bytes()).map_err(full)?;
        let place = self.path(progress.epoch);
        self.remove(&place).map_err(full)?;
        fs::rename(&unfinished, place).map_err(full)?;
        let epochs = self.epochs()?;
        let older = epochs.len().saturating_sub(self.keep);
        for &epoch in epochs[..older].iter().filter(|&&epoch| epoch != progress.best_epoch) {
            self.remove(&self.path(epoch)).map_err(full)?;
        }
        Ok(())
    }

    /// Removes a checkpoint, under another name: half of one is none.
    fn remove(&self, place: &Path) -> io::Result<()> {
        let gone = self.folder.join("gone");
        if gone.exists() {
            fs::remove_dir_all(&gone)?;
        }
        if place.exists() {
            fs::rename(place, &gone)?;
            fs::remove_dir_all(&gone)?;
        }
        Ok(())
    }

    /// The epochs that have a checkpoint, in order.
    fn epochs(&self) -> Result<Vec<usize>, CheckpointError> {
        let mut epochs: Vec<usize> = fs::read_dir(&self.folder)
            .map_err(CheckpointError::disk("read", &self.folder))?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_prefix("epoch-")?.parse().ok())
            .filter(|epoch| self.path(*epoch).join(STATE).is_file())
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
        let bytes = self.read(epoch, STATE)?;
        let progress = serde_json::from_slice(&bytes);
        Ok(Some(progress.map_err(|source| CheckpointError::Malformed { path, source })?))
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
