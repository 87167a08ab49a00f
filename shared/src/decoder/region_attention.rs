//! Regions that look at each other before the decoder looks at them: multi-head attention among the
//! regions of a photo (Vaswani et al. 2017), plain or as attention on attention (Huang et al. 2019,
//! section 3.2.1), added to what they were, then layer norm.
//!
//! Departures: no layer of a wider inner width follows, and places in the photo are not told apart but by
//! what the encoder's padding left there.

use burn::module::Module;
use burn::nn::{LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::activation::{sigmoid, softmax};
use burn::tensor::{Device, Tensor};

use super::config::{RegionAttentionConfig, RegionAttentionKind};

/// All layers of the refinement.
#[derive(Module, Debug)]
pub struct RegionAttention {
    layers: Vec<RefineLayer>,
}

/// One look around.
#[derive(Module, Debug)]
struct RefineLayer {
    query: Linear,
    key: Linear,
    value: Linear,
    /// From what was found, and with attention on attention from what was asked too.
    merge: Linear,
    /// Opens for what was found, given the same; only with attention on attention.
    gate: Option<Linear>,
    norm: LayerNorm,
    #[module(skip)]
    heads: usize,
}

impl RegionAttention {
    /// Untrained weights for regions of a width that the heads divide.
    #[must_use]
    pub fn new(config: &RegionAttentionConfig, region: usize, device: &Device) -> Self {
        let layer = |_| RefineLayer::new(config, region, device);
        Self { layers: (0..config.layers).map(layer).collect() }
    }

    /// # Shapes
    /// `[photos, regions, region]`, before and after.
    pub fn forward(&self, regions: Tensor<3>) -> Tensor<3> {
        self.layers.iter().fold(regions, |regions, layer| layer.forward(regions))
    }
}

impl RefineLayer {
    fn new(config: &RegionAttentionConfig, region: usize, device: &Device) -> Self {
        let linear = |from| LinearConfig::new(from, region).init(device);
        let on_attention = config.kind == RegionAttentionKind::AttentionOnAttention;
        let read = if on_attention { 2 * region } else { region };
        Self {
            query: linear(region),
            key: linear(region),
            value: linear(region),
            merge: linear(read),
            gate: on_attention.then(|| linear(read)),
            norm: LayerNormConfig::new(region).init(device),
            heads: config.heads,
        }
    }

    fn forward(&self, regions: Tensor<3>) -> Tensor<3> {
        let [photos, count, region] = regions.dims();
        let width = region / self.heads;
        let split = |values: Tensor<3>| {
            values.reshape([photos, count, self.heads, width]).swap_dims(1, 2) // [photos, heads, regions, width]
        };
        let asked = self.query.forward(regions.clone());
        let query = split(asked.clone()) / (width as f32).sqrt();
        let key = split(self.key.forward(regions.clone()));
        let value = split(self.value.forward(regions.clone()));
        let weights = softmax(query.matmul(key.swap_dims(2, 3)), 3); // [photos, heads, regions, regions]
        let found = weights.matmul(value).swap_dims(1, 2).reshape([photos, count, region]);
        let found = match &self.gate {
            None => self.merge.forward(found),
            Some(gate) => {
                let both = Tensor::cat(vec![found, asked], 2); // [photos, regions, 2 * region]
                sigmoid(gate.forward(both.clone())) * self.merge.forward(both)
            }
        };
        self.norm.forward(regions + found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Distribution;

    #[test]
    fn regions_change_by_what_others_hold_and_not_by_their_order() {
        let device = Device::flex();
        for kind in [RegionAttentionKind::SelfAttention, RegionAttentionKind::AttentionOnAttention] {
            let refinement =
                RegionAttention::new(&RegionAttentionConfig { kind, heads: 2, layers: 2 }, 8, &device);
            let regions = Tensor::<3>::random([1, 5, 8], Distribution::Normal(0.0, 1.0), &device);
            let values =
                |regions: Tensor<3>| refinement.forward(regions).into_data().try_into_vec::<f32>().unwrap();
            let refined = values(regions.clone());
            assert_eq!(refined.len(), 40);
            // Each region has mean 0 and deviation 1 after an untrained norm.
            for region in refined.chunks_exact(8) {
                let mean = region.iter().sum::<f32>() / 8.0;
                let square = region.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / 8.0;
                assert!(mean.abs() < 1e-5 && (square - 1.0).abs() < 1e-2, "{mean} {square}");
            }
            let turned = values(regions.clone().flip([1]));
            let back: Vec<f32> = turned.chunks_exact(8).rev().flatten().copied().collect();
            assert!(refined.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-4));
            let others = Tensor::cat(vec![regions.clone().narrow(1, 0, 4), regions.narrow(1, 0, 1) * 3.0], 1);
            let first = |values: &[f32]| values[..8].to_vec();
            let change: f32 =
                first(&values(others)).iter().zip(first(&refined)).map(|(a, b)| (a - b).abs()).sum();
            assert!(change > 1e-3, "{change}");
        }
    }
}
