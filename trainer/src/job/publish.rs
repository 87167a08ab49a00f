//! Makes a bundle of a run's best epoch, or of another bundle.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use showtell::bundle::tensors::{Precision, Tensors};
use showtell::bundle::{CONFIG, Draft};
use showtell::decoder::CellKind;
use showtell::detector::DetectorConfig;

use super::JobError;
use super::average::{WeightedModel, average};
use super::bundle::{publish, redraft};
use super::trained::Trained;
use crate::files::{MAX_TEXT, read_text};
use crate::reporter::Reporter;
use crate::run::Run;
use crate::training::checkpoint::Progress;

/// Makes a bundle.
#[derive(Debug, Clone)]
pub struct Publish {
    /// Folder of the run, or of a bundle.
    pub from: PathBuf,
    /// Folder for the bundle.
    pub out: PathBuf,
    /// Number format of the weights.
    pub precision: Precision,
    /// Runs or bundles whose decoders go into the mean that is published, with their shares where that of `from`
    /// is 1. The encoder is that of `from`.
    pub average: Vec<WeightedModel>,
    /// Model card to ship (Markdown); a short one is made from the run without it.
    pub card: Option<PathBuf>,
}

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Folder of the bundle.
    pub folder: PathBuf,
    /// Of what.
    pub origin: Origin,
    /// Size of the bundle.
    pub bytes: usize,
}

/// Of what a bundle was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Of a run's best epoch, from 1.
    Epoch(usize),
    /// Of a bundle in this folder.
    Bundle(PathBuf),
}

/// Why a bundle cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// The bundle would take its own place.
    #[error("{} is the bundle itself: choose another folder", folder.display())]
    Itself {
        /// Its folder.
        folder: PathBuf,
    },
    /// The folder holds something else.
    #[error("{} is neither empty nor a bundle", folder.display())]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// A classifier of something that there are no words for.
    #[error("no words for a classifier of {found} classes, only for {IMAGENET_CLASSES}")]
    Unworded {
        /// Classes that it has.
        found: usize,
    },
}

/// Words for the classes of ImageNet-1k.
const IMAGENET: &[u8] = include_bytes!("../../labels/imagenet.json");
/// How many these are.
const IMAGENET_CLASSES: usize = 1000;

impl Publish {
    /// The bundle of a run, or of another bundle, in float16.
    #[must_use]
    pub fn new(from: &Path, out: &Path) -> Self {
        Self {
            from: from.to_owned(),
            out: out.to_owned(),
            precision: Precision::F16,
            average: Vec::new(),
            card: None,
        }
    }

    /// Makes the bundle.
    ///
    /// # Errors
    /// [`JobError`].
    pub fn run(&self, reporter: &dyn Reporter) -> Result<Published, JobError> {
        let device = Device::flex();
        let Self { from, out, precision, average: portions, card } = self;
        let (mut draft, origin) = if Run::is_here(from) || !from.join(CONFIG).is_file() {
            let run = Run::open(from)?;
            let (tensors, progress) = run.best(&device)?;
            (draft(&run, tensors, &progress)?, Origin::Epoch(progress.best_epoch))
        } else {
            let real = |folder: &Path| folder.canonicalize().map_err(JobError::read(folder));
            if out.exists() && real(out)? == real(from)? {
                return Err(PublishError::Itself { folder: out.clone() }.into());
            }
            (redraft(from, reporter)?, Origin::Bundle(from.clone()))
        };
        if !portions.is_empty() {
            average(&Trained::open(from, &device)?, portions, &mut draft.tensors, &device)?;
            forget_detector(&mut draft, reporter);
        }
        if let Some(path) = card {
            draft.card = read_text(path, MAX_TEXT).map_err(JobError::read(path))?;
        }
        let bytes = publish(draft, *precision, out)?;
        Ok(Published { folder: out.clone(), origin, bytes })
    }
}

/// A number format by its name in recipes: f32, f16 or int8.
#[must_use]
pub fn precision(name: &str) -> Option<Precision> {
    match name {
        "f32" => Some(Precision::F32),
        "f16" => Some(Precision::F16),
        "int8" => Some(Precision::Int8),
        _ => None,
    }
}

/// A run's best epoch.
fn draft(run: &Run, tensors: Tensors, progress: &Progress) -> Result<Draft, PublishError> {
    let model = run.model();
    let labels = match model.classifier {
        None => None,
        Some(IMAGENET_CLASSES) => Some(IMAGENET.to_vec()),
        Some(found) => return Err(PublishError::Unworded { found }),
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

/// Leaves out a detector of words that reads what another decoder saw. One with weights of its own stays.
fn forget_detector(draft: &mut Draft, reporter: &dyn Reporter) {
    if draft.model.detector == Some(DetectorConfig::Tied) {
        draft.model.detector = None;
        draft.tensors.retain(|name, _| !name.starts_with("detector."));
        draft.decoding.word_scores = None;
        reporter.note("the detector of words stays behind: run showtell fit detector");
    }
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
