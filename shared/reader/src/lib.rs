//! Reads the words in a picture.
//!
//! ```text
//! pixels ─ map      the detector's probability of text, tile by tile          [height, width]
//!   └ region        what hangs together: a rectangle for each line
//!      └ crop       each cut out, laid straight, 48 pixels high
//!         └ recognize   its letters with their probabilities (CTC), many lines at once
//!            └ sure     what is sure enough to be told; turned lines the right way up
//!               └ order, text   reading order, and one text               Reading
//! ```
//!
//! The crate opens no files: a program brings the files of the reader as bytes ([`NEEDED`]).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod crop;
mod error;
mod files;
mod map;
mod models;
mod order;
mod pixels;
mod place;
mod reader;
mod recognize;
mod region;
mod sure;
mod text;

pub use error::ReaderError;
pub use files::{CHARACTERS, DETECTOR, NEEDED, RECOGNIZER, SUMS};
pub use models::listed;
pub use reader::{MOST_LINES, Reader};
pub use showtell_types::reading::{Line, Reading};
