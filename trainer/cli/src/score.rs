//! `showtell score`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use showtell_metric::summary::Summary;

use crate::args::JavaArguments;
use crate::say;
use crate::scoring::{self, Scored};
use crate::table::{images, summary};
use crate::terminal::Terminal;

/// Score captions in COCO's form as coco-caption does
#[derive(Debug, Args)]
pub struct Score {
    /// What people wrote: COCO's captions file
    #[arg(long, value_name = "FILE")]
    refs: PathBuf,
    /// What to score: a results file, a list of `image_id` and `caption`
    #[arg(long, value_name = "FILE")]
    hyps: PathBuf,
    /// Captions a model was trained on, in the form of --refs, to count copies of them
    #[arg(long, value_name = "FILE")]
    train: Option<PathBuf>,
    /// Add the scores of each image
    #[arg(long)]
    per_image: bool,
    /// Print one JSON object
    #[arg(short, long)]
    json: bool,
    #[command(flatten)]
    java: JavaArguments,
}

#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    summary: &'a Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_image: Option<Vec<images::Row<'a>>>,
}

impl Score {
    /// Scores, and prints what came of it.
    ///
    /// # Errors
    /// When the files cannot be read or compared.
    pub fn run(self, terminal: &Terminal) -> anyhow::Result<()> {
        let job = scoring::Score {
            references: self.refs,
            hypotheses: self.hyps,
            training: self.train,
            java: self.java.metrics(),
        };
        let Scored { summary, images } = job.run(terminal)?;
        let per_image = self.per_image.then(|| images.iter().map(images::Row::from).collect());
        if self.json {
            return say(&serde_json::to_string(&Printed { summary: &summary, per_image })?);
        }
        let rows: Vec<String> = per_image.iter().flat_map(|rows| images::lines(rows)).collect();
        say(&[vec![summary::text(&summary)], rows].concat().join("\n"))
    }
}
