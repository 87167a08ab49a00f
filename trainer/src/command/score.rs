//! `showtell score`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::scores::{JavaArguments, complain, print};
use crate::metric::coco::{ImageId, Pairs, read_captions};
use crate::metric::diversity::Known;
use crate::metric::summary::{Summary, training_set};
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
        let metrics = self.java.metrics()?;
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
                Some(training_set(&references, &captions))
            }
            None => None,
        };
        let known = Known { training: training.as_ref(), vocabulary: None };
        let (summary, mut java) = Summary::new(&references, &pairs.hypotheses, &scored, &known, &metrics);
        complain(&mut java);
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
            println!("{}", serde_json::to_string(&Printed { summary, per_image })?);
            return Ok(ExitCode::SUCCESS);
        }
        print(&summary);
        if self.per_image {
            println!("\nimage\tbleu1\tbleu2\tbleu3\tbleu4\trouge_l\tcider\tcaption");
            for ImageRow { image_id, scores, caption, .. } in rows {
                let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = scores;
                println!(
                    "{image_id}\t{bleu1:.4}\t{bleu2:.4}\t{bleu3:.4}\t{bleu4:.4}\t{rouge_l:.4}\t{cider:.4}\t{}",
                    caption.replace(['\t', '\n', '\r'], " "),
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
