//! The deep output layer of Xu et al. 2015, equation 7, with the embedding as its last matrix
//! (Press and Wolf 2017).

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

/// From state, context and last word to scores of the next word.
#[derive(Module, Debug)]
pub struct Output {
    hidden: Linear,
    context: Linear,
    bias: Param<Tensor<1>>,
}

impl Output {
    /// Untrained weights; the matrix of the last layer is the embedding, given to
    /// [`logits`](Self::logits).
    #[must_use]
    pub fn new(hidden: usize, region: usize, embedding: usize, vocabulary: usize, device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(hidden, embedding).init(device),
            context: LinearConfig::new(region, embedding).with_bias(false).init(device),
            bias: Param::from_tensor(Tensor::zeros([vocabulary], device)),
        }
    }

    /// # Shapes
    /// `[rows, hidden]`, `[rows, region]`, `[rows, embedding]` to `[rows, embedding]`.
    pub fn mix(&self, hidden: Tensor<2>, context: Tensor<2>, embedded: Tensor<2>) -> Tensor<2> {
        (self.hidden.forward(hidden) + self.context.forward(context) + embedded).tanh()
    }

    /// # Shapes
    /// `mixed`: `[rows, embedding]`, `embedding`: `[vocabulary, embedding]`; returns
    /// `[rows, vocabulary]`.
    pub fn logits(&self, mixed: Tensor<2>, embedding: Tensor<2>) -> Tensor<2> {
        mixed.matmul(embedding.transpose()) + self.bias.val().unsqueeze_dim(0)
    }
}
