//! Recurrent cells whose input is a word and, where there is one, an image context.

use burn::module::Module;
use burn::nn::{LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Int, Tensor};

use super::config::{CellKind, Normalisation};

/// What a layer carries from word to word.
#[derive(Debug, Clone)]
pub struct Recurrent {
    /// Hidden state, `[rows, hidden]`.
    pub hidden: Tensor<2>,
    /// Cell state, `[rows, hidden]`; a GRU has none.
    pub cell: Option<Tensor<2>>,
}

impl Recurrent {
    /// Row `i` of the result is row `rows[i]` of this state.
    #[must_use]
    pub fn select(self, rows: Tensor<1, Int>) -> Self {
        self.map(|state| state.select(0, rows.clone()))
    }

    /// `count` rows from `first` on.
    #[must_use]
    pub fn narrow(self, first: usize, count: usize) -> Self {
        self.map(|state| state.narrow(0, first, count))
    }

    fn map(self, change: impl Fn(Tensor<2>) -> Tensor<2>) -> Self {
        Self { hidden: change(self.hidden), cell: self.cell.map(change) }
    }
}

/// A recurrent cell. The input matrix is kept in two parts, one for the word and one for the
/// context, so that the words of a known sentence can be multiplied all at once.
///
/// Gates lie in PyTorch's order: input, forget, candidate, output for an LSTM; reset, update, new
/// for a GRU. PyTorch's two biases of an LSTM are one here, their sum; a GRU keeps both, since the
/// reset gate scales the second.
#[derive(Module, Debug)]
pub struct Cell {
    word: Linear,
    context: Option<Linear>,
    hidden: Linear,
    norms: Option<Norms>,
    #[module(skip)]
    kind: CellKind,
}

/// What a cell is made of.
#[derive(Debug, Clone, Copy)]
pub struct CellShape {
    /// Which cell.
    pub kind: CellKind,
    /// Width of what it reads at each step.
    pub input: usize,
    /// Width of the context that it reads beside it, where there is one.
    pub context: Option<usize>,
    /// Width of its state.
    pub hidden: usize,
    /// What keeps its sums in range.
    pub normalisation: Normalisation,
}

/// Layer norms of a cell.
#[derive(Module, Debug)]
struct Norms {
    /// Of the input's share of the gates.
    input: LayerNorm,
    /// Of the state's share.
    recurrent: LayerNorm,
    /// Of an LSTM's cell state on its way out.
    cell: Option<LayerNorm>,
}

impl Cell {
    /// Untrained weights.
    #[must_use]
    pub fn new(shape: CellShape, device: &Device) -> Self {
        let CellShape { kind, input, context, hidden, normalisation } = shape;
        let gates = kind.gates() * hidden;
        let unbiased = |width| LinearConfig::new(width, gates).with_bias(false).init(device);
        let norm = |width| LayerNormConfig::new(width).init(device);
        Self {
            word: LinearConfig::new(input, gates).init(device),
            context: context.map(unbiased),
            hidden: LinearConfig::new(hidden, gates).with_bias(kind == CellKind::Gru).init(device),
            norms: (normalisation == Normalisation::Layer).then(|| Norms {
                input: norm(gates),
                recurrent: norm(gates),
                cell: (kind == CellKind::Lstm).then(|| norm(hidden)),
            }),
            kind,
        }
    }

    /// A state of zeros.
    #[must_use]
    pub fn zero(&self, rows: usize, device: &Device) -> Recurrent {
        let [width, _] = self.hidden.weight.lazy_shape().dims();
        self.holding(Tensor::zeros([rows, width], device))
    }

    /// A state that holds a vector, `[rows, hidden]`, and whose cell state is zero.
    #[must_use]
    pub fn holding(&self, hidden: Tensor<2>) -> Recurrent {
        let cell = (self.kind == CellKind::Lstm).then(|| hidden.zeros_like());
        Recurrent { hidden, cell }
    }

    /// The words' share of the gates, bias included.
    ///
    /// # Shapes
    /// `[..., input]` to `[..., gates * hidden]`.
    pub fn word<const D: usize>(&self, embedded: Tensor<D>) -> Tensor<D> {
        self.word.forward(embedded)
    }

    /// Adds the context's share, where there is any, to the words' share of the gates.
    ///
    /// # Shapes
    /// `word_gates`: `[rows, gates * hidden]`, `context`: `[rows, context]`.
    pub fn with_context(&self, word_gates: Tensor<2>, context: Option<Tensor<2>>) -> Tensor<2> {
        match self.context.as_ref().zip(context) {
            Some((layer, context)) => word_gates + layer.forward(context),
            None => word_gates,
        }
    }

    /// Moves by one step.
    ///
    /// # Shapes
    /// `gates`: `[rows, gates * hidden]`, the input's share.
    pub fn forward(&self, gates: Tensor<2>, state: Recurrent) -> Recurrent {
        let [_, width] = state.hidden.dims();
        let mut recurrent = self.hidden.forward(state.hidden.clone());
        let mut gates = gates;
        if let Some(norms) = &self.norms {
            gates = norms.input.forward(gates);
            recurrent = norms.recurrent.forward(recurrent);
        }
        let part = |gates: &Tensor<2>, index: usize| gates.clone().narrow(1, index * width, width);
        match state.cell {
            Some(cell) => {
                let gates = gates + recurrent;
                let gate = |index| part(&gates, index); // [rows, hidden]
                let (input, forget) = (sigmoid(gate(0)), sigmoid(gate(1)));
                let (candidate, output) = (gate(2).tanh(), sigmoid(gate(3)));
                let cell = forget * cell + input * candidate;
                let shown = match self.norms.as_ref().and_then(|norms| norms.cell.as_ref()) {
                    Some(norm) => norm.forward(cell.clone()),
                    None => cell.clone(),
                };
                Recurrent { hidden: output * shown.tanh(), cell: Some(cell) }
            }
            None => {
                let gate = |index| part(&gates, index) + part(&recurrent, index);
                let (reset, update) = (sigmoid(gate(0)), sigmoid(gate(1)));
                let new = (part(&gates, 2) + reset * part(&recurrent, 2)).tanh();
                // (1 - update) * new + update * hidden
                Recurrent { hidden: new.clone() + update * (state.hidden - new), cell: None }
            }
        }
    }
}
