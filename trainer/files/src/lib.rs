//! Files and folders that change whole, are read within bounds, and leave nothing behind.
//!
//! ```text
//! whole      a file is the old one or the new one at any moment, and keeps its rights
//! folder     a folder likewise: the new one is built beside it, and the names are exchanged
//! temporary  what is not finished: taken away when the program is interrupted, and found at the next start
//! read       regular files only, and no more of them than was agreed
//! links      those that lead out of a folder
//! lock       one program at a time
//! ```
//!
//! What lies beside its place while it is written has a name that begins with [`MARK`] and is locked by its writer. One
//! that nobody holds is of a run that was killed, and goes when the next file is written there.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod folder;
pub mod links;
pub mod lock;
pub mod read;
mod rights;
pub mod temporary;
pub mod whole;

pub use read::{Refused, read, read_text};
pub use whole::write;

/// What names of unfinished files and folders begin with.
pub const MARK: &str = ".showtell-";
