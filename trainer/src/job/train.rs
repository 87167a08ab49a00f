//! Trains a captioner.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use burn::tensor::Device;
use showtell::Vocabulary;
use showtell::bundle::tensors::{Tensors, apply};
use showtell_files::lock::Lock;

use super::trained::{Trained, TrainedError};
use super::{Data, EncoderSource, JobError};
use crate::dataset::captions::CaptionStore;
use crate::dataset::features::{Features, FrozenEncoder};
use crate::dataset::pixels::Pixels;
use crate::dataset::sources::SourceOf;
use crate::dataset::text::Counter;
use crate::dataset::views::Views;
use crate::dataset::{Dataset, Split};
use crate::evaluation::Targets;
use crate::recipe::sources::resolve;
use crate::recipe::{PhaseKind, Recipe};
use crate::reporter::Reporter;
use crate::run::Run;
use crate::training::checkpoint::Progress;
use crate::training::input::Input;
use crate::training::shares::Shares;
use crate::training::teachers::Teachers;
use crate::training::tuned::TunedEncoder;
use crate::training::{Start, TrainingContext, train};

/// Trains a captioner from a recipe, writing checkpoints, log and loss curve into the run's folder.
#[derive(Debug, Clone)]
pub struct Train {
    /// The recipe.
    pub recipe: Recipe,
    /// The photos.
    pub data: Data,
    /// Folder of the run.
    pub out: PathBuf,
    /// Whether it starts or goes on from the newest checkpoint.
    pub start: Start,
    /// Where the encoder's weights come from.
    pub weights: EncoderSource,
    /// Where it learns.
    pub device: Device,
    /// A bundle or a run whose decoder it starts from.
    pub from: Option<PathBuf>,
    /// Bundles or runs whose decoders it learns from.
    pub teachers: Vec<PathBuf>,
}

/// Why a run cannot be started or gone on with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// The folder holds a run, and nothing says that it shall go on.
    #[error("{} already holds a run: go on with --resume, or choose another folder", run.display())]
    Occupied {
        /// The run's folder.
        run: PathBuf,
    },
    /// The run was started otherwise.
    #[error("{what} that {} was started with{hint}", run.display())]
    Differs {
        /// What differs: "the recipe differs from the one".
        what: &'static str,
        /// The run's folder.
        run: PathBuf,
        /// What to do, where something can be done.
        hint: &'static str,
    },
    /// Teachers without the recipe's setting, or the other way round.
    #[error("distillation takes both training.distillation in the recipe and --teacher, found only {found}")]
    Distillation {
        /// The one that is there.
        found: &'static str,
    },
    /// The self-critical phase without weights to start from.
    #[error("the self-critical phase starts from trained weights: name a bundle or a run with --from")]
    Untrained,
}

/// The training captions as token ids, in the run's folder.
const CAPTIONS: &str = "captions.bin";

/// The words and the sources of the training photos.
struct Counted {
    tokenizer: tokenizers::Tokenizer,
    /// The tokenizer as a file.
    json: Vec<u8>,
    shares: Shares,
}

impl Train {
    /// A run of a recipe on the CPU, from untrained weights.
    #[must_use]
    pub fn new(recipe: Recipe, data: Data, weights: EncoderSource, out: &Path) -> Self {
        Self {
            recipe,
            data,
            out: out.to_owned(),
            start: Start::Fresh,
            weights,
            device: Device::flex(),
            from: None,
            teachers: Vec::new(),
        }
    }

    /// Trains. Returns where the run ended and which epoch was best.
    ///
    /// # Errors
    /// [`JobError`]. The epochs done are kept.
    pub fn run(&self, reporter: &dyn Reporter) -> Result<Progress, JobError> {
        let Self { recipe, device, .. } = self;
        recipe.validate()?;
        self.check_phase(Run::is_here(&self.out))?;
        self.check_free()?;

        let dataset = self.data.open(reporter)?;
        self.data.check(&dataset, Split::Train, ", and training learns from them")?;
        self.data.check(&dataset, Split::Dev, ", and training chooses the best epoch on them")?;
        let Counted { tokenizer, json, shares } = self.count(&dataset)?;
        let frozen = self.weights.load(&recipe.encoder, device)?;
        let named = self.initial(&Vocabulary::from_json(&json).context("the words of the captions")?)?;
        // Nothing is written before all that was named is sound. From here to the end two programs in one folder would lose
        // each other's work, and another may have begun a run meanwhile.
        fs::create_dir_all(&self.out).map_err(JobError::write(&self.out))?;
        let _held = Lock::folder(&self.out)?;
        self.check_free()?;
        let there = Run::is_here(&self.out);
        let run = if there { self.reopen(&json, &frozen)? } else { self.create(json, &frozen)? };

        let captions = CaptionStore::build(&dataset, Split::Train, &tokenizer, &self.out.join(CAPTIONS))?;
        let (photos, words) = (captions.len(), run.vocabulary.len());
        reporter.note(&format!("{photos} photos to learn from, {words} words in the vocabulary"));
        let dev = Targets::new(&dataset, Split::Dev)?;
        run.check_data(&captions.digest()?, &dev.digest()?)?;
        let initial = match named {
            Some(tensors) => {
                run.keep_start(&tensors)?;
                Some(tensors)
            }
            None => run.start()?,
        };
        if recipe.training.phase == PhaseKind::SelfCritical && initial.is_none() {
            return Err(TrainError::Untrained.into());
        }
        let teachers = self.teachers(&run)?;
        let materials = TrainingContext {
            recipe,
            vocabulary: &run.vocabulary,
            train: &captions,
            sources: &shares,
            classifier: frozen.classifier.as_ref(),
            dev: &dev,
            initial: initial.as_ref(),
            teachers: &teachers,
        };
        let mut input = self.input(&dataset, &frozen, reporter)?;
        Ok(train(&materials, &mut input, &self.out, self.start, device, reporter)?)
    }

    /// What the recipe's encoder looks at, and the encoder where it learns.
    fn input(
        &self,
        dataset: &Dataset,
        frozen: &FrozenEncoder,
        reporter: &dyn Reporter,
    ) -> Result<Input, JobError> {
        let Self { recipe, device, data, .. } = self;
        let settings = &recipe.training;
        let shown = settings.views.clone().unwrap_or_default();
        let views =
            |encoder| Views::open(dataset, Split::Train, encoder, &shown, &data.cache, device, reporter);
        let features = |encoder| Features::open(dataset, Split::Dev, encoder, &data.cache, device, reporter);
        let Some(tuning) = &settings.fine_tune else {
            return Ok(Input::Cached { train: views(frozen)?, dev: features(frozen)? });
        };
        let prefix = match &settings.views {
            Some(_) => frozen.before(&tuning.from, device)?,
            None => None,
        };
        let tuned =
            || TunedEncoder::new(&recipe.encoder, frozen.encoder.clone(), tuning, &settings.optimizer);
        if let Some(prefix) = prefix {
            let (train, dev) = (views(&prefix)?, features(&prefix)?);
            return Ok(Input::Prefix { train, dev, prefix: prefix.config, tuned: tuned() });
        }
        let pixels = |split| Pixels::open(dataset, split, &frozen.preprocessing, &data.cache, reporter);
        let (train, dev) = (pixels(Split::Train)?, pixels(Split::Dev)?);
        Ok(Input::Images { train, dev, tuned: tuned(), recipe: tuning.clone() })
    }

    /// Refuses to begin a run where there is one.
    fn check_free(&self) -> Result<(), TrainError> {
        match self.start == Start::Fresh && Run::is_here(&self.out) {
            true => Err(TrainError::Occupied { run: self.out.clone() }),
            false => Ok(()),
        }
    }

    /// Refuses what is missing for the recipe's phase, or named in vain.
    fn check_phase(&self, there: bool) -> Result<(), TrainError> {
        let settings = &self.recipe.training;
        let (taught, named) = (settings.distillation.is_some(), !self.teachers.is_empty());
        if taught != named {
            let found = if taught { "the recipe's setting" } else { "--teacher" };
            return Err(TrainError::Distillation { found });
        }
        if settings.phase == PhaseKind::SelfCritical && self.from.is_none() && !there {
            return Err(TrainError::Untrained);
        }
        Ok(())
    }

    fn count(&self, dataset: &Dataset) -> Result<Counted, JobError> {
        let (mut words, mut sources) = (Counter::new(&self.recipe.text)?, SourceOf::default());
        for photo in dataset.photos(Split::Train) {
            let photo = photo?;
            sources.push(&photo.source)?;
            photo.captions.iter().for_each(|caption| words.add(caption));
        }
        let own = resolve(&self.recipe.sources, sources.names())?;
        let tokenizer = words.tokenizer()?;
        let json = tokenizer.to_string(true).map_err(|error| anyhow!("{error}"))?.into_bytes();
        Ok(Counted { tokenizer, json, shares: Shares::new(sources, own) })
    }

    fn create(&self, tokenizer: Vec<u8>, frozen: &FrozenEncoder) -> Result<Run, JobError> {
        // A classifier as published stays behind unless it learns along.
        let tuning = self.recipe.training.fine_tune.as_ref();
        let kept = self.weights.is_bundle() || tuning.is_some_and(|tuning| tuning.keep.is_some());
        let classifier = frozen.classifier.clone().filter(|_| kept);
        Ok(Run::create(&self.out, &self.recipe, tokenizer, frozen.tensors.clone(), classifier)?)
    }

    /// Opens the run, which must have been started with the same.
    fn reopen(&self, tokenizer: &[u8], frozen: &FrozenEncoder) -> Result<Run, JobError> {
        let run = Run::open(&self.out)?;
        let differs = |what, hint| Err(TrainError::Differs { what, run: self.out.clone(), hint }.into());
        if run.recipe != self.recipe {
            return differs("the recipe differs from the one", "");
        }
        if run.tokenizer != tokenizer {
            return differs("the captions differ from those", "");
        }
        if run.encoder != frozen.tensors {
            return differs("the encoder's weights differ from those", ": name the same --weights");
        }
        Ok(run)
    }

    /// The decoder's weights to start from, where they are named.
    fn initial(&self, vocabulary: &Vocabulary) -> Result<Option<Tensors>, JobError> {
        let Some(folder) = &self.from else { return Ok(None) };
        let trained = Trained::open(folder, &self.device)?;
        // Its encoder may have other weights: the decoder goes on with what it sees now.
        let tensors = trained.decoder_for(folder, &self.recipe.encoder, vocabulary)?;
        if trained.config.decoder != self.recipe.decoder {
            let (folder, expected) = (folder.clone(), "the recipe's");
            return Err(TrainedError::OtherDecoder { folder, expected }.into());
        }
        Ok(Some(tensors))
    }

    fn teachers(&self, run: &Run) -> Result<Teachers, JobError> {
        let (mut decoders, mut tensors) = (Vec::new(), Vec::new());
        for folder in &self.teachers {
            let trained = Trained::open(folder, &self.device)?;
            let encoder = &run.recipe.encoder;
            let weights = trained.decoder_for(folder, encoder, &run.vocabulary)?;
            trained.check_weights(folder, encoder, &run.encoder)?;
            let untrained =
                trained.config.decoder.init(encoder.channels(), run.vocabulary.len(), &self.device);
            let decoder = apply(untrained, weights.clone(), &self.device);
            decoders.push(decoder.with_context(|| folder.display().to_string())?);
            tensors.push(weights);
        }
        run.check_teachers(&tensors)?;
        Ok(Teachers { decoders })
    }
}
