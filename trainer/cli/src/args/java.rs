//! `--meteor`, `--spice` and `--jars`.

use std::path::PathBuf;

use clap::Args;

use showtell_metric::summary::JavaMetrics;

/// `--meteor`, `--spice` and `--jars`.
#[derive(Debug, Args)]
pub struct JavaArguments {
    /// Add METEOR, which takes Java and --jars
    #[arg(long)]
    meteor: bool,
    /// Add SPICE, which takes Java and --jars
    #[arg(long)]
    spice: bool,
    /// Folder of the Python package pycocoevalcap, which holds the Java programs of both
    #[arg(long, value_name = "DIR")]
    jars: Option<PathBuf>,
}

impl JavaArguments {
    /// What was asked for.
    #[must_use]
    pub fn metrics(self) -> JavaMetrics {
        let Self { meteor, spice, jars } = self;
        JavaMetrics { meteor, spice, folder: jars }
    }
}
