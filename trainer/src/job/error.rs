//! Why a job stops.

use std::path::{Path, PathBuf};

use showtell::beam::BeamError;
use showtell::bundle::BundleError;
use showtell::bundle::tensors::TensorError;
use showtell::captioner::CaptionError;
use showtell::encoder::EncoderError;
use showtell_cli::files::ReadError;
use showtell_files::lock::LockError;

use super::publish::PublishError;
use super::things::ThingsError;
use super::train::TrainError;
use super::trained::TrainedError;
use crate::dataset::shards::WriteError;
use crate::dataset::text::TextError;
use crate::dataset::{DatasetError, Split, StoreError};
use crate::evaluation::EvaluationError;
use crate::fit::kinds::graphics::GraphicsError;
use crate::metric::MetricError;
use crate::metric::coco::CocoError;
use crate::recipe::RecipeError;
use crate::run::RunError;
use crate::training::TrainingError;
use crate::training::average::MeanError;

/// Why a job stops.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// A setting out of its range.
    #[error("{name} must {expected}, found {found}")]
    Setting {
        /// The setting, as the command line names it, or several, joined by "and".
        name: &'static str,
        /// What it must do: "be above 0".
        expected: String,
        /// What it is.
        found: String,
    },
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file or a folder could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file that is not in its form.
    #[error("cannot understand {}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A split that a job needs has no photos.
    #[error("{data} has no {split} photos{because}: expected at least one, found {counts}")]
    NoPhotos {
        /// The data set's folders.
        data: String,
        /// The split.
        split: Split,
        /// Why they are needed, where that is said: ", and training learns from them".
        because: &'static str,
        /// Photos of each split.
        counts: String,
    },
    /// A named file or bundle holds another encoder.
    #[error("{} holds {found}, expected {expected}", path.display())]
    OtherEncoder {
        /// The file or folder.
        path: PathBuf,
        /// The network and layer in it.
        found: String,
        /// Those wanted.
        expected: String,
    },
    /// No weights of the encoder were named, and those of the bundle that ships do not serve.
    #[error("name a file with the published weights of {encoder} with --weights")]
    WeightsNeeded {
        /// The encoder.
        encoder: String,
        /// Why the bundle that ships does not serve.
        source: Box<Self>,
    },
    /// A model that does not go with another.
    #[error(transparent)]
    Trained(#[from] TrainedError),
    /// A run that cannot be started or gone on with.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A bundle that cannot be made.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A list of pictures that cannot be used.
    #[error(transparent)]
    Things(#[from] ThingsError),
    /// A results file with another number of captions.
    #[error("{} has {found} captions, expected {expected}", path.display())]
    ResultsLength {
        /// The file.
        path: PathBuf,
        /// Captions in it.
        found: usize,
        /// Photos of the split.
        expected: usize,
    },
    /// A results file of other photos.
    #[error("{} is of other photos: {found}, expected {expected:?}", path.display())]
    ResultsPhoto {
        /// The file.
        path: PathBuf,
        /// The first other photo.
        found: String,
        /// The split's in its place.
        expected: String,
    },
    /// No word that a detector could learn.
    #[error("no content word stands in {least} training captions")]
    NoContentWord {
        /// How many it takes.
        least: usize,
    },
    /// Fewer photos than directions in which they might differ.
    #[error("{data} has no more train photos than directions: {counts}")]
    FewPhotos {
        /// The data set's folders.
        data: String,
        /// Photos of each split.
        counts: String,
    },
    /// Every photo of a split stands in the table of graphics.
    #[error("the graphics name all {split} photos")]
    AllGraphics {
        /// The split.
        split: Split,
    },
    /// Things to learn from, and no classifier that sees them.
    #[error("--things takes a bundle with a classifier")]
    NoClassifier,
    /// What was learnt of answers cannot be used.
    #[error("no usable calibration: {reason}")]
    Calibration {
        /// What is wrong with it.
        reason: String,
    },
    /// A data set that would be written over itself.
    #[error("{} cannot be prepared into itself: name another folder", folder.display())]
    IntoItself {
        /// The folder.
        folder: PathBuf,
    },
    /// A data set with links out of its folder.
    #[error("{}: a link out of the data set's folder, of {links} such: nothing was read; --follow reads them", link.display())]
    LinksOut {
        /// The first of them.
        link: PathBuf,
        /// How many there are.
        links: usize,
    },
    /// A data set none of whose photos decodes.
    #[error("no photo of {data} can be read")]
    NoReadablePhoto {
        /// The data set's folders.
        data: String,
    },
    /// A chain that says `bundle.kinds`, and no graphics to learn them from.
    #[error("{} says bundle.kinds: name --graphics FILE", chain.display())]
    GraphicsNeeded {
        /// The chain's file.
        chain: PathBuf,
    },
    /// Graphics for a chain that learns no kinds.
    #[error(
        "--graphics are for a chain that says bundle.kinds = true, which {} does not",
        chain.display()
    )]
    GraphicsUnused {
        /// The chain's file.
        chain: PathBuf,
    },
    /// A run of a chain.
    #[error("run {run}")]
    Step {
        /// Its name.
        run: String,
        /// What stopped it.
        source: Box<Self>,
    },
    /// A data set that cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A folder in which another program is at work.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// Captions that no vocabulary can be made of.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Shards that cannot be written.
    #[error(transparent)]
    Shards(#[from] WriteError),
    /// Features, pixels or captions that cannot be kept or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A run that cannot be written or read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Training that stops.
    #[error(transparent)]
    Training(#[from] TrainingError),
    /// A split that cannot be captioned or scored.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
    /// Decoders that have no mean.
    #[error(transparent)]
    Mean(#[from] MeanError),
    /// A recipe that cannot be used.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A table of graphics that cannot be used.
    #[error(transparent)]
    Graphics(#[from] GraphicsError),
    /// A bundle or a photo that cannot be read.
    #[error(transparent)]
    Files(#[from] ReadError),
    /// A bundle that cannot be made or read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Captions in COCO's form that cannot be read.
    #[error(transparent)]
    Coco(#[from] CocoError),
    /// Captions that cannot be scored.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// Weights that do not fit.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// A search that cannot be done.
    #[error(transparent)]
    Beam(#[from] BeamError),
    /// A model that breaks while it captions.
    #[error(transparent)]
    Caption(#[from] CaptionError),
    /// An encoder that cannot be made.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// What broke in the work itself, with what was being done.
    #[error(transparent)]
    Work(#[from] anyhow::Error),
}

impl JobError {
    /// A setting out of its range.
    pub fn setting(name: &'static str, expected: impl Into<String>, found: impl ToString) -> Self {
        Self::Setting { name, expected: expected.into(), found: found.to_string() }
    }

    /// For what the system says of a file that was read.
    pub fn read(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Read { path: path.to_owned(), source }
    }

    /// For what the system says of a file that was written.
    pub fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}
