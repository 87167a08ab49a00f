//! A logistic model of a few numbers, as a bundle holds it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::stats::Stats;

/// The largest weight that is taken for one.
pub(super) const LARGEST_WEIGHT: f32 = 1e9;

/// A logistic model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "S: Stats")]
pub struct Logistic<S> {
    /// Log-odds where all numbers are 0.
    pub intercept: f32,
    /// By which each number moves the log-odds.
    #[serde(serialize_with = "by_name", deserialize_with = "by_name_or_place")]
    pub weights: S,
}

impl<S: Stats> Logistic<S> {
    /// The probability.
    #[must_use]
    pub fn probability(&self, evidence: &S) -> f32 {
        let moved = self.weights.values().zip(evidence.values()).map(|(weight, value)| weight * value);
        let odds = self.intercept + moved.sum::<f32>();
        1.0 / (1.0 + (-odds).exp())
    }

    /// Whether sums of its terms stay far from what a number can hold.
    pub(super) fn is_usable(&self) -> bool {
        self.weights.values().chain([self.intercept]).all(|weight| weight.abs() <= LARGEST_WEIGHT)
    }
}

/// Writes weights under the names of their numbers.
fn by_name<S: Stats, Z: Serializer>(weights: &S, serializer: Z) -> Result<Z::Ok, Z::Error> {
    let mut map = serializer.serialize_map(Some(S::NAMES.len()))?;
    for (name, weight) in S::NAMES.iter().zip(weights.values()) {
        map.serialize_entry(name, &weight)?;
    }
    map.end()
}

/// Reads weights by name, and of bundles before format 10, which give no names, by their place. What is not there
/// counts nothing: bundles of before there was a detector of words have fewer weights, and those of before there were
/// labels.
fn by_name_or_place<'de, S: Stats, D: Deserializer<'de>>(deserializer: D) -> Result<S, D::Error> {
    deserializer.deserialize_any(Weights(PhantomData))
}

struct Weights<S>(PhantomData<S>);

impl<'de, S: Stats> Visitor<'de> for Weights<S> {
    type Value = S;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "weights by the names {}", S::NAMES.join(", "))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<S, A::Error> {
        let mut values = vec![None; S::NAMES.len()];
        while let Some(name) = map.next_key::<String>()? {
            let Some(place) = S::NAMES.iter().position(|own| *own == name) else {
                return Err(Error::unknown_field(&name, S::NAMES));
            };
            if values[place].replace(map.next_value::<f32>()?).is_some() {
                return Err(Error::custom(format!("weight {name} stands there twice")));
            }
        }
        Ok(S::from_values(&values.into_iter().map(Option::unwrap_or_default).collect::<Vec<f32>>()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<S, A::Error> {
        let mut values = Vec::new();
        while let Some(weight) = list.next_element::<f32>()? {
            values.push(weight);
        }
        let (most, found) = (S::NAMES.len(), values.len());
        if !(1..=most).contains(&found) {
            return Err(Error::custom(format!("expected at most {most} weights, found {found}")));
        }
        Ok(S::from_values(&values))
    }
}

#[cfg(test)]
mod tests {
    use super::super::stats::{CaptionStats, PictureStats};
    use super::*;

    #[test]
    fn weights_are_written_by_name_and_read_by_name_or_place() {
        let weights = CaptionStats { mean: 0.1, surprise: -2.5, distance: 1e-7, ..CaptionStats::default() };
        let model = Logistic { intercept: 0.3, weights };
        let json = serde_json::to_string(&model).unwrap();
        assert!(json.starts_with(r#"{"intercept":0.3,"weights":{"mean":0.1,"least":0.0,"#), "{json}");
        assert_eq!(serde_json::from_str::<Logistic<CaptionStats>>(&json).unwrap(), model);

        // As formats 4 to 9 have them: the first six, eight or ten, or all.
        let places = |list: &str| {
            let json = format!(r#"{{"intercept": 0.3, "weights": {list}}}"#);
            serde_json::from_str::<Logistic<CaptionStats>>(&json)
        };
        assert_eq!(places("[0.1, 0, 0, 0, 0, 0, 0, -2.5, 0, 0, 1e-7]").unwrap(), model);
        let older = CaptionStats { distance: 0.0, ..weights };
        assert_eq!(places("[0.1, 0, 0, 0, 0, 0, 0, -2.5]").unwrap().weights, older);
        let message = places("[]").unwrap_err().to_string();
        assert!(message.contains("expected at most 11 weights, found 0"), "{message}");

        let picture = |weights: &str| {
            let json = format!(r#"{{"intercept": 0.0, "weights": {weights}}}"#);
            serde_json::from_str::<Logistic<PictureStats>>(&json).map_err(|error| error.to_string())
        };
        assert_eq!(picture(r#"{"busy": 2.0}"#).unwrap().weights.busy, 2.0);
        let message = picture("[1.0, 0, 0, 0, 0, 0]").unwrap_err();
        assert!(message.contains("expected at most 5 weights, found 6"), "{message}");
        let message = picture(r#"{"buzy": 2.0}"#).unwrap_err();
        assert!(message.contains("unknown field `buzy`, expected one of `mean`, `length`"), "{message}");
        let message = picture(r#"{"busy": 2.0, "busy": 2.0}"#).unwrap_err();
        assert!(message.contains("weight busy stands there twice"), "{message}");
        let message = picture("3").unwrap_err();
        assert!(
            message.contains("expected weights by the names mean, length, deviation, active, busy"),
            "{message}"
        );
    }
}
