//! Vector functions that the compiler turns into SIMD, for whichever instruction set the machine
//! has (`multiversion` picks at run time).

use multiversion::multiversion;
use showtell::decoder::Activation;

/// `e^x` to about one part in 10^7 between -87 and 88, clamped outside.
///
/// Splits `x = n ln 2 + r` with `|r| <= ln 2 / 2`, sums the Taylor series of `e^r` to the seventh
/// power, and scales by `2^n` through the exponent bits.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts: the first has enough trailing zeros for n * HIGH to be exact.
    const HIGH: f32 = 0.693_359_4;
    const LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * HIGH - n * LOW;
    let series = 1.0
        + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
    let exponent = (shifted.to_bits().wrapping_sub(ROUND.to_bits())).wrapping_add(127) << 23;
    series * f32::from_bits(exponent)
}

#[inline(always)]
fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (exp(2.0 * x) + 1.0)
}

/// `score . activation(key + query)`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn additive_score(key: &[f32], query: &[f32], score: &[f32], activation: Activation) -> f32 {
    match activation {
        Activation::Tanh => weighted_sum(key, query, score, tanh),
        Activation::Relu => weighted_sum(key, query, score, |x| x.max(0.0)),
    }
}

#[inline(always)]
fn weighted_sum(key: &[f32], query: &[f32], score: &[f32], activation: impl Fn(f32) -> f32) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0_f32; LANES];
    let (keys, key_rest) = key.as_chunks::<LANES>();
    let (queries, query_rest) = query.as_chunks::<LANES>();
    let (scores, score_rest) = score.as_chunks::<LANES>();
    for ((k, q), s) in keys.iter().zip(queries).zip(scores) {
        for lane in 0..LANES {
            sums[lane] += s[lane] * activation(k[lane] + q[lane]);
        }
    }
    let rest = key_rest.iter().zip(query_rest).zip(score_rest);
    sums.iter().sum::<f32>() + rest.map(|((k, q), s)| s * activation(k + q)).sum::<f32>()
}

/// Gradients of [`additive_score`], times `grad`, added to those of key, query and score.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn additive_score_backward(
    grad: f32,
    inputs: (&[f32], &[f32], &[f32]),
    grads: (&mut [f32], &mut [f32], &mut [f32]),
    activation: Activation,
) {
    match activation {
        Activation::Tanh => add_gradients(grad, inputs, grads, |x| {
            let t = tanh(x);
            (t, 1.0 - t * t)
        }),
        Activation::Relu => {
            add_gradients(grad, inputs, grads, |x| (x.max(0.0), if x > 0.0 { 1.0 } else { 0.0 }));
        }
    }
}

/// `derive` gives the activation's value and slope.
#[inline(always)]
fn add_gradients(
    grad: f32,
    inputs: (&[f32], &[f32], &[f32]),
    grads: (&mut [f32], &mut [f32], &mut [f32]),
    derive: impl Fn(f32) -> (f32, f32),
) {
    let (key, query, score) = inputs;
    let (key_grad, query_grad, score_grad) = grads;
    let length = key.len();
    // Equal lengths, told to the compiler.
    let (query, score) = (&query[..length], &score[..length]);
    let (key_grad, query_grad, score_grad) =
        (&mut key_grad[..length], &mut query_grad[..length], &mut score_grad[..length]);
    for i in 0..length {
        let (value, slope) = derive(key[i] + query[i]);
        let inner = grad * score[i] * slope;
        key_grad[i] += inner;
        query_grad[i] += inner;
        score_grad[i] += grad * value;
    }
}

/// `to += scale * from`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn add_scaled(to: &mut [f32], scale: f32, from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += scale * from;
    }
}

/// `a . b`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 32;
    let mut sums = [0.0_f32; LANES];
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

/// Replaces values by `e^(value - shift)` and returns their sum.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn exp_in_place(values: &mut [f32], shift: f32) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0_f32; LANES];
    let (chunks, rest) = values.as_chunks_mut::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            chunk[lane] = exp(chunk[lane] - shift);
            sums[lane] += chunk[lane];
        }
    }
    let mut sum = sums.iter().sum::<f32>();
    for value in rest {
        *value = exp(*value - shift);
        sum += *value;
    }
    sum
}

/// Turns scores into their softmax, in place.
pub fn softmax(scores: &mut [f32]) {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum = exp_in_place(scores, largest);
    scores.iter_mut().for_each(|score| *score /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_tanh_are_accurate() {
        for i in -8_700..8_800 {
            let x = i as f32 / 100.0;
            let expected = f64::from(x).exp();
            assert!((f64::from(exp(x)) - expected).abs() <= 3e-7 * expected, "exp({x})");
            let (got, expected) = (f64::from(tanh(x)), f64::from(x).tanh());
            assert!((got - expected).abs() <= 2e-7, "tanh({x}): {got} {expected}");
        }
        assert_eq!(tanh(-100.0), -1.0);
        assert_eq!(tanh(100.0), 1.0);
    }

    #[test]
    fn sums_cover_lengths_that_no_register_divides() {
        for length in [0, 1, 15, 16, 17, 31, 32, 33, 100] {
            let a: Vec<f32> = (0..length).map(|i| i as f32 * 0.01).collect();
            let expected: f32 = a.iter().map(|x| x * x).sum();
            assert!((dot(&a, &a) - expected).abs() < 1e-4);
            let expected: f32 = a.iter().map(|x| x * (2.0 * x).tanh()).sum();
            assert!((additive_score(&a, &a, &a, Activation::Tanh) - expected).abs() < 1e-4);
        }
    }
}
