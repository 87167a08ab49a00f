//! `--data` and `--cache`.

use std::path::PathBuf;

use clap::Args;
use showtell_cli::args::cache_root;

use crate::job::Data;

/// `--data` and `--cache`.
#[derive(Debug, Clone, Args)]
pub struct DataArgument {
    /// Folder of the data set: Flickr8k, Flickr30k, COCO or IAPR TC-12 as published, a folder of
    /// photos with captions.csv or captions.jsonl, or what `showtell prepare` wrote. Named several times, all
    /// of them together
    #[arg(short, long, value_name = "DIR", required = true)]
    pub data: Vec<PathBuf>,
}

/// `--cache`.
#[derive(Debug, Clone, Args)]
pub struct CacheArgument {
    /// Where features are kept [default: SHOWTELL_CACHE, or the user's cache]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

impl DataArgument {
    /// The data set, its features kept there.
    #[must_use]
    pub fn with(self, cache: CacheArgument) -> Data {
        let cache = cache.cache.unwrap_or_else(|| cache_root().join("features"));
        Data { folders: self.data, cache }
    }
}
