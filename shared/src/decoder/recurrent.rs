//! A stack of recurrent layers that the photo starts (*init*), precedes (*pre*), accompanies
//! (*add*) or is looked at by (*attention*).
//!
//! With attention and deep output this is Show, Attend and Tell (Xu et al. 2015, soft attention).
//! Departures: where regions are projected, a ReLU follows; the attended context is read together
//! with the word by the first layer, and the newest state of the last layer asks for it.

use burn::module::Module;
use burn::nn::{Embedding, Linear, LinearConfig};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor};

use super::attention::{self, Attention, Memory, Query};
use super::cell::{Cell, Recurrent};
use super::config::{Activation, AttentionStart, DecoderConfig, InitLayers, Injection};
use super::output::{Output, OutputInputs};
use super::{CellKind, Prediction, embedding};

/// A recurrent decoder.
#[derive(Module, Debug)]
pub struct RecurrentDecoder {
    embedding: Embedding,
    project: Option<Linear>,
    start_hidden: Option<Linear>,
    start_cell: Option<Linear>,
    attention: Option<Attention>,
    cell: Cell,
    upper: Vec<Cell>,
    output: Output,
    #[module(skip)]
    form: Form,
    #[module(skip)]
    activation: Activation,
}

/// What of the injection decides the order of computing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Init { first_only: bool },
    Pre,
    Add,
    Attention,
}

/// A photo as the decoder sees it.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "one exists for a batch of photos; smaller on wasm32")]
pub enum Encoding {
    /// Many regions to look at.
    Regions(Memory),
    /// One vector a photo, `[photos, width]`.
    Vector(Tensor<2>),
}

/// The photo and the state of every layer, the one that reads words first.
#[derive(Debug, Clone)]
pub struct RecurrentState {
    encoding: Encoding,
    layers: Vec<Recurrent>,
}

impl RecurrentState {
    pub(super) fn select(self, rows: Tensor<1, Int>) -> Self {
        let layers = self.layers.into_iter().map(|layer| layer.select(rows.clone())).collect();
        // Rows stay grouped by photo, so that the photos' side stays as it is.
        Self { encoding: self.encoding, layers }
    }
}

/// What one move of the layers gives: what the output layers read, and the next state.
#[derive(Debug, Clone)]
pub struct Advance {
    /// State of every layer after the word.
    pub layers: Vec<Recurrent>,
    /// Attended regions after the gate, `[rows, region]`.
    pub context: Option<Tensor<2>>,
    /// Attention weights, `[rows, regions]`.
    pub attention: Option<Tensor<2>>,
}

impl RecurrentDecoder {
    pub(super) fn new(config: &DecoderConfig, channels: usize, vocabulary: usize, device: &Device) -> Self {
        let DecoderConfig { cell, embedding: width, hidden, layers, .. } = *config;
        let linear = |from, to| LinearConfig::new(from, to).init(device);
        let (form, activation, project, context) = match config.injection {
            Injection::Init { layers, activation } => {
                (Form::Init { first_only: layers == InitLayers::First }, activation, Some(hidden), None)
            }
            Injection::Pre { activation } => (Form::Pre, activation, Some(width), None),
            // `DecoderConfig::init` sends merge decoders elsewhere.
            Injection::Add { activation } | Injection::Merge { activation, .. } => {
                (Form::Add, activation, Some(width), None)
            }
            Injection::Attention { region, .. } => {
                (Form::Attention, Activation::Relu, region, Some(region.unwrap_or(channels)))
            }
        };
        let (mut start_hidden, mut start_cell, mut attention) = (None, None, None);
        if let (Injection::Attention { attention: inner, score, gate, start, .. }, Some(region)) =
            (&config.injection, context)
        {
            if *start == AttentionStart::Mean {
                start_hidden = Some(linear(region, hidden));
                start_cell = (cell == CellKind::Lstm).then(|| linear(region, hidden));
            }
            attention = Some(Attention::new(region, hidden, *inner, *score, *gate, device));
        }
        let inputs = OutputInputs { hidden, context, embedding: width, vocabulary };
        Self {
            embedding: embedding(vocabulary, width, device),
            project: project.map(|project| linear(channels, project)),
            start_hidden,
            start_cell,
            attention,
            cell: Cell::new(cell, width, context, hidden, device),
            upper: (1..layers).map(|_| Cell::new(cell, hidden, None, hidden, device)).collect(),
            output: Output::new(&config.output, inputs, device),
            form,
            activation,
        }
    }

    /// Looks at photos: the state before the first word, one row per photo.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`.
    pub fn start(&self, features: Tensor<3>) -> RecurrentState {
        let encoding = self.encode(self.project(features));
        let layers = self.begin(&encoding);
        RecurrentState { encoding, layers }
    }

    /// Reads one word per row and predicts the next.
    ///
    /// # Shapes
    /// `tokens`: `[rows]`, the start token at first.
    pub fn step(&self, state: RecurrentState, tokens: Tensor<1, Int>) -> (Prediction, RecurrentState) {
        self.step_through(state, tokens, attention::additive)
    }

    /// The same with another way to compute [`attention::additive`], for training.
    ///
    /// # Shapes
    /// `tokens`: `[rows]`; `attend` gives context `[rows, region]` and weights `[rows, regions]`.
    pub fn step_through(
        &self,
        state: RecurrentState,
        tokens: Tensor<1, Int>,
        attend: impl FnOnce(&Memory, Query) -> (Tensor<2>, Tensor<2>),
    ) -> (Prediction, RecurrentState) {
        let RecurrentState { encoding, layers } = state;
        let [rows] = tokens.dims();
        let embedded = self.embed(tokens.unsqueeze_dim(0)).squeeze_dim::<2>(0); // [rows, embedding]
        let image = match &encoding {
            Encoding::Vector(vector) if self.reads_photo_with_words() => Some(repeat(vector.clone(), rows)),
            _ => None,
        };
        let word_gates = self.word_gates(self.input(embedded.clone(), image));
        let next = self.advance(word_gates, layers, |query| match &encoding {
            Encoding::Regions(memory) => Some(attend(memory, query)),
            Encoding::Vector(_) => None,
        });
        let mixed = self.mix(top(&next.layers), next.context, embedded);
        let prediction =
            Prediction { log_probabilities: log_softmax(self.logits(mixed), 1), attention: next.attention };
        (prediction, RecurrentState { encoding, layers: next.layers })
    }

    /// Projects features, where the decoder does so.
    ///
    /// # Shapes
    /// `[photos, regions, channels]` to `[photos, regions, width]`.
    pub fn project(&self, features: Tensor<3>) -> Tensor<3> {
        match &self.project {
            Some(project) => self.activation.forward(project.forward(features)),
            None => features,
        }
    }

    /// What the decoder keeps of projected features: all regions with their keys, or the one.
    ///
    /// # Shapes
    /// `projected`: `[photos, regions, width]`.
    pub fn encode(&self, projected: Tensor<3>) -> Encoding {
        match &self.attention {
            Some(attention) => Encoding::Regions(attention.memory(projected)),
            None => {
                let [photos, _, width] = projected.dims();
                Encoding::Vector(projected.reshape([photos, width]))
            }
        }
    }

    /// The layers' state before the first word, one row per photo.
    pub fn begin(&self, encoding: &Encoding) -> Vec<Recurrent> {
        let device = &self.embedding.weight.val().device();
        match (encoding, self.form) {
            (Encoding::Regions(memory), _) => {
                let [photos, _, _] = memory.values.dims();
                let Some(start_hidden) = &self.start_hidden else {
                    return self.cells().map(|cell| cell.zero(photos, device)).collect();
                };
                let mean = memory.values.clone().mean_dim(1).squeeze_dim::<2>(1); // [photos, region]
                let start = Recurrent {
                    hidden: start_hidden.forward(mean.clone()).tanh(),
                    cell: self.start_cell.as_ref().map(|layer| layer.forward(mean).tanh()),
                };
                vec![start; 1 + self.upper.len()]
            }
            (Encoding::Vector(vector), Form::Init { first_only }) => {
                let [photos, _] = vector.dims();
                let start = |(index, cell): (usize, &Cell)| {
                    if first_only && index > 0 {
                        cell.zero(photos, device)
                    } else {
                        cell.holding(vector.clone())
                    }
                };
                self.cells().enumerate().map(start).collect()
            }
            (Encoding::Vector(vector), form) => {
                let [photos, _] = vector.dims();
                let zero = self.cells().map(|cell| cell.zero(photos, device)).collect();
                if form == Form::Pre {
                    self.advance(self.word_gates(vector.clone()), zero, |_| None).layers
                } else {
                    zero
                }
            }
        }
    }

    /// Embeds tokens.
    ///
    /// # Shapes
    /// `[rows, steps]` to `[rows, steps, embedding]`.
    pub fn embed(&self, tokens: Tensor<2, Int>) -> Tensor<3> {
        self.embedding.forward(tokens)
    }

    /// What the first layer reads: the word, and with *add* injection the photo on top.
    ///
    /// # Shapes
    /// `embedded` and the result: `[words, embedding]`; `image`: the photo of each word,
    /// `[words, width]`.
    pub fn input(&self, embedded: Tensor<2>, image: Option<Tensor<2>>) -> Tensor<2> {
        match image {
            Some(image) if self.form == Form::Add => embedded + image,
            _ => embedded,
        }
    }

    /// Whether [`input`](Self::input) reads the photo.
    #[must_use]
    pub fn reads_photo_with_words(&self) -> bool {
        self.form == Form::Add
    }

    /// The words' part of the first layer's gates. Teacher forcing knows every word beforehand and
    /// takes them all at once.
    ///
    /// # Shapes
    /// `[..., embedding]` to `[..., gates * hidden]`.
    pub fn word_gates<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        self.cell.word(input)
    }

    /// Moves all layers by one word.
    ///
    /// `attend` answers a query with context `[rows, region]` and weights `[rows, regions]`:
    /// [`attention::additive`], or a faster kernel of the same function. It is not asked where the
    /// decoder has no attention.
    ///
    /// # Shapes
    /// `word_gates`: `[rows, gates * hidden]`.
    pub fn advance(
        &self,
        word_gates: Tensor<2>,
        layers: Vec<Recurrent>,
        attend: impl FnOnce(Query) -> Option<(Tensor<2>, Tensor<2>)>,
    ) -> Advance {
        let (mut context, mut weights, mut gates) = (None, None, word_gates);
        if let Some(attention) = &self.attention {
            let state = top(&layers);
            if let Some((attended, shares)) = attend(attention.query(state.clone())) {
                let attended = attention.gate(state, attended);
                gates = self.cell.with_context(gates, attended.clone());
                (context, weights) = (Some(attended), Some(shares));
            }
        }
        let mut moved = Vec::with_capacity(layers.len());
        for (index, (cell, state)) in self.cells().zip(layers).enumerate() {
            if index > 0 {
                gates = cell.word(top(&moved));
            }
            moved.push(cell.forward(gates.clone(), state));
        }
        Advance { layers: moved, context, attention: weights }
    }

    /// Mixes what the last layer reads; training drops parts of the result out.
    ///
    /// # Shapes
    /// `[rows, hidden]`, `[rows, region]` and `[rows, embedding]` to `[rows, last]`.
    pub fn mix(&self, hidden: Tensor<2>, context: Option<Tensor<2>>, embedded: Tensor<2>) -> Tensor<2> {
        self.output.mix(hidden, context, Some(embedded))
    }

    /// Unnormalised scores of the next word.
    ///
    /// # Shapes
    /// `[rows, last]` to `[rows, vocabulary]`.
    pub fn logits(&self, mixed: Tensor<2>) -> Tensor<2> {
        self.output.logits(mixed, self.embedding.weight.val())
    }

    fn cells(&self) -> impl Iterator<Item = &Cell> {
        std::iter::once(&self.cell).chain(&self.upper)
    }
}

/// The hidden state of the last layer, `[rows, hidden]`.
///
/// # Panics
/// Without layers.
#[must_use]
pub fn top(layers: &[Recurrent]) -> Tensor<2> {
    match layers.last() {
        Some(layer) => layer.hidden.clone(),
        None => panic!("a decoder has at least one layer"),
    }
}

/// Gives each photo's vector to all of its rows: `[photos, width]` to `[rows, width]`.
pub(super) fn repeat(vectors: Tensor<2>, rows: usize) -> Tensor<2> {
    let [photos, width] = vectors.dims();
    if photos == rows {
        return vectors;
    }
    vectors.unsqueeze_dim::<3>(1).expand([photos, rows / photos, width]).reshape([rows, width])
}
