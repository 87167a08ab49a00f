//! The classes that an encoder was trained to tell apart before it learnt to caption.
//!
//! Captions name what their writers cared for; a thousand classes of ImageNet hold goldfish and espresso that no
//! caption of the training set may have. The layer that tells them is published with the network and reads the mean
//! of its last map.

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use crate::tensors::{TensorValues, Tensors};

/// A network's last, fully connected layer.
#[derive(Module, Debug)]
pub struct Classifier {
    layer: Linear,
}

impl Classifier {
    /// An untrained layer.
    #[must_use]
    pub fn new(channels: usize, classes: usize, device: &Device) -> Self {
        Self { layer: LinearConfig::new(channels, classes).init(device) }
    }

    /// Scores of each class, before the softmax. Channels beyond its own, of layers beside the last, are
    /// passed over.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`, not pooled or pooled to the mean; returns `[photos, classes]`.
    pub fn logits(&self, features: Tensor<3>) -> Tensor<2> {
        let channels = self.layer.weight.dims()[0];
        self.layer.forward(features.narrow(2, 0, channels).mean_dim(1).squeeze_dim(1))
    }

    /// Where a photo shows what mixtures of classes stand for: the score that each region by itself would have, which
    /// the mean over regions makes the photo's ("class activation maps", Zhou et al. 2016). Without the bias, which no
    /// place has a part in.
    ///
    /// # Shapes
    /// `features`: `[regions, channels]`; `mix`, how much each class counts for a thing: `[things, classes]`; returns
    /// `[things, regions]`.
    pub fn maps(&self, features: Tensor<2>, mix: Tensor<2>) -> Tensor<2> {
        let weight = self.layer.weight.val();
        let channels = weight.dims()[0];
        mix.matmul(weight.transpose()).matmul(features.narrow(1, 0, channels).transpose())
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.layer.weight.dims()[1]
    }

    /// The layer whose weights stay as they are.
    #[must_use]
    pub fn frozen(self) -> Self {
        let Linear { weight, bias } = self.layer;
        let fixed = |weight: Tensor<2>| Param::from_tensor(weight).no_grad();
        let bias = bias.map(|bias| Param::from_tensor(bias.val()).no_grad());
        Self { layer: Linear { weight: fixed(weight.val()), bias } }
    }
}

/// The weights of a classifier as a published file has them, `[classes, channels]` and `[classes]`, by their names
/// here; none where the file has none of that name.
#[must_use]
pub fn published(tensors: &Tensors, name: &str) -> Option<Tensors> {
    let (weight, bias) = (tensors.get(&format!("{name}.weight"))?, tensors.get(&format!("{name}.bias"))?);
    let &[classes, channels] = weight.shape.as_slice() else { return None };
    let columns = (0..channels)
        .flat_map(|channel| weight.values.iter().skip(channel).step_by(channels.max(1)).copied());
    let weight = TensorValues { shape: vec![channels, classes], values: columns.collect() };
    Some([("layer.weight".to_owned(), weight), ("layer.bias".to_owned(), bias.clone())].into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensors::apply;

    #[test]
    fn published_weights_read_the_mean_of_the_own_channels() {
        let device = Device::flex();
        let tensor =
            |shape: &[usize], values: &[f32]| TensorValues { shape: shape.into(), values: values.into() };
        let file: Tensors = [
            ("_fc.weight".to_owned(), tensor(&[3, 2], &[1.0, 0.0, 0.0, 1.0, 2.0, -1.0])),
            ("_fc.bias".to_owned(), tensor(&[3], &[0.0, 0.5, 1.0])),
        ]
        .into();
        assert!(published(&file, "classifier").is_none());
        let weights = published(&file, "_fc").unwrap();
        let classifier = apply(Classifier::new(2, 3, &device), weights, &device).unwrap();
        assert_eq!(classifier.classes(), 3);
        // Two regions with means 2 and 4, and a channel of another layer.
        let features = Tensor::<3>::from_floats([[[1.0, 3.0, 9.0], [3.0, 5.0, 9.0]]], &device);
        let logits = classifier.logits(features).into_data().try_into_vec::<f32>().unwrap();
        assert_eq!(logits, [2.0, 4.5, 1.0]);
        // The second class alone, and half of the first and the third.
        let features = Tensor::<2>::from_floats([[1.0, 3.0, 9.0], [3.0, 5.0, 9.0]], &device);
        let mix = Tensor::<2>::from_floats([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5]], &device);
        let maps = classifier.maps(features, mix).into_data().try_into_vec::<f32>().unwrap();
        assert_eq!(maps, [3.0, 5.0, 0.0, 2.0]);
    }
}
