//! What a decoder is made of. Stands in recipes and travels in bundles.

use serde::{Deserialize, Serialize};

use super::cell::CellKind;

/// The form and the sizes of a decoder; channels and vocabulary are given beside it, by the
/// encoder and the training captions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecoderConfig {
    /// The recurrent cell.
    pub cell: CellKind,
    /// Width of a word's embedding.
    pub embedding: usize,
    /// Width of the recurrent state.
    pub hidden: usize,
    /// Recurrent layers, one on top of the other.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub layers: usize,
    /// How the photo reaches the recurrent network.
    pub injection: Injection,
    /// From state to scores of the next word.
    pub output: OutputConfig,
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_one(layers: &usize) -> bool {
    *layers == 1
}

/// How the photo reaches the recurrent network, in the terms of Tanti, Gatt and Camilleri 2018,
/// "Where to put the image in an image caption generator". All but attention read one region, all
/// of the photo; attention reads several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Injection {
    /// The encoding is the first hidden state; a cell state starts at zero.
    Init {
        /// After the linear layer that makes the encoding.
        activation: Activation,
        /// The layers that start from the encoding; others start at zero.
        #[serde(default)]
        layers: InitLayers,
    },
    /// The encoding is read before the first word, as if it were one (Vinyals et al. 2015).
    Pre {
        /// After the linear layer that makes the encoding.
        activation: Activation,
    },
    /// The encoding is added to the embedding of every word.
    Add {
        /// After the linear layer that makes the encoding.
        activation: Activation,
    },
    /// The encoding stands beside what a text branch made of the words, and a bidirectional
    /// network reads both. It reads the whole prefix again for each word, since its backward
    /// direction starts at the newest one.
    Merge {
        /// After the linear layer that makes the encoding.
        activation: Activation,
        /// Width of the encoding, and of each word after the text branch.
        width: usize,
        /// Width of the text branch's recurrent state.
        text: usize,
    },
    /// Each step reads a mean of the regions, weighted by additive attention (Bahdanau et al.
    /// 2015; Xu et al. 2015, "soft").
    Attention {
        /// Width of a region after a linear layer and a ReLU; regions are read as they come
        /// without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<usize>,
        /// Inner width of the attention.
        attention: usize,
        /// Inside the scores of regions.
        #[serde(default)]
        score: Activation,
        /// Whether the state scales the attended mean by a gate (Xu et al. 2015, section 4.2.1).
        gate: bool,
        /// The state before the first word.
        #[serde(default)]
        start: AttentionStart,
    },
}

/// A function of each value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// Hyperbolic tangent.
    #[default]
    Tanh,
    /// Negative values become zero.
    Relu,
}

/// Which layers start from the photo's encoding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InitLayers {
    /// Every layer.
    #[default]
    All,
    /// The layer that reads the words.
    First,
}

/// What a decoder with attention remembers before the first word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttentionStart {
    /// The mean of the regions through a layer for each of hidden and cell state (Xu et al. 2015).
    #[default]
    Mean,
    /// Nothing.
    Zero,
}

/// From state to scores of the next word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "kebab-case", deny_unknown_fields)]
pub enum OutputConfig {
    /// State, attended regions and last word are mixed first (Xu et al. 2015, equation 7).
    Deep {
        /// Whether the last matrix is the embedding (Press and Wolf 2017).
        tied: bool,
    },
    /// The state alone.
    Plain {
        /// Width of a linear layer before the last one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        inner: Option<usize>,
        /// Whether the last matrix is the embedding (Press and Wolf 2017).
        tied: bool,
    },
}

/// Parts that do not fit each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecoderError {
    /// A size that is zero or too large.
    #[error("{size} must be 1 to {most}, found {found}")]
    Size {
        /// Which.
        size: &'static str,
        /// The largest accepted.
        most: usize,
        /// What it is.
        found: usize,
    },
    /// Attention over a single region, or a single encoding of many.
    #[error("{form} injection needs {expected}, found {found}: see the encoder's layer, grid and pooling")]
    Regions {
        /// The form of injection.
        form: &'static str,
        /// What it reads.
        expected: &'static str,
        /// Regions that the encoder gives.
        found: usize,
    },
    /// The last matrix cannot be the embedding.
    #[error("tied output needs an input as wide as the embedding, {expected}, found {found}")]
    Tied {
        /// Width of the embedding.
        expected: usize,
        /// Width of the last layer's input.
        found: usize,
    },
    /// Two settings that exclude each other.
    #[error("{found}: {reason}")]
    Combination {
        /// The settings.
        found: &'static str,
        /// Why not.
        reason: &'static str,
    },
}

/// Small enough that a hostile file cannot ask for gigabytes; the deepest stack likewise.
const MAX_SIZE: usize = 1 << 20;
const MAX_LAYERS: usize = 64;

impl Injection {
    /// The name used in recipes and bundles.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Init { .. } => "init",
            Self::Pre { .. } => "pre",
            Self::Add { .. } => "add",
            Self::Merge { .. } => "merge",
            Self::Attention { .. } => "attention",
        }
    }
}

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
            Injection::Attention { region, attention, .. } => sizes.extend([
                ("decoder.injection.region", region.unwrap_or(1)),
                ("decoder.injection.attention", *attention),
            ]),
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> DecoderConfig {
        DecoderConfig {
            cell: CellKind::Lstm,
            embedding: 8,
            hidden: 8,
            layers: 1,
            injection: Injection::Pre { activation: Activation::Relu },
            output: OutputConfig::Plain { inner: None, tied: true },
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_named() {
        assert_eq!(config().validate(1), Ok(()));
        let attention = Injection::Attention {
            region: None,
            attention: 4,
            score: Activation::Tanh,
            gate: false,
            start: AttentionStart::Mean,
        };
        let cases: [(DecoderConfig, usize, &str); 7] = [
            (
                DecoderConfig { injection: attention, ..config() },
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

    #[test]
    fn unknown_keys_are_refused_at_every_depth() {
        let good = serde_json::to_value(config()).unwrap();
        assert_eq!(serde_json::from_value::<DecoderConfig>(good.clone()).unwrap(), config());
        for path in ["/", "/injection", "/output"] {
            let mut bad = good.clone();
            let place = if path == "/" { &mut bad } else { bad.pointer_mut(path).unwrap() };
            place["extra"] = 1.into();
            let message = serde_json::from_value::<DecoderConfig>(bad).unwrap_err().to_string();
            assert!(message.contains("unknown field `extra`"), "{path}: {message}");
        }
    }
}
