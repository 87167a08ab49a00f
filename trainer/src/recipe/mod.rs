//! Recipes: everything that decides a training run, in one TOML file.

pub mod chain;
mod keep;
pub mod optimizer;
mod overrides;
pub mod schedule;
mod self_critical;
pub mod sources;
pub mod training;
mod words;

use std::path::{Path, PathBuf};

use crate::files::{MAX_TEXT, read_text};
use serde::{Deserialize, Serialize};
use showtell::beam::BeamConfig;
use showtell::decoder::{DecoderConfig, DecoderError, Injection};
use showtell::encoder::{EncoderConfig, EncoderError, Network, Pooling};

pub use keep::KeepRecipe;
pub use overrides::OverrideError;
pub use self_critical::{Baseline, SelfCriticalRecipe};
pub use sources::{SourceRecipe, SourcesRecipe};
pub use words::WordsRecipe;

pub use crate::dataset::text::{Contractions, TextRecipe};
pub use training::{CaptionChoice, DevMetric, FineTuneRecipe, PhaseKind, TrainingRecipe};

/// A training run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// A name for people; becomes the bundle's.
    pub name: String,
    /// Decides shuffling, dropout and the first weights.
    pub seed: u64,
    /// The network that reads photos.
    pub encoder: EncoderConfig,
    /// Words and lengths.
    pub text: TextRecipe,
    /// Form and sizes of the decoder.
    pub decoder: DecoderConfig,
    /// How it learns.
    pub training: TrainingRecipe,
    /// How captions are searched for, on dev and later in the bundle.
    pub decoding: BeamConfig,
    /// How far each source of photos counts.
    #[serde(default, skip_serializing_if = "SourcesRecipe::is_empty")]
    pub sources: SourcesRecipe,
}

/// Why a recipe cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// The file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Not TOML, a key that is missing or unknown, or a value of the wrong kind.
    #[error("{} is not a recipe", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line.
        source: Box<toml::de::Error>,
    },
    /// A value that makes no sense.
    #[error("{key} must be {expected}, found {found}")]
    Value {
        /// The key.
        key: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// What is said of a source makes no sense.
    #[error("sources.{name}: {reason}")]
    Source {
        /// The source.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A setting of the command line cannot be put over the recipe's.
    #[error(transparent)]
    Override(#[from] OverrideError),
    /// The encoder cannot be made as configured.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// The encoder has no block of that name to be trained from.
    #[error("training.fine_tune.from must be one of {expected}, found {found}")]
    Block {
        /// The blocks there are.
        expected: String,
        /// The one asked for.
        found: String,
    },
    /// Encoder and decoder do not fit.
    #[error(transparent)]
    Decoder(#[from] DecoderError),
    /// Two settings that exclude each other.
    #[error("{found}: {reason}")]
    Combination {
        /// The settings.
        found: &'static str,
        /// Why not.
        reason: &'static str,
    },
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// [`RecipeError`] names the key and what was expected.
    pub fn read(path: &Path) -> Result<Self, RecipeError> {
        let recipe = Self::read_with(path, &[], None)?;
        recipe.validate()?;
        Ok(recipe)
    }

    /// Reads a recipe, puts settings over its own, each as `training.epochs=4`, and another network
    /// in its encoder's place. Whether the parts still fit is for [`validate`](Self::validate).
    ///
    /// # Errors
    /// [`RecipeError`] names the key and what was expected.
    pub fn read_with(
        path: &Path,
        settings: &[String],
        network: Option<Network>,
    ) -> Result<Self, RecipeError> {
        let text = read_text(path, MAX_TEXT)
            .map_err(|source| RecipeError::Read { path: path.to_owned(), source })?;
        let malformed = |source| RecipeError::Malformed { path: path.to_owned(), source: Box::new(source) };
        // Errors in the file itself are told with their line.
        let mut recipe: Self = toml::from_str(&text).map_err(malformed)?;
        if !settings.is_empty() {
            let mut table: toml::Table = toml::from_str(&text).map_err(malformed)?;
            overrides::apply(&mut table, settings)?;
            recipe = table.try_into().map_err(|source| OverrideError::Unfit {
                settings: settings.join(" "),
                source: Box::new(source),
            })?;
        }
        if let Some(network) = network {
            recipe.exchange_encoder(network);
        }
        Ok(recipe)
    }

    /// Puts another network than the recipe's in the encoder's place, at its own side and with its own map. Where the
    /// decoder reads one region the map is pooled: as before if that leaves one region, else to the
    /// mean.
    pub fn exchange_encoder(&mut self, network: Network) {
        if network == self.encoder.network() {
            return;
        }
        let map = EncoderConfig::new(network);
        let pooled = map.clone().with_pooling(self.encoder.pooling());
        self.encoder = match &self.decoder.injection {
            Injection::Attention { .. } => map,
            _ if pooled.validate().is_ok() && pooled.is_pooled() => pooled,
            _ => map.with_pooling(Pooling::Mean),
        };
    }

    /// Checks values that the types allow and training does not.
    ///
    /// # Errors
    /// [`RecipeError`].
    pub fn validate(&self) -> Result<(), RecipeError> {
        let Self { text, decoder, training, decoding, .. } = self;
        let positive = [
            ("text.min_count", text.min_count),
            ("text.max_size", text.max_size.unwrap_or(1)),
            ("text.max_words", text.max_words),
        ];
        for (key, found) in positive {
            if found == 0 {
                return Err(RecipeError::value(key, "at least 1", found));
            }
        }
        self.encoder.validate()?;
        decoder.validate(self.encoder.regions())?;
        training.validate()?;
        sources::validate(&self.sources)?;
        if decoding.word_scores.is_some() {
            let expected = "nothing: a detector is fitted to a published bundle";
            return Err(RecipeError::value("decoding.word_scores", expected, "settings"));
        }
        let mut sides = vec![self.encoder.side()];
        for &side in training.views.iter().flat_map(|views| &views.sides) {
            if sides.contains(&side) {
                let expected = "sides that are each another, and none of them the encoder's own";
                return Err(RecipeError::value("training.views.sides", expected, side));
            }
            self.encoder.resized(side).validate()?;
            sides.push(side);
        }
        if let Some(tuning) = &training.fine_tune {
            let blocks = self.encoder.blocks();
            if !blocks.contains(&tuning.from) {
                return Err(RecipeError::Block { expected: blocks.join(", "), found: tuning.from.clone() });
            }
            if training.views.is_some() && self.encoder.before(&tuning.from).is_none() {
                return Err(RecipeError::Combination {
                    found: "training.views with training.fine_tune",
                    reason: "what comes before that block of this encoder cannot be kept; use \
                             training.fine_tune.flips",
                });
            }
        }
        let combination = |found, reason| Err(RecipeError::Combination { found, reason });
        if training.attention_penalty > 0.0 && !matches!(decoder.injection, Injection::Attention { .. }) {
            return combination("training.attention_penalty without attention", "there is nothing to weigh");
        }
        if training.region_dropout > 0.0 && self.encoder.regions() < 2 {
            return combination("training.region_dropout with a single region", "nothing would be left");
        }
        if training.scheduled_sampling > 0.0 && matches!(decoder.injection, Injection::Merge { .. }) {
            return combination(
                "training.scheduled_sampling with merge injection",
                "it learns from prefixes, each read by itself",
            );
        }
        decoding.validate().map_err(|error| RecipeError::value("decoding", "a usable search", error))
    }
}

impl RecipeError {
    /// A value that makes no sense.
    pub(crate) fn value(key: &'static str, expected: &'static str, found: impl ToString) -> Self {
        Self::Value { key, expected, found: found.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::view::ViewRecipe;

    fn shipped() -> Vec<(String, Recipe)> {
        let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("recipes");
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        // Chains of recipes are no recipes.
        paths
            .filter(|path| !["shipped.toml", "flickr8k-chain.toml"].iter().any(|chain| path.ends_with(chain)))
            .map(|path| (path.file_stem().unwrap().to_str().unwrap().into(), Recipe::read(&path).unwrap()))
            .collect()
    }

    #[test]
    fn every_published_system_has_a_valid_recipe_that_survives_a_file() {
        let recipes = shipped();
        for name in
            ["show-and-tell", "bahdanau-gru", "cnn-lstm", "merge-bilstm", "soft-attention", "vgg-gru3"]
        {
            assert!(recipes.iter().any(|(found, _)| found == name), "{name}");
        }
        for (name, recipe) in recipes {
            let text = toml::to_string_pretty(&recipe).unwrap();
            assert_eq!(toml::from_str::<Recipe>(&text).unwrap(), recipe, "{name}");
        }
    }

    #[test]
    fn any_network_fits_any_recipe() {
        for (name, recipe) in shipped() {
            for network in Network::ALL {
                let mut recipe = recipe.clone();
                // The block to fine-tune from is one of its own network's.
                recipe.training.fine_tune = None;
                recipe.exchange_encoder(network);
                assert!(recipe.validate().is_ok(), "{name} with {network}: {:?}", recipe.validate());
            }
        }
    }

    #[test]
    fn settings_that_exclude_each_other_are_refused() {
        let recipes = shipped();
        let recipe = |name: &str| recipes.iter().find(|(found, _)| found == name).unwrap().1.clone();
        let refused = |recipe: Recipe| recipe.validate().unwrap_err().to_string();
        let mut pooled = recipe("bahdanau-gru");
        pooled.encoder = pooled.encoder.with_pooling(Pooling::Mean);
        assert!(refused(pooled).contains("attention injection needs several regions, found 1"));
        let mut blind = recipe("cnn-lstm");
        blind.training.attention_penalty = 1.0;
        assert!(refused(blind).contains("training.attention_penalty without attention"));
        let mut prefixes = recipe("merge-bilstm");
        prefixes.training.scheduled_sampling = 0.2;
        assert!(refused(prefixes).contains("training.scheduled_sampling with merge injection"));
        let tuned = FineTuneRecipe {
            from: "network.head".into(),
            learning_rate: 1e-4,
            flips: false,
            smallest: 1.0,
            words: None,
            keep: None,
        };
        type Change<'a> = &'a dyn Fn(&mut TrainingRecipe);
        let changes: [(&str, Change); 14] = [
            ("training.views.sides with", &|t| {
                let views = ViewRecipe { sides: vec![224], ..ViewRecipe::default() };
                (t.average, t.views, t.fine_tune) = (None, Some(views), Some(tuned.clone()));
            }),
            ("training.snapshots with", &|t| (t.snapshots, t.keep_checkpoints) = (2, 2)),
            ("training.snapshots above", &|t| (t.average, t.snapshots) = (None, 2)),
            ("training.word_dropout in", &|t| t.word_dropout = 0.1),
            ("training.views with training.fine_tune.flips", &|t| {
                let flipped = FineTuneRecipe { flips: true, ..tuned.clone() };
                (t.views, t.fine_tune) = (Some(ViewRecipe::default()), Some(flipped));
            }),
            ("training.views with training.fine_tune:", &|t| {
                let first = FineTuneRecipe { from: "network.stem".into(), ..tuned.clone() };
                (t.average, t.views, t.fine_tune) = (None, Some(ViewRecipe::default()), Some(first));
            }),
            ("training.average with", &|t| (t.average, t.fine_tune) = (Some(0.9), Some(tuned.clone()))),
            ("training.distillation with", &|t| {
                (t.average, t.distillation, t.fine_tune) = (None, Some(0.5), Some(tuned.clone()))
            }),
            ("training.label_smoothing with", &|t| (t.distillation, t.label_smoothing) = (Some(0.5), 0.1)),
            ("training.self_critical with", &|t| t.phase = PhaseKind::CrossEntropy),
            ("training.label_smoothing in", &|t| t.label_smoothing = 0.1),
            ("training.distillation in", &|t| t.distillation = Some(0.5)),
            ("training.scheduled_sampling in", &|t| t.scheduled_sampling = 0.1),
            ("training.captions = \"one\"", &|t| (t.captions, t.self_critical) = (CaptionChoice::One, None)),
        ];
        for (expected, change) in changes {
            let mut changed = recipe("self-critical");
            change(&mut changed.training);
            let message = refused(changed);
            assert!(message.starts_with(expected), "{message}");
        }
        let mut pooled = recipe("cnn-lstm");
        pooled.training.region_dropout = 0.1;
        assert!(refused(pooled).contains("training.region_dropout with a single region"));
        let mut hasty = recipe("toy");
        hasty.training.patience = Some(0);
        assert!(refused(hasty).contains("training.patience must be at least 1, found 0"));
    }
}
