//! Additive attention over regions (Bahdanau et al. 2015), with the sigmoid gate of Xu et al.
//! 2015, section 4.2.1.

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::{sigmoid, softmax};
use burn::tensor::{Device, Distribution, Tensor};

use super::config::Activation;

/// What attention can look at: one entry per photo.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Regions, projected where the decoder does so, `[photos, regions, region]`.
    pub values: Tensor<3>,
    /// Their attention keys, `[photos, regions, attention]`.
    pub keys: Tensor<3>,
}

/// What a step asks of the attention.
#[derive(Debug, Clone)]
pub struct Query {
    /// What the state looks for, `[rows, attention]`.
    pub query: Tensor<2>,
    /// The scoring vector, `[attention]`.
    pub score: Tensor<1>,
    /// Inside the scores.
    pub activation: Activation,
}

/// The layers of the attention.
#[derive(Module, Debug)]
pub struct Attention {
    key: Linear,
    query: Linear,
    score: Param<Tensor<1>>,
    gate: Option<Linear>,
    #[module(skip)]
    activation: Activation,
}

impl Attention {
    /// Untrained layers for regions of width `region`, a state of width `hidden` and an inner
    /// width `attention`.
    #[must_use]
    pub fn new(
        region: usize,
        hidden: usize,
        attention: usize,
        activation: Activation,
        gate: bool,
        device: &Device,
    ) -> Self {
        // As a linear layer from `attention` to one score would start, without its bias: a
        // constant added to every score does not change the softmax.
        let bound = 1.0 / (attention as f64).sqrt();
        let score = Tensor::random([attention], Distribution::Uniform(-bound, bound), device);
        Self {
            key: LinearConfig::new(region, attention).init(device),
            query: LinearConfig::new(hidden, attention).with_bias(false).init(device),
            score: Param::from_tensor(score),
            gate: gate.then(|| LinearConfig::new(hidden, region).init(device)),
            activation,
        }
    }

    /// Makes the keys of regions, once per photo.
    ///
    /// # Shapes
    /// `values`: `[photos, regions, region]`.
    pub fn memory(&self, values: Tensor<3>) -> Memory {
        Memory { keys: self.key.forward(values.clone()), values }
    }

    /// What a state looks for.
    ///
    /// # Shapes
    /// `hidden`: `[rows, hidden]`.
    pub fn query(&self, hidden: Tensor<2>) -> Query {
        Query { query: self.query.forward(hidden), score: self.score.val(), activation: self.activation }
    }

    /// Scales the context by a gate between 0 and 1 that the state opens, where there is one.
    ///
    /// # Shapes
    /// `hidden`: `[rows, hidden]`, `context` and the result: `[rows, region]`.
    pub fn gate(&self, hidden: Tensor<2>, context: Tensor<2>) -> Tensor<2> {
        match &self.gate {
            Some(gate) => sigmoid(gate.forward(hidden)) * context,
            None => context,
        }
    }
}

/// `weights = softmax(score . activation(key + query))` over a photo's regions, and the weighted
/// mean of its values.
///
/// # Shapes
/// Rows of the query are grouped by photo, the same number for each. Returns context
/// `[rows, region]` and weights `[rows, regions]`.
pub fn additive(memory: &Memory, query: Query) -> (Tensor<2>, Tensor<2>) {
    let Query { query, score, activation } = query;
    let [photos, regions, attention] = memory.keys.dims();
    let [rows, _] = query.dims();
    assert_eq!(rows % photos, 0, "{rows} rows cannot be grouped over {photos} photos");
    let width = rows / photos;

    let keys = memory.keys.clone().unsqueeze_dim::<4>(1); // [photos, 1, regions, attention]
    let query = query.reshape([photos, width, 1, attention]);
    let scores = activation.forward(keys + query) * score.reshape([1, 1, 1, attention]);
    let scores = scores.sum_dim(3).squeeze_dim::<3>(3); // [photos, width, regions]
    let weights = softmax(scores, 2);
    let context = weights.clone().matmul(memory.values.clone()); // [photos, width, region]
    let [_, _, region] = context.dims();
    (context.reshape([rows, region]), weights.reshape([rows, regions]))
}
