//! How an encoder learns words beside captions.

use serde::{Deserialize, Serialize};

use super::RecipeError;

/// How an encoder that learns is told which words stand in a photo's captions: see
/// [`WordLoss`](crate::training::words::WordLoss).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WordsRecipe {
    /// Weight of the words' loss, which is summed over words, beside the captions', a mean over them.
    pub weight: f32,
    /// How many of all captions a content word stands in at least to be learnt.
    pub least_captions: usize,
    /// Width of the layer between regions and words.
    pub hidden: usize,
    /// Learning rate of the layers that tell words, where the decoder's is at its peak.
    pub learning_rate: f64,
}

impl Default for WordsRecipe {
    fn default() -> Self {
        Self { weight: 1.0, least_captions: 8, hidden: 256, learning_rate: 2e-3 }
    }
}

impl WordsRecipe {
    /// Checks values that the types allow and training does not.
    ///
    /// # Errors
    /// [`RecipeError::Value`].
    pub fn validate(&self) -> Result<(), RecipeError> {
        let counts = [
            ("training.fine_tune.words.least_captions", self.least_captions),
            ("training.fine_tune.words.hidden", self.hidden),
        ];
        for (key, found) in counts {
            if found == 0 {
                return Err(RecipeError::value(key, "at least 1", found));
            }
        }
        let rates = [
            ("training.fine_tune.words.weight", f64::from(self.weight)),
            ("training.fine_tune.words.learning_rate", self.learning_rate),
        ];
        for (key, found) in rates {
            if !(found.is_finite() && found > 0.0) {
                return Err(RecipeError::value(key, "above 0", found));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_left_out_are_the_usual_ones_and_senseless_ones_refused() {
        let read = |text: &str| toml::from_str::<WordsRecipe>(text).unwrap();
        assert_eq!(read(""), WordsRecipe::default());
        assert!(read("").validate().is_ok());
        for (text, key) in [
            ("weight = 0.0", "words.weight"),
            ("learning_rate = inf", "words.learning_rate"),
            ("hidden = 0", "words.hidden"),
            ("least_captions = 0", "words.least_captions"),
        ] {
            assert!(read(text).validate().unwrap_err().to_string().contains(key), "{text}");
        }
    }
}
