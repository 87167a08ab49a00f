//! `showtell publish`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use showtell::Bundle;
use showtell::bundle::tensors::{Precision, Tensors};
use showtell::bundle::{CARD, CONFIG, Draft, LABELS, SUMS, TOKENIZER};

use showtell::decoder::CellKind;

use super::average::{Portion, average};
use super::model::Trained;
use super::{device, read_bundle};
use crate::files::write_atomically;
use crate::run::Run;
use crate::training::checkpoint::Progress;

/// Make a bundle of a run's best epoch, or of another bundle in another number format
#[derive(Debug, Args)]
pub struct Publish {
    /// Folder of the run, or of a bundle
    #[arg(value_name = "RUN")]
    pub(super) run: PathBuf,
    /// Folder for the bundle
    #[arg(long, value_name = "BUNDLE")]
    pub(super) out: PathBuf,
    /// Number format of the weights: f32, f16, or int8 for large matrices and filters, with a scale for
    /// a few weights each
    #[arg(long, value_name = "FORMAT", default_value = "f16")]
    pub(super) precision: Format,
    /// Another run or bundle whose decoder goes into the mean that is published, and its share, where
    /// the first one's is 1; may be named several times. The encoder is the first one's
    #[arg(long, value_name = "DIR=SHARE")]
    pub(super) average: Vec<Portion>,
    /// Model card to ship (Markdown) [default: a short one made from the run]
    #[arg(long, value_name = "FILE")]
    pub(super) card: Option<PathBuf>,
}

/// `--precision`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    F32,
    F16,
    Int8,
}

impl From<Format> for Precision {
    fn from(format: Format) -> Self {
        match format {
            Format::F32 => Self::F32,
            Format::F16 => Self::F16,
            Format::Int8 => Self::Int8,
        }
    }
}

/// Words for the classes of ImageNet-1k.
const IMAGENET: &[u8] = include_bytes!("../../labels/imagenet.json");
/// How many these are.
const IMAGENET_CLASSES: usize = 1000;

impl Publish {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let device = device();
        let (mut draft, from) = if Run::is_here(&self.run) || !self.run.join(CONFIG).is_file() {
            let run = Run::open(&self.run)?;
            let (tensors, progress) = run.best(&device)?;
            (draft(&run, tensors, &progress)?, format!("epoch {}", progress.best_epoch))
        } else {
            if self.out.exists() && self.out.canonicalize()? == self.run.canonicalize()? {
                bail!("{} is the bundle itself: choose another folder", self.out.display());
            }
            (redraft(&self.run)?, format!("from {}", self.run.display()))
        };
        if !self.average.is_empty() {
            average(&Trained::open(&self.run, &device)?, &self.average, &mut draft.tensors, &device)?;
            forget_detector(&mut draft);
        }
        if let Some(path) = &self.card {
            draft.card =
                fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        }
        let files = draft.into_files(self.precision.into())?;
        // A weight beyond float16 would only be found by whoever loads the bundle.
        Bundle::from_files(files.clone())?.model(&device)?;
        write(&self.out, &files)?;
        let bytes: usize = files.values().map(Vec::len).sum();
        println!("{}: {from}, {:.1} MB", self.out.display(), bytes as f64 / 1e6);
        Ok(ExitCode::SUCCESS)
    }
}

/// A run's best epoch.
fn draft(run: &Run, tensors: Tensors, progress: &Progress) -> anyhow::Result<Draft> {
    let model = run.model();
    let labels = match model.classifier {
        None => None,
        Some(IMAGENET_CLASSES) => Some(IMAGENET.to_vec()),
        Some(found) => bail!("no words for a classifier of {found} classes, only for {IMAGENET_CLASSES}"),
    };
    Ok(Draft {
        name: run.recipe.name.clone(),
        model,
        labels,
        preprocessing: run.recipe.encoder.preprocessing(),
        decoding: run.recipe.decoding.clone(),
        confidence: None,
        tensors,
        tokenizer: run.tokenizer.clone(),
        card: card(run, progress),
    })
}

/// A bundle once more. Its calibration stays behind: it was measured with other weights, if only by
/// their rounding.
pub(super) fn redraft(folder: &Path) -> anyhow::Result<Draft> {
    let bundle = read_bundle(folder)?;
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let config = bundle.config().clone();
    if config.confidence.is_some() {
        eprintln!("the calibration of {} stays behind: run showtell calibrate", folder.display());
    }
    Ok(Draft {
        name: config.name,
        model: config.model,
        preprocessing: config.preprocessing,
        decoding: config.decoding,
        confidence: None,
        tensors: bundle.tensors().clone(),
        tokenizer: read(TOKENIZER)?,
        labels: bundle.labels().map(|_| read(LABELS)).transpose()?,
        card: match fs::read_to_string(folder.join(CARD)) {
            // The one file that may be missing.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            card => card.with_context(|| format!("cannot read {}", folder.join(CARD).display()))?,
        },
    })
}

/// Leaves out a detector of words: it read what another decoder saw.
fn forget_detector(draft: &mut Draft) {
    if std::mem::take(&mut draft.model.detector) {
        draft.tensors.retain(|name, _| !name.starts_with("detector."));
        draft.decoding.support = None;
        eprintln!("the detector of words stays behind: run showtell detector");
    }
}

/// Writes the files, the list of checksums last: until it is there the folder is no bundle.
pub(super) fn write(
    folder: &Path,
    files: &std::collections::BTreeMap<String, Vec<u8>>,
) -> anyhow::Result<()> {
    if folder.is_dir() && !folder.join(SUMS).exists() && fs::read_dir(folder)?.next().is_some() {
        bail!("{} is neither empty nor a bundle", folder.display());
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let _ = fs::remove_file(folder.join(SUMS));
    let (sums, rest): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| *name == SUMS);
    for (name, bytes) in rest.into_iter().chain(sums) {
        let path = folder.join(name);
        write_atomically(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn card(run: &Run, progress: &Progress) -> String {
    let recipe = &run.recipe;
    let metric = recipe.training.select_by.name();
    let score = format!("{metric} {:.4} on dev, beam {}", progress.best_score, recipe.decoding.width);
    let cell = match recipe.decoder.cell {
        CellKind::Lstm => "an LSTM",
        CellKind::Gru => "a GRU",
    };
    format!(
        "# {}\n\nAn image captioner: {} and {cell} with {} injection, {} words. Epoch {} of {}; {score}.\n\n\
         Captions are suggestions for a person to check. The model knows only what its training \
         photos showed, and repeats their habits.\n",
        recipe.name,
        recipe.encoder.name(),
        recipe.decoder.injection.name(),
        run.vocabulary.len(),
        progress.best_epoch,
        recipe.training.epochs,
    )
}
