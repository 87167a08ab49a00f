//! `showtell evaluate`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;

use super::{BeamArgument, BundleArgument, CacheArgument, DataArgument, device};
use crate::dataset::Split;
use crate::dataset::features::{Features, FrozenEncoder};
use crate::evaluation;
use crate::files::write_atomically;

/// Caption a split and score the captions against people's
#[derive(Debug, Args)]
pub struct Evaluate {
    #[command(flatten)]
    bundle: BundleArgument,
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
    #[arg(long)]
    json: bool,
    /// Write the captions here, in COCO's results form
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Serialize)]
struct Totals {
    bleu1: f64,
    bleu2: f64,
    bleu3: f64,
    bleu4: f64,
    images: usize,
    /// Captioning from cached features, and scoring.
    seconds: f64,
}

/// A caption in COCO's results form. Flickr8k has no numbers, so the file name is the id.
#[derive(Serialize)]
struct ResultRow<'a> {
    image_id: &'a str,
    caption: &'a str,
}

impl Evaluate {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let device = device();
        let bundle = self.bundle.read()?;
        let beam = self.beam.over(&bundle.config().decoding)?;
        let dataset = self.data.open()?;
        let targets = evaluation::targets(&dataset, self.split);
        if targets.is_empty() {
            bail!("{} has no {} photos", self.data.data.display(), self.split);
        }
        let model = bundle.model(&device)?;
        let mut frozen = FrozenEncoder::new(bundle.config().model.encoder, model.encoder, &device)?;
        frozen.preprocessing = bundle.config().preprocessing.clone();
        let features = Features::open(&dataset, &[self.split], &frozen, &self.cache.folder(), &device)?;

        let begun = Instant::now();
        let found =
            evaluation::evaluate(&model.decoder, bundle.vocabulary(), &features, &targets, &beam, &device)?;
        let [bleu1, bleu2, bleu3, bleu4] = found.scores.bleu;
        let totals = Totals {
            bleu1,
            bleu2,
            bleu3,
            bleu4,
            images: targets.len(),
            seconds: begun.elapsed().as_secs_f64(),
        };
        if let Some(path) = &self.out {
            let rows = targets.iter().zip(&found.captions);
            let rows: Vec<ResultRow> =
                rows.map(|(target, caption)| ResultRow { image_id: &target.image, caption }).collect();
            write_atomically(path, &serde_json::to_vec_pretty(&rows)?)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        if self.json {
            println!("{}", serde_json::to_string(&totals)?);
        } else {
            println!("BLEU-1 {bleu1:.4}  BLEU-2 {bleu2:.4}  BLEU-3 {bleu3:.4}  BLEU-4 {bleu4:.4}");
            println!("{} photos, beam {}, {:.1} s", totals.images, beam.width, totals.seconds);
        }
        Ok(ExitCode::SUCCESS)
    }
}
