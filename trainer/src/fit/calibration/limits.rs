//! From which probability on something may be told, so that not too much of what is told is wrong.

/// The lowest limit from which on at most a share of what is told is wrong, among samples with their probabilities
/// and whether they are right. Where there is none, 1, which no probability of a logistic model reaches.
#[must_use]
pub fn lowest(samples: &[(f32, bool)], wrong: f64) -> f32 {
    let mut sorted: Vec<(f32, bool)> = samples.iter().copied().filter(|(value, _)| !value.is_nan()).collect();
    sorted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (mut count, mut missed, mut limit) = (0_usize, 0_usize, 1.0);
    for (place, (value, right)) in sorted.iter().enumerate() {
        count += 1;
        missed += usize::from(!right);
        // Samples of the same probability are told together or not at all.
        let last = sorted.get(place + 1).is_none_or(|(next, _)| next < value);
        if last && missed as f64 <= wrong * count as f64 {
            limit = *value;
        }
    }
    limit
}

/// The lowest of a hundred limits at which at most a share of what is told is wrong, given what would be told
/// there: how many, and how many of these wrong. Where there is none, 1.
#[must_use]
pub fn lowest_of(counted: impl Fn(f32) -> (usize, usize), wrong: f64) -> f32 {
    let limits = (1..100).map(|percent| percent as f32 / 100.0);
    let mut kept = limits.filter(|&limit| {
        let (count, missed) = counted(limit);
        count > 0 && missed as f64 <= wrong * count as f64
    });
    kept.next().unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_limit_that_keeps_the_share_is_found() {
        let samples =
            [(0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.5, true), (0.4, false), (0.3, false)];
        // One of five is wrong down to 0.5; two of six are from there on.
        assert_eq!(lowest(&samples, 0.2), 0.5);
        assert_eq!(lowest(&samples, 0.0), 0.8);
        assert_eq!(lowest(&samples, 0.5), 0.3);
        assert_eq!(lowest(&[(0.9, false)], 0.2), 1.0);
        assert_eq!(lowest(&[], 0.2), 1.0);
        // Ties are no way around.
        assert_eq!(lowest(&[(0.9, true), (0.9, false)], 0.2), 1.0);
    }

    #[test]
    fn limits_that_tell_nothing_are_passed_over() {
        let counted = |limit: f32| {
            if limit < 0.295 {
                (10, 5)
            } else if limit < 0.495 {
                (10, 2)
            } else {
                (0, 0)
            }
        };
        assert!((lowest_of(counted, 0.25) - 0.3).abs() < 1e-6);
        assert_eq!(lowest_of(counted, 0.1), 1.0);
    }
}
