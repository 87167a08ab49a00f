//! What a decoder is made of. Stands in recipes and travels in bundles.

mod error;
mod validate;

use serde::{Deserialize, Serialize};

pub use error::DecoderError;

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

/// Which recurrent cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellKind {
    /// Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates).
    Lstm,
    /// Gated recurrent unit (Cho et al. 2014), the reset gate after the matrix product, as
    /// PyTorch and cuDNN have it.
    Gru,
}

impl CellKind {
    /// Width of the gates, in widths of the state.
    #[must_use]
    pub fn gates(self) -> usize {
        match self {
            Self::Lstm => 4,
            Self::Gru => 3,
        }
    }
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
        #[serde(
            default,
            rename = "refine",
            alias = "region_attention",
            skip_serializing_if = "Option::is_none"
        )]
        region_attention: Option<RegionAttentionConfig>,
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
pub struct RegionAttentionConfig {
    /// What becomes of what a region found.
    pub kind: RegionAttentionKind,
    /// Heads; they share the width of a region.
    pub heads: usize,
    /// Times, each with weights of its own.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub layers: usize,
}

/// What becomes of what a region found at others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegionAttentionKind {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts that fit each other and one region.
    pub(super) fn config() -> DecoderConfig {
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
