//! Named tensors: to and from safetensors [files](mod@file), into and out of Burn modules.
//!
//! Names are paths in the module, `encoder.network.stem.weight`. Linear weights are stored as
//! Burn keeps them, `[in, out]`.

pub mod file;
mod int8;

use std::borrow::Cow;
use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::{Device, Tensor, TensorData};

pub use file::{MAX_HEAD, Precision, read_safetensors, stored_shapes, write_safetensors};

/// A tensor's shape and its values in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorValues {
    /// Length of each dimension.
    pub shape: Vec<usize>,
    /// Values, as many as the product of the shape.
    pub values: Vec<f32>,
}

/// Tensors by name.
pub type Tensors = BTreeMap<String, TensorValues>;

/// Why a weights file does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TensorError {
    /// Truncated, or not safetensors at all.
    #[error("not a safetensors file: {reason}")]
    Malformed {
        /// What the parser said.
        reason: String,
    },
    /// Stored in a number format that is not read here.
    #[error("tensor {tensor} is stored as {found}, expected F32, F16, BF16 or I8 with its scale")]
    NumberFormat {
        /// Name of the tensor.
        tensor: String,
        /// Its number format.
        found: String,
    },
    /// Published weights of another network.
    #[error("expected the tensors of {expected}, found {found}")]
    Network {
        /// Name of the network.
        expected: &'static str,
        /// What the names of the tensors tell.
        found: String,
    },
    /// The model needs a tensor that the file lacks.
    #[error("tensor {tensor} is missing")]
    Missing {
        /// Name of the tensor.
        tensor: String,
    },
    /// The file holds a tensor that the model has no place for.
    #[error("tensor {tensor} has no place in the model")]
    Unexpected {
        /// Name of the tensor.
        tensor: String,
    },
    /// Numbers of 8 bits without usable scales.
    #[error("tensor {tensor} is stored as I8, expected {tensor}:scale beside it: {reason}")]
    Scale {
        /// Name of the tensor.
        tensor: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Same name, other shape.
    #[error("tensor {tensor} has shape {found:?}, expected {expected:?}")]
    Shape {
        /// Name of the tensor.
        tensor: String,
        /// Shape in the model.
        expected: Vec<usize>,
        /// Shape in the file.
        found: Vec<usize>,
    },
    /// Infinite or not a number.
    #[error("tensor {tensor} holds a value that is not a finite number")]
    NotFinite {
        /// Name of the tensor.
        tensor: String,
    },
    /// The device would not give a tensor back.
    #[error("tensor {tensor} could not be read from the device: {reason}")]
    Read {
        /// Name of the tensor.
        tensor: String,
        /// What the device said.
        reason: String,
    },
}

/// Where in a module a visitor or mapper stands. The variant of an enum is no part of the path: the
/// configuration says which it is.
#[derive(Debug, Default)]
pub struct ModulePath(Vec<String>);

impl ModulePath {
    /// Goes down; for `enter_module`.
    pub fn enter(&mut self, name: &str, container: &str) {
        if !container.starts_with("Enum:") {
            self.0.push(name.to_owned());
        }
    }

    /// Comes up again; for `exit_module`.
    pub fn exit(&mut self, container: &str) {
        if !container.starts_with("Enum:") {
            self.0.pop();
        }
    }

    /// The path as tensors are named by.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.join(".")
    }
}

/// Copies a module's tensors out, by path. Waits for the device, so native only.
///
/// # Errors
/// [`TensorError::Read`] when the device fails.
pub fn collect<M: Module>(module: &M) -> Result<Tensors, TensorError> {
    let mut collector = Collector { path: ModulePath::default(), tensors: Ok(Tensors::new()) };
    module.visit(&mut collector);
    collector.tensors
}

/// The shapes of a module's tensors, by path, in its order. Nothing is computed for it, nor drawn.
#[must_use]
pub fn shapes_of<M: Module>(module: &M) -> Vec<(String, Vec<usize>)> {
    let mut shapes = Shapes::default();
    module.visit(&mut shapes);
    shapes.found
}

#[derive(Default)]
struct Shapes {
    path: ModulePath,
    found: Vec<(String, Vec<usize>)>,
}

impl ModuleVisitor for Shapes {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.path.exit(container);
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.found.push((self.path.name(), param.lazy_shape().to_vec()));
    }
}

struct Collector {
    path: ModulePath,
    tensors: Result<Tensors, TensorError>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.path.exit(container);
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Ok(tensors) = &mut self.tensors else { return };
        let tensor = self.path.name();
        let values = param.val();
        let shape = values.dims().to_vec();
        match values.try_into_vec_as::<f32>() {
            Ok(values) => {
                tensors.insert(tensor, TensorValues { shape, values });
            }
            Err(error) => {
                self.tensors = Err(TensorError::Read { tensor, reason: error.to_string() });
            }
        }
    }
}

/// Puts tensors into a module by path. All of the module's tensors must be there with the right
/// shapes, and no others; each must be finite.
///
/// # Errors
/// [`TensorError`] for the first tensor that does not fit.
pub fn apply<M: Module>(module: M, tensors: Tensors, device: &Device) -> Result<M, TensorError> {
    let tensors = tensors.into_iter().map(|(name, values)| (Cow::Owned(name), Cow::Owned(values)));
    apply_all(module, tensors.collect(), device)
}

/// The same with tensors that stay, so that a copy of them is in memory for one at a time.
///
/// # Errors
/// As [`apply`].
pub fn apply_from<M: Module>(module: M, tensors: &Tensors, device: &Device) -> Result<M, TensorError> {
    let tensors = tensors.iter().map(|(name, values)| (Cow::from(name), Cow::Borrowed(values)));
    apply_all(module, tensors.collect(), device)
}

fn apply_all<M: Module>(module: M, tensors: Applied<'_>, device: &Device) -> Result<M, TensorError> {
    let mut applier = Applier { path: ModulePath::default(), tensors, device, error: None };
    let module = module.map(&mut applier);
    match applier.error {
        Some(error) => Err(error),
        None => match applier.tensors.into_keys().next() {
            Some(tensor) => Err(TensorError::Unexpected { tensor: tensor.into_owned() }),
            None => Ok(module),
        },
    }
}

/// Tensors by name, each from the caller or borrowed.
type Applied<'a> = BTreeMap<Cow<'a, str>, Cow<'a, TensorValues>>;

struct Applier<'a> {
    path: ModulePath,
    tensors: Applied<'a>,
    device: &'a Device,
    error: Option<TensorError>,
}

impl Applier<'_> {
    fn take(&mut self, expected: Vec<usize>) -> Result<TensorData, TensorError> {
        let tensor = self.path.name();
        let Some(found) = self.tensors.remove(tensor.as_str()) else {
            return Err(TensorError::Missing { tensor });
        };
        let TensorValues { shape, values } = found.into_owned();
        if shape != expected {
            return Err(TensorError::Shape { tensor, expected, found: shape });
        }
        if !values.iter().all(|value| value.is_finite()) {
            return Err(TensorError::NotFinite { tensor });
        }
        Ok(TensorData::new(values, shape))
    }
}

impl ModuleMapper for Applier<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _name: &str, container: &str) {
        self.path.exit(container);
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.error.is_some() {
            return param;
        }
        // The lazy shape spares the random initialisation that the values replace.
        match self.take(param.lazy_shape().to_vec()) {
            Ok(data) => {
                let id: ParamId = param.id;
                param.transform_for_load(Tensor::from_data(data, self.device), id)
            }
            Err(error) => {
                self.error = Some(error);
                param
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::LinearConfig;

    #[test]
    fn a_module_survives_a_file_and_every_misfit_is_named() {
        let device = Device::flex();
        let linear = LinearConfig::new(3, 2).init(&device);
        let tensors = collect(&linear).unwrap();
        assert_eq!(tensors["weight"].shape, [3, 2]);

        let file = write_safetensors(&tensors, Precision::F32);
        assert_eq!(read_safetensors(&file).unwrap(), tensors);
        let loaded = apply(LinearConfig::new(3, 2).init(&device), tensors.clone(), &device).unwrap();
        assert_eq!(collect(&loaded).unwrap(), tensors);

        let fresh = || LinearConfig::new(3, 2).init(&device);
        let mut less = tensors.clone();
        less.remove("bias");
        assert_eq!(
            apply(fresh(), less, &device).unwrap_err(),
            TensorError::Missing { tensor: "bias".into() }
        );
        let mut more = tensors.clone();
        more.insert("scale".into(), tensors["bias"].clone());
        assert_eq!(
            apply(fresh(), more, &device).unwrap_err(),
            TensorError::Unexpected { tensor: "scale".into() }
        );
        let mut nan = tensors.clone();
        nan.get_mut("bias").unwrap().values[1] = f32::NAN;
        assert_eq!(
            apply(fresh(), nan, &device).unwrap_err(),
            TensorError::NotFinite { tensor: "bias".into() }
        );
        let wide = LinearConfig::new(3, 4).init(&device);
        assert!(matches!(apply(wide, tensors, &device), Err(TensorError::Shape { .. })));
    }
}
