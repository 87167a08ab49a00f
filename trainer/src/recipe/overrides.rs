//! Settings given on the command line over those of the file: `training.epochs=4`.

use toml::{Table, Value};

/// Why a setting cannot be put over a recipe's.
#[derive(Debug, thiserror::Error)]
pub enum OverrideError {
    /// No key or no value.
    #[error("expected KEY=VALUE, such as training.epochs=4, found {found}")]
    Form {
        /// What was given.
        found: String,
    },
    /// The recipe does not know a key, or a value is of the wrong kind.
    #[error("{settings} does not fit the recipe")]
    Unfit {
        /// All that was given.
        settings: String,
        /// What is wrong.
        source: Box<toml::de::Error>,
    },
    /// A part of the key is no table.
    #[error("{key}: {part} holds a value, not settings")]
    NoTable {
        /// The whole key.
        key: String,
        /// The part.
        part: String,
    },
}

/// Puts settings over a recipe's. A value is written as in the file; one word needs no quotes.
///
/// # Errors
/// [`OverrideError`]. Whether the recipe knows the key is seen when it is read.
pub fn apply(recipe: &mut Table, settings: &[String]) -> Result<(), OverrideError> {
    for setting in settings {
        let form = || OverrideError::Form { found: setting.clone() };
        let (key, text) = setting.split_once('=').ok_or_else(form)?;
        let (key, text) = (key.trim(), text.trim());
        let (parents, last) = key.rsplit_once('.').map_or((None, key), |(path, last)| (Some(path), last));
        if last.is_empty() || text.is_empty() {
            return Err(form());
        }
        let mut table = &mut *recipe;
        for part in parents.into_iter().flat_map(|path| path.split('.')) {
            table = table
                .entry(part)
                .or_insert_with(|| Value::Table(Table::new()))
                .as_table_mut()
                .ok_or_else(|| OverrideError::NoTable { key: key.into(), part: part.into() })?;
        }
        table.insert(last.to_owned(), value(text));
    }
    Ok(())
}

fn value(text: &str) -> Value {
    let parsed = toml::from_str::<Table>(&format!("value = {text}"));
    parsed.ok().and_then(|mut table| table.remove("value")).unwrap_or_else(|| Value::String(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(settings: &[&str]) -> Result<Table, OverrideError> {
        let mut table: Table =
            toml::from_str("encoder = \"vgg16\"\n[decoder]\ncell = \"lstm\"\nlayers = 1\n").unwrap();
        let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
        apply(&mut table, &settings).map(|()| table)
    }

    #[test]
    fn values_are_put_over_the_file() {
        let found = changed(&[
            "decoder.cell=gru",
            "decoder.layers = 3",
            "decoder.output={ form = \"plain\", tied = false }",
            "training.schedule.kind=\"constant\"",
        ]);
        let found = found.unwrap();
        assert_eq!(found["encoder"].as_str(), Some("vgg16"));
        assert_eq!(found["decoder"]["cell"].as_str(), Some("gru"));
        assert_eq!(found["decoder"]["layers"].as_integer(), Some(3));
        assert_eq!(found["decoder"]["output"]["tied"].as_bool(), Some(false));
        assert_eq!(found["training"]["schedule"]["kind"].as_str(), Some("constant"));
    }

    #[test]
    fn unclear_settings_are_refused() {
        for unclear in ["decoder.cell", "=3", "decoder.=3", "decoder.cell="] {
            assert!(matches!(changed(&[unclear]), Err(OverrideError::Form { .. })), "{unclear}");
        }
        let message = changed(&["encoder.side=32"]).unwrap_err().to_string();
        assert_eq!(message, "encoder.side: encoder holds a value, not settings");
    }
}
