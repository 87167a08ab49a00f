//! Fitting a logistic model by Newton's method (iteratively reweighted least squares, McCullagh and
//! Nelder 1989): a dozen weights, for which a solver of a few lines is all it takes.

use showtell::confidence::{Logistic, Stats};

/// Pull of the weights towards zero, in samples: enough to keep them finite where the classes can be
/// parted without error.
const RIDGE: f64 = 1.0;
/// Newton's method is done long before.
const STEPS: usize = 60;

/// Fits a model to samples, each with whether it is true. Numbers are scaled to mean 0 and deviation 1
/// first, so that the ridge pulls at all of them alike.
#[must_use]
pub fn fit<S: Stats>(samples: &[(S, bool)]) -> Logistic<S> {
    let size = S::NAMES.len();
    let samples: Vec<(Vec<f64>, bool)> =
        samples.iter().map(|(stats, truth)| (stats.values().map(f64::from).collect(), *truth)).collect();
    let count = samples.len().max(1) as f64;
    let column = |n: usize| samples.iter().map(move |(values, _)| values[n]);
    let means: Vec<f64> = (0..size).map(|n| column(n).sum::<f64>() / count).collect();
    let deviation = |n: usize| {
        let square = column(n).map(|value| (value - means[n]).powi(2)).sum::<f64>() / count;
        // A number that never changes tells nothing; dividing by 1 leaves it at 0.
        if square > 1e-18 { square.sqrt() } else { 1.0 }
    };
    let deviations: Vec<f64> = (0..size).map(deviation).collect();
    let scaled: Vec<(Vec<f64>, f64)> = samples
        .iter()
        .map(|(values, truth)| {
            let own = (0..size).map(|n| (values[n] - means[n]) / deviations[n]);
            (own.chain([1.0]).collect(), f64::from(u8::from(*truth)))
        })
        .collect();

    let mut weights = vec![0.0; size + 1];
    for _ in 0..STEPS {
        let mut gradient = vec![0.0; size + 1];
        let mut curvature = vec![vec![0.0; size + 1]; size + 1];
        for n in 0..=size {
            // The intercept is pulled as well, hardly: a set of one class alone must stay finite.
            let ridge = if n < size { RIDGE } else { RIDGE * 1e-3 };
            gradient[n] = ridge * weights[n];
            curvature[n][n] = ridge;
        }
        for (values, truth) in &scaled {
            let odds: f64 = values.iter().zip(&weights).map(|(value, weight)| value * weight).sum();
            let share = 1.0 / (1.0 + (-odds).exp());
            for a in 0..=size {
                gradient[a] += values[a] * (share - truth);
                for b in 0..=size {
                    curvature[a][b] += values[a] * values[b] * share * (1.0 - share);
                }
            }
        }
        let step = solve(curvature, gradient);
        weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight -= step);
        if step.iter().all(|step| step.abs() < 1e-10) {
            break;
        }
    }

    let own: Vec<f64> = (0..size).map(|n| weights[n] / deviations[n]).collect();
    let shift: f64 = own.iter().zip(&means).map(|(weight, mean)| weight * mean).sum();
    let own: Vec<f32> = own.into_iter().map(|weight| weight as f32).collect();
    Logistic { intercept: (weights[size] - shift) as f32, weights: S::from_values(&own) }
}

/// Solves a positive definite system by Gaussian elimination with pivoting.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()))
            .unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let (above, below) = matrix.split_at_mut(column + 1);
        let reduced = &above[column];
        for (place, row) in below.iter_mut().enumerate() {
            let factor = row[column] / reduced[column];
            row.iter_mut().zip(reduced).for_each(|(value, of_pivot)| *value -= factor * of_pivot);
            right[column + 1 + place] -= factor * right[column];
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| matrix[row][column] * right[column]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use showtell::confidence::LabelStats;

    fn stats(log_odds: f32, distance: f32, said: f32) -> LabelStats {
        LabelStats { log_odds, distance, said }
    }

    #[test]
    fn the_model_that_drew_the_samples_is_found_again() {
        let truth = Logistic { intercept: -1.0, weights: stats(2.0, 0.0, -0.5) };
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let samples: Vec<(LabelStats, bool)> = (0..20_000)
            .map(|_| {
                let values = stats(random.random_range(-1.0..1.0), 5.0, random.random_range(0.0..4.0));
                (values, random.random_bool(f64::from(truth.probability(&values))))
            })
            .collect();
        let found = fit(&samples);
        let weights = found.weights;
        assert!((weights.log_odds - 2.0).abs() < 0.1 && (weights.said + 0.5).abs() < 0.05, "{found:?}");
        let at = stats(0.3, 5.0, 1.0);
        assert!((found.probability(&at) - truth.probability(&at)).abs() < 0.02, "{found:?}");
    }

    #[test]
    fn classes_that_never_meet_give_finite_weights() {
        let one = |number: f32| stats(number, 0.0, 0.0);
        let samples: Vec<(LabelStats, bool)> = (0..50).map(|n| (one(n as f32), n >= 25)).collect();
        let found = fit(&samples);
        assert!(found.weights.log_odds.is_finite() && found.intercept.is_finite());
        assert!(found.probability(&one(0.0)) < 0.05 && found.probability(&one(49.0)) > 0.95, "{found:?}");
        let all_true = fit(&[(one(1.0), true), (one(2.0), true)]);
        assert!(all_true.probability(&one(1.5)) > 0.9, "{all_true:?}");
    }
}
