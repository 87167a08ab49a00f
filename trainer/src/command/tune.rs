//! `showtell tune`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::{CacheArgument, DataArgument, RulesArgument};
use super::say;
use super::table::searches;
use super::terminal::Terminal;
use crate::dataset::Split;
use crate::job;
use crate::job::bundle::read;
use crate::job::tune::{EXPONENTS, WIDTHS};
use crate::recipe::DevMetric;

/// Try widths and length exponents of the search on a split
///
/// Prints a line for each pair, the best first; with --write the best becomes the bundle's default.
#[derive(Debug, Args)]
pub struct Tune {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    data: DataArgument,
    /// The split to try them on
    #[arg(long, value_name = "NAME", default_value = "dev")]
    split: Split,
    /// Widths to try, comma-separated
    #[arg(long, value_name = "WIDTHS", value_delimiter = ',', default_values_t = WIDTHS)]
    widths: Vec<usize>,
    /// Length exponents to try, comma-separated
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_values_t = EXPONENTS)]
    exponents: Vec<f32>,
    /// What the best is best by
    #[arg(long, value_name = "SCORE", default_value = "cider")]
    by: By,
    /// Make the best the bundle's default
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    rules: RulesArgument,
    #[command(flatten)]
    cache: CacheArgument,
    /// Print one JSON object a line
    #[arg(short, long)]
    json: bool,
}

/// A score to choose by.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    Bleu4,
    Cider,
}

impl From<By> for DevMetric {
    fn from(by: By) -> Self {
        match by {
            By::Bleu4 => Self::Bleu4,
            By::Cider => Self::Cider,
        }
    }
}

impl Tune {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let rules = self.rules.over(&read(&self.bundle)?.config().decoding);
        let job = job::Tune {
            bundle: self.bundle,
            data: self.data.with(self.cache),
            split: self.split,
            widths: self.widths,
            exponents: self.exponents,
            by: self.by.into(),
            rules: Some(rules),
            write: self.write,
        };
        let tried = job.run(terminal)?;
        say(&if self.json { searches::json(&tried)? } else { searches::text(&tried) })
    }
}
