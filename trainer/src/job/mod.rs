//! What the `showtell` command does, for any program: a job is a plain struct, its `run` returns what came of it.
//!
//! Jobs read no flags and no environment and print nothing; what goes on they tell a
//! [`Reporter`](crate::reporter::Reporter). Each has the usual settings by `new`, and all its fields are open.

pub mod average;
pub mod bundle;
pub mod calibrate;
pub mod chain;
pub mod data;
pub mod detector;
pub mod encoder;
mod error;
pub mod evaluate;
pub mod features;
pub mod kinds;
pub mod novelty;
pub mod prepare;
pub mod publish;
pub mod split;
pub mod things;
pub mod train;
pub mod trained;
pub mod tune;

pub use average::WeightedModel;
pub use calibrate::Calibrate;
pub use chain::FollowChain;
pub use data::Data;
pub use detector::FitDetector;
pub use encoder::EncoderSource;
pub use error::JobError;
pub use evaluate::Evaluate;
pub use features::ComputeFeatures;
pub use kinds::FitKinds;
pub use novelty::FitNovelty;
pub use prepare::Prepare;
pub use publish::Publish;
pub use showtell_cli::scoring::{self, Score};
pub use train::Train;
pub use tune::Tune;
