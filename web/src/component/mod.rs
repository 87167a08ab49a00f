//! The parts of the page.

pub mod attention;
pub mod drop_zone;
pub mod header;
pub mod outcome;
