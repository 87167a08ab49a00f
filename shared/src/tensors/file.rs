//! Weights as safetensors files.
//!
//! Numbers of 8 bits are kept with their scales beside them: `NAME` as I8 and `NAME:scale` as BF16, F32 or
//! U8, of the same rank. A scale of U8 is 2 to the power of a sixteenth of it less 20, as BF16 rounds that. In each dimension the scale's length divides the tensor's: 1 where one scale serves
//! all, the same where each has its own, and between them one for each run of neighbours. The value is
//! the product.

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::int8::{Quantised, byte_of_scale, quantise, scale_of_byte};
use super::{TensorError, TensorValues, Tensors};

/// Number format of the values in a weights file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32-bit floats.
    F32,
    /// 16-bit floats, rounded to nearest.
    #[default]
    F16,
    /// Large matrices and filters as 8-bit integers, with a scale for at most 32 weights of a row
    /// or, where filters cover more than a pixel, for each filter; all else as 16-bit floats.
    Int8,
}

impl Precision {
    /// The format of a weights file: that of its largest numbers, or integers where it has any.
    ///
    /// # Errors
    /// [`TensorError::Malformed`].
    pub fn of(file: &[u8]) -> Result<Self, TensorError> {
        let parsed = parse(file)?;
        let formats: Vec<Dtype> = parsed.iter().map(|(_, view)| view.dtype()).collect();
        Ok(match () {
            () if formats.contains(&Dtype::I8) => Self::Int8,
            () if formats.contains(&Dtype::F32) => Self::F32,
            () => Self::F16,
        })
    }

    /// The smallest of the floating-point formats that keeps all values as they are.
    #[must_use]
    pub fn exact_for(tensors: &Tensors) -> Self {
        let kept = |value: &f32| f16::from_f32(*value).to_f32() == *value;
        if tensors.values().flat_map(|tensor| &tensor.values).all(kept) { Self::F16 } else { Self::F32 }
    }
}

/// Stands behind a tensor's name in that of its scales.
const SCALE: &str = ":scale";

/// Name of the scales of a tensor of 8-bit integers.
fn scale_of(name: &str) -> String {
    format!("{name}{SCALE}")
}

/// The longest head of a weights file, in bytes: names, formats and shapes. Hundreds of layers take some 100 kB.
pub const MAX_HEAD: u64 = 8 << 20;

/// Refuses a head whose list would take many times its length of memory.
fn parse(file: &[u8]) -> Result<SafeTensors<'_>, TensorError> {
    let malformed = |reason: String| TensorError::Malformed { reason };
    if let Some(length) = file.first_chunk().map(|length| u64::from_le_bytes(*length))
        && length > MAX_HEAD
        && length <= file.len() as u64
    {
        return Err(malformed(format!("a head of {length} bytes, over the limit of {MAX_HEAD}")));
    }
    SafeTensors::deserialize(file).map_err(|error| malformed(error.to_string()))
}

/// The shapes of the tensors in a safetensors file, by name, without their values. Scales and integer scalars are left
/// out, as [`read_safetensors`] does.
///
/// # Errors
/// [`TensorError::Malformed`].
pub fn stored_shapes(file: &[u8]) -> Result<Vec<(String, Vec<usize>)>, TensorError> {
    let parsed = parse(file)?;
    let of_integers = |name: &str| {
        let tensor = name.strip_suffix(SCALE).and_then(|name| parsed.tensor(name).ok());
        tensor.is_some_and(|tensor| tensor.dtype() == Dtype::I8)
    };
    let kept = |name: &str, view: &TensorView<'_>| match view.dtype() {
        Dtype::I64 | Dtype::I32 => !view.shape().is_empty(),
        _ => !of_integers(name),
    };
    let shapes = parsed.iter().filter(|(name, view)| kept(name, view));
    Ok(shapes.map(|(name, view)| (name.to_owned(), view.shape().to_vec())).collect())
}

/// Reads every tensor of a safetensors file as 32-bit floats. Integer scalars, such as batch
/// norm's counters, are passed over.
///
/// # Errors
/// [`TensorError::Malformed`], [`TensorError::NumberFormat`] and [`TensorError::Scale`].
pub fn read_safetensors(file: &[u8]) -> Result<Tensors, TensorError> {
    let parsed = parse(file)?;
    let mut tensors = Tensors::new();
    let mut scales = Vec::new();
    for (name, view) in parsed.iter() {
        let shape = view.shape().to_vec();
        let values = match view.dtype() {
            Dtype::F32 => floats(view.data()),
            Dtype::F16 => {
                let (chunks, _) = view.data().as_chunks::<2>();
                let halves: Vec<f16> = chunks.iter().map(|c| f16::from_le_bytes(*c)).collect();
                halves.to_f32_vec()
            }
            Dtype::BF16 => short_floats(view.data()),
            Dtype::I8 => {
                let scale = scale_of(name);
                let wrong = |reason: String| TensorError::Scale { tensor: name.to_owned(), reason };
                let found = parsed.tensor(&scale).map_err(|error| wrong(error.to_string()))?;
                let found_scales = match found.dtype() {
                    Dtype::F32 => floats(found.data()),
                    Dtype::BF16 => short_floats(found.data()),
                    Dtype::U8 => found.data().iter().copied().map(scale_of_byte).collect(),
                    other => return Err(wrong(format!("expected BF16, F32 or U8, found {other}"))),
                };
                scales.push(scale);
                let quantised = Quantised {
                    values: view.data().iter().map(|&byte| byte.cast_signed()).collect(),
                    scales: found_scales,
                    scale_shape: found.shape().to_vec(),
                };
                quantised.values(&shape).ok_or_else(|| {
                    wrong(format!("a scale of shape {:?} does not fit {shape:?}", found.shape()))
                })?
            }
            // Scales, read with what they belong to.
            Dtype::U8 if name.ends_with(SCALE) => continue,
            Dtype::I64 | Dtype::I32 if shape.is_empty() => continue,
            other => {
                return Err(TensorError::NumberFormat { tensor: name.to_owned(), found: other.to_string() });
            }
        };
        tensors.insert(name.to_owned(), TensorValues { shape, values });
    }
    for scale in scales {
        tensors.remove(&scale);
    }
    Ok(tensors)
}

fn short_floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<2>().0.iter().map(|chunk| bf16::from_le_bytes(*chunk).to_f32()).collect()
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect()
}

/// A tensor ready to be written.
struct Encoded {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// Writes tensors as a safetensors file. The same tensors always give the same bytes.
#[must_use]
pub fn write_safetensors(tensors: &Tensors, precision: Precision) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        let TensorValues { shape, values } = tensor;
        let mut push = |name: String, dtype, shape: &[usize], bytes| {
            encoded.push(Encoded { name, dtype, shape: shape.to_vec(), bytes });
        };
        let halves = || little_endian(values, |v| f16::from_f32(v).to_le_bytes());
        match precision {
            Precision::F32 => {
                push(name.clone(), Dtype::F32, shape, little_endian(values, |v| v.to_le_bytes()));
            }
            Precision::F16 => push(name.clone(), Dtype::F16, shape, halves()),
            Precision::Int8 => match quantise(tensor) {
                Some(Quantised { values, scales, scale_shape }) => {
                    let bytes = values.into_iter().map(i8::cast_unsigned).collect();
                    push(name.clone(), Dtype::I8, shape, bytes);
                    let short = scales.iter().all(|&scale| bf16::from_f32(scale).to_f32() == scale);
                    let (dtype, bytes) = match scales.iter().copied().map(byte_of_scale).collect() {
                        Some(bytes) => (Dtype::U8, bytes),
                        None if short => {
                            (Dtype::BF16, little_endian(&scales, |v| bf16::from_f32(v).to_le_bytes()))
                        }
                        None => (Dtype::F32, little_endian(&scales, |v| v.to_le_bytes())),
                    };
                    push(scale_of(name), dtype, &scale_shape, bytes);
                }
                None => push(name.clone(), Dtype::F16, shape, halves()),
            },
        }
    }
    let views = encoded.iter().filter_map(|Encoded { name, dtype, shape, bytes }| {
        // Fails only when bytes and shape disagree, which `TensorValues` rules out.
        TensorView::new(*dtype, shape.clone(), bytes).ok().map(|view| (name, view))
    });
    safetensors::serialize(views, None).unwrap_or_default()
}

fn little_endian<const N: usize>(values: &[f32], bytes: impl Fn(f32) -> [u8; N]) -> Vec<u8> {
    values.iter().flat_map(|&value| bytes(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensors(shape: Vec<usize>, values: Vec<f32>) -> Tensors {
        [("x".to_owned(), TensorValues { shape, values })].into()
    }

    #[test]
    fn half_precision_keeps_eleven_bits() {
        let tensors = tensors(vec![3], vec![1.0, -0.1, 6e4]);
        let read = read_safetensors(&write_safetensors(&tensors, Precision::F16)).unwrap();
        for (a, b) in read["x"].values.iter().zip(&tensors["x"].values) {
            assert!((a - b).abs() <= b.abs() / 2048.0);
        }
    }

    #[test]
    fn eight_bits_keep_large_matrices_to_half_a_step_and_the_rest_as_halves() {
        // Rows of sizes far apart.
        let size = |place: usize| if (place / 256).is_multiple_of(2) { 1.0 } else { 1e-3 };
        let values: Vec<f32> = (0..1 << 16).map(|i| (i as f32 * 0.37).sin() * size(i)).collect();
        let mut all = tensors(vec![256, 256], values);
        all.insert("bias".into(), TensorValues { shape: vec![2], values: vec![0.5, -0.25] });
        let file = write_safetensors(&all, Precision::Int8);
        let read = read_safetensors(&file).unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), ["bias", "x"]);
        for precision in [Precision::F32, Precision::F16, Precision::Int8] {
            assert_eq!(Precision::of(&write_safetensors(&all, precision)).unwrap(), precision);
        }
        assert_eq!(read["bias"], all["bias"]);
        for (i, (a, b)) in read["x"].values.iter().zip(&all["x"].values).enumerate() {
            let step = size(i) / 127.0;
            // The largest of a run may be cut off a little: see `int8`.
            let allowed = if b.abs() > 0.97 * size(i) { 3.2 } else { 0.54 };
            assert!((a - b).abs() <= allowed * step, "{i}: {a} is not {b}");
        }
        assert_eq!(read_safetensors(&write_safetensors(&read, Precision::Int8)).unwrap(), read);
    }

    #[test]
    fn scales_that_do_not_fit_are_named() {
        let written = |scale: Option<(Dtype, Vec<usize>)>| {
            let (values, scales) = ([1_u8; 6], [0_u8; 24]);
            let mut views = vec![("x", TensorView::new(Dtype::I8, vec![3, 2], &values).unwrap())];
            let bytes = scale.as_ref().map(|(dtype, shape)| {
                let size = dtype.bitsize() / 8 * shape.iter().product::<usize>();
                TensorView::new(*dtype, shape.clone(), &scales[..size]).unwrap()
            });
            views.extend(bytes.map(|view| ("x:scale", view)));
            read_safetensors(&safetensors::serialize(views, None).unwrap())
        };
        assert!(written(Some((Dtype::F32, vec![1, 2]))).is_ok());
        assert!(written(Some((Dtype::BF16, vec![1, 2]))).is_ok());
        assert!(written(Some((Dtype::U8, vec![1, 2]))).is_ok());
        for (scale, expected) in [
            (None, "x:scale"),
            (Some((Dtype::F16, vec![1, 2])), "expected BF16, F32 or U8, found F16"),
            (Some((Dtype::F32, vec![2])), "a scale of shape [2] does not fit [3, 2]"),
            (Some((Dtype::F32, vec![1, 3])), "a scale of shape [1, 3] does not fit [3, 2]"),
        ] {
            let message = written(scale).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
