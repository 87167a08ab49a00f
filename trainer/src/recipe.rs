//! Recipes: everything that decides a training run, in one TOML file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use showtell::beam::BeamConfig;
use showtell::decoder::DecoderConfig;
use showtell::encoder::{EncoderConfig, EncoderError};

/// A training run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// A name for people; becomes the bundle's.
    pub name: String,
    /// Decides shuffling, dropout and the first weights.
    pub seed: u64,
    /// The frozen network that reads photos.
    pub encoder: EncoderConfig,
    /// Words and lengths.
    pub text: TextRecipe,
    /// Sizes of the decoder.
    pub decoder: DecoderRecipe,
    /// How it learns.
    pub training: TrainingRecipe,
    /// How captions are searched for, on dev and later in the bundle.
    pub decoding: BeamConfig,
}

/// How captions become tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextRecipe {
    /// Words seen fewer times in the training captions become `<unk>`.
    pub min_count: usize,
    /// Captions are cut to this many words for training.
    pub max_words: usize,
}

/// Sizes of the decoder; the rest follows from encoder and vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecoderRecipe {
    /// Width of a projected region.
    pub region: usize,
    /// Width of a word's embedding.
    pub embedding: usize,
    /// Width of the LSTM's state.
    pub hidden: usize,
    /// Width of the additive attention.
    pub attention: usize,
}

impl DecoderRecipe {
    /// The decoder's configuration for an encoder and a vocabulary size.
    #[must_use]
    pub fn config(&self, encoder: &EncoderConfig, vocabulary: usize) -> DecoderConfig {
        DecoderConfig {
            channels: encoder.channels(),
            region: self.region,
            embedding: self.embedding,
            hidden: self.hidden,
            attention: self.attention,
            vocabulary,
        }
    }
}

/// How the decoder learns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecipe {
    /// Passes over the training photos.
    pub epochs: usize,
    /// Photos in a step, each with all its captions.
    pub photos_per_step: usize,
    /// Adam's peak learning rate.
    pub learning_rate: f64,
    /// Steps over which the learning rate rises from zero; it then falls to zero along a cosine.
    pub warmup_steps: usize,
    /// Share of each target spread over the vocabulary.
    pub label_smoothing: f32,
    /// Share of embeddings and of the output layer's input set to zero.
    pub dropout: f64,
    /// Gradients are scaled down to at most this norm, over all parameters together.
    pub clip_norm: f32,
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
    /// An encoder that cannot be made.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
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
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// [`RecipeError`] names the key and what was expected.
    pub fn read(path: &Path) -> Result<Self, RecipeError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| RecipeError::Read { path: path.to_owned(), source })?;
        let recipe: Self = toml::from_str(&text)
            .map_err(|source| RecipeError::Malformed { path: path.to_owned(), source: Box::new(source) })?;
        recipe.validate()?;
        Ok(recipe)
    }

    /// Checks values that the types allow and training does not.
    ///
    /// # Errors
    /// [`RecipeError::Encoder`] and [`RecipeError::Value`].
    pub fn validate(&self) -> Result<(), RecipeError> {
        let Self { encoder, text, decoder, training, decoding, .. } = self;
        encoder.validate()?;
        let positive = [
            ("text.min_count", text.min_count),
            ("text.max_words", text.max_words),
            ("decoder.region", decoder.region),
            ("decoder.embedding", decoder.embedding),
            ("decoder.hidden", decoder.hidden),
            ("decoder.attention", decoder.attention),
            ("training.epochs", training.epochs),
            ("training.photos_per_step", training.photos_per_step),
        ];
        for (key, found) in positive {
            if found == 0 {
                return Err(RecipeError::Value { key, expected: "at least 1", found: "0".into() });
            }
        }
        let ranges = [
            ("training.learning_rate", training.learning_rate, "above 0", training.learning_rate > 0.0),
            (
                "training.label_smoothing",
                training.label_smoothing.into(),
                "from 0 up to 1",
                (0.0..1.0).contains(&training.label_smoothing),
            ),
            ("training.dropout", training.dropout, "from 0 up to 1", (0.0..1.0).contains(&training.dropout)),
            ("training.clip_norm", training.clip_norm.into(), "above 0", training.clip_norm > 0.0),
        ];
        for (key, found, expected, fits) in ranges {
            if !fits {
                return Err(RecipeError::Value { key, expected, found: found.to_string() });
            }
        }
        decoding.validate().map_err(|error| RecipeError::Value {
            key: "decoding",
            expected: "a usable search",
            found: error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_recipe_is_valid() {
        let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("recipes");
        let recipes: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
        assert!(!recipes.is_empty());
        for entry in recipes {
            Recipe::read(&entry.unwrap().path()).unwrap();
        }
    }
}
