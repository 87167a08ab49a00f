//! What a recurrent decoder sees of photos and remembers of words.

use burn::tensor::{Int, Tensor};

use crate::decoder::attention::Memory;
use crate::decoder::cell::Recurrent;

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
    pub(super) encoding: Encoding,
    /// What is read of each photo with every word, made once.
    pub(super) beside: Option<Tensor<2>>,
    pub(super) layers: Vec<Recurrent>,
}

impl RecurrentState {
    pub(in crate::decoder) fn seen(&self) -> Tensor<2> {
        match &self.encoding {
            Encoding::Regions(memory) => mean(memory),
            Encoding::Vector(vector) => vector.clone(),
        }
    }

    pub(in crate::decoder) fn select(self, rows: Tensor<1, Int>) -> Self {
        let Self { layers, .. } = self;
        let layers = layers.into_iter().map(|layer| layer.select(rows.clone())).collect();
        // Rows stay grouped by photo, so that the photos' side stays as it is.
        Self { layers, ..self }
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

/// The mean of each photo's regions, `[photos, region]`.
pub(super) fn mean(memory: &Memory) -> Tensor<2> {
    memory.values.clone().mean_dim(1).squeeze_dim(1)
}

/// Gives each photo's vector to all of its rows: `[photos, width]` to `[rows, width]`.
pub(in crate::decoder) fn repeat(vectors: Tensor<2>, rows: usize) -> Tensor<2> {
    let [photos, width] = vectors.dims();
    if photos == rows {
        return vectors;
    }
    vectors.unsqueeze_dim::<3>(1).expand([photos, rows / photos, width]).reshape([rows, width])
}
