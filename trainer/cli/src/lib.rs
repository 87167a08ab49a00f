//! The commands of `showtell` that need no training: `caption`, `read`, `alt`, `score`, `verify`, and what they share with
//! those that train, which are the crate `showtell-trainer`.
//!
//! ```text
//! args      groups of arguments that several verbs take, and what they resolve to
//! files     bundles and photos, read; files, written whole
//! scoring   captions in COCO's form against people's
//! table     scores, for people and for programs
//! reporter  whom long work tells how far it is; terminal  one who shows it on stderr
//! ```
//!
//! Data goes to stdout, progress and complaints to stderr. Apart from the trainer, so that cargo builds neither
//! autodiff nor readers of data sets for whoever only captions.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod alt;
pub mod args;
mod caption;
pub mod files;
#[cfg(feature = "reader")]
mod read;
pub mod reporter;
mod score;
pub mod scoring;
pub mod table;
pub mod terminal;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use burn::tensor::Device;

use showtell::shown;

pub use alt::Alt;
pub use caption::Caption;
#[cfg(feature = "reader")]
pub use read::Read;
pub use score::Score;
pub use verify::Verify;

/// Prints data. A reader that has gone away, as `head` does, is no failure of ours: [`end`] ends quietly on that
/// error.
///
/// # Errors
/// When stdout cannot be written.
pub fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Where models caption: the CPU.
#[must_use]
pub fn device() -> Device {
    Device::flex()
}

/// How a program ends: with what a command found, or with the chain of causes on stderr.
#[must_use]
pub fn end(result: anyhow::Result<ExitCode>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(error) if reader_gone(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", shown::lines(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}

/// Whether whoever read our stdout has stopped reading.
fn reader_gone(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
