//! What jobs found, as lines for people or as JSON for programs.

pub mod calibration;
pub mod searches;

pub use showtell_cli::table::summary;
