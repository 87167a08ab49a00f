//! Which parts of a decoder fit each other.

use super::error::{DecoderError, MAX_LAYERS, MAX_SIZE};
use super::{AttentionOrder, DecoderConfig, Injection, OutputConfig, RegionAttentionConfig};

impl DecoderConfig {
    /// Checks that the parts fit each other and features of so many regions.
    ///
    /// # Errors
    /// [`DecoderError`] for the first misfit.
    pub fn validate(&self, regions: usize) -> Result<(), DecoderError> {
        let mut sizes = vec![("decoder.embedding", self.embedding), ("decoder.hidden", self.hidden)];
        match &self.injection {
            Injection::Merge { width, text, .. } => {
                sizes.extend([("decoder.injection.width", *width), ("decoder.injection.text", *text)]);
            }
            Injection::Attention { region, region_attention, attention, .. } => {
                sizes.extend([
                    ("decoder.injection.region", region.unwrap_or(1)),
                    ("decoder.injection.attention", *attention),
                ]);
                if let Some(RegionAttentionConfig { heads, layers, .. }) = region_attention {
                    sizes.extend([
                        ("decoder.injection.refine.heads", *heads),
                        ("decoder.injection.refine.layers", *layers),
                    ]);
                }
            }
            _ => {}
        }
        if let OutputConfig::Plain { inner: Some(inner), .. } = self.output {
            sizes.push(("decoder.output.inner", inner));
        }
        for (size, found) in sizes {
            if !(1..=MAX_SIZE).contains(&found) {
                return Err(DecoderError::Size { size, most: MAX_SIZE, found });
            }
        }
        if !(1..=MAX_LAYERS).contains(&self.layers) {
            let (size, most) = ("decoder.layers", MAX_LAYERS);
            return Err(DecoderError::Size { size, most, found: self.layers });
        }

        self.validate_attention()?;
        let form = self.injection.name();
        match (&self.injection, regions) {
            (Injection::Attention { .. }, 0 | 1) => {
                return Err(DecoderError::Regions { form, expected: "several regions", found: regions });
            }
            (Injection::Attention { .. }, _) | (_, 1) => {}
            (_, found) => return Err(DecoderError::Regions { form, expected: "one region", found }),
        }
        let last = match (&self.injection, &self.output) {
            (Injection::Merge { .. }, _) if self.layers != 1 => {
                return Err(DecoderError::Combination {
                    found: "merge injection with several layers",
                    reason: "its bidirectional network has one",
                });
            }
            (Injection::Merge { .. }, OutputConfig::Deep { .. }) => {
                return Err(DecoderError::Combination {
                    found: "merge injection with deep output",
                    reason: "words and photo are already mixed; use plain output",
                });
            }
            (_, OutputConfig::Deep { .. }) => self.embedding,
            (_, OutputConfig::Plain { inner: Some(inner), .. }) => *inner,
            (Injection::Merge { .. }, OutputConfig::Plain { .. }) => 2 * self.hidden,
            (_, OutputConfig::Plain { .. }) => self.hidden,
        };
        let (OutputConfig::Deep { tied } | OutputConfig::Plain { tied, .. }) = self.output;
        if tied && last != self.embedding {
            return Err(DecoderError::Tied { expected: self.embedding, found: last });
        }
        Ok(())
    }

    fn validate_attention(&self) -> Result<(), DecoderError> {
        let Injection::Attention { region, region_attention, order, .. } = &self.injection else {
            return Ok(());
        };
        if *order == AttentionOrder::TopDown && self.layers < 2 {
            return Err(DecoderError::Combination {
                found: "top-down attention with one layer",
                reason: "the first layer asks and the second reads; set decoder.layers = 2",
            });
        }
        let Some(RegionAttentionConfig { heads, layers, .. }) = region_attention else { return Ok(()) };
        let Some(region) = region else {
            return Err(DecoderError::Combination {
                found: "decoder.injection.refine without decoder.injection.region",
                reason: "regions are refined at the width that they are projected to",
            });
        };
        if region % heads != 0 {
            return Err(DecoderError::Heads { region: *region, found: *heads });
        }
        if *layers > MAX_LAYERS {
            let (size, most) = ("decoder.injection.refine.layers", MAX_LAYERS);
            return Err(DecoderError::Size { size, most, found: *layers });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::super::{Activation, AttentionStart, RegionAttentionKind};
    use super::*;

    #[test]
    fn parts_that_do_not_fit_are_named() {
        assert_eq!(config().validate(1), Ok(()));
        let attention = |region, region_attention, order| Injection::Attention {
            region,
            region_attention,
            attention: 4,
            score: Activation::Tanh,
            gate: false,
            start: AttentionStart::Mean,
            order,
        };
        let region_attention = |heads| {
            Some(RegionAttentionConfig { kind: RegionAttentionKind::SelfAttention, heads, layers: 1 })
        };
        let before = AttentionOrder::Before;
        let cases: [(DecoderConfig, usize, &str); 11] = [
            (
                DecoderConfig { injection: attention(None, None, AttentionOrder::TopDown), ..config() },
                4,
                "top-down attention with one layer",
            ),
            (
                DecoderConfig { injection: attention(None, region_attention(2), before), ..config() },
                4,
                "decoder.injection.refine without decoder.injection.region",
            ),
            (
                DecoderConfig { injection: attention(Some(8), region_attention(3), before), ..config() },
                4,
                "decoder.injection.refine.heads must divide decoder.injection.region, 8, found 3",
            ),
            (
                DecoderConfig { injection: attention(Some(8), region_attention(0), before), ..config() },
                4,
                "decoder.injection.refine.heads must be 1 to 1048576, found 0",
            ),
            (
                DecoderConfig { injection: attention(None, None, before), ..config() },
                1,
                "attention injection needs several regions, found 1",
            ),
            (config(), 49, "pre injection needs one region, found 49"),
            (
                DecoderConfig { embedding: 0, ..config() },
                1,
                "decoder.embedding must be 1 to 1048576, found 0",
            ),
            (DecoderConfig { layers: 65, ..config() }, 1, "decoder.layers must be 1 to 64, found 65"),
            (
                DecoderConfig { embedding: 9, ..config() },
                1,
                "tied output needs an input as wide as the embedding, 9, found 8",
            ),
            (
                DecoderConfig {
                    injection: Injection::Merge { activation: Activation::Relu, width: 4, text: 4 },
                    output: OutputConfig::Deep { tied: false },
                    ..config()
                },
                1,
                "merge injection with deep output",
            ),
            (
                DecoderConfig {
                    injection: Injection::Merge { activation: Activation::Relu, width: 4, text: 4 },
                    ..config()
                },
                1,
                "found 16",
            ),
        ];
        for (config, regions, expected) in cases {
            let message = config.validate(regions).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
