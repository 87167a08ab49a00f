//! Drawing words instead of keeping the likeliest: sentences that vary, and the best of several.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::error::BeamError;

/// How words are drawn. Each of the `width` sentences of a search is drawn by itself; the best
/// scored one comes first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamplingConfig {
    /// Log-probabilities are divided by this: below 1 likely words become likelier.
    pub temperature: f32,
    /// Only this many of the likeliest words are drawn from (Fan et al. 2018); 0 for all.
    #[serde(default)]
    pub top_k: usize,
    /// Only the likeliest words that together reach this probability are drawn from (Holtzman et
    /// al. 2020); 1 for all.
    #[serde(default = "all")]
    pub top_p: f32,
    /// Decides the draws: the same seed gives the same sentences.
    #[serde(default)]
    pub seed: u64,
}

fn all() -> f32 {
    1.0
}

impl Default for SamplingConfig {
    /// Words as likely as the model says.
    fn default() -> Self {
        Self { temperature: 1.0, top_k: 0, top_p: 1.0, seed: 0 }
    }
}

impl SamplingConfig {
    /// Checks the settings that would make drawing meaningless.
    ///
    /// # Errors
    /// [`BeamError`] names the setting.
    pub fn validate(&self) -> Result<(), BeamError> {
        if !(self.temperature.is_finite() && self.temperature > 0.0) {
            return Err(BeamError::Temperature { found: self.temperature });
        }
        if !(self.top_p > 0.0 && self.top_p <= 1.0) {
            return Err(BeamError::TopP { found: self.top_p });
        }
        Ok(())
    }

    /// Draws one of some tokens by their log-probabilities; nothing where there is none.
    pub(super) fn draw(&self, mut tokens: Vec<(u32, f32)>, random: &mut ChaCha8Rng) -> Option<(u32, f32)> {
        // Ties go to the lower token, so that a draw is repeatable.
        tokens.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        if self.top_k > 0 {
            tokens.truncate(self.top_k);
        }
        let likeliest = tokens.first()?.1;
        let mut shares: Vec<f32> =
            tokens.iter().map(|(_, score)| ((score - likeliest) / self.temperature).exp()).collect();
        let total: f32 = shares.iter().sum();
        let mut reached = 0.0;
        let enough = shares.iter().take_while(|&&share| {
            let more = reached < self.top_p * total;
            reached += share;
            more
        });
        let kept = enough.count().max(1);
        shares.truncate(kept);
        let mut left = random.random::<f32>() * shares.iter().sum::<f32>();
        let drawn = shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        // Rounding may leave a trace after the last.
        tokens.get(drawn.unwrap_or(kept - 1)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    /// Probabilities 0.5, 0.3, 0.2 of the tokens 7, 8, 9.
    fn counts(config: &SamplingConfig) -> [usize; 3] {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let tokens: Vec<(u32, f32)> = vec![(9, 0.2_f32.ln()), (7, 0.5_f32.ln()), (8, 0.3_f32.ln())];
        let mut counts = [0; 3];
        for _ in 0..10_000 {
            let (token, score) = config.draw(tokens.clone(), &mut random).unwrap();
            assert!(tokens.contains(&(token, score)));
            counts[token as usize - 7] += 1;
        }
        counts
    }

    fn near(found: [usize; 3], expected: [f64; 3]) {
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found as f64 / 1e4 - expected).abs() < 0.02, "{found} of 10000, expected {expected}");
        }
    }

    #[test]
    fn words_are_drawn_by_their_probability() {
        let plain = SamplingConfig::default();
        near(counts(&plain), [0.5, 0.3, 0.2]);
        near(counts(&SamplingConfig { top_k: 2, ..plain.clone() }), [0.625, 0.375, 0.0]);
        near(counts(&SamplingConfig { top_k: 1, ..plain.clone() }), [1.0, 0.0, 0.0]);
        near(counts(&SamplingConfig { top_p: 0.5, ..plain.clone() }), [1.0, 0.0, 0.0]);
        near(counts(&SamplingConfig { top_p: 0.6, ..plain.clone() }), [0.625, 0.375, 0.0]);
        // Squares: 0.25, 0.09, 0.04 of 0.38.
        near(counts(&SamplingConfig { temperature: 0.5, ..plain.clone() }), [0.658, 0.237, 0.105]);
        assert!(plain.draw(Vec::new(), &mut ChaCha8Rng::seed_from_u64(1)).is_none());
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        for temperature in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            let config = SamplingConfig { temperature, ..SamplingConfig::default() };
            assert!(matches!(config.validate(), Err(BeamError::Temperature { .. })));
        }
        for top_p in [0.0, 1.1, f32::NAN] {
            let config = SamplingConfig { top_p, ..SamplingConfig::default() };
            assert!(matches!(config.validate(), Err(BeamError::TopP { .. })));
        }
    }
}
