//! `showtell verify`.

use std::path::PathBuf;

use burn::module::Module;
use clap::Args;

use crate::files::read_bundle;
use crate::{device, shown};

/// Check that a bundle is whole and its weights fit its model
#[derive(Debug, Args)]
pub struct Verify {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
}

impl Verify {
    /// Checks, and says what the bundle is.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn run(self) -> anyhow::Result<()> {
        let bundle = read_bundle(&self.bundle)?;
        let model = bundle.model(&device())?;
        let config = bundle.config();
        let millions = |parameters: usize| parameters as f64 / 1e6;
        println!(
            "{}: {}, {} ({:.1} M parameters) and a decoder with {} injection ({:.1} M), {} words: sound",
            shown::line(&self.bundle.display().to_string()),
            shown::line(&config.name),
            config.model.encoder.name(),
            millions(model.encoder.num_params()),
            config.model.decoder.injection.name(),
            millions(model.decoder.num_params()),
            bundle.vocabulary().len()
        );
        Ok(())
    }
}
