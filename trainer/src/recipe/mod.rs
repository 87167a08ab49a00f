//! Recipes: everything that decides a training run, in one TOML file.

pub mod training;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use showtell::beam::BeamConfig;
use showtell::decoder::{DecoderConfig, DecoderError, Injection};
use showtell::encoder::EncoderConfig;

pub use crate::dataset::text::{Contractions, TextRecipe};
pub use training::{CaptionChoice, DevMetric, FineTuneRecipe, TrainingRecipe};

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
        let grid = self.encoder.grid(self.encoder.preprocessing().side);
        decoder.validate(grid * grid)?;
        training.validate()?;
        let combination = |found, reason| Err(RecipeError::Combination { found, reason });
        if training.attention_penalty > 0.0 && !matches!(decoder.injection, Injection::Attention { .. }) {
            return combination("training.attention_penalty without attention", "there is nothing to weigh");
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
