//! The record of a run: `steps.csv`, `epochs.csv` and the curve drawn from them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use plotters::prelude::*;
use serde::{Deserialize, Serialize};

use super::events::Events;
use crate::chart::{BLUE, Drawn, INK, ORANGE, font, quiet};
use crate::evaluation::SourceScores;
use crate::files::write_atomically;

/// The scores of each source, a row for each epoch and source.
const SOURCES: &str = "sources.csv";

/// One training step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRow {
    /// Step, from 1.
    pub step: usize,
    /// Epoch, from 1.
    pub epoch: usize,
    /// What training minimises of captions: smoothed loss per word, in nats, and the attention penalty. In the
    /// self-critical phase words are weighted by advantage: no nats then, and it may be negative.
    pub loss: f32,
    /// Cross-entropy per word, in nats; in the self-critical phase of drawn and of people's captions
    /// together.
    pub cross_entropy: f32,
    /// Norm of the gradient before clipping.
    pub gradient_norm: f32,
    /// Learning rate of the step.
    pub learning_rate: f64,
    /// Mean reward of the captions that the decoder wrote, in self-critical training.
    #[serde(default)]
    pub reward: Option<f64>,
    /// What the words that photos show cost, weighted: nats, the mean over photos of the sum over words; where
    /// they are learnt.
    #[serde(default)]
    pub word_loss: Option<f32>,
    /// How far the encoder's own answers are from those of before, weighted; where it is held to them.
    #[serde(default)]
    pub kept_loss: Option<f32>,
}

/// One epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochRow {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Mean loss over its steps, dropout on.
    pub loss: f32,
    /// Corpus BLEU-4 on dev with the recipe's search.
    pub dev_bleu4: f64,
    /// CIDEr-D on dev, likewise; records of the first version lack it.
    #[serde(default)]
    pub dev_cider: Option<f64>,
    /// Different words in the captions of dev; earlier records lack this and what follows.
    #[serde(default)]
    pub dev_words: Option<usize>,
    /// Share of their content words that no reference supports.
    #[serde(default)]
    pub dev_hallucination: Option<f64>,
    /// Mean reward of the captions that the decoder wrote, in self-critical training.
    #[serde(default)]
    pub reward: Option<f64>,
    /// Training captions per second, evaluation not counted.
    pub captions_per_second: f64,
    /// Seconds of training, evaluation not counted.
    pub seconds: f64,
}

impl EpochRow {
    /// The epoch in a line for people.
    #[must_use]
    pub fn line(&self, epochs: usize) -> String {
        let Self { epoch, loss, dev_bleu4, captions_per_second, seconds, .. } = self;
        let cider = self.dev_cider.unwrap_or_default();
        let words = self.dev_words.unwrap_or_default();
        let reward = self.reward.map_or(String::new(), |reward| format!(", reward {reward:.3}"));
        format!(
            "epoch {epoch} of {epochs}: loss {loss:.3}{reward}, dev BLEU-4 {dev_bleu4:.4}, CIDEr-D \
             {cider:.3}, {words} words, {captions_per_second:.0} captions/s, {seconds:.0} s"
        )
    }
}

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
    pub fn open(run: &Path, epoch: usize) -> anyhow::Result<Self> {
        let mut steps: Vec<StepRow> = read(&run.join("steps.csv"))?;
        let mut epochs: Vec<EpochRow> = read(&run.join("epochs.csv"))?;
        let mut sources: Vec<SourceRow> = read(&run.join(SOURCES))?;
        steps.retain(|row| row.epoch <= epoch);
        sources.retain(|row| row.epoch <= epoch);
        epochs.retain(|row| row.epoch <= epoch);
        let events = Events::create(run).context("cannot write TensorBoard's events")?;
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
    pub fn epoch(&mut self, row: EpochRow) -> anyhow::Result<()> {
        let steps = self.steps.iter().filter(|step| step.epoch == row.epoch);
        self.events.epoch(steps, &row)?;
        self.epochs.push(row);
        write(&self.run.join("steps.csv"), &self.steps)?;
        write(&self.run.join("epochs.csv"), &self.epochs)?;
        if !self.sources.is_empty() {
            write(&self.run.join(SOURCES), &self.sources)?;
        }
        let svg = curve(&self.steps, &self.epochs)
            .map_err(|error| anyhow!("cannot draw the loss curve: {error}"))?;
        write_atomically(&self.run.join("curve.svg"), svg.as_bytes())?;
        Ok(())
    }
}

/// The curve of a recorded run.
///
/// # Errors
/// When there is no record, or it cannot be understood.
pub fn curve_of(run: &Path) -> anyhow::Result<String> {
    let (steps, epochs) = (read(&run.join("steps.csv"))?, read(&run.join("epochs.csv"))?);
    if epochs.is_empty() {
        bail!("{} holds no record of a run: expected steps.csv and epochs.csv", run.display());
    }
    curve(&steps, &epochs).map_err(|error| anyhow!("cannot draw the loss curve: {error}"))
}

fn read<R: for<'a> Deserialize<'a>>(path: &Path) -> anyhow::Result<Vec<R>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let context = || format!("cannot understand {}", path.display());
    let mut reader = csv::Reader::from_path(path).with_context(context)?;
    reader.deserialize().collect::<Result<_, _>>().with_context(context)
}

fn write<R: Serialize>(path: &Path, rows: &[R]) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| anyhow!("{error}"))?;
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    write_atomically(path, &bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Loss of every step (faint), mean loss and dev BLEU-4 of every epoch, as SVG.
fn curve(steps: &[StepRow], epochs: &[EpochRow]) -> Drawn {
    let per_epoch = steps.iter().map(|row| row.epoch).filter(|&epoch| epoch == 1).count().max(1) as f64;
    let last = epochs.last().map_or(1, |row| row.epoch) as f64;
    let losses = steps.iter().map(|row| row.loss).filter(|loss| loss.is_finite());
    let (low, high) = losses.fold((f32::MAX, 0.0_f32), |(low, high), loss| (low.min(loss), high.max(loss)));
    let (low, high) = if low <= high { (low.floor(), high.ceil()) } else { (0.0, 1.0) };
    let best = epochs.iter().map(|row| row.dev_bleu4).fold(0.05, f64::max) * 1.15;

    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (860, 420)).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(54)
            .right_y_label_area_size(60)
            .build_cartesian_2d(0.0..last, low..high)?
            .set_secondary_coord(0.0..last, 0.0..best);
        let mut mesh = chart.configure_mesh();
        quiet(&mut mesh);
        mesh.x_desc("epoch")
            .y_desc("loss per word (nats)")
            .x_label_formatter(&|x| format!("{x:.0}"))
            .draw()?;
        chart
            .configure_secondary_axes()
            .axis_style(INK.mix(0.5))
            .label_style(font())
            .y_desc("BLEU-4 on dev")
            .draw()?;
        let every = steps.iter().map(|row| (row.step as f64 / per_epoch, row.loss));
        chart.draw_series(LineSeries::new(every, BLUE.mix(0.25)))?;
        let means = epochs.iter().map(|row| (row.epoch as f64 - 0.5, row.loss));
        chart
            .draw_series(LineSeries::new(means, BLUE.stroke_width(2)))?
            .label("mean loss of the epoch")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], BLUE.stroke_width(2)));
        let scores = epochs.iter().map(|row| (row.epoch as f64, row.dev_bleu4));
        chart
            .draw_secondary_series(LineSeries::new(scores, ORANGE.stroke_width(2)).point_size(3))?
            .label("BLEU-4 on dev")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], ORANGE.stroke_width(2)));
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::MiddleRight)
            .background_style(WHITE.mix(0.85))
            .label_font(font())
            .draw()?;
        area.present()?;
    }
    Ok(svg)
}
