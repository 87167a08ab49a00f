//! `showtell verify`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{device, read_bundle};

/// Check that a bundle is whole and its weights fit its model
#[derive(Debug, Args)]
pub struct Verify {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
}

impl Verify {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let bundle = read_bundle(&self.bundle)?;
        bundle.model(&device())?;
        let config = bundle.config();
        println!(
            "{}: {}, {}, {} words: sound",
            self.bundle.display(),
            config.name,
            config.model.encoder.name(),
            bundle.vocabulary().len()
        );
        Ok(ExitCode::SUCCESS)
    }
}
