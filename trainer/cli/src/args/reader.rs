//! `--reader`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use showtell_reader::{NEEDED, Reader};

use super::bundle::beside;

/// The reader that ships, found beside the working directory or the program.
const SHIPPED: &str = "assets/reader";

/// `--reader`.
#[derive(Debug, Args)]
pub struct ReaderArgument {
    /// Folder of the reader of words [default: assets/reader here or above the program]
    #[arg(long, value_name = "DIR", env = "SHOWTELL_READER", hide_env_values = true)]
    reader: Option<PathBuf>,
}

impl ReaderArgument {
    /// Loads the reader that is named, or the one that ships.
    ///
    /// # Errors
    /// When there is none, or it is not sound.
    pub fn load(&self) -> anyhow::Result<Reader> {
        let folder = self.reader.clone().or_else(|| beside(SHIPPED));
        read(&folder.context("no reader found: name one with --reader DIR")?)
    }
}

fn read(folder: &Path) -> anyhow::Result<Reader> {
    let mut files = BTreeMap::new();
    for name in NEEDED {
        let path = folder.join(name);
        // The reader itself says which file is missing.
        if path.exists() {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            files.insert(name.to_owned(), bytes);
        }
    }
    Reader::from_files(files).with_context(|| format!("reader {}", folder.display()))
}
