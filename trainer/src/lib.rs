//! Showtell's trainer: data sets, features, training, scores, publishing and alt texts of pages, behind the
//! `showtell` command. Library code here never reads flags or the environment and prints nothing: `command` does, and
//! calls a [`job`] for each verb.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod chart;
pub mod command;
pub mod dataset;
pub mod evaluation;
pub mod files;
pub mod fit;
pub mod job;
pub mod recipe;
pub mod report;
pub mod run;
#[cfg(test)]
mod testing;
pub mod training;
pub mod weights;

pub use {showtell_alt as pages, showtell_cli::reporter, showtell_metric as metric};
