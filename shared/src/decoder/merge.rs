//! *Merge* injection: the photo stands beside what a text branch made of the words, and a
//! bidirectional recurrent network over both predicts the word after a prefix.
//!
//! The text branch and the forward direction carry their states from word to word. The backward
//! direction starts at the newest word, so that it reads the whole prefix again at each step; only
//! its input's share of the gates is kept. A sentence of n words costs n (n + 1) / 2 of its steps.

use burn::module::Module;
use burn::nn::{Embedding, Linear, LinearConfig};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor};

use super::cell::{Cell, CellShape, Recurrent};
use super::config::{Activation, DecoderConfig};
use super::output::{Output, OutputInputs};
use super::recurrent::repeat;
use super::{Prediction, embedding};

/// A merge decoder.
#[derive(Module, Debug)]
pub struct MergeDecoder {
    embedding: Embedding,
    image: Linear,
    text_cell: Cell,
    text: Linear,
    forward: Cell,
    backward: Cell,
    output: Output,
    #[module(skip)]
    activation: Activation,
}

/// Widths that the injection or the data decide.
#[derive(Debug, Clone, Copy)]
pub(super) struct MergeSizes {
    /// Of the photo's one region.
    pub channels: usize,
    /// Of the encoding, and of each word after the text branch.
    pub width: usize,
    /// Of the text branch's state.
    pub text: usize,
    /// Number of words.
    pub vocabulary: usize,
}

/// The photo, the two directions that go forward, and all that the backward direction reads.
#[derive(Debug, Clone)]
pub struct MergeState {
    image: Tensor<2>,
    text: Recurrent,
    forward: Recurrent,
    /// Input's share of the backward gates for each word so far, each `[rows, gates * hidden]`.
    read: Vec<Tensor<2>>,
}

impl MergeState {
    pub(super) fn seen(&self) -> Tensor<2> {
        self.image.clone()
    }

    pub(super) fn select(self, rows: Tensor<1, Int>) -> Self {
        Self {
            image: self.image,
            text: self.text.select(rows.clone()),
            forward: self.forward.select(rows.clone()),
            read: self.read.into_iter().map(|gates| gates.select(0, rows.clone())).collect(),
        }
    }
}

impl MergeDecoder {
    pub(super) fn new(
        config: &DecoderConfig,
        MergeSizes { channels, width, text, vocabulary }: MergeSizes,
        activation: Activation,
        device: &Device,
    ) -> Self {
        let DecoderConfig { cell, embedding: words, hidden, .. } = *config;
        let linear = |from, to| LinearConfig::new(from, to).init(device);
        let normalisation = config.normalisation;
        let both = CellShape { kind: cell, input: width, context: Some(width), hidden, normalisation };
        let inputs = OutputInputs { hidden: 2 * hidden, context: None, embedding: words, vocabulary };
        Self {
            embedding: embedding(vocabulary, words, device),
            image: linear(channels, width),
            text_cell: Cell::new(CellShape { input: words, context: None, hidden: text, ..both }, device),
            text: linear(text, width),
            forward: Cell::new(both, device),
            backward: Cell::new(both, device),
            output: Output::new(&config.output, inputs, device),
            activation,
        }
    }

    pub(super) fn words(&self) -> Tensor<2> {
        self.embedding.weight.val()
    }

    /// Looks at photos: the state before the first word, one row per photo.
    ///
    /// # Shapes
    /// `features`: `[photos, 1, channels]`.
    pub fn start(&self, features: Tensor<3>) -> MergeState {
        let image = self.image(features);
        let [photos, _] = image.dims();
        let device = image.device();
        MergeState {
            text: self.text_cell.zero(photos, &device),
            forward: self.forward.zero(photos, &device),
            read: Vec::new(),
            image,
        }
    }

    /// Reads one word per row and predicts the next.
    ///
    /// # Shapes
    /// `tokens`: `[rows]`, the start token at first.
    pub fn step(&self, state: MergeState, tokens: Tensor<1, Int>) -> (Prediction, MergeState) {
        let MergeState { image, text, forward, mut read } = state;
        let [rows] = tokens.dims();
        let embedded = self.embed(tokens.unsqueeze_dim(0)).squeeze_dim::<2>(0); // [rows, embedding]
        let text = self.read_text(self.text_gates(embedded), text);
        let image_rows = repeat(image.clone(), rows);
        let [forward_gates, backward_gates] = self.merged_gates(text.hidden.clone(), image_rows);
        let forward = self.forward.forward(forward_gates, forward);
        read.push(backward_gates);
        let mut backward = self.start_backward(rows, &image.device());
        for gates in read.iter().rev() {
            backward = self.read_backward(gates.clone(), backward);
        }
        let mixed = self.mix(forward.hidden.clone(), backward.hidden);
        let prediction =
            Prediction { log_probabilities: log_softmax(self.logits(mixed), 1), attention: None };
        (prediction, MergeState { image, text, forward, read })
    }

    /// Encodes photos.
    ///
    /// # Shapes
    /// `[photos, 1, channels]` to `[photos, width]`.
    pub fn image(&self, features: Tensor<3>) -> Tensor<2> {
        let [photos, _, channels] = features.dims();
        self.activation.forward(self.image.forward(features.reshape([photos, channels])))
    }

    /// Embeds tokens.
    ///
    /// # Shapes
    /// `[rows, steps]` to `[rows, steps, embedding]`.
    pub fn embed(&self, tokens: Tensor<2, Int>) -> Tensor<3> {
        self.embedding.forward(tokens)
    }

    /// The words' share of the text branch's gates.
    ///
    /// # Shapes
    /// `[words, embedding]` to `[words, gates * text]`.
    pub fn text_gates(&self, embedded: Tensor<2>) -> Tensor<2> {
        self.text_cell.word(embedded)
    }

    /// The text branch before the first word.
    #[must_use]
    pub fn start_text(&self, rows: usize, device: &Device) -> Recurrent {
        self.text_cell.zero(rows, device)
    }

    /// Moves the text branch by one word.
    pub fn read_text(&self, gates: Tensor<2>, state: Recurrent) -> Recurrent {
        self.text_cell.forward(gates, state)
    }

    /// Lays words beside their photo: the input's share of the gates, forward and backward.
    ///
    /// # Shapes
    /// `text`: `[words, text]`, `image`: `[words, width]`; each result `[words, gates * hidden]`.
    pub fn merged_gates(&self, text: Tensor<2>, image: Tensor<2>) -> [Tensor<2>; 2] {
        let text = self.text.forward(text); // [words, width]
        [&self.forward, &self.backward]
            .map(|cell| cell.with_context(cell.word(text.clone()), Some(image.clone())))
    }

    /// The forward direction before the first word.
    #[must_use]
    pub fn start_forward(&self, rows: usize, device: &Device) -> Recurrent {
        self.forward.zero(rows, device)
    }

    /// Moves the forward direction by one word.
    pub fn read_forward(&self, gates: Tensor<2>, state: Recurrent) -> Recurrent {
        self.forward.forward(gates, state)
    }

    /// The backward direction before the newest word.
    #[must_use]
    pub fn start_backward(&self, rows: usize, device: &Device) -> Recurrent {
        self.backward.zero(rows, device)
    }

    /// Moves the backward direction by one word towards the first.
    pub fn read_backward(&self, gates: Tensor<2>, state: Recurrent) -> Recurrent {
        self.backward.forward(gates, state)
    }

    /// What the last layer reads; training drops parts of the result out.
    ///
    /// # Shapes
    /// Twice `[rows, hidden]` to `[rows, last]`.
    pub fn mix(&self, forward: Tensor<2>, backward: Tensor<2>) -> Tensor<2> {
        self.output.mix(Tensor::cat(vec![forward, backward], 1), None, None)
    }

    /// Unnormalised scores of the next word.
    ///
    /// # Shapes
    /// `[rows, last]` to `[rows, vocabulary]`.
    pub fn logits(&self, mixed: Tensor<2>) -> Tensor<2> {
        self.output.logits(mixed, self.embedding.weight.val())
    }
}
