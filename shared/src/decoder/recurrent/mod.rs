//! A stack of recurrent layers that the photo starts (*init*), precedes (*pre*), accompanies
//! (*add*) or is looked at by (*attention*).
//!
//! With attention and deep output this is Show, Attend and Tell (Xu et al. 2015, soft attention).
//! Departures: where regions are projected, a ReLU follows; the attended context is read together
//! with the word by the first layer, and the newest state of the last layer asks for it. With
//! [`AttentionOrder::TopDown`] it is the two-layer decoder of Anderson et al. 2018, whose departure is
//! that the layers may start from the mean of the regions.

mod state;

use burn::module::Module;
use burn::nn::{Embedding, Linear, LinearConfig};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor};

use super::attention::{self, Attention, Memory, Query};
use super::cell::{Cell, CellShape, Recurrent};
use super::config::{
    Activation, AttentionOrder, AttentionStart, CellKind, DecoderConfig, InitLayers, Injection,
};
use super::output::{Output, OutputInputs};
use super::region_attention::RegionAttention;
use super::{Prediction, embedding};
use state::mean;
pub(super) use state::repeat;
pub use state::{Advance, Encoding, RecurrentState, top};

/// A recurrent decoder.
#[derive(Module, Debug)]
pub struct RecurrentDecoder {
    embedding: Embedding,
    project: Option<Linear>,
    refine: Option<RegionAttention>,
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
    Attention(AttentionOrder),
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
            Injection::Attention { region, order, .. } => {
                (Form::Attention(order), Activation::Relu, region, Some(region.unwrap_or(channels)))
            }
        };
        let (mut start_hidden, mut start_cell, mut attention, mut refinement) = (None, None, None, None);
        if let (
            Injection::Attention { attention: inner, score, gate, start, region_attention, .. },
            Some(region),
        ) = (&config.injection, context)
        {
            refinement = region_attention.as_ref().map(|own| RegionAttention::new(own, region, device));
            if *start == AttentionStart::Mean {
                start_hidden = Some(linear(region, hidden));
                start_cell = (cell == CellKind::Lstm).then(|| linear(region, hidden));
            }
            attention = Some(Attention::new(region, hidden, *inner, *score, *gate, device));
        }
        let inputs = OutputInputs { hidden, context, embedding: width, vocabulary };
        let first_upper = CellShape {
            kind: cell,
            input: hidden,
            context: None,
            hidden,
            normalisation: config.normalisation,
        };
        let mut first = CellShape { input: width, context, ..first_upper };
        let mut upper = vec![first_upper; layers.saturating_sub(1)];
        if form == Form::Attention(AttentionOrder::TopDown) {
            first = CellShape { input: width + context.unwrap_or(0), context: Some(hidden), ..first };
            if let Some(reader) = upper.first_mut() {
                reader.context = context;
            }
        }
        Self {
            embedding: embedding(vocabulary, width, device),
            project: project.map(|project| linear(channels, project)),
            refine: refinement,
            start_hidden,
            start_cell,
            attention,
            cell: Cell::new(first, device),
            upper: upper.into_iter().map(|shape| Cell::new(shape, device)).collect(),
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
        RecurrentState { beside: self.beside_words(&encoding), encoding, layers }
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
        let RecurrentState { encoding, beside, layers } = state;
        let [rows] = tokens.dims();
        let embedded = self.embed(tokens.unsqueeze_dim(0)).squeeze_dim::<2>(0); // [rows, embedding]
        let image = beside.clone().map(|image| repeat(image, rows));
        let word_gates = self.word_gates(self.input(embedded.clone(), image));
        let next = self.advance(word_gates, layers, |query| match &encoding {
            Encoding::Regions(memory) => Some(attend(memory, query)),
            Encoding::Vector(_) => None,
        });
        let mixed = self.mix(top(&next.layers), next.context, embedded);
        let prediction =
            Prediction { log_probabilities: log_softmax(self.logits(mixed), 1), attention: next.attention };
        (prediction, RecurrentState { encoding, beside, layers: next.layers })
    }

    /// Projects features, where the decoder does so, and refines them, likewise.
    ///
    /// # Shapes
    /// `[photos, regions, channels]` to `[photos, regions, width]`.
    pub fn project(&self, features: Tensor<3>) -> Tensor<3> {
        let projected = match &self.project {
            Some(project) => self.activation.forward(project.forward(features)),
            None => features,
        };
        match &self.refine {
            Some(refine) => refine.forward(projected),
            None => projected,
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
                let mean = mean(memory); // [photos, region]
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

    pub(super) fn words(&self) -> Tensor<2> {
        self.embedding.weight.val()
    }

    /// What the first layer reads: the word; with *add* injection the photo is added to it, with
    /// top-down attention the mean of its regions stands beside it.
    ///
    /// # Shapes
    /// `embedded`: `[words, embedding]`; `image`: what [`beside_words`](Self::beside_words) gives for
    /// the photo of each word, `[words, width]`; returns `[words, input]`.
    pub fn input(&self, embedded: Tensor<2>, image: Option<Tensor<2>>) -> Tensor<2> {
        match (image, self.form) {
            (Some(image), Form::Add) => embedded + image,
            (Some(mean), Form::Attention(AttentionOrder::TopDown)) => Tensor::cat(vec![embedded, mean], 1),
            _ => embedded,
        }
    }

    /// What [`input`](Self::input) reads of each photo with every word, `[photos, width]`, where it
    /// reads anything.
    #[must_use]
    pub fn beside_words(&self, encoding: &Encoding) -> Option<Tensor<2>> {
        match (encoding, self.form) {
            (Encoding::Vector(vector), Form::Add) => Some(vector.clone()),
            (Encoding::Regions(memory), Form::Attention(AttentionOrder::TopDown)) => Some(mean(memory)),
            _ => None,
        }
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
        let last = top(&layers);
        let look = |state: Tensor<2>| {
            let attention = self.attention.as_ref()?;
            let (attended, shares) = attend(attention.query(state.clone()))?;
            Some((attention.gate(state, attended), shares))
        };
        let found = |seen: &Option<(Tensor<2>, Tensor<2>)>| seen.as_ref().map(|(context, _)| context.clone());
        let mut states = self.cells().zip(layers);
        let Some((cell, state)) = states.next() else { panic!("a decoder has at least one layer") };
        let (first, seen, mut unread) = if self.form == Form::Attention(AttentionOrder::TopDown) {
            let first = cell.forward(cell.with_context(word_gates, Some(last)), state);
            let seen = look(first.hidden.clone());
            let unread = found(&seen);
            (first, seen, unread)
        } else {
            let seen = look(last);
            (cell.forward(cell.with_context(word_gates, found(&seen)), state), seen, None)
        };
        let mut moved = vec![first];
        for (cell, state) in states {
            let gates = cell.with_context(cell.word(top(&moved)), unread.take());
            moved.push(cell.forward(gates, state));
        }
        let (context, attention) = seen.unzip();
        Advance { layers: moved, context, attention }
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
