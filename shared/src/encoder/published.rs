//! Loads ImageNet weights as others publish them, and folds each batch norm into the convolution
//! before it. Each network's file says what the tensors are called.

use std::collections::BTreeSet;

use burn::tensor::Device;

use super::{Encoder, EncoderConfig, Network, Pooling};
use crate::classifier::published;
use crate::tensors::{TensorError, TensorValues, Tensors, apply};

/// A convolution in a published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// Its published name, without `.weight`.
    convolution: String,
    after: After,
    /// Side of the kernel, where the weight is published as a matrix.
    kernel: Option<usize>,
    /// Its name here.
    pub(super) name: String,
}

/// What a published convolution has besides its weight.
#[derive(Debug, Clone, PartialEq, Eq)]
enum After {
    /// The batch norm of this name.
    Norm(String),
    Bias,
    Nothing,
}

/// Parts of a batch norm, in the order in which [`fold`] reads them.
const NORM_PARTS: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

impl Source {
    /// A convolution with a batch norm after it.
    pub(super) fn normed(
        convolution: impl Into<String>,
        norm: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self { after: After::Norm(norm.into()), ..Self::bare(convolution, name) }
    }

    /// A convolution with a bias of its own.
    pub(super) fn biased(convolution: impl Into<String>, name: impl Into<String>) -> Self {
        Self { after: After::Bias, ..Self::bare(convolution, name) }
    }

    /// A convolution without a bias.
    pub(super) fn bare(convolution: impl Into<String>, name: impl Into<String>) -> Self {
        Self { convolution: convolution.into(), after: After::Nothing, kernel: None, name: name.into() }
    }

    /// A fully connected layer that reads a square map channel by channel: a convolution whose
    /// kernel is as large as the map.
    pub(super) fn dense(published: impl Into<String>, map: usize, name: impl Into<String>) -> Self {
        Self { kernel: Some(map), ..Self::biased(published, name) }
    }

    /// Published names of its tensors.
    fn tensors(&self) -> Vec<String> {
        let mut names = vec![format!("{}.weight", self.convolution)];
        match &self.after {
            After::Norm(norm) => names.extend(NORM_PARTS.map(|part| format!("{norm}.{part}"))),
            After::Bias => names.push(format!("{}.bias", self.convolution)),
            After::Nothing => {}
        }
        names
    }
}

impl EncoderConfig {
    /// Makes the network with the weights of a published file. Tensors of layers above the transfer
    /// layer, and of classifiers, are passed over.
    ///
    /// # Errors
    /// [`TensorError`]: the file is of another network, or the first tensor that is absent,
    /// misshapen or unknown is named.
    pub fn load_published(&self, tensors: Tensors, device: &Device) -> Result<Encoder, TensorError> {
        let network = self.network();
        let architecture = network.architecture();
        let sources = architecture.sources(self.layer_at().0);

        let published: BTreeSet<String> = tensors.keys().cloned().collect();
        let named = |(name, values)| Some((relevant(network, name)?, values));
        let mut tensors: Tensors = tensors.into_iter().filter_map(named).collect();
        let needed = || sources.iter().flat_map(Source::tensors);
        if let Some(tensor) = needed().find(|tensor| !tensors.contains_key(tensor)) {
            let none = !needed().any(|tensor| tensors.contains_key(&tensor));
            return Err(elsewhere(network, &published, none).unwrap_or(TensorError::Missing { tensor }));
        }
        let known = all_tensors(network);
        if let Some(tensor) = tensors.keys().find(|name| !known.contains(*name)) {
            let unexpected = TensorError::Unexpected { tensor: tensor.clone() };
            return Err(elsewhere(network, &published, false).unwrap_or(unexpected));
        }

        let mut folded = Tensors::new();
        for source in &sources {
            let (weight, bias) = fold(source, &mut tensors, architecture.epsilon())?;
            folded.insert(format!("{}.weight", source.name), weight);
            if let Some(bias) = bias {
                folded.insert(format!("{}.bias", source.name), bias);
            }
        }
        apply(self.init(device), folded, device).map_err(|error| as_published(error, &sources))
    }
}

impl EncoderConfig {
    /// The weights of the classifier behind the network, by their names in
    /// [`Classifier`](crate::classifier::Classifier); none where a published file has none, or where features are
    /// not what it reads: the last map, or its mean.
    #[must_use]
    pub fn published_classifier(&self, tensors: &Tensors) -> Option<Tensors> {
        let architecture = self.network().architecture();
        let last = self.layer_at().0 + 1 == architecture.layers().len();
        if !last || !matches!(self.pooling(), Pooling::None | Pooling::Mean) {
            return None;
        }
        let named: Tensors = tensors
            .iter()
            .filter(|(name, _)| name.split('.').count() <= 2)
            .map(|(name, values)| (architecture.canonical(name.clone()), values.clone()))
            .collect();
        let found =
            architecture.ignored().iter().find_map(|prefix| published(&named, prefix.trim_end_matches('.')));
        found.filter(|found| {
            found.get("layer.weight").is_some_and(|weight| weight.shape[0] == self.layer_channels())
        })
    }
}

/// The name that a network's sources have for a published tensor; none for counters of batch norm
/// and for classifiers.
fn relevant(network: Network, name: String) -> Option<String> {
    let architecture = network.architecture();
    let name = architecture.canonical(name);
    let ignored = name.ends_with(".num_batches_tracked")
        || architecture.ignored().iter().any(|prefix| name.starts_with(prefix));
    (!ignored).then_some(name)
}

/// Every tensor that some transfer layer needs.
fn all_tensors(network: Network) -> BTreeSet<String> {
    let architecture = network.architecture();
    (0..architecture.layers().len())
        .flat_map(|layer| architecture.sources(layer))
        .flat_map(|source| source.tensors())
        .collect()
}

/// Says which network a file is of that does not hold `expected`, as far as its names tell; `none`
/// when not one of the names is the expected network's.
fn elsewhere(expected: Network, names: &BTreeSet<String>, none: bool) -> Option<TensorError> {
    let is_of = |network: &Network| {
        let architecture = network.architecture();
        let names: BTreeSet<String> =
            names.iter().filter_map(|name| relevant(*network, name.clone())).collect();
        let least = architecture.sources(architecture.default_layer());
        *network != expected
            && least.iter().flat_map(Source::tensors).all(|tensor| names.contains(&tensor))
            && names.is_subset(&all_tensors(*network))
    };
    let found = match Network::ALL.into_iter().find(is_of) {
        Some(network) => format!("those of {network}"),
        None if !none => return None,
        None => match names.first() {
            Some(first) => format!("{} others, the first {first}", names.len()),
            None => "none".to_owned(),
        },
    };
    Some(TensorError::Network { expected: expected.name(), found })
}

/// Takes a convolution's weight and bias out of a file, with its batch norm folded in:
/// `w' = w * gamma / sqrt(var + eps)`, `b' = beta - mean * gamma / sqrt(var + eps)`.
fn fold(
    source: &Source,
    tensors: &mut Tensors,
    epsilon: f32,
) -> Result<(TensorValues, Option<TensorValues>), TensorError> {
    let mut take = |name: String| tensors.remove(&name).ok_or(TensorError::Missing { tensor: name });
    let mut weight = take(format!("{}.weight", source.convolution))?;
    if let (Some(kernel), &[rows, columns]) = (source.kernel, weight.shape.as_slice()) {
        weight.shape = vec![rows, columns / (kernel * kernel), kernel, kernel];
        if weight.shape.iter().product::<usize>() != weight.values.len() {
            return Err(TensorError::Shape {
                tensor: format!("{}.weight", source.convolution),
                expected: weight.shape,
                found: vec![rows, columns],
            });
        }
    }
    let norm = match &source.after {
        After::Nothing => return Ok((weight, None)),
        After::Bias => return Ok((weight, Some(take(format!("{}.bias", source.convolution))?))),
        After::Norm(norm) => norm,
    };

    let channels = weight.shape.first().copied().unwrap_or(0);
    let mut take_part = |part: &str| {
        let tensor = format!("{norm}.{part}");
        let TensorValues { shape, values } = take(tensor.clone())?;
        match shape.as_slice() == [channels] {
            true => Ok(values),
            false => Err(TensorError::Shape { tensor, expected: vec![channels], found: shape }),
        }
    };
    let [gamma, beta, mean, variance] = NORM_PARTS.map(&mut take_part);
    let (gamma, mut bias, mean, variance) = (gamma?, beta?, mean?, variance?);
    let per_channel = weight.values.len() / channels.max(1);
    for (channel, bias) in bias.iter_mut().enumerate() {
        let scale = gamma[channel] / (variance[channel] + epsilon).sqrt();
        *bias -= mean[channel] * scale;
        for value in &mut weight.values[channel * per_channel..(channel + 1) * per_channel] {
            *value *= scale;
        }
    }
    let bias = TensorValues { shape: vec![channels], values: bias };
    Ok((weight, Some(bias)))
}

/// Says what is wrong under the name that the file has.
fn as_published(error: TensorError, sources: &[Source]) -> TensorError {
    let published = |tensor: String| {
        let source = sources.iter().find(|source| {
            tensor.strip_prefix(&source.name).is_some_and(|part| part == ".weight" || part == ".bias")
        });
        match source {
            Some(source) => format!("{}{}", source.convolution, &tensor[source.name.len()..]),
            None => tensor,
        }
    };
    match error {
        TensorError::Shape { tensor, expected, found } => {
            TensorError::Shape { tensor: published(tensor), expected, found }
        }
        TensorError::NotFinite { tensor } => TensorError::NotFinite { tensor: published(tensor) },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensors::collect;

    /// Zeros of the right shapes: of each published tensor, the shape that its convolution has here.
    fn zeros(network: Network) -> Tensors {
        let config = EncoderConfig::new(network);
        let here = collect(&config.init(&Device::flex())).unwrap();
        let mut tensors = Tensors::new();
        for source in network.architecture().sources(config.layer_at().0) {
            let weight = here[&format!("{}.weight", source.name)].clone();
            for name in source.tensors() {
                let shape = match name == format!("{}.weight", source.convolution) {
                    true => weight.shape.clone(),
                    false => vec![weight.shape[0]],
                };
                let values = vec![0.0; shape.iter().product()];
                tensors.insert(name, TensorValues { shape, values });
            }
        }
        tensors
    }

    fn refused(network: Network, tensors: Tensors) -> String {
        EncoderConfig::new(network).load_published(tensors, &Device::flex()).unwrap_err().to_string()
    }

    #[test]
    fn another_network_is_recognised() {
        let resnet = zeros(Network::ResNet18);
        assert_eq!(
            refused(Network::EfficientNetLite0, resnet.clone()),
            "expected the tensors of efficientnet-lite0, found those of resnet-18"
        );
        assert_eq!(
            refused(Network::ResNet50, resnet.clone()),
            "expected the tensors of resnet-50, found those of resnet-18"
        );
        let foreign = [("embed.weight".to_owned(), resnet["conv1.weight"].clone())];
        assert_eq!(
            refused(Network::Vgg16, foreign.into()),
            "expected the tensors of vgg16, found 1 others, the first embed.weight"
        );
        assert_eq!(refused(Network::Vgg16, Tensors::new()), "expected the tensors of vgg16, found none");
    }

    #[test]
    fn every_misfit_is_named_as_published() {
        let resnet = zeros(Network::ResNet18);
        let changed = |change: &dyn Fn(&mut Tensors)| {
            let mut tensors = resnet.clone();
            change(&mut tensors);
            refused(Network::ResNet18, tensors)
        };
        let one = TensorValues { shape: vec![1], values: vec![0.0] };
        assert_eq!(
            changed(&|tensors| drop(tensors.remove("layer2.0.bn1.running_var"))),
            "tensor layer2.0.bn1.running_var is missing"
        );
        assert_eq!(
            changed(&|tensors| drop(tensors.insert("layer2.0.scale".into(), one.clone()))),
            "tensor layer2.0.scale has no place in the model"
        );
        assert_eq!(
            changed(&|tensors| drop(tensors.insert("bn1.bias".into(), one.clone()))),
            "tensor bn1.bias has shape [1], expected [64]"
        );
        assert_eq!(
            changed(&|tensors| tensors.get_mut("conv1.weight").unwrap().shape = vec![64, 3, 49, 1]),
            "tensor conv1.weight has shape [64, 3, 49, 1], expected [64, 3, 7, 7]"
        );
        assert_eq!(
            changed(&|tensors| tensors.get_mut("conv1.weight").unwrap().values[9] = f32::NAN),
            "tensor conv1.weight holds a value that is not a finite number"
        );
    }

    #[test]
    fn layers_above_the_transfer_layer_are_not_built() {
        let device = Device::flex();
        let config = EncoderConfig::new(Network::ResNet18).with_layer("layer2");
        let encoder = config.load_published(zeros(Network::ResNet18), &device).unwrap();
        let names = collect(&encoder).unwrap();
        assert!(names.contains_key("network.blocks.3.convolutions.1.weight"));
        assert!(!names.contains_key("network.blocks.4.convolutions.0.weight"));
    }
}
