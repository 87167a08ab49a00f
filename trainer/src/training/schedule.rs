//! The learning rate over a run.

/// Rises linearly from zero over `warmup` steps, then falls to zero at `total` along half a cosine
/// (Loshchilov and Hutter 2017, without restarts). Steps count from 0.
#[must_use]
pub fn learning_rate(step: usize, peak: f64, warmup: usize, total: usize) -> f64 {
    if step < warmup {
        return peak * (step + 1) as f64 / warmup as f64;
    }
    let progress = (step - warmup) as f64 / total.saturating_sub(warmup).max(1) as f64;
    peak * 0.5 * (1.0 + (std::f64::consts::PI * progress.min(1.0)).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_then_falls_to_zero() {
        let at = |step| learning_rate(step, 1.0, 10, 110);
        assert!((at(0) - 0.1).abs() < 1e-12 && (at(9) - 1.0).abs() < 1e-12);
        assert!((at(10) - 1.0).abs() < 1e-12 && (at(60) - 0.5).abs() < 1e-12);
        assert!(at(110) < 1e-12 && at(500) < 1e-12);
    }
}
