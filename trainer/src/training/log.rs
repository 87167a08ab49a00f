//! The record of a run: `steps.csv`, `epochs.csv` and the curve drawn from them.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::TrainingError;
use super::curve::curve;
use super::events::Events;
use super::record::{EpochRow, StepRow};
use crate::files::write_atomically;
use crate::metric::summary::SourceScores;

/// The scores of each source, a row for each epoch and source.
const SOURCES: &str = "sources.csv";

/// What a source's dev photos scored after an epoch, where there are several sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceRow {
    /// Epoch, from 1.
    pub epoch: usize,
    /// The source.
    pub source: String,
    /// Its dev photos.
    pub images: usize,
    /// Corpus BLEU-4 with the recipe's search.
    pub bleu4: f64,
    /// CIDEr-D, likewise.
    pub cider: f64,
}

/// Rows so far, mirrored on disk.
#[derive(Debug)]
pub struct Log {
    run: PathBuf,
    steps: Vec<StepRow>,
    epochs: Vec<EpochRow>,
    sources: Vec<SourceRow>,
    events: Events,
}

impl Log {
    /// Opens the record of a run and forgets everything after `epoch`: what a killed process
    /// wrote after its last checkpoint happens again.
    ///
    /// # Errors
    /// When a file of an earlier start cannot be understood.
    pub fn open(run: &Path, epoch: usize) -> Result<Self, TrainingError> {
        let mut steps: Vec<StepRow> = read(&run.join("steps.csv"))?;
        let mut epochs: Vec<EpochRow> = read(&run.join("epochs.csv"))?;
        let mut sources: Vec<SourceRow> = read(&run.join(SOURCES))?;
        steps.retain(|row| row.epoch <= epoch);
        sources.retain(|row| row.epoch <= epoch);
        epochs.retain(|row| row.epoch <= epoch);
        let events = Events::create(run).map_err(TrainingError::Events)?;
        Ok(Self { run: run.to_owned(), steps, epochs, sources, events })
    }

    /// Remembers a step; it reaches the disk with its epoch.
    pub fn step(&mut self, row: StepRow) {
        self.steps.push(row);
    }

    /// Remembers what each source's dev photos scored after an epoch; it reaches the disk with it.
    pub fn sources(&mut self, epoch: usize, scores: &[SourceScores]) {
        self.sources.extend(scores.iter().map(|own| SourceRow {
            epoch,
            source: own.source.clone(),
            images: own.images,
            bleu4: own.scores.bleu4,
            cider: own.scores.cider,
        }));
    }

    /// Mean loss over the steps of an epoch.
    #[must_use]
    pub fn mean_loss(&self, epoch: usize) -> f32 {
        let losses = || self.steps.iter().rev().take_while(|row| row.epoch == epoch).map(|row| row.loss);
        losses().sum::<f32>() / losses().count().max(1) as f32
    }

    /// Mean reward over the steps of an epoch, where there were any.
    #[must_use]
    pub fn mean_reward(&self, epoch: usize) -> Option<f64> {
        let own = self.steps.iter().rev().take_while(|row| row.epoch == epoch);
        let rewards: Vec<f64> = own.filter_map(|row| row.reward).collect();
        (!rewards.is_empty()).then(|| rewards.iter().sum::<f64>() / rewards.len() as f64)
    }

    /// Adds an epoch and writes everything, the curve and TensorBoard's events as well.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn epoch(&mut self, row: EpochRow) -> Result<(), TrainingError> {
        let steps = self.steps.iter().filter(|step| step.epoch == row.epoch);
        self.events.epoch(steps, &row).map_err(TrainingError::Events)?;
        self.epochs.push(row);
        write(&self.run.join("steps.csv"), &self.steps)?;
        write(&self.run.join("epochs.csv"), &self.epochs)?;
        if !self.sources.is_empty() {
            write(&self.run.join(SOURCES), &self.sources)?;
        }
        let svg = drawn(&self.steps, &self.epochs)?;
        let path = self.run.join("curve.svg");
        write_atomically(&path, svg.as_bytes()).map_err(TrainingError::write(&path))
    }
}

/// The curve of a recorded run.
///
/// # Errors
/// When there is no record, or it cannot be understood.
pub fn curve_of(run: &Path) -> Result<String, TrainingError> {
    let (steps, epochs) = (read(&run.join("steps.csv"))?, read(&run.join("epochs.csv"))?);
    if epochs.is_empty() {
        return Err(TrainingError::NoRecord { run: run.to_owned() });
    }
    drawn(&steps, &epochs)
}

fn drawn(steps: &[StepRow], epochs: &[EpochRow]) -> Result<String, TrainingError> {
    curve(steps, epochs).map_err(|error| TrainingError::Curve { reason: error.to_string() })
}

fn read<R: for<'a> Deserialize<'a>>(path: &Path) -> Result<Vec<R>, TrainingError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut reader = csv::Reader::from_path(path).map_err(TrainingError::record(path))?;
    reader.deserialize().collect::<Result<_, _>>().map_err(TrainingError::record(path))
}

fn write<R: Serialize>(path: &Path, rows: &[R]) -> Result<(), TrainingError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(TrainingError::record(path))?;
    }
    let bytes = writer.into_inner().map_err(|error| TrainingError::write(path)(error.into_error()))?;
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(TrainingError::write(path))?;
    write_atomically(path, &bytes).map_err(TrainingError::write(path))
}
