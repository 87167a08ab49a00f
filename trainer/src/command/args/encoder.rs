//! `--weights`, and the names of encoders.

use std::path::PathBuf;

use clap::Args;
use showtell::encoder::{Network, UnknownNetwork};

use crate::job::EncoderSource;
use showtell_cli::args::shipped;

/// `--weights`.
#[derive(Debug, Clone, Args)]
pub struct EncoderArguments {
    /// Published weights of the encoder (.safetensors, .pth, .pt), or a bundle folder to take it from
    /// [default: the bundle that ships]
    #[arg(long, value_name = "PATH")]
    weights: Option<PathBuf>,
}

impl EncoderArguments {
    /// Where the weights come from.
    #[must_use]
    pub fn source(self) -> EncoderSource {
        self.weights.map_or_else(|| EncoderSource::Shipped(shipped()), EncoderSource::Named)
    }
}

/// Reads an encoder's name as recipes write it.
///
/// # Errors
/// [`UnknownNetwork`].
pub fn network_name(text: &str) -> Result<Network, UnknownNetwork> {
    text.parse()
}
