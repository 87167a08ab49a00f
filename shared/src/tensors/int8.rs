//! 8-bit integers with scales for short runs of weights.

use half::bf16;

use super::TensorValues;

/// The largest integer; -128 is left unused, so that the range is the same on both sides.
const LARGEST: f32 = 127.0;
/// Scales tried for a group, in shares of the one that reaches its largest value: cutting off an
/// outlier may serve the others.
const SHARES: [f32; 6] = [1.0, 0.97, 0.94, 0.9, 0.85, 0.8];
/// The most weights of a row that share a scale. Captions hang on small differences between words: with
/// a scale for a whole row or column more of them change.
const RUN: usize = 32;
/// The most in a row of a very large matrix: those of words and of the recurrent cell, whose rounding
/// changes more captions than that of all others together.
const RUN_OF_VERY_LARGE: usize = 16;
/// Matrices with so many values are very large.
const VERY_LARGE: usize = 1 << 19;
/// Runs shorter than this cost more than they gain.
const SHORTEST_RUN: usize = 8;
/// Tensors with fewer values stay as they are: all of them together are small, and the first layers of
/// a network among them are those that suffer most.
const SMALLEST: usize = 1 << 16;

/// The finest of the scales that a byte can tell is 2 to this power.
const FINEST: f64 = -20.0;
/// How many scales a byte can tell for each doubling: neighbours differ by 4 %, so that a scale is at most 2 %
/// from the one wanted. The coarsest is 0.06, for weights up to 7.6.
const PER_DOUBLING: f64 = 16.0;
/// The scale of weights that are all zero; a byte can tell it.
const OF_NOTHING: f32 = 0.031_25;

/// The scale that a byte stands for, a number that bfloat16 has.
pub(super) fn scale_of_byte(byte: u8) -> f32 {
    bf16::from_f64((f64::from(byte) / PER_DOUBLING + FINEST).exp2()).to_f32()
}

/// The byte that stands for exactly this scale.
pub(super) fn byte_of_scale(scale: f32) -> Option<u8> {
    let byte = nearest_byte(scale);
    (scale_of_byte(byte) == scale).then_some(byte)
}

fn nearest_byte(scale: f32) -> u8 {
    // A cast keeps to what a byte can hold.
    ((f64::from(scale).log2() - FINEST) * PER_DOUBLING).round() as u8
}

/// A tensor as integers.
#[derive(Debug)]
pub(super) struct Quantised {
    /// Integers in the order of the values.
    pub values: Vec<i8>,
    /// Scales in the order of their shape.
    pub scales: Vec<f32>,
    /// As many dimensions as the tensor has, each of a length that divides the tensor's.
    pub scale_shape: Vec<usize>,
}

impl Quantised {
    /// The floats that the integers stand for; nothing where the scales do not fit the shape.
    pub fn values(&self, shape: &[usize]) -> Option<Vec<f32>> {
        let Self { values, scales, scale_shape } = self;
        let fits = scale_shape.len() == shape.len()
            && values.len() == shape.iter().product::<usize>()
            && scales.len() == scale_shape.iter().product::<usize>();
        if !fits {
            return None;
        }
        if values.is_empty() {
            return Some(Vec::new());
        }
        let divides = |(length, parts): (&usize, &usize)| *parts > 0 && length % parts == 0;
        if !shape.iter().zip(scale_shape).all(divides) {
            return None;
        }
        let value = |(place, &value): (usize, &i8)| {
            f32::from(value) * scales[place_of_scale(place, shape, scale_shape)]
        };
        Some(values.iter().enumerate().map(value).collect())
    }
}

/// Where the scale of a value lies, given the value's place.
fn place_of_scale(mut place: usize, shape: &[usize], scale_shape: &[usize]) -> usize {
    let (mut scale, mut step) = (0, 1);
    for (&length, &parts) in shape.iter().zip(scale_shape).rev() {
        scale += place % length / (length / parts) * step;
        place /= length;
        step *= parts;
    }
    scale
}

/// Turns a large matrix or a large stack of filters into integers. Nothing for small ones, for vectors,
/// and for what holds no numbers.
pub(super) fn quantise(tensor: &TensorValues) -> Option<Quantised> {
    let TensorValues { shape, values } = tensor;
    let large = shape.len() >= 2 && values.len() >= SMALLEST;
    (large && values.iter().all(|value| value.is_finite())).then(|| integers(tensor))
}

/// Rows of matrices, and of filters of one pixel, have a scale for every so many weights; other filters
/// have one each.
fn integers(tensor: &TensorValues) -> Quantised {
    let TensorValues { shape, values } = tensor;
    let mut scale_shape = vec![1; shape.len()];
    scale_shape[0] = shape[0];
    if shape[2..].iter().all(|&side| side == 1) {
        let longest = if values.len() >= VERY_LARGE { RUN_OF_VERY_LARGE } else { RUN };
        scale_shape[1] = shape[1] / run(shape[1], longest);
    }
    let place = |place| place_of_scale(place, shape, &scale_shape);
    let mut groups: Vec<Vec<f32>> = vec![Vec::new(); scale_shape.iter().product()];
    for (at, &value) in values.iter().enumerate() {
        groups[place(at)].push(value);
    }
    let found = |steps: Steps| -> Vec<f32> { groups.iter().map(|group| best_scale(group, steps)).collect() };
    let exact = |scales: &Vec<f32>| {
        groups.iter().zip(scales).all(|(group, &scale)| squared_error(group, scale) == 0.0)
    };
    // Weights that were integers before keep their scales to the last bit: what was trained upon them
    // hangs on it. Others take scales of 8 bits, or of 16 where those do not reach, and integers that fit
    // them.
    let [any, bytes] = [Steps::Any, Steps::Bytes].map(found);
    let scales = if exact(&bytes) {
        bytes
    } else if exact(&any) {
        any
    } else if any.iter().all(|&scale| scale < scale_of_byte(u8::MAX)) {
        bytes
    } else {
        found(Steps::Bfloat16)
    };
    let integer = |(at, &value): (usize, &f32)| round(value, scales[place(at)]) as i8;
    let integers = values.iter().enumerate().map(integer).collect();
    Quantised { values: integers, scales, scale_shape }
}

/// How many neighbours in a row of a length share a scale, at most `longest`.
fn run(length: usize, longest: usize) -> usize {
    let fits = |run: &usize| length.is_multiple_of(*run);
    (SHORTEST_RUN..=longest).rev().find(fits).unwrap_or(length)
}

/// What scales there are to choose among.
#[derive(Debug, Clone, Copy)]
enum Steps {
    Any,
    Bfloat16,
    Bytes,
}

impl Steps {
    fn nearest(self, scale: f32) -> f32 {
        match self {
            Self::Any => scale,
            Self::Bfloat16 => bf16::from_f32(scale).to_f32(),
            Self::Bytes => scale_of_byte(nearest_byte(scale)),
        }
    }
}

/// The scale with the smallest sum of squared errors among those tried.
fn best_scale(values: &[f32], steps: Steps) -> f32 {
    let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    if largest < f32::MIN_POSITIVE * LARGEST {
        return OF_NOTHING;
    }
    let full = largest / LARGEST;
    // Values that were rounded to a scale well above what their largest asks for.
    if let Steps::Bytes = steps
        && let Some(scale) = [1.035, 1.05]
            .map(|share| steps.nearest(full * share))
            .into_iter()
            .find(|&scale| squared_error(values, scale) == 0.0)
    {
        return scale;
    }
    let beside = match steps {
        // The next above, where scales are far apart.
        Steps::Bytes => [full * 1.02; 2],
        // Its neighbours find the scale of values that have been rounded before.
        Steps::Any | Steps::Bfloat16 => [full.next_down(), full.next_up()],
    };
    let tried = SHARES.into_iter().map(|share| full * share).chain(beside);
    let tried = tried.map(|scale| steps.nearest(scale)).map(|scale| (scale, squared_error(values, scale)));
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
    fn scales_lie_along_runs_of_a_row_or_filters() {
        let scales = |shape: &[usize]| {
            let values = vec![1.0; shape.iter().product()];
            integers(&TensorValues { shape: shape.to_vec(), values }).scale_shape
        };
        assert_eq!(scales(&[3, 64]), [3, 2]);
        assert_eq!(scales(&[3, 208, 1, 1]), [3, 8, 1, 1]);
        assert_eq!(scales(&[3, 37]), [3, 1]);
        assert_eq!(scales(&[1023, 512]), [1023, 16]);
        assert_eq!(scales(&[1024, 512]), [1024, 32]);
        assert_eq!(scales(&[2, 16, 3, 3]), [2, 1, 1, 1]);
        let nothing = integers(&TensorValues { shape: vec![1, 2], values: vec![0.0; 2] });
        assert_eq!(nothing.values(&[1, 2]).unwrap(), [0.0; 2]);
    }

    #[test]
    fn small_tensors_and_vectors_stay_as_they_are() {
        let large = |shape: &[usize], value| {
            let values = vec![value; shape.iter().product()];
            quantise(&TensorValues { shape: shape.to_vec(), values }).is_some()
        };
        assert!(large(&[256, 256], 1.0));
        assert!(!large(&[255, 256], 1.0) && !large(&[SMALLEST], 1.0) && !large(&[256, 256], f32::NAN));
    }

    #[test]
    fn each_run_keeps_half_a_step_of_its_own() {
        // Runs of sizes far apart, side by side and one below the other.
        let size = |place: usize| 10_f32.powi(-((place / RUN) as i32));
        let value = |place: usize| ((place * 37 % 101) as f32 / 50.0 - 1.0) * size(place);
        let tensor = TensorValues { shape: vec![2, 2 * RUN], values: (0..4 * RUN).map(value).collect() };
        let read = integers(&tensor).values(&tensor.shape).unwrap();
        for (place, (a, b)) in read.iter().zip(&tensor.values).enumerate() {
            // The largest may be cut off by up to half of what lies between two scales.
            let allowed = if b.abs() > 0.97 * size(place) { 0.025 } else { 0.51 * 1.05 / LARGEST };
            assert!((a - b).abs() <= allowed * size(place), "{place}: {a} is not {b}");
        }
    }

    #[test]
    fn new_scales_are_short_and_old_ones_stay() {
        let values = (0..2 * RUN).map(|place| (place as f32 * 0.7).sin() * 0.3).collect();
        let tensor = TensorValues { shape: vec![2, RUN], values };
        let is_short = |scale: &f32| bf16::from_f32(*scale).to_f32() == *scale;
        let first = integers(&tensor);
        assert!(first.scales.iter().all(is_short));
        let values = first.values(&tensor.shape).unwrap();
        let after = integers(&TensorValues { values: values.clone(), ..tensor.clone() });
        assert_eq!(after.scales, first.scales);
        assert_eq!(after.values(&tensor.shape).unwrap(), values);
        // Longer scales stay where the largest integer is used, as it was by all who wrote such.
        let long = Quantised {
            values: (0..2 * RUN)
                .map(|place| if place % RUN == 0 { 127 } else { (place * 37 % 200) as i8 / 2 })
                .collect(),
            scales: vec![0.001_234_567_8, 0.002_345_678_9],
            scale_shape: vec![2, 1],
        };
        let values = long.values(&tensor.shape).unwrap();
        assert_eq!(integers(&TensorValues { values, ..tensor }).scales, long.scales);
    }

    #[test]
    fn integers_stay_when_they_are_published_again() {
        let value = |place: usize| {
            let place = place as f32;
            (place * 0.7).sin() * (0.2 + (place * 0.013).cos().abs() * 0.3)
        };
        let shape = vec![2000, RUN_OF_VERY_LARGE];
        let first = integers(&TensorValues {
            values: (0..2000 * RUN_OF_VERY_LARGE).map(value).collect(),
            shape: shape.clone(),
        });
        let again = integers(&TensorValues { values: first.values(&shape).unwrap(), shape });
        assert_eq!(again.values, first.values);
    }

    #[test]
    fn bytes_tell_scales_and_large_weights_take_longer_ones() {
        for byte in 0..=u8::MAX {
            assert_eq!(byte_of_scale(scale_of_byte(byte)), Some(byte));
        }
        assert_eq!(byte_of_scale(OF_NOTHING), Some(240));
        assert_eq!(byte_of_scale(0.031), None);
        let scales = |largest: f32| {
            let values = (0..2 * RUN).map(|place| largest * (place as f32 * 0.7 + 1.4).sin()).collect();
            integers(&TensorValues { shape: vec![2, RUN], values }).scales
        };
        assert!(scales(7.0).iter().all(|&scale| byte_of_scale(scale).is_some()));
        assert!(scales(9.0).iter().all(|&scale| byte_of_scale(scale).is_none()));
    }

    #[test]
    fn an_outlier_is_cut_off_where_that_serves_the_rest() {
        let mut values = vec![0.1043; 2000];
        values.push(1.0);
        let (scale, plain) = (best_scale(&values, Steps::Any), 1.0 / LARGEST);
        assert!(scale < plain && squared_error(&values, scale) < 0.7 * squared_error(&values, plain));
    }
}
