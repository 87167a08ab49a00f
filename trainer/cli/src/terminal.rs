//! What goes on, on stderr: lines, and a bar where that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use crate::reporter::{Progress, Reporter, Silent};
use crate::shown;

/// How much is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// Warnings only.
    Quiet,
    /// What has been done, and bars.
    #[default]
    Usual,
    /// A line for the beginning of each stretch of work besides, for logs, where no bar shows.
    Verbose,
}

/// The terminal, or what stands in its place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// How much it is told.
    pub verbosity: Verbosity,
}

impl Reporter for Terminal {
    fn progress(&self, length: usize, what: &'static str) -> Box<dyn Progress> {
        match self.verbosity {
            Verbosity::Quiet => return Box::new(Silent),
            Verbosity::Usual => {}
            Verbosity::Verbose => eprintln!("{what}: {length}"),
        }
        Box::new(Bar(bar(length, what)))
    }

    fn note(&self, line: &str) {
        if self.verbosity != Verbosity::Quiet {
            eprintln!("{}", shown::lines(line));
        }
    }

    fn warn(&self, line: &str) {
        eprintln!("warning: {}", shown::lines(line));
    }
}

/// A bar that goes away when the work is over.
struct Bar(ProgressBar);

impl Progress for Bar {
    fn advance(&self, items: usize) {
        self.0.inc(items as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar over `length` items, with items a second and time left; silence where stderr is no terminal.
#[must_use]
pub fn bar(length: usize, what: &'static str) -> ProgressBar {
    let template = "{msg} {bar:30} {pos}/{len}, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style).with_message(what)
}
