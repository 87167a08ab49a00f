//! An LSTM cell whose input is a word and an image context.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};

use super::Recurrent;

/// LSTM (Hochreiter and Schmidhuber 1997, with forget gates). The input matrix is kept in two
/// parts, one for the word and one for the context, so that the words of a known sentence can be
/// multiplied all at once. Gates lie in PyTorch's order: input, forget, candidate, output.
#[derive(Module, Debug)]
pub struct LstmCell {
    word: Linear,
    context: Linear,
    hidden: Linear,
}

impl LstmCell {
    /// Untrained weights for words of width `embedding`, contexts of width `region` and a state
    /// of width `hidden`.
    #[must_use]
    pub fn new(embedding: usize, region: usize, hidden: usize, device: &Device) -> Self {
        let gates = 4 * hidden;
        Self {
            word: LinearConfig::new(embedding, gates).init(device),
            context: LinearConfig::new(region, gates).with_bias(false).init(device),
            hidden: LinearConfig::new(hidden, gates).with_bias(false).init(device),
        }
    }

    /// The words' share of the gates, bias included.
    ///
    /// # Shapes
    /// `[..., embedding]` to `[..., 4 * hidden]`.
    pub fn word<const D: usize>(&self, embedded: Tensor<D>) -> Tensor<D> {
        self.word.forward(embedded)
    }

    /// # Shapes
    /// `word_gates`: `[rows, 4 * hidden]`, `context`: `[rows, region]`.
    pub fn forward(&self, word_gates: Tensor<2>, context: Tensor<2>, state: Recurrent) -> Recurrent {
        let gates = word_gates + self.context.forward(context) + self.hidden.forward(state.hidden);
        let [_, width] = state.cell.dims();
        let gate = |index: usize| gates.clone().narrow(1, index * width, width); // [rows, hidden]
        let (input, forget) = (sigmoid(gate(0)), sigmoid(gate(1)));
        let (candidate, output) = (gate(2).tanh(), sigmoid(gate(3)));
        let cell = forget * state.cell + input * candidate;
        Recurrent { hidden: output * cell.clone().tanh(), cell }
    }
}
