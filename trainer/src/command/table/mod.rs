//! What jobs found, as lines for people or as JSON for programs.

pub mod calibration;
pub mod images;
pub mod searches;
pub mod summary;
