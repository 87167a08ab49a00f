//! `--quiet` and `--verbose`.

use clap::Args;

use crate::terminal::{Terminal, Verbosity};

/// `--quiet` and `--verbose`.
#[derive(Debug, Clone, Copy, Args)]
pub struct TerminalArguments {
    /// Say nothing of what goes on but warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say when each stretch of work begins, also where no terminal shows bars
    #[arg(short, long, global = true)]
    verbose: bool,
}

impl TerminalArguments {
    /// The terminal, told as much.
    #[must_use]
    pub fn terminal(self) -> Terminal {
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Usual,
        };
        Terminal { verbosity }
    }
}
