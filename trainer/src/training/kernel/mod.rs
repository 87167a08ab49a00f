//! CPU kernels for the hot spots of training, with hand-written gradients.
//!
//! Composed from tensor operations, additive attention writes a dozen arrays of
//! `[rows, regions, attention]` a step and the loss as many of `[words, vocabulary]`; memory
//! traffic then costs more than the matrix products. Here each is one pass, and the arrays that
//! the gradient needs are computed again instead of kept. Where an encoder learns, its convolutions are the
//! hot spot. On a GPU the tensor operations serve: each kernel has both forms, and a test holds them to each
//! other.

pub mod attend;
pub mod convolve;
mod depthwise;
pub mod loss;
mod math;

use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType, Device, Shape};

/// Whether tensors of a device are plain memory of the CPU, which the kernels read.
fn is_cpu(device: &Device) -> bool {
    device.clone().inner() == Device::flex()
}

/// The values of a tensor, made contiguous.
fn contiguous(tensor: &FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor.clone() } else { tensor.to_contiguous() }
}

/// Wraps values as a tensor without copying them.
fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(shape.into()), DType::F32)
}

/// The values of a contiguous 32-bit tensor.
fn values(tensor: &FlexTensor) -> &[f32] {
    assert_eq!(tensor.dtype(), DType::F32, "kernels read 32-bit floats");
    let start = tensor.layout().start_offset();
    &tensor.storage::<f32>()[start..start + tensor.layout().shape().num_elements()]
}
