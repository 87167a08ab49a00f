//! What a captioner says about a photo, and what is wrong with an alt text.
//!
//! Apart from the captioner, so that programs which show captions and never make them are built without it: the
//! page is. The crate `showtell` exports all of this under its own name.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod alt;
pub mod answer;
pub mod caption;
pub mod confidence;
pub mod reading;
pub mod shown;
pub mod together;
pub mod trust;

pub use answer::{Answer, Label, Rung};
pub use caption::{Alternative, Caption, Word};
pub use confidence::Confidence;
pub use trust::Trust;
