//! The decoder writes a sentence about features, one word a step, and carries its state.
//!
//! Two networks cover all published forms: [`recurrent`] for *init*, *pre*, *add* and *attention*
//! injection, [`merge`] for *merge*. Whoever searches for sentences sees only [`Decoder`].

pub mod attention;
pub mod cell;
pub mod config;
pub mod ensemble;
pub mod merge;
pub mod output;
pub mod recurrent;
pub mod region_attention;

use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig, Initializer};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor};

pub use config::{
    Activation, AttentionOrder, AttentionStart, CellKind, DecoderConfig, DecoderError, InitLayers, Injection,
    Normalisation, OutputConfig, RegionAttentionConfig, RegionAttentionKind,
};

use merge::{MergeDecoder, MergeSizes, MergeState};
use recurrent::{RecurrentDecoder, RecurrentState};

impl DecoderConfig {
    /// Width of what [`Decoder::seen`] gives, for regions of so many channels.
    #[must_use]
    pub fn seen(&self, channels: usize) -> usize {
        match self.injection {
            Injection::Attention { region, .. } => region.unwrap_or(channels),
            Injection::Merge { width, .. } => width,
            Injection::Init { .. } => self.hidden,
            Injection::Pre { .. } | Injection::Add { .. } => self.embedding,
        }
    }

    /// Makes a decoder with untrained weights for regions of so many channels and so many words.
    #[must_use]
    pub fn init(&self, channels: usize, vocabulary: usize, device: &Device) -> Decoder {
        match self.injection {
            Injection::Merge { activation, width, text } => {
                let sizes = MergeSizes { channels, width, text, vocabulary };
                Decoder::Merge(MergeDecoder::new(self, sizes, activation, device))
            }
            _ => Decoder::Recurrent(RecurrentDecoder::new(self, channels, vocabulary, device)),
        }
    }
}

impl Activation {
    /// Applies the function to each value.
    pub fn forward<const D: usize>(self, values: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Tanh => values.tanh(),
            Self::Relu => relu(values),
        }
    }
}

/// Half-width of the uniform distribution that embeddings start from, as in Xu's implementation.
/// Small enough that the first logits are near zero, the first loss near ln(vocabulary).
const EMBEDDING_RANGE: f64 = 0.1;

/// An untrained embedding of so many words.
fn embedding(vocabulary: usize, width: usize, device: &Device) -> Embedding {
    EmbeddingConfig::new(vocabulary, width)
        .with_initializer(Initializer::Uniform { min: -EMBEDDING_RANGE, max: EMBEDDING_RANGE })
        .init(device)
}

/// A decoder of either network.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one decoder in a program; smaller on wasm32")]
pub enum Decoder {
    /// The photo starts or feeds a stack of recurrent layers.
    Recurrent(RecurrentDecoder),
    /// The photo stands beside a text branch.
    Merge(MergeDecoder),
}

/// A decoder between two steps: what it sees and what it remembers. Rows are grouped by photo,
/// the same number for each.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "one exists for a batch of photos; smaller on wasm32")]
pub enum State {
    /// Of a recurrent decoder.
    Recurrent(RecurrentState),
    /// Of a merge decoder.
    Merge(MergeState),
}

impl State {
    /// Keeps, doubles and reorders rows: row `i` of the result is row `rows[i]` of this state.
    /// Rows must stay grouped by photo, the same number for each.
    ///
    /// # Shapes
    /// `rows`: `[photos * width]`.
    #[must_use]
    pub fn select(self, rows: Tensor<1, Int>) -> Self {
        match self {
            Self::Recurrent(state) => Self::Recurrent(state.select(rows)),
            Self::Merge(state) => Self::Merge(state.select(rows)),
        }
    }
}

/// What a step predicts.
#[derive(Debug, Clone)]
pub struct Prediction {
    /// Natural log-probabilities of the next word, `[rows, vocabulary]`.
    pub log_probabilities: Tensor<2>,
    /// Share of attention on each region, `[rows, regions]`, each row summing to 1; nothing where
    /// the decoder has no attention.
    pub attention: Option<Tensor<2>>,
}

impl Decoder {
    /// Looks at photos: the state before the first word.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`; one row per photo.
    pub fn start(&self, features: Tensor<3>) -> State {
        match self {
            Self::Recurrent(decoder) => State::Recurrent(decoder.start(features)),
            Self::Merge(decoder) => State::Merge(decoder.start(features)),
        }
    }

    /// What the decoder sees of photos as a whole: the mean of their regions, or the one vector.
    ///
    /// # Shapes
    /// `[photos, seen]`, as wide as [`DecoderConfig::seen`] says.
    #[must_use]
    pub fn seen(&self, state: &State) -> Tensor<2> {
        match state {
            State::Recurrent(state) => state.seen(),
            State::Merge(state) => state.seen(),
        }
    }

    /// The words as the decoder reads them, `[vocabulary, embedding]`.
    #[must_use]
    pub fn words(&self) -> Tensor<2> {
        match self {
            Self::Recurrent(decoder) => decoder.words(),
            Self::Merge(decoder) => decoder.words(),
        }
    }

    /// Reads one word per row and predicts the next.
    ///
    /// # Shapes
    /// `tokens`: `[rows]`, the start token at first.
    ///
    /// # Panics
    /// When the state is another decoder's.
    pub fn step(&self, state: State, tokens: Tensor<1, Int>) -> (Prediction, State) {
        match (self, state) {
            (Self::Recurrent(decoder), State::Recurrent(state)) => {
                let (prediction, state) = decoder.step(state, tokens);
                (prediction, State::Recurrent(state))
            }
            (Self::Merge(decoder), State::Merge(state)) => {
                let (prediction, state) = decoder.step(state, tokens);
                (prediction, State::Merge(state))
            }
            _ => panic!("a state belongs to the decoder that made it"),
        }
    }
}
