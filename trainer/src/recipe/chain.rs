//! Chains: several runs, each going on from others, and the bundle that is made of them, in one TOML
//! file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use showtell::beam::WordScoresConfig;

use super::RecipeError;
use crate::dataset::view::ViewRecipe;
use crate::files::{MAX_TEXT, read_text};

/// Runs in the order they are made, and the bundle at their end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// The runs.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// What is made of them.
    pub bundle: BundleRecipe,
}

/// One run of a chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its folder's name within the chain's.
    pub run: String,
    /// Its recipe's file, beside the chain's.
    pub recipe: PathBuf,
    /// Another number of epochs than the recipe's.
    pub epochs: Option<usize>,
    /// The earlier run whose decoder it starts from.
    pub from: Option<String>,
    /// Earlier runs that it learns from.
    #[serde(default)]
    pub teachers: Vec<String>,
    /// The earlier run whose encoder it looks through, published in the bundle's number format; that of the
    /// command line without it.
    pub encoder: Option<String>,
    /// Settings over the recipe's, each as `training.average=0.998`.
    #[serde(default)]
    pub set: Vec<String>,
}

/// How a chain's bundle is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleRecipe {
    /// The run that gives words, encoder, search and, where no mean is taken, the decoder.
    pub run: String,
    /// Runs whose decoders go into the mean, with their shares where that run's is 1.
    #[serde(default)]
    pub average: BTreeMap<String, f64>,
    /// Number format of the weights, as `publish --precision` takes it.
    pub precision: String,
    /// The model card's file, beside the chain's.
    pub card: Option<PathBuf>,
    /// Teaches the mean which words people use of a photo; absent leaves it without a detector.
    pub detector: Option<DetectorRecipe>,
    /// In how many directions training photos differ, for telling pictures unlike them; absent leaves that.
    pub novelty: Option<usize>,
    /// Whether kinds of pictures that are no photos are learnt, from the graphics that the command line names.
    #[serde(default)]
    pub kinds: bool,
    /// Searches to choose among on dev.
    pub search: SearchRecipe,
    /// Pictures to draw of each kind for the calibration.
    #[serde(default = "usual_drawings")]
    pub drawings: u64,
}

/// How a chain's detector of words is fitted, as `showtell fit detector` does it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectorRecipe {
    /// Passes over the training photos.
    pub epochs: usize,
    /// Numbers between a photo and the words, for a detector with weights of its own; without it it shares the decoder's
    /// embedding.
    #[serde(default)]
    pub width: usize,
    /// Ways to show them besides as they are.
    #[serde(default)]
    pub views: ViewRecipe,
}

/// The searches that a chain tries; the one with the best CIDEr-D on dev becomes the bundle's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchRecipe {
    /// Widths of the beam.
    pub widths: Vec<usize>,
    /// Exponents of the length.
    pub exponents: Vec<f32>,
    /// Temperature of the consensus; absent takes the caption with the best score.
    #[serde(alias = "consensus")]
    pub mbr: Option<f32>,
    /// How far the words count that the detector expects.
    #[serde(alias = "support")]
    pub word_scores: Option<WordScoresConfig>,
}

fn usual_drawings() -> u64 {
    40
}

impl Chain {
    /// Reads a chain. Files that it names are found beside it.
    ///
    /// # Errors
    /// [`RecipeError`], also where a run is named that no earlier step makes.
    pub fn read(path: &Path) -> Result<Self, RecipeError> {
        let text = read_text(path, MAX_TEXT)
            .map_err(|source| RecipeError::Read { path: path.to_owned(), source })?;
        let mut chain: Self = toml::from_str(&text)
            .map_err(|source| RecipeError::Malformed { path: path.to_owned(), source: Box::new(source) })?;
        chain.validate()?;
        let beside = path.parent().unwrap_or(Path::new(""));
        for step in &mut chain.steps {
            step.recipe = beside.join(&step.recipe);
        }
        chain.bundle.card = chain.bundle.card.map(|card| beside.join(card));
        Ok(chain)
    }

    fn validate(&self) -> Result<(), RecipeError> {
        let mut made = BTreeSet::new();
        let earlier = |key, name: &String, made: &BTreeSet<&String>| {
            if made.contains(name) { Ok(()) } else { Err(RecipeError::value(key, "an earlier run", name)) }
        };
        for step in &self.steps {
            let plain = !step.run.is_empty() && !step.run.contains(['/', '\\']) && step.run != "..";
            if !plain || step.run == BUNDLE || made.contains(&step.run) {
                let expected = "a folder's name, each another and none of them bundle";
                return Err(RecipeError::value("step.run", expected, &step.run));
            }
            if let Some(name) = &step.from {
                earlier("step.from", name, &made)?;
            }
            for name in &step.teachers {
                earlier("step.teachers", name, &made)?;
            }
            if let Some(name) = &step.encoder {
                earlier("step.encoder", name, &made)?;
            }
            made.insert(&step.run);
        }
        earlier("bundle.run", &self.bundle.run, &made)?;
        for (name, share) in &self.bundle.average {
            earlier("bundle.average", name, &made)?;
            if !(share.is_finite() && *share > 0.0) {
                return Err(RecipeError::value("bundle.average", "a share above 0", share));
            }
        }
        let SearchRecipe { widths, exponents, .. } = &self.bundle.search;
        if widths.is_empty() || exponents.is_empty() {
            return Err(RecipeError::value("bundle.search", "at least one width and exponent", "none"));
        }
        if self.bundle.search.word_scores.is_some() && self.bundle.detector.is_none() {
            return Err(RecipeError::value("bundle.search.word_scores", "bundle.detector beside it", "none"));
        }
        if self.bundle.detector.as_ref().is_some_and(|detector| !detector.views.sides.is_empty()) {
            return Err(RecipeError::value("bundle.detector.views.sides", "none", "some"));
        }
        if self.bundle.novelty == Some(0) {
            return Err(RecipeError::value("bundle.novelty", "at least 1", 0));
        }
        if self.bundle.drawings == 0 {
            return Err(RecipeError::value("bundle.drawings", "at least 1", 0));
        }
        Ok(())
    }
}

/// The folder of a chain's bundle within the chain's.
pub const BUNDLE: &str = "bundle";

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"
        [[step]]
        run = "first"
        recipe = "flickr8k.toml"
        [[step]]
        run = "second"
        recipe = "self-critical.toml"
        from = "first"
        [bundle]
        run = "first"
        average = { second = 2.0 }
        precision = "int8"
        search = { widths = [3], exponents = [0.5] }
    "#;

    fn checked(text: &str) -> Result<(), String> {
        let chain: Chain = toml::from_str(text).map_err(|error| error.to_string())?;
        chain.validate().map_err(|error| error.to_string())
    }

    #[test]
    fn runs_are_made_before_they_are_used() {
        assert_eq!(checked(SOUND), Ok(()));
        for (from, to, key) in [
            ("from = \"first\"", "from = \"second\"", "step.from"),
            ("from = \"first\"", "teachers = [\"third\"]", "step.teachers"),
            ("from = \"first\"", "encoder = \"second\"", "step.encoder"),
            ("run = \"second\"", "run = \"first\"", "step.run"),
            ("run = \"second\"", "run = \"bundle\"", "step.run"),
            ("run = \"second\"", "run = \"../x\"", "step.run"),
            ("second = 2.0", "second = 0.0", "bundle.average"),
            ("second = 2.0", "third = 1.0", "bundle.average"),
            ("widths = [3]", "widths = []", "bundle.search"),
            (
                "exponents = [0.5]",
                "exponents = [0.5], word_scores = { rerank = 0.1, prior = 0.5 }",
                "bundle.search.word_scores",
            ),
            ("precision =", "drawings = 0\nprecision =", "bundle.drawings"),
        ] {
            let refused = checked(&SOUND.replace(from, to)).unwrap_err();
            assert!(refused.starts_with(key), "{to}: {refused}");
        }
    }

    #[test]
    fn the_chains_that_ship_are_sound() {
        let folder = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap());
        for name in ["shipped.toml", "flickr8k-chain.toml"] {
            let chain = Chain::read(&folder.join("recipes").join(name)).unwrap();
            for step in &chain.steps {
                super::super::Recipe::read_with(&step.recipe, &step.set, None).unwrap().validate().unwrap();
            }
            assert!(chain.bundle.card.unwrap().is_file(), "{name}");
        }
    }
}
