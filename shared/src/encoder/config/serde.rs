//! An encoder in a recipe or a bundle: a name, or a table of what differs from the defaults.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::EncoderConfig;
use crate::encoder::network::Network;
use crate::encoder::pooling::Pooling;

/// The table; what is left out takes the network's default.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    network: Network,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    side: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grid: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pooling: Option<Pooling>,
    // The name in files stays: it is part of the keys of kept features.
    #[serde(default, rename = "beside", alias = "taps", skip_serializing_if = "Vec::is_empty")]
    taps: Vec<String>,
}

impl From<Table> for EncoderConfig {
    fn from(table: Table) -> Self {
        let defaults = Self::new(table.network);
        Self {
            layer: table.layer.unwrap_or(defaults.layer),
            side: table.side.unwrap_or(defaults.side),
            grid: table.grid,
            pooling: table.pooling.unwrap_or_default(),
            taps: table.taps,
            network: table.network,
        }
    }
}

impl Serialize for EncoderConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let defaults = Self::new(self.network);
        if *self == defaults {
            return serializer.serialize_str(self.name());
        }
        let table = Table {
            network: self.network,
            layer: (self.layer != defaults.layer).then(|| self.layer.clone()),
            side: (self.side != defaults.side).then_some(self.side),
            grid: self.grid,
            pooling: (self.pooling != defaults.pooling).then_some(self.pooling),
            taps: self.taps.clone(),
        };
        table.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EncoderConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrTable;

        impl<'de> Visitor<'de> for NameOrTable {
            type Value = EncoderConfig;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(
                    "the name of a network, or a table with network, layer, side, grid, pooling, taps",
                )
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<EncoderConfig, E> {
                name.parse::<Network>().map(EncoderConfig::new).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<EncoderConfig, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map)).map(EncoderConfig::from)
            }
        }

        deserializer.deserialize_any(NameOrTable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_a_table_is_read_and_defaults_are_written_as_a_name() {
        let read = |json: &str| serde_json::from_str::<EncoderConfig>(json);
        let plain = read(r#""inception-v3""#).unwrap();
        assert_eq!(plain, EncoderConfig::new(Network::InceptionV3));
        let spelled = r#"{"network": "inception-v3", "layer": "mixed_7c", "side": 299, "pooling": "none"}"#;
        assert_eq!(read(spelled).unwrap(), plain);
        assert_eq!(serde_json::to_string(&plain).unwrap(), r#""inception-v3""#);

        let pooled = plain.with_grid(14).with_pooling(Pooling::Window(5));
        let json = serde_json::to_string(&pooled).unwrap();
        assert_eq!(json, r#"{"network":"inception-v3","grid":14,"pooling":{"window":5}}"#);
        assert_eq!(read(&json).unwrap(), pooled);
        let json = r#"{"network":"efficientnet-lite2","beside":["blocks.15"]}"#;
        assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        assert_eq!(read(&json.replace("beside", "taps")).unwrap(), read(json).unwrap());

        let message = read(r#"{"network": "vgg16", "layr": "fc1"}"#).unwrap_err().to_string();
        assert!(message.starts_with("unknown field `layr`"), "{message}");
        let message = read(r#""vgg""#).unwrap_err().to_string();
        assert!(message.starts_with("unknown encoder vgg: expected one of inception-v3"), "{message}");
    }
}
