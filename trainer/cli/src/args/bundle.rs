//! `--bundle`.

use std::path::{Path, PathBuf};

use clap::Args;
use showtell::Bundle;

use crate::files::{ReadError, read_bundle};

/// The bundle that ships, found beside the working directory or the program.
const SHIPPED: &str = "assets/showtell-everyday";

/// `--bundle`.
#[derive(Debug, Args)]
pub struct BundleArgument {
    /// Folder of the bundle [default: assets/showtell-everyday here or above the program]
    #[arg(short, long, value_name = "DIR", env = "SHOWTELL_BUNDLE", hide_env_values = true)]
    bundle: Option<PathBuf>,
}

impl BundleArgument {
    /// Reads the bundle that is named, or the one that ships.
    ///
    /// # Errors
    /// When there is none, or it is not sound.
    pub fn read(&self) -> Result<Bundle, ReadError> {
        let folder = self.bundle.clone().or_else(shipped);
        read_bundle(&folder.ok_or(ReadError::NotShipped)?)
    }
}

/// The folder of the bundle that ships, where it is here or above the program.
#[must_use]
pub fn shipped() -> Option<PathBuf> {
    beside(SHIPPED)
}

/// A folder of the project, here or above the program.
pub(super) fn beside(folder: &str) -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let above = program.iter().flat_map(|path| path.ancestors().skip(1));
    std::iter::once(Path::new(".")).chain(above).map(|root| root.join(folder)).find(|path| path.is_dir())
}
