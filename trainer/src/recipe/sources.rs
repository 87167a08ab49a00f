//! How far each source of photos counts: see [`Photo::source`](crate::dataset::Photo::source).
//!
//! ```toml
//! [sources]
//! web = 0.6                                  # its captions count that much
//! coco = { weight = 1.5, captions = "one" }  # and a step takes one of a photo's
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::{CaptionChoice, RecipeError};

/// What a recipe says of sources, by name. Others count 1.
pub type SourcesRecipe = BTreeMap<String, SourceRecipe>;

/// What a recipe says of a source.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SourceRecipe {
    /// How much its captions count; at 0 its photos are not shown.
    pub weight: f32,
    /// Which captions of its photos a step learns from, where that is not what `training.captions` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captions: Option<CaptionChoice>,
}

impl Default for SourceRecipe {
    fn default() -> Self {
        Self { weight: 1.0, captions: None }
    }
}

impl<'de> Deserialize<'de> for SourceRecipe {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            #[serde(default = "one")]
            weight: f32,
            captions: Option<CaptionChoice>,
        }
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a weight, or a table with weight and captions")]
        enum Form {
            Weight(f32),
            Table(Table),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Weight(weight) => Self { weight, captions: None },
            Form::Table(Table { weight, captions }) => Self { weight, captions },
        })
    }
}

fn one() -> f32 {
    1.0
}

/// Checks what the types allow and training does not.
///
/// # Errors
/// [`RecipeError::Source`].
pub fn validate(sources: &SourcesRecipe) -> Result<(), RecipeError> {
    match sources.iter().find(|(_, source)| !(source.weight.is_finite() && source.weight >= 0.0)) {
        Some((name, source)) => Err(RecipeError::Source {
            name: name.clone(),
            reason: format!("its weight must be a number from 0 on, found {}", source.weight),
        }),
        None => Ok(()),
    }
}

/// What a recipe says of each source that there is, in their order.
///
/// # Errors
/// [`RecipeError::Source`] for one that no photo comes from, and where none would count.
pub fn resolve(sources: &SourcesRecipe, names: &[String]) -> Result<Vec<SourceRecipe>, RecipeError> {
    if let Some(name) = sources.keys().find(|name| !names.contains(name)) {
        let found: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        let found = if found.is_empty() { "none that is named".to_owned() } else { found.join(", ") };
        let reason = format!("no training photo comes from it, found {found}");
        return Err(RecipeError::Source { name: name.clone(), reason });
    }
    let own: Vec<SourceRecipe> =
        names.iter().map(|name| sources.get(name).copied().unwrap_or_default()).collect();
    match names.first().filter(|_| own.iter().all(|source| source.weight == 0.0)) {
        Some(name) => Err(RecipeError::Source {
            name: name.clone(),
            reason: "no source has a weight above 0".to_owned(),
        }),
        None => Ok(own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SourcesRecipe, String> {
        let sources: SourcesRecipe = toml::from_str(text).map_err(|error| error.to_string())?;
        validate(&sources).map_err(|error| error.to_string()).map(|()| sources)
    }

    #[test]
    fn a_source_is_a_weight_or_a_table() {
        let found = read("web = 0.5\ncoco = { captions = \"one\" }\nfood = { weight = 2 }").unwrap();
        assert_eq!(found["web"], SourceRecipe { weight: 0.5, captions: None });
        assert_eq!(found["coco"], SourceRecipe { weight: 1.0, captions: Some(CaptionChoice::One) });
        assert_eq!(found["food"].weight, 2.0);
        let text = toml::to_string(&found).unwrap();
        assert_eq!(read(&text).unwrap(), found);
        for (text, expected) in [
            ("web = -0.5", "sources.web: its weight must be a number from 0 on, found -0.5"),
            ("web = nan", "found NaN"),
            ("web = \"much\"", "expected a weight, or a table"),
            ("web = { wait = 1 }", "expected a weight, or a table"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(expected), "{text}: {refused}");
        }
    }

    #[test]
    fn sources_that_nobody_gave_are_refused() {
        let names = ["coco".to_owned(), "web".to_owned()];
        let resolved = |text: &str| resolve(&read(text).unwrap(), &names).map_err(|error| error.to_string());
        let weights: Vec<f32> = resolved("web = 0.5").unwrap().iter().map(|own| own.weight).collect();
        assert_eq!(weights, [1.0, 0.5]);
        let refused = resolved("food = 1").unwrap_err();
        assert_eq!(refused, "sources.food: no training photo comes from it, found coco, web");
        assert!(resolved("web = 0\ncoco = 0").unwrap_err().contains("no source has a weight above 0"));
        let alone = resolve(&read("food = 1").unwrap(), &[String::new()]).unwrap_err().to_string();
        assert!(alone.contains("found none that is named"), "{alone}");
    }
}
