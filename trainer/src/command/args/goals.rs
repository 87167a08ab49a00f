//! What a calibration aims at: `--plain-wrong` and the like.

use clap::Args;

use crate::fit::calibration::Goals;

/// How much of what is told may be wrong, and what is.
#[derive(Debug, Clone, Copy, Args)]
pub struct GoalArguments {
    /// Of sentences told plainly at most this share may be wrong, in each source
    #[arg(long, value_name = "SHARE", default_value_t = Goals::default().plain)]
    plain_wrong: f64,
    /// Of all sentences told, with doubt and without, in each source
    #[arg(long, value_name = "SHARE", default_value_t = Goals::default().doubtful)]
    doubtful_wrong: f64,
    /// Of things that a picture "may show"
    #[arg(long, value_name = "SHARE", default_value_t = Goals::default().label)]
    label_wrong: f64,
    /// A sentence is right if at least this share of its content words is supported by what people wrote
    #[arg(long, value_name = "SHARE", default_value_t = Goals::default().supported)]
    supported: f64,
}

impl GoalArguments {
    /// What is aimed at.
    #[must_use]
    pub fn goals(&self) -> Goals {
        let Self { plain_wrong: plain, doubtful_wrong: doubtful, label_wrong: label, supported } = *self;
        Goals { plain, doubtful, label, supported }
    }
}
