//! The learning rate over a run.

use serde::{Deserialize, Serialize};

use super::RecipeError;

/// How the learning rate moves, after it has risen from zero along a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum ScheduleRecipe {
    /// It stays.
    Constant {
        /// Steps over which the rate rises.
        #[serde(default)]
        warmup_steps: usize,
    },
    /// It falls to zero along half a cosine (Loshchilov and Hutter 2017, without restarts).
    Cosine {
        /// Steps over which the rate rises.
        #[serde(default)]
        warmup_steps: usize,
    },
    /// It is multiplied by `factor` whenever dev has not got better for `patience` epochs.
    Plateau {
        /// Steps over which the rate rises.
        #[serde(default)]
        warmup_steps: usize,
        /// Between 0 and 1.
        factor: f64,
        /// Epochs without a better score.
        patience: usize,
    },
}

/// Where a run stands, as far as the learning rate asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Steps taken.
    pub step: usize,
    /// Steps in all.
    pub total: usize,
    /// How often dev has stopped getting better.
    pub plateaus: usize,
}

impl ScheduleRecipe {
    /// The share of the peak learning rate that a step takes.
    #[must_use]
    pub fn share(&self, at: Position) -> f64 {
        let (Self::Constant { warmup_steps }
        | Self::Cosine { warmup_steps }
        | Self::Plateau { warmup_steps, .. }) = *self;
        if at.step < warmup_steps {
            return (at.step + 1) as f64 / warmup_steps as f64;
        }
        match *self {
            Self::Constant { .. } => 1.0,
            Self::Cosine { .. } => {
                let length = at.total.saturating_sub(warmup_steps).max(1) as f64;
                let progress = (at.step - warmup_steps) as f64 / length;
                0.5 * (1.0 + (std::f64::consts::PI * progress.min(1.0)).cos())
            }
            Self::Plateau { factor, .. } => factor.powi(at.plateaus as i32),
        }
    }

    /// Whether so many epochs without a better score make another plateau.
    #[must_use]
    pub fn is_plateau(&self, epochs_since_better: usize) -> bool {
        matches!(self, Self::Plateau { patience, .. } if epochs_since_better > 0 && epochs_since_better.is_multiple_of(*patience))
    }

    /// Checks values that the types allow and training does not.
    ///
    /// # Errors
    /// [`RecipeError::Value`].
    pub fn validate(&self) -> Result<(), RecipeError> {
        match *self {
            Self::Plateau { factor, .. } if !(factor > 0.0 && factor < 1.0) => {
                Err(RecipeError::value("training.schedule.factor", "between 0 and 1", factor))
            }
            Self::Plateau { patience: 0, .. } => {
                Err(RecipeError::value("training.schedule.patience", "at least 1", 0))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(step: usize, plateaus: usize) -> Position {
        Position { step, total: 110, plateaus }
    }

    #[test]
    fn cosine_rises_then_falls_to_zero() {
        let share = |step| ScheduleRecipe::Cosine { warmup_steps: 10 }.share(at(step, 0));
        assert!((share(0) - 0.1).abs() < 1e-12 && (share(9) - 1.0).abs() < 1e-12);
        assert!((share(10) - 1.0).abs() < 1e-12 && (share(60) - 0.5).abs() < 1e-12);
        assert!(share(110) < 1e-12 && share(500) < 1e-12);
    }

    #[test]
    fn constant_stays_and_plateau_falls_in_steps() {
        let constant = ScheduleRecipe::Constant { warmup_steps: 0 };
        assert!([0, 50, 500].iter().all(|&step| constant.share(at(step, 9)) == 1.0));
        let plateau = ScheduleRecipe::Plateau { warmup_steps: 2, factor: 0.5, patience: 3 };
        assert_eq!(plateau.share(at(0, 0)), 0.5);
        assert_eq!([0, 1, 2].map(|plateaus| plateau.share(at(50, plateaus))), [1.0, 0.5, 0.25]);
        let falls: Vec<usize> = (0..8).filter(|&epochs| plateau.is_plateau(epochs)).collect();
        assert_eq!(falls, [3, 6]);
        assert!(!(0..8).any(|epochs| constant.is_plateau(epochs)));
    }
}
