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
//! | `data.sha256` | digests of the captions to learn from and of those of dev |
//! | `checkpoints/` | the newest and the best state |
//! | `published/` | the run as a bundle, in a chain whose later runs look through its encoder |
//! | `steps.csv`, `epochs.csv`, `curve.svg`, `events.out.tfevents.*` | the record |

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use burn::tensor::Device;
use showtell::bundle::sums::digest;
use showtell::bundle::tensors::{Precision, Tensors, collect, read_safetensors, write_safetensors};
use showtell::{Model, ModelConfig, Vocabulary};

use crate::files::write_atomically;
use crate::recipe::Recipe;
use crate::training::checkpoint::{Checkpoints, Progress};
use crate::training::memory::classes;

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
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let vocabulary = Vocabulary::from_json(&tokenizer)?;
        write_atomically(&folder.join(TOKENIZER), &tokenizer)?;
        let exact = Precision::exact_for(&encoder);
        write_atomically(&folder.join(ENCODER), &write_safetensors(&encoder, exact))?;
        if let Some(classifier) = &classifier {
            let exact = Precision::exact_for(classifier);
            write_atomically(&folder.join(CLASSIFIER), &write_safetensors(classifier, exact))?;
        }
        // Last, since its presence makes the folder a run.
        write_atomically(&folder.join(RECIPE), toml::to_string_pretty(recipe)?.as_bytes())?;
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
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        if !Self::is_here(folder) {
            bail!("{} holds no run: {RECIPE} is missing", folder.display());
        }
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let recipe = Recipe::read(&folder.join(RECIPE))?;
        let tokenizer = read(TOKENIZER)?;
        let vocabulary =
            Vocabulary::from_json(&tokenizer).with_context(|| format!("{TOKENIZER} of the run"))?;
        let encoder = read_safetensors(&read(ENCODER)?).with_context(|| format!("{ENCODER} of the run"))?;
        let classifier = match folder.join(CLASSIFIER).exists() {
            true => Some(
                read_safetensors(&read(CLASSIFIER)?).with_context(|| format!("{CLASSIFIER} of the run"))?,
            ),
            false => None,
        };
        Ok(Self { folder: folder.to_owned(), recipe, tokenizer, vocabulary, encoder, classifier })
    }

    /// Remembers digests of what is learnt from and of what epochs are judged by, or compares them
    /// with those of the run's start.
    ///
    /// # Errors
    /// When they differ, or the disk refuses.
    pub fn check_data(&self, train: &str, dev: &str) -> anyhow::Result<()> {
        let path = self.folder.join(DATA);
        let now = format!("{train}  train\n{dev}  dev\n");
        if !path.exists() {
            return Ok(write_atomically(&path, now.as_bytes())?);
        }
        let then = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        if then != now {
            bail!("the data differ from those that {} was started with", self.folder.display());
        }
        Ok(())
    }

    /// Remembers the teachers' decoders, or compares them with those of the run's start.
    ///
    /// # Errors
    /// When they differ, or the disk refuses.
    pub fn check_teachers(&self, teachers: &[Tensors]) -> anyhow::Result<()> {
        let name = |tensors: &Tensors| digest(&write_safetensors(tensors, Precision::F32)) + "\n";
        let now: String = teachers.iter().map(name).collect();
        let path = self.folder.join(TEACHERS);
        let then = match fs::read_to_string(&path) {
            Ok(then) => then,
            Err(_) if now.is_empty() => return Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.has_checkpoint()? => {
                return Ok(write_atomically(&path, now.as_bytes())?);
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        if then != now {
            bail!("the teachers differ from those that {} was started with", self.folder.display());
        }
        Ok(())
    }

    /// Keeps the decoder's weights that the run starts from, for whoever resumes it.
    ///
    /// # Errors
    /// When the disk refuses, or the run was started from other weights.
    pub fn keep_start(&self, tensors: &Tensors) -> anyhow::Result<()> {
        match self.start()? {
            Some(then) if then == *tensors => Ok(()),
            Some(_) => bail!("{} was started from other weights", self.folder.display()),
            None if self.has_checkpoint()? => {
                bail!("{} was started from untrained weights", self.folder.display())
            }
            None => {
                let path = self.folder.join(START);
                Ok(write_atomically(&path, &write_safetensors(tensors, Precision::F32))?)
            }
        }
    }

    fn has_checkpoint(&self) -> anyhow::Result<bool> {
        let checkpoints = Checkpoints::new(&self.folder, self.recipe.training.keep_checkpoints)?;
        Ok(checkpoints.newest()?.is_some())
    }

    /// The decoder's weights that the run started from, where it was not untrained.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn start(&self) -> anyhow::Result<Option<Tensors>> {
        let path = self.folder.join(START);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Some(read_safetensors(&bytes).with_context(|| format!("{START} of the run"))?))
    }

    /// What the run's model is made of.
    #[must_use]
    pub fn model(&self) -> ModelConfig {
        ModelConfig {
            encoder: self.recipe.encoder.clone(),
            decoder: self.recipe.decoder.clone(),
            vocabulary: self.vocabulary.len(),
            detector: false,
            novelty: None,
            classifier: self.classifier.as_ref().map(classes),
            kinds: None,
        }
    }

    /// The weights at the epoch that was best on dev, by path in the model, and where that was.
    ///
    /// # Errors
    /// When the run has no checkpoint yet.
    pub fn best(&self, device: &Device) -> anyhow::Result<(Tensors, Progress)> {
        let checkpoints = Checkpoints::new(&self.folder, self.recipe.training.keep_checkpoints)?;
        let Some(progress) = checkpoints.newest()? else {
            bail!("{} has no checkpoint yet", self.folder.display());
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
