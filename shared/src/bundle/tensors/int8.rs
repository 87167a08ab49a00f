//! 8-bit integers with a scale for each output channel.

use super::TensorValues;

/// The largest integer; -128 is left unused, so that the range is the same on both sides.
const LARGEST: f32 = 127.0;
/// Scales tried for a channel, in shares of the one that reaches its largest value: cutting off an
/// outlier may serve the others.
const SHARES: [f32; 6] = [1.0, 0.97, 0.94, 0.9, 0.85, 0.8];

/// A tensor as integers.
#[derive(Debug)]
pub(super) struct Quantised {
    /// Integers in the order of the values.
    pub values: Vec<i8>,
    /// One scale for each channel.
    pub scales: Vec<f32>,
    /// Where the channels lie: 1 in every other dimension.
    pub scale_shape: Vec<usize>,
}

impl Quantised {
    /// The floats that the integers stand for; nothing where the scales do not fit the shape.
    pub fn values(&self, shape: &[usize]) -> Option<Vec<f32>> {
        if self.scale_shape.len() != shape.len() || self.values.len() != shape.iter().product::<usize>() {
            return None;
        }
        if self.values.is_empty() {
            return Some(Vec::new());
        }
        let differing = || self.scale_shape.iter().enumerate().filter(|(_, length)| **length != 1);
        if differing().count() > 1 {
            return None;
        }
        let (axis, channels) = differing().next().map_or((0, 1), |(axis, &length)| (axis, length));
        if channels != 1 && channels != shape[axis] || self.scales.len() != channels {
            return None;
        }
        let inner: usize = shape.iter().skip(axis + 1).product();
        let channel = |place: usize| if channels == 1 { 0 } else { place / inner % channels };
        let value = |(place, &value): (usize, &i8)| f32::from(value) * self.scales[channel(place)];
        Some(self.values.iter().enumerate().map(value).collect())
    }
}

/// Turns a matrix or a stack of filters into integers, with a scale for each output channel: filters
/// have those first, linear layers last, and an embedding's rows are both its words and, where the
/// output is tied to it, the output's channels. Nothing for vectors, nor for what holds no numbers.
pub(super) fn quantise(name: &str, tensor: &TensorValues) -> Option<Quantised> {
    let TensorValues { shape, values } = tensor;
    if shape.len() < 2 || values.is_empty() || !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    let first = shape.len() > 2 || name.ends_with("embedding.weight");
    let axis = if first { 0 } else { 1 };
    let channels = shape[axis];
    let inner: usize = shape[axis + 1..].iter().product();
    let mut members: Vec<Vec<f32>> = vec![Vec::with_capacity(values.len() / channels); channels];
    for (place, &value) in values.iter().enumerate() {
        members[place / inner % channels].push(value);
    }
    let scales: Vec<f32> = members.iter().map(|members| best_scale(members)).collect();
    let integer = |(place, &value): (usize, &f32)| round(value, scales[place / inner % channels]) as i8;
    let integers = values.iter().enumerate().map(integer).collect();
    let mut scale_shape = vec![1; shape.len()];
    scale_shape[axis] = channels;
    Some(Quantised { values: integers, scales, scale_shape })
}

/// The scale with the smallest sum of squared errors.
fn best_scale(values: &[f32]) -> f32 {
    let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    if largest < f32::MIN_POSITIVE * LARGEST {
        return 1.0;
    }
    let tried = SHARES.into_iter().map(|share| {
        let scale = largest * share / LARGEST;
        (scale, squared_error(values, scale))
    });
    tried.min_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(1.0, |(scale, _)| scale)
}

fn squared_error(values: &[f32], scale: f32) -> f64 {
    values.iter().map(|&value| f64::from(value - round(value, scale) * scale).powi(2)).sum()
}

/// The nearest whole number of steps in range.
fn round(value: f32, scale: f32) -> f32 {
    (value / scale).round().clamp(-LARGEST, LARGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_lie_along_the_output_channels() {
        let scales = |name: &str, shape: Vec<usize>| {
            let values = vec![1.0; shape.iter().product()];
            quantise(name, &TensorValues { shape, values }).map(|quantised| quantised.scale_shape)
        };
        assert_eq!(scales("decoder.cell.word.weight", vec![3, 2]).unwrap(), [1, 2]);
        assert_eq!(scales("decoder.embedding.weight", vec![3, 2]).unwrap(), [3, 1]);
        assert_eq!(scales("encoder.network.stem.weight", vec![2, 1, 3, 3]).unwrap(), [2, 1, 1, 1]);
        assert!(scales("bias", vec![3]).is_none());
        let nothing = quantise("x", &TensorValues { shape: vec![1, 2], values: vec![0.0; 2] }).unwrap();
        assert_eq!(nothing.values(&[1, 2]).unwrap(), [0.0; 2]);
    }

    #[test]
    fn an_outlier_is_cut_off_where_that_serves_the_rest() {
        let mut values = vec![0.1043; 2000];
        values.push(1.0);
        let (scale, plain) = (best_scale(&values), 1.0 / LARGEST);
        assert!(scale < plain && squared_error(&values, scale) < 0.7 * squared_error(&values, plain));
    }
}
