//! `showtell evaluate`.

use std::path::PathBuf;

use clap::Args;

use super::args::{BeamArgument, BundleArgument, CacheArgument, DataArgument, JavaArguments};
use super::say;
use super::table::summary;
use super::terminal::Terminal;
use crate::dataset::Split;
use crate::job;

/// Caption a split and score the captions against people's
#[derive(Debug, Args)]
pub struct Evaluate {
    #[command(flatten)]
    bundle: BundleArgument,
    /// Another bundle or run that speaks along, with the same encoder and the same words; the mean of
    /// their probabilities counts
    #[arg(long = "with", value_name = "DIR")]
    with: Vec<PathBuf>,
    #[command(flatten)]
    data: DataArgument,
    /// train, dev or test
    #[arg(long, value_name = "NAME", default_value = "dev")]
    split: Split,
    #[command(flatten)]
    beam: BeamArgument,
    #[command(flatten)]
    cache: CacheArgument,
    /// Print one JSON object
    #[arg(short, long)]
    json: bool,
    /// Write the captions here, in COCO's results form
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Tell the share of captions that are the same as in this file, written by --out before
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Write a page for looking into this folder: scores, charts, photos, attention
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Folder of the training run, whose loss curve the report shows
    #[arg(long, value_name = "DIR", requires = "report")]
    run: Option<PathBuf>,
    #[command(flatten)]
    java: JavaArguments,
}

impl Evaluate {
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let bundle = self.bundle.read()?;
        let job = job::Evaluate {
            beam: self.beam.over(&bundle.config().decoding)?,
            bundle,
            with: self.with,
            data: self.data.with(self.cache),
            split: self.split,
            java: self.java.metrics(),
            out: self.out,
            against: self.against,
            report: self.report,
            run: self.run,
        };
        let found = job.run(terminal)?;
        if self.json {
            return say(&serde_json::to_string(&found)?);
        }
        let seconds = found.seconds.unwrap_or_default();
        say(&format!("{}\n\nbeam {}, {seconds:.1} s", summary::text(&found), job.beam.width))
    }
}
