//! `showtell verify`.

use std::path::PathBuf;

use anyhow::bail;
use burn::module::Module;
use clap::Args;
use showtell_files::links::leading_out;

use crate::files::read_bundle;
use crate::{device, shown};

/// Check that a bundle is whole and its weights fit its model
#[derive(Debug, Args)]
pub struct Verify {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Read files that are links out of the folder, as some programs keep what they download
    #[arg(long)]
    follow: bool,
}

impl Verify {
    /// Checks, and says what the bundle is.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn run(self) -> anyhow::Result<()> {
        let out = if self.follow { Vec::new() } else { leading_out(&self.bundle) };
        if let Some(first) = out.first() {
            let (link, links) = (shown::line(&first.display().to_string()), out.len());
            bail!(
                "{link}: a link out of the bundle's folder, of {links} such: nothing was read; --follow reads them"
            );
        }
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
