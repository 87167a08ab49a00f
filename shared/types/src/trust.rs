//! How a sentence should be told.

use serde::{Deserialize, Serialize};

/// How a sentence should be told, going by its confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Trust {
    /// As it is.
    #[default]
    Plain,
    /// As something that may be so.
    Doubtful,
    /// Not at all: the captioner cannot describe the picture.
    Unable,
}
