//! Progress on stderr: a bar on a terminal, silence elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over `length` items, with items a second and time left.
#[must_use]
pub fn bar(length: usize, what: &'static str) -> ProgressBar {
    let template = "{msg} {bar:30} {pos}/{len}, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style).with_message(what)
}
