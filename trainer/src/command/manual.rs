//! `showtell completions` and `showtell man`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, say};

/// Print what completes this program's commands in a shell
///
/// For bash: showtell completions bash > ~/.local/share/bash-completion/completions/showtell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Print the manual page
#[derive(Debug, Args)]
pub struct Man {
    /// Write a page for each command into this folder instead
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Completions {
    pub fn run(self) -> anyhow::Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "showtell", &mut script);
        say(&String::from_utf8_lossy(&script))
    }
}

impl Man {
    pub fn run(self) -> anyhow::Result<()> {
        if let Some(folder) = self.out {
            let context = || format!("cannot write into {}", folder.display());
            std::fs::create_dir_all(&folder).with_context(context)?;
            return clap_mangen::generate_to(Cli::command(), &folder).with_context(context);
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        say(&String::from_utf8_lossy(&page))
    }
}
