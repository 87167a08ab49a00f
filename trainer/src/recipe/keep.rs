//! How an encoder that learns keeps what it knew.

use serde::{Deserialize, Serialize};

use super::RecipeError;

/// How far an encoder that learns is held to the answers that its own classifier gave before (learning without
/// forgetting, Li and Hoiem 2016): see [`Memory`](crate::training::memory::Memory).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeepRecipe {
    /// Weight of the loss beside the captions', which is a mean over words.
    pub weight: f32,
    /// By which the scores of both answers are divided, so that classes that are not the first count too
    /// (Hinton et al. 2015).
    pub temperature: f32,
    /// Learning rate of the classifier itself, where the decoder's is at its peak; 0 leaves it as published.
    pub learning_rate: f64,
}

impl Default for KeepRecipe {
    fn default() -> Self {
        Self { weight: 1.0, temperature: 2.0, learning_rate: 1e-4 }
    }
}

impl KeepRecipe {
    /// Checks values that the types allow and training does not.
    ///
    /// # Errors
    /// [`RecipeError::Value`].
    pub fn validate(&self) -> Result<(), RecipeError> {
        let above = [
            ("training.fine_tune.keep.weight", self.weight),
            ("training.fine_tune.keep.temperature", self.temperature),
        ];
        for (key, found) in above {
            if !(found.is_finite() && found > 0.0) {
                return Err(RecipeError::value(key, "above 0", found));
            }
        }
        if !(self.learning_rate.is_finite() && self.learning_rate >= 0.0) {
            let key = "training.fine_tune.keep.learning_rate";
            return Err(RecipeError::value(key, "at least 0", self.learning_rate));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_left_out_are_the_usual_ones_and_senseless_ones_refused() {
        let read = |text: &str| toml::from_str::<KeepRecipe>(text).unwrap();
        assert_eq!(read(""), KeepRecipe::default());
        assert!(read("learning_rate = 0.0").validate().is_ok());
        for (text, key) in [
            ("weight = 0.0", "keep.weight"),
            ("temperature = inf", "keep.temperature"),
            ("learning_rate = -1.0", "keep.learning_rate"),
        ] {
            assert!(read(text).validate().unwrap_err().to_string().contains(key), "{text}");
        }
    }
}
