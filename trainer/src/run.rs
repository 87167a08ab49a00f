//! The folder of a training run.
//!
//! | file | what |
//! |---|---|
//! | `recipe.toml` | the settings as resolved, written before the first step |
//! | `tokenizer.json` | the vocabulary |
//! | `captions.bin` | training captions as token ids, made anew at each start |
//! | `encoder.safetensors` | the encoder as published, batch norm folded |
//! | `classifier.safetensors` | the encoder's own classifier, where it goes along |
//! | `start.safetensors` | the decoder that the run started from, where it was not untrained |
//! | `teachers.sha256` | digests of the teachers' decoders, where there are any |
//! | `.lock` | locked by the program that trains |
//! | `data.sha256` | digests of the captions to learn from and of those of dev |
//! | `checkpoints/` | the newest and the best state |
//! | `published/` | the run as a bundle, in a chain whose later runs look through its encoder |
//! | `steps.csv`, `epochs.csv`, `curve.svg`, `events.out.tfevents.*` | the record |

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use showtell::bundle::sums::digest;
use showtell::bundle::tensors::{
    Precision, TensorError, Tensors, collect, read_safetensors, write_safetensors,
};
use showtell::vocabulary::VocabularyError;
use showtell::{Model, ModelConfig, Vocabulary};

use crate::files::{self, MAX_TEXT, MAX_WEIGHTS, write_atomically};
use crate::recipe::{Recipe, RecipeError};
use crate::training::checkpoint::{CheckpointError, Checkpoints, Progress};
use crate::training::memory::classes;

/// Why a run cannot be written, read or gone on with.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
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
    /// A folder without a run.
    #[error("{} holds no run: {RECIPE} is missing", folder.display())]
    Absent {
        /// The folder.
        folder: PathBuf,
    },
    /// A run that has not come to the end of an epoch.
    #[error("{} has no checkpoint yet", folder.display())]
    Unfinished {
        /// Its folder.
        folder: PathBuf,
    },
    /// A run that was started with something else.
    #[error("the {what} differ from those that {} was started with", folder.display())]
    Differs {
        /// What differs: "data", "teachers".
        what: &'static str,
        /// The run's folder.
        folder: PathBuf,
    },
    /// A run that was started from other weights.
    #[error("{} was started from {weights} weights", folder.display())]
    Started {
        /// The run's folder.
        folder: PathBuf,
        /// Which: "other" or "untrained".
        weights: &'static str,
    },
    /// Weights of the run that cannot be read.
    #[error("{file} of the run")]
    Tensors {
        /// The file.
        file: &'static str,
        /// What is wrong.
        source: TensorError,
    },
    /// Words of the run that cannot be read.
    #[error("{TOKENIZER} of the run")]
    Vocabulary(#[source] VocabularyError),
    /// A recipe that cannot be written down.
    #[error("the recipe cannot be written")]
    Toml(#[from] toml::ser::Error),
    /// A recipe that cannot be read back.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A checkpoint that cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Weights that do not fit.
    #[error(transparent)]
    Tensor(#[from] TensorError),
}

impl RunError {
    fn disk(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk { doing, path: path.to_owned(), source }
    }
}

/// A run on disk.
#[derive(Debug)]
pub struct Run {
    folder: PathBuf,
    /// Its settings.
    pub recipe: Recipe,
    /// `tokenizer.json`.
    pub tokenizer: Vec<u8>,
    /// The words in it.
    pub vocabulary: Vocabulary,
    /// The encoder's published weights.
    pub encoder: Tensors,
    /// Those of its own classifier, where it goes along into the bundle.
    pub classifier: Option<Tensors>,
}

const RECIPE: &str = "recipe.toml";
const TOKENIZER: &str = "tokenizer.json";
const ENCODER: &str = "encoder.safetensors";
const CLASSIFIER: &str = "classifier.safetensors";
const DATA: &str = "data.sha256";
const START: &str = "start.safetensors";
const TEACHERS: &str = "teachers.sha256";

impl Run {
    /// Whether a folder holds a run.
    #[must_use]
    pub fn is_here(folder: &Path) -> bool {
        folder.join(RECIPE).is_file()
    }

    /// Writes what is known before the first step.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn create(
        folder: &Path,
        recipe: &Recipe,
        tokenizer: Vec<u8>,
        encoder: Tensors,
        classifier: Option<Tensors>,
    ) -> Result<Self, RunError> {
        fs::create_dir_all(folder).map_err(RunError::disk("make", folder))?;
        let vocabulary = Vocabulary::from_json(&tokenizer).map_err(RunError::Vocabulary)?;
        write(&folder.join(TOKENIZER), &tokenizer)?;
        let exact = Precision::exact_for(&encoder);
        write(&folder.join(ENCODER), &write_safetensors(&encoder, exact))?;
        if let Some(classifier) = &classifier {
            let exact = Precision::exact_for(classifier);
            write(&folder.join(CLASSIFIER), &write_safetensors(classifier, exact))?;
        }
        // Last, since its presence makes the folder a run.
        write(&folder.join(RECIPE), toml::to_string_pretty(recipe)?.as_bytes())?;
        Ok(Self {
            folder: folder.to_owned(),
            recipe: recipe.clone(),
            tokenizer,
            vocabulary,
            encoder,
            classifier,
        })
    }

    /// Opens a run.
    ///
    /// # Errors
    /// When a file is absent or damaged.
    pub fn open(folder: &Path) -> Result<Self, RunError> {
        if !Self::is_here(folder) {
            return Err(RunError::Absent { folder: folder.to_owned() });
        }
        let read = |name: &str| {
            let path = folder.join(name);
            files::read(&path, MAX_WEIGHTS).map_err(RunError::disk("read", &path))
        };
        let recipe = Recipe::read(&folder.join(RECIPE))?;
        let tokenizer = read(TOKENIZER)?;
        let tensors =
            |file| read_safetensors(&read(file)?).map_err(|source| RunError::Tensors { file, source });
        let vocabulary = Vocabulary::from_json(&tokenizer).map_err(RunError::Vocabulary)?;
        let encoder = tensors(ENCODER)?;
        let classifier = match folder.join(CLASSIFIER).exists() {
            true => Some(tensors(CLASSIFIER)?),
            false => None,
        };
        Ok(Self { folder: folder.to_owned(), recipe, tokenizer, vocabulary, encoder, classifier })
    }

    /// Remembers digests of what is learnt from and of what epochs are judged by, or compares them
    /// with those of the run's start.
    ///
    /// # Errors
    /// When they differ, or the disk refuses.
    pub fn check_data(&self, train: &str, dev: &str) -> Result<(), RunError> {
        let path = self.folder.join(DATA);
        let now = format!("{train}  train\n{dev}  dev\n");
        if !path.exists() {
            return write(&path, now.as_bytes());
        }
        let then = files::read_text(&path, MAX_TEXT).map_err(RunError::disk("read", &path))?;
        if then != now {
            return Err(RunError::Differs { what: "data", folder: self.folder.clone() });
        }
        Ok(())
    }

    /// Remembers the teachers' decoders, or compares them with those of the run's start.
    ///
    /// # Errors
    /// When they differ, or the disk refuses.
    pub fn check_teachers(&self, teachers: &[Tensors]) -> Result<(), RunError> {
        let name = |tensors: &Tensors| digest(&write_safetensors(tensors, Precision::F32)) + "\n";
        let now: String = teachers.iter().map(name).collect();
        let path = self.folder.join(TEACHERS);
        let then = match files::read_text(&path, MAX_TEXT) {
            Ok(then) => then,
            Err(_) if now.is_empty() => return Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.has_checkpoint()? => {
                return write(&path, now.as_bytes());
            }
            Err(error) => return Err(RunError::disk("read", &path)(error)),
        };
        if then != now {
            return Err(RunError::Differs { what: "teachers", folder: self.folder.clone() });
        }
        Ok(())
    }

    /// Keeps the decoder's weights that the run starts from, for whoever resumes it.
    ///
    /// # Errors
    /// When the disk refuses, or the run was started from other weights.
    pub fn keep_start(&self, tensors: &Tensors) -> Result<(), RunError> {
        let started = |weights| RunError::Started { folder: self.folder.clone(), weights };
        match self.start()? {
            Some(then) if then == *tensors => Ok(()),
            Some(_) => Err(started("other")),
            None if self.has_checkpoint()? => Err(started("untrained")),
            None => write(&self.folder.join(START), &write_safetensors(tensors, Precision::F32)),
        }
    }

    fn has_checkpoint(&self) -> Result<bool, RunError> {
        let checkpoints = Checkpoints::new(&self.folder, self.recipe.training.keep_checkpoints)?;
        Ok(checkpoints.newest()?.is_some())
    }

    /// The decoder's weights that the run started from, where it was not untrained.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn start(&self) -> Result<Option<Tensors>, RunError> {
        let path = self.folder.join(START);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = files::read(&path, MAX_WEIGHTS).map_err(RunError::disk("read", &path))?;
        let tensors = read_safetensors(&bytes);
        Ok(Some(tensors.map_err(|source| RunError::Tensors { file: START, source })?))
    }

    /// What the run's model is made of.
    #[must_use]
    pub fn model(&self) -> ModelConfig {
        ModelConfig {
            encoder: self.recipe.encoder.clone(),
            decoder: self.recipe.decoder.clone(),
            vocabulary: self.vocabulary.len(),
            detector: None,
            novelty: None,
            classifier: self.classifier.as_ref().map(classes),
            kinds: None,
        }
    }

    /// The weights at the epoch that was best on dev, by path in the model, and where that was.
    ///
    /// # Errors
    /// When the run has no checkpoint yet.
    pub fn best(&self, device: &Device) -> Result<(Tensors, Progress), RunError> {
        let checkpoints = Checkpoints::new(&self.folder, self.recipe.training.keep_checkpoints)?;
        let Some(progress) = checkpoints.newest()? else {
            return Err(RunError::Unfinished { folder: self.folder.clone() });
        };
        let Model { encoder, decoder, classifier, .. } = self.model().init(device);
        let (decoder, learnt) = checkpoints.networks(progress.best_epoch, decoder, encoder)?;
        let encoder = match learnt {
            Some(encoder) => collect(&encoder)?,
            None => self.encoder.clone(),
        };
        let named = |part: &str, tensors: Tensors| -> Tensors {
            tensors.into_iter().map(|(name, values)| (format!("{part}.{name}"), values)).collect()
        };
        let mut tensors = named("encoder", encoder);
        tensors.extend(named("decoder", collect(&decoder)?));
        if let (Some(untrained), Some(published)) = (classifier, &self.classifier) {
            let own = match checkpoints.classifier(progress.best_epoch, untrained)? {
                Some(learnt) => collect(&learnt)?,
                None => published.clone(),
            };
            tensors.extend(named("classifier", own));
        }
        Ok((tensors, progress))
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    write_atomically(path, bytes).map_err(RunError::disk("write", path))
}
