//! The decoder writes a sentence about features, one word a step, and carries its state.
//!
//! Show, Attend and Tell (Xu et al. 2015), soft attention: regions are projected, an LSTM cell
//! reads the last word and a gated, attended context, and a deep output layer (equation 7)
//! predicts the next word. Departures: regions are projected with a ReLU before attention, the
//! output matrix is the embedding (Press and Wolf 2017), and the state starts from the mean of
//! the projected regions.

pub mod attention;
pub mod cell;
pub mod output;

use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig, Initializer, Linear, LinearConfig};
use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Int, Tensor};
use serde::{Deserialize, Serialize};

use attention::{Attention, Memory};
use cell::LstmCell;
use output::Output;

/// Sizes of a decoder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecoderConfig {
    /// Channels of each region that comes from the encoder.
    pub channels: usize,
    /// Width of a projected region.
    pub region: usize,
    /// Width of a word's embedding.
    pub embedding: usize,
    /// Width of the LSTM's hidden state.
    pub hidden: usize,
    /// Width of the additive attention.
    pub attention: usize,
    /// Number of words, special tokens included.
    pub vocabulary: usize,
}

/// Half-width of the uniform distribution that embeddings start from, as in Xu's implementation.
/// Small enough that the first logits are near zero, the first loss near ln(vocabulary).
const EMBEDDING_RANGE: f64 = 0.1;

impl DecoderConfig {
    /// Makes a decoder with untrained weights.
    #[must_use]
    pub fn init(&self, device: &Device) -> Decoder {
        let Self { channels, region, embedding, hidden, attention, vocabulary } = *self;
        Decoder {
            embedding: EmbeddingConfig::new(vocabulary, embedding)
                .with_initializer(Initializer::Uniform { min: -EMBEDDING_RANGE, max: EMBEDDING_RANGE })
                .init(device),
            project: LinearConfig::new(channels, region).init(device),
            start_hidden: LinearConfig::new(region, hidden).init(device),
            start_cell: LinearConfig::new(region, hidden).init(device),
            attention: Attention::new(region, hidden, attention, device),
            cell: LstmCell::new(embedding, region, hidden, device),
            output: Output::new(hidden, region, embedding, vocabulary, device),
        }
    }
}

/// A soft-attention LSTM decoder.
#[derive(Module, Debug)]
pub struct Decoder {
    embedding: Embedding,
    project: Linear,
    start_hidden: Linear,
    start_cell: Linear,
    attention: Attention,
    cell: LstmCell,
    output: Output,
}

/// What the LSTM carries from word to word, each `[rows, hidden]`.
#[derive(Debug, Clone)]
pub struct Recurrent {
    /// Hidden state.
    pub hidden: Tensor<2>,
    /// Cell state.
    pub cell: Tensor<2>,
}

/// A decoder between two steps: what it sees and what it remembers. Rows are grouped by photo,
/// the same number for each.
#[derive(Debug, Clone)]
pub struct State {
    memory: Memory,
    recurrent: Recurrent,
}

impl State {
    /// Keeps, doubles and reorders rows: row `i` of the result is row `rows[i]` of this state.
    /// Rows must stay grouped by photo, the same number for each.
    ///
    /// # Shapes
    /// `rows`: `[photos * width]`.
    #[must_use]
    pub fn select(self, rows: Tensor<1, Int>) -> Self {
        let Recurrent { hidden, cell } = self.recurrent;
        let recurrent = Recurrent { hidden: hidden.select(0, rows.clone()), cell: cell.select(0, rows) };
        Self { memory: self.memory, recurrent }
    }
}

/// What a step predicts.
#[derive(Debug, Clone)]
pub struct Prediction {
    /// Natural log-probabilities of the next word, `[rows, vocabulary]`.
    pub log_probabilities: Tensor<2>,
    /// Share of attention on each region, `[rows, regions]`, each row summing to 1.
    pub attention: Tensor<2>,
}

/// What one move of the LSTM gives: the input of the output layer, and the next state.
#[derive(Debug, Clone)]
pub struct Advance {
    /// State after the word.
    pub recurrent: Recurrent,
    /// Attended regions after the gate, `[rows, region]`.
    pub context: Tensor<2>,
    /// Attention weights, `[rows, regions]`.
    pub attention: Tensor<2>,
}

impl Decoder {
    /// Looks at photos: the state before the first word.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`; one row per photo.
    pub fn start(&self, features: Tensor<3>) -> State {
        let memory = self.remember(features);
        let recurrent = self.begin(&memory);
        State { memory, recurrent }
    }

    /// Reads one word per row and predicts the next.
    ///
    /// # Shapes
    /// `tokens`: `[rows]`, the start token at first.
    pub fn step(&self, state: State, tokens: Tensor<1, Int>) -> (Prediction, State) {
        let State { memory, recurrent } = state;
        let embedded = self.embed(tokens.unsqueeze_dim(0)).squeeze_dim::<2>(0); // [rows, embedding]
        let word_gates = self.word_gates(embedded.clone());
        let next =
            self.advance(word_gates, recurrent, |query, score| attention::additive(&memory, query, score));
        let mixed = self.mix(next.recurrent.hidden.clone(), next.context, embedded);
        let prediction =
            Prediction { log_probabilities: log_softmax(self.logits(mixed), 1), attention: next.attention };
        (prediction, State { memory, recurrent: next.recurrent })
    }

    /// Projects regions and makes their attention keys, once per photo.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`.
    pub fn remember(&self, features: Tensor<3>) -> Memory {
        self.attention.memory(relu(self.project.forward(features)))
    }

    /// The recurrent state before the first word, one row per photo.
    pub fn begin(&self, memory: &Memory) -> Recurrent {
        let mean = memory.values.clone().mean_dim(1).squeeze_dim::<2>(1); // [photos, region]
        Recurrent {
            hidden: self.start_hidden.forward(mean.clone()).tanh(),
            cell: self.start_cell.forward(mean).tanh(),
        }
    }

    /// Embeds tokens.
    ///
    /// # Shapes
    /// `[rows, steps]` to `[rows, steps, embedding]`.
    pub fn embed(&self, tokens: Tensor<2, Int>) -> Tensor<3> {
        self.embedding.forward(tokens)
    }

    /// The words' part of the LSTM's gates. Teacher forcing knows every word beforehand and takes
    /// them all at once.
    ///
    /// # Shapes
    /// `[..., embedding]` to `[..., 4 * hidden]`.
    pub fn word_gates<const D: usize>(&self, embedded: Tensor<D>) -> Tensor<D> {
        self.cell.word(embedded)
    }

    /// Moves the LSTM by one word.
    ///
    /// `attend` takes the query, `[rows, attention]`, and the scoring vector, `[attention]`, and
    /// returns context `[rows, region]` and weights `[rows, regions]`: [`attention::additive`],
    /// or a faster kernel of the same function.
    ///
    /// # Shapes
    /// `word_gates`: `[rows, 4 * hidden]`.
    pub fn advance(
        &self,
        word_gates: Tensor<2>,
        recurrent: Recurrent,
        attend: impl FnOnce(Tensor<2>, Tensor<1>) -> (Tensor<2>, Tensor<2>),
    ) -> Advance {
        let hidden = recurrent.hidden.clone();
        let (context, attention) = attend(self.attention.query(hidden.clone()), self.attention.score());
        let context = self.attention.gate(hidden, context);
        let recurrent = self.cell.forward(word_gates, context.clone(), recurrent);
        Advance { recurrent, context, attention }
    }

    /// Mixes what the output layer reads; training drops parts of the result out.
    ///
    /// # Shapes
    /// `[rows, hidden]`, `[rows, region]` and `[rows, embedding]` to `[rows, embedding]`.
    pub fn mix(&self, hidden: Tensor<2>, context: Tensor<2>, embedded: Tensor<2>) -> Tensor<2> {
        self.output.mix(hidden, context, embedded)
    }

    /// Unnormalised scores of the next word.
    ///
    /// # Shapes
    /// `[rows, embedding]` to `[rows, vocabulary]`.
    pub fn logits(&self, mixed: Tensor<2>) -> Tensor<2> {
        self.output.logits(mixed, self.embedding.weight.val())
    }
}
