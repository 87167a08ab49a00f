//! Which encoders can be made.

use super::EncoderConfig;
use super::error::{EncoderError, MAX_GRID, MAX_SIDE};
use crate::encoder::pooling::Pooling;

impl EncoderConfig {
    /// Checks that the encoder can be made.
    ///
    /// # Errors
    /// [`EncoderError`] names the setting, what was expected and what was found.
    pub fn validate(&self) -> Result<(), EncoderError> {
        let network = self.network;
        if !network.layers().contains(&self.layer.as_str()) {
            return Err(EncoderError::Layer { network, found: self.layer.clone() });
        }
        let (place, layer) = self.layer_at();
        let architecture = network.architecture();
        let map_side = |side: usize| {
            let map = architecture.map_side(place, side);
            map.filter(|&map| map <= MAX_GRID && side <= MAX_SIDE)
        };
        let map_side_within = |tap, side| architecture.map_side(tap, side).is_some_and(|map| map <= MAX_GRID);
        let Some(map) = map_side(self.side) else {
            let fits = |side: &usize| map_side(*side).is_some();
            let least = (1..=MAX_SIDE).find(fits).unwrap_or(MAX_SIDE);
            let most = (1..=MAX_SIDE).rev().find(fits).unwrap_or(MAX_SIDE);
            let expected = match layer.dense {
                true => least.to_string(),
                false => format!("{least} to {most}"),
            };
            let layer = self.layer.clone();
            return Err(EncoderError::Side { network, layer, expected, found: self.side });
        };
        if layer.dense && (self.grid.is_some() || self.pooling != Pooling::None) {
            let found = match self.grid {
                Some(grid) => format!("grid {grid}"),
                None => format!("pooling {:?}", self.pooling).to_lowercase(),
            };
            return Err(EncoderError::Dense { network, layer: self.layer.clone(), found });
        }
        let mut earlier = 0..place;
        for found in &self.taps {
            // In forward order, each once, and of a map that is cheap to average.
            let tap = earlier.clone().find(|&tap| architecture.layers()[tap].name == *found);
            match tap.filter(|&tap| architecture.taps() && map_side_within(tap, self.side)) {
                Some(tap) => earlier.start = tap + 1,
                None => return Err(EncoderError::Beside { network, found: found.clone() }),
            }
        }
        if let Some(found) = self.grid.filter(|grid| !(1..=MAX_GRID).contains(grid)) {
            return Err(EncoderError::Grid { found });
        }
        let map = self.grid.unwrap_or(map);
        match self.pooling {
            Pooling::Window(found) if !(1..=map).contains(&found) => Err(EncoderError::Window { map, found }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::network::Network;

    fn refused(config: EncoderConfig) -> String {
        config.validate().unwrap_err().to_string()
    }

    #[test]
    fn impossible_settings_are_named_with_what_would_do() {
        let inception = || EncoderConfig::new(Network::InceptionV3);
        let fc2 = || EncoderConfig::new(Network::Vgg16).with_layer("fc2");
        let resnet = EncoderConfig::new(Network::ResNet18);
        assert_eq!(
            refused(resnet.with_layer("layer5")),
            "encoder.layer of resnet-18 must be one of layer1, layer2, layer3, layer4, found layer5"
        );
        assert_eq!(
            refused(inception().with_side(74)),
            "encoder.side must be 75 to 1024 for mixed_7c of inception-v3, found 74"
        );
        assert!(refused(inception().with_side(4096)).ends_with("found 4096"));
        let early = EncoderConfig::new(Network::Vgg16).with_layer("conv3_3");
        let message = refused(early.with_side(1024));
        assert!(message.contains("to 259 for conv3_3 of vgg16, found 1024"), "{message}");
        assert_eq!(refused(fc2().with_side(256)), "encoder.side must be 224 for fc2 of vgg16, found 256");
        assert_eq!(
            refused(fc2().with_grid(14)),
            "fc2 of vgg16 is fully connected, a single region: expected neither encoder.grid nor \
             encoder.pooling, found grid 14"
        );
        assert!(refused(fc2().with_pooling(Pooling::Mean)).ends_with("found pooling mean"));
        assert_eq!(refused(inception().with_grid(0)), "encoder.grid must be 1 to 64, found 0");
        assert_eq!(
            refused(inception().with_pooling(Pooling::Window(9))),
            "encoder.pooling.window must be 1 to 8, the side of the map, found 9"
        );
        for network in Network::ALL {
            EncoderConfig::new(network).validate().unwrap();
        }
    }

    #[test]
    fn earlier_layers_add_their_channels() {
        let lite2 = || EncoderConfig::new(Network::EfficientNetLite2);
        let config = lite2().with_taps(["blocks.7", "blocks.15"]);
        config.validate().unwrap();
        assert_eq!((config.channels(), config.grid_side()), (1280 + 88 + 208, 9));
        for (config, found) in [
            (lite2().with_taps(["blocks.15", "blocks.7"]), "blocks.7"),
            (lite2().with_taps(["blocks.7", "blocks.7"]), "blocks.7"),
            (lite2().with_taps(["head"]), "head"),
            (lite2().with_taps(["blocks.1"]), "blocks.1"),
            (EncoderConfig::new(Network::ResNet18).with_taps(["layer3"]), "layer3"),
        ] {
            let message = refused(config);
            assert!(message.starts_with("encoder.taps of ") && message.ends_with(found), "{message}");
        }
        assert!(lite2().before("network.blocks.16").is_some());
        assert!(config.before("network.blocks.16").is_none());
    }
}
