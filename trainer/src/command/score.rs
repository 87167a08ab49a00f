//! `showtell score`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::figures::{JavaArguments, complain, table};
use super::say;
use crate::metric::coco::{ImageId, Pairs, read_captions};
use crate::metric::diversity::Known;
use crate::metric::summary::Summary;
use crate::metric::tokenizer::tokenize;
use crate::metric::{References, Scores};

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
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    java: JavaArguments,
}

#[derive(Serialize)]
struct Printed {
    #[serde(flatten)]
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_image: Option<Vec<ImageRow>>,
}

#[derive(Serialize)]
struct ImageRow {
    image_id: ImageId,
    #[serde(flatten)]
    scores: Scores,
    #[serde(skip_serializing_if = "Option::is_none")]
    meteor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spice: Option<f64>,
    caption: String,
}

impl Score {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let metrics = self.java.metrics();
        let pairs = Pairs::read(&self.refs, &self.hyps)?;
        if pairs.without_hypothesis > 0 {
            eprintln!(
                "warning: {} images of {} have no hypothesis and are left out",
                pairs.without_hypothesis,
                self.refs.display(),
            );
        }
        let references = References::new(&pairs.references)?;
        let scored = references.score(&pairs.hypotheses)?;
        let training = match &self.train {
            Some(path) => {
                let captions: Vec<String> =
                    read_captions(path)?.into_iter().flat_map(|(_, captions)| captions).collect();
                Some(tokenize(&captions).into_iter().collect())
            }
            None => None,
        };
        let known = Known { training: training.as_ref(), vocabulary: None };
        let (summary, java) = Summary::new(&references, &scored, &known, &metrics);
        complain(&java);
        let rows: Vec<ImageRow> = pairs
            .images
            .into_iter()
            .zip(pairs.hypotheses)
            .zip(&scored.photos)
            .enumerate()
            .map(|(place, ((image_id, caption), scores))| ImageRow {
                image_id,
                scores: *scores,
                meteor: java.meteor.as_ref().map(|scored| scored.photos[place]),
                spice: java.spice.as_ref().map(|scored| scored.photos[place]),
                caption,
            })
            .collect();
        if self.json {
            let per_image = self.per_image.then_some(rows);
            say(&serde_json::to_string(&Printed { summary, per_image })?)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut printed = table(&summary);
        if self.per_image {
            printed.push_str("\n\nimage\tbleu1\tbleu2\tbleu3\tbleu4\trouge_l\tcider\tmeteor\tspice\tcaption");
            for row in rows {
                printed.push('\n');
                printed.push_str(&row.line());
            }
        }
        say(&printed)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl ImageRow {
    /// Columns parted by tabs; what was not measured is a dash.
    fn line(&self) -> String {
        let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = self.scores;
        let scores = [bleu1, bleu2, bleu3, bleu4, rouge_l, cider].map(Some);
        let scores = scores.into_iter().chain([self.meteor, self.spice]);
        let scores = scores.map(|score| score.map_or("-".to_owned(), |score| format!("{score:.4}")));
        let one_line = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        let columns: Vec<String> = std::iter::once(one_line(&self.image_id.to_string()))
            .chain(scores)
            .chain([one_line(&self.caption)])
            .collect();
        columns.join("\t")
    }
}
