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
    /// What keeps the recurrent network's sums in range.
    #[serde(default, skip_serializing_if = "is_default")]
    pub normalisation: Normalisation,
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

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What keeps the sums within recurrent cells in range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalisation {
    /// Nothing.
    #[default]
    None,
    /// The input's and the state's share of the gates, and an LSTM's cell state where it goes into
    /// the output, each by its mean and deviation (Ba, Kiros and Hinton 2016, equations 20 to 22).
    Layer,
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
        /// Lets regions look at each other before the decoder looks at them; takes `region`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refine: Option<RefineConfig>,
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
        /// Which layer asks, and which reads what was found.
        #[serde(default, skip_serializing_if = "is_default")]
        order: AttentionOrder,
    },
}

/// Which layer's state asks for regions, and which layer reads the mean of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttentionOrder {
    /// The state that the last word left asks, and the first layer reads what was found together with
    /// the next word (Xu et al. 2015).
    #[default]
    Before,
    /// The first layer reads the word, the mean of all regions and the last layer's state, and asks;
    /// the second reads what was found (Anderson et al. 2018, "top-down").
    TopDown,
}

/// How regions look at each other: multi-head attention among them, added to what they were, then
/// layer norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefineConfig {
    /// What becomes of what a region found.
    pub kind: RefineKind,
    /// Heads; they share the width of a region.
    pub heads: usize,
    /// Times, each with weights of its own.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub layers: usize,
}

/// What becomes of what a region found at others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefineKind {
    /// A linear layer (Vaswani et al. 2017).
    SelfAttention,
    /// A linear layer that also reads what was asked, scaled by a gate that does (Huang et al. 2019,
    /// "attention on attention").
    AttentionOnAttention,
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
    /// Heads that cannot share a region's width.
    #[error("decoder.injection.refine.heads must divide decoder.injection.region, {region}, found {found}")]
    Heads {
        /// Width of a region.
        region: usize,
        /// Number of heads.
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
            Injection::Attention { region, refine, attention, .. } => {
                sizes.extend([
                    ("decoder.injection.region", region.unwrap_or(1)),
                    ("decoder.injection.attention", *attention),
                ]);
                if let Some(RefineConfig { heads, layers, .. }) = refine {
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
        let Injection::Attention { region, refine, order, .. } = &self.injection else { return Ok(()) };
        if *order == AttentionOrder::TopDown && self.layers < 2 {
            return Err(DecoderError::Combination {
                found: "top-down attention with one layer",
                reason: "the first layer asks and the second reads; set decoder.layers = 2",
            });
        }
        let Some(RefineConfig { heads, layers, .. }) = refine else { return Ok(()) };
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
    use super::*;

    fn config() -> DecoderConfig {
        DecoderConfig {
            cell: CellKind::Lstm,
            embedding: 8,
            hidden: 8,
            layers: 1,
            normalisation: Normalisation::None,
            injection: Injection::Pre { activation: Activation::Relu },
            output: OutputConfig::Plain { inner: None, tied: true },
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_named() {
        assert_eq!(config().validate(1), Ok(()));
        let attention = |region, refine, order| Injection::Attention {
            region,
            refine,
            attention: 4,
            score: Activation::Tanh,
            gate: false,
            start: AttentionStart::Mean,
            order,
        };
        let refine = |heads| Some(RefineConfig { kind: RefineKind::SelfAttention, heads, layers: 1 });
        let before = AttentionOrder::Before;
        let cases: [(DecoderConfig, usize, &str); 11] = [
            (
                DecoderConfig { injection: attention(None, None, AttentionOrder::TopDown), ..config() },
                4,
                "top-down attention with one layer",
            ),
            (
                DecoderConfig { injection: attention(None, refine(2), before), ..config() },
                4,
                "decoder.injection.refine without decoder.injection.region",
            ),
            (
                DecoderConfig { injection: attention(Some(8), refine(3), before), ..config() },
                4,
                "decoder.injection.refine.heads must divide decoder.injection.region, 8, found 3",
            ),
            (
                DecoderConfig { injection: attention(Some(8), refine(0), before), ..config() },
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
