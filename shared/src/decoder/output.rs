//! From state to scores of the next word.

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use super::config::OutputConfig;

/// The layers behind the recurrent network: the deep output layer of Xu et al. 2015, equation 7,
/// or a plain one. The last matrix may be the embedding (Press and Wolf 2017).
#[derive(Module, Debug)]
pub struct Output {
    hidden: Option<Linear>,
    context: Option<Linear>,
    last: Option<Param<Tensor<2>>>,
    bias: Param<Tensor<1>>,
    #[module(skip)]
    deep: bool,
}

/// Widths of what the output layers read.
#[derive(Debug, Clone, Copy)]
pub struct OutputInputs {
    /// Width of the state.
    pub hidden: usize,
    /// Width of the attended regions, where there are any.
    pub context: Option<usize>,
    /// Width of a word.
    pub embedding: usize,
    /// Number of words.
    pub vocabulary: usize,
}

impl Output {
    /// Untrained weights.
    #[must_use]
    pub fn new(config: &OutputConfig, inputs: OutputInputs, device: &Device) -> Self {
        let OutputInputs { hidden, context, embedding, vocabulary } = inputs;
        let (deep, inner, tied) = match *config {
            OutputConfig::Deep { tied } => (true, Some(embedding), tied),
            OutputConfig::Plain { inner, tied } => (false, inner, tied),
        };
        let last = inner.unwrap_or(hidden);
        Self {
            hidden: inner.map(|inner| LinearConfig::new(hidden, inner).init(device)),
            context: context
                .filter(|_| deep)
                .map(|context| LinearConfig::new(context, embedding).with_bias(false).init(device)),
            last: (!tied).then(|| LinearConfig::new(last, vocabulary).with_bias(false).init(device).weight),
            bias: Param::from_tensor(Tensor::zeros([vocabulary], device)),
            deep,
        }
    }

    /// Mixes what the last layer reads. A plain output reads the state alone.
    ///
    /// # Shapes
    /// `[rows, hidden]`, `[rows, region]`, `[rows, embedding]` to `[rows, last]`.
    pub fn mix(
        &self,
        hidden: Tensor<2>,
        context: Option<Tensor<2>>,
        embedded: Option<Tensor<2>>,
    ) -> Tensor<2> {
        let mixed = match &self.hidden {
            Some(layer) => layer.forward(hidden),
            None => hidden,
        };
        if !self.deep {
            return mixed;
        }
        let context = self.context.as_ref().zip(context).map(|(layer, context)| layer.forward(context));
        context.into_iter().chain(embedded).fold(mixed, |mixed, part| mixed + part).tanh()
    }

    /// Unnormalised scores.
    ///
    /// # Shapes
    /// `mixed`: `[rows, last]`, `embedding`: `[vocabulary, embedding]`, read where the output is
    /// tied to it; returns `[rows, vocabulary]`.
    pub fn logits(&self, mixed: Tensor<2>, embedding: Tensor<2>) -> Tensor<2> {
        let scores = match &self.last {
            Some(last) => mixed.matmul(last.val()),
            None => mixed.matmul(embedding.transpose()),
        };
        scores + self.bias.val().unsqueeze_dim(0)
    }
}
