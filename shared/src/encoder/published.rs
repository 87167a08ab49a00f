//! Loads the ImageNet weights of EfficientNet-Lite as published, and folds each batch norm into
//! the convolution before it.
//!
//! Tensor names are those of the PyPI package `efficientnet-lite-pytorch`:
//!
//! | published | here |
//! |---|---|
//! | `_conv_stem.weight`, `_bn0.*` | `network.stem` |
//! | `_blocks.N._expand_conv.weight`, `_blocks.N._bn0.*` | `network.blocks.N.expand` |
//! | `_blocks.N._depthwise_conv.weight`, `_blocks.N._bn1.*` | `network.blocks.N.depthwise` |
//! | `_blocks.N._project_conv.weight`, `_blocks.N._bn2.*` | `network.blocks.N.project` |
//! | `_conv_head.weight`, `_bn1.*` | `network.head` |
//! | `_fc.*` | the classifier, not read |
//!
//! where `*` is `weight`, `bias`, `running_mean`, `running_var` (and `num_batches_tracked`, not
//! read).

use burn::tensor::Device;

use super::{Encoder, EncoderConfig};
use crate::bundle::tensors::{TensorError, TensorValues, Tensors, apply, read_safetensors};

/// Batch-norm epsilon of the published networks.
const EPSILON: f32 = 1e-3;

impl EncoderConfig {
    /// Makes the network with the weights of a published `.safetensors` file (float32 or
    /// float16).
    ///
    /// # Errors
    /// [`TensorError`] names the first tensor that is absent, misshapen or unknown: the file is
    /// then of another architecture, or damaged.
    pub fn load_published(self, file: &[u8], device: &Device) -> Result<Encoder, TensorError> {
        let published = read_safetensors(file)?;
        apply(self.init(device), fold(self, published)?, device)
    }
}

/// Renames and folds: `w' = w * gamma / sqrt(var + eps)`, `b' = beta - mean * gamma / sqrt(var + eps)`.
fn fold(config: EncoderConfig, mut published: Tensors) -> Result<Tensors, TensorError> {
    let mut pairs = vec![
        ("_conv_stem".to_owned(), "_bn0".to_owned(), "network.stem".to_owned()),
        ("_conv_head".to_owned(), "_bn1".to_owned(), "network.head".to_owned()),
    ];
    for (index, block) in config.architecture().blocks().iter().enumerate() {
        let layers = [("expand", "_bn0"), ("depthwise", "_bn1"), ("project", "_bn2")];
        for (layer, norm) in layers.into_iter().skip(usize::from(block.expansion == 1)) {
            pairs.push((
                format!("_blocks.{index}._{layer}_conv"),
                format!("_blocks.{index}.{norm}"),
                format!("network.blocks.{index}.{layer}"),
            ));
        }
    }

    let mut folded = Tensors::new();
    for (convolution, norm, name) in pairs {
        let mut take = |name: String| published.remove(&name).ok_or(TensorError::Missing { tensor: name });
        let mut weight = take(format!("{convolution}.weight"))?;
        let gamma = take(format!("{norm}.weight"))?;
        let beta = take(format!("{norm}.bias"))?;
        let mean = take(format!("{norm}.running_mean"))?;
        let variance = take(format!("{norm}.running_var"))?;

        let channels = weight.shape.first().copied().unwrap_or(0);
        for (part, values) in
            [("weight", &gamma), ("bias", &beta), ("running_mean", &mean), ("running_var", &variance)]
        {
            if values.shape != [channels] {
                return Err(TensorError::Shape {
                    tensor: format!("{norm}.{part}"),
                    expected: vec![channels],
                    found: values.shape.clone(),
                });
            }
        }
        let mut bias = beta.values;
        let per_channel = weight.values.len() / channels.max(1);
        for (channel, bias) in bias.iter_mut().enumerate() {
            let scale = gamma.values[channel] / (variance.values[channel] + EPSILON).sqrt();
            *bias -= mean.values[channel] * scale;
            for value in &mut weight.values[channel * per_channel..(channel + 1) * per_channel] {
                *value *= scale;
            }
        }
        folded.insert(format!("{name}.weight"), weight);
        folded.insert(format!("{name}.bias"), TensorValues { shape: vec![channels], values: bias });
    }

    let unread = |name: &str| name.starts_with("_fc.") || name.ends_with(".num_batches_tracked");
    match published.into_keys().find(|name| !unread(name)) {
        Some(tensor) => Err(TensorError::Unexpected { tensor }),
        None => Ok(folded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::tensors::{Precision, write_safetensors};

    #[test]
    fn another_architecture_is_named() {
        let device = Device::flex();
        let values = TensorValues { shape: vec![1], values: vec![0.0] };
        let file = write_safetensors(&[("conv1.weight".to_owned(), values)].into(), Precision::F32);
        let error = EncoderConfig::EfficientnetLite0.load_published(&file, &device).unwrap_err();
        assert_eq!(error, TensorError::Missing { tensor: "_conv_stem.weight".to_owned() });
        let error = EncoderConfig::EfficientnetLite0.load_published(b"nonsense", &device);
        assert!(matches!(error, Err(TensorError::Malformed { .. })));
    }
}
