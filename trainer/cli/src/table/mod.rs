//! What was found, as lines for people or as JSON for programs.

pub mod images;
pub mod summary;
