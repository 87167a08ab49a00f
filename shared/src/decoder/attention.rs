//! Additive attention over regions (Bahdanau et al. 2015), with the sigmoid gate of Xu et al.
//! 2015, section 4.2.1.

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::{sigmoid, softmax};
use burn::tensor::{Device, Distribution, Tensor};

/// What a decoder can look at: one entry per photo.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Projected regions, `[photos, regions, region]`.
    pub values: Tensor<3>,
    /// Their attention keys, `[photos, regions, attention]`.
    pub keys: Tensor<3>,
}

/// The layers of the attention.
#[derive(Module, Debug)]
pub struct Attention {
    key: Linear,
    query: Linear,
    score: Param<Tensor<1>>,
    gate: Linear,
}

impl Attention {
    /// Untrained layers for regions of width `region`, a state of width `hidden` and an inner
    /// width `attention`.
    #[must_use]
    pub fn new(region: usize, hidden: usize, attention: usize, device: &Device) -> Self {
        // As a linear layer from `attention` to one score would start, without its bias: a
        // constant added to every score does not change the softmax.
        let bound = 1.0 / (attention as f64).sqrt();
        let score = Tensor::random([attention], Distribution::Uniform(-bound, bound), device);
        Self {
            key: LinearConfig::new(region, attention).init(device),
            query: LinearConfig::new(hidden, attention).with_bias(false).init(device),
            score: Param::from_tensor(score),
            gate: LinearConfig::new(hidden, region).init(device),
        }
    }

    /// Makes the keys of projected regions.
    ///
    /// # Shapes
    /// `values`: `[photos, regions, region]`.
    pub fn memory(&self, values: Tensor<3>) -> Memory {
        Memory { keys: self.key.forward(values.clone()), values }
    }

    /// # Shapes
    /// `[rows, hidden]` to `[rows, attention]`.
    pub fn query(&self, hidden: Tensor<2>) -> Tensor<2> {
        self.query.forward(hidden)
    }

    /// The scoring vector, `[attention]`.
    pub fn score(&self) -> Tensor<1> {
        self.score.val()
    }

    /// Scales the context by a gate between 0 and 1 that the state opens.
    ///
    /// # Shapes
    /// `hidden`: `[rows, hidden]`, `context` and the result: `[rows, region]`.
    pub fn gate(&self, hidden: Tensor<2>, context: Tensor<2>) -> Tensor<2> {
        sigmoid(self.gate.forward(hidden)) * context
    }
}

/// `weights = softmax(score . tanh(key + query))` over a photo's regions, and the weighted mean of
/// its values.
///
/// # Shapes
/// `query`: `[rows, attention]`, rows grouped by photo, the same number for each; `score`:
/// `[attention]`. Returns context `[rows, region]` and weights `[rows, regions]`.
pub fn additive(memory: &Memory, query: Tensor<2>, score: Tensor<1>) -> (Tensor<2>, Tensor<2>) {
    let [photos, regions, attention] = memory.keys.dims();
    let [rows, _] = query.dims();
    assert_eq!(rows % photos, 0, "{rows} rows cannot be grouped over {photos} photos");
    let width = rows / photos;

    let keys = memory.keys.clone().unsqueeze_dim::<4>(1); // [photos, 1, regions, attention]
    let query = query.reshape([photos, width, 1, attention]);
    let scores = (keys + query).tanh() * score.reshape([1, 1, 1, attention]);
    let scores = scores.sum_dim(3).squeeze_dim::<3>(3); // [photos, width, regions]
    let weights = softmax(scores, 2);
    let context = weights.clone().matmul(memory.values.clone()); // [photos, width, region]
    let [_, _, region] = context.dims();
    (context.reshape([rows, region]), weights.reshape([rows, regions]))
}
