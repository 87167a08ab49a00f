//! `showtell evaluate`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;

use super::examination::Examination;
use super::figures::{JavaArguments, complain, table};
use super::model::Trained;
use super::{BeamArgument, BundleArgument, CacheArgument, DataArgument, device, say};
use crate::dataset::features::FrozenEncoder;
use crate::dataset::{Dataset, Photo, Split};
use crate::evaluation::{Speaker, Targets};
use crate::files::write_atomically;
use crate::metric::coco::{Captioned, ImageId};
use crate::metric::diversity::Known;
use crate::metric::summary::Summary;
use crate::metric::tokenizer::tokenize;
use crate::report::Subject;

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
    #[arg(long)]
    json: bool,
    /// Write the captions here, in COCO's results form
    #[arg(long, value_name = "FILE")]
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
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let metrics = self.java.metrics();
        let device = device();
        let bundle = self.bundle.read()?;
        let beam = self.beam.over(&bundle.config().decoding)?;
        let mut examination = Examination::open(&bundle, &self.data, self.split, &self.cache, &device)?;
        let vocabulary = bundle.vocabulary();
        for folder in &self.with {
            let other = Trained::open(folder, &device)?;
            let FrozenEncoder { config, tensors, .. } = &examination.frozen;
            other.check(folder, config, vocabulary)?;
            other.check_weights(folder, config, tensors)?;
            examination.decoders.push(other.decoder(&device)?);
        }
        let (dataset, targets) = (&examination.dataset, &examination.targets);
        let speaker = Speaker {
            // Measured with the bundle alone and its own search.
            calibration: (bundle.config().confidence.as_ref())
                .filter(|_| self.with.is_empty() && beam == bundle.config().decoding),
            ..examination.speaker()
        };

        let before = self.against.as_ref().map(|path| results(path, targets)).transpose()?;
        let begun = Instant::now();
        let found = speaker.evaluate(targets, &beam)?;
        let seconds = begun.elapsed().as_secs_f64();
        if let Some(path) = &self.out {
            write_results(path, targets, &found.captions)?;
        }
        let training = training_captions(dataset)?;
        // Padding, start, end and unknown are no words.
        let words = vocabulary.len() - vocabulary.suppressed().len() - 1;
        let known = Known { training: training.as_ref(), vocabulary: Some(words) };
        let (mut summary, java) = Summary::new(&targets.references, &found.scored, &known, &metrics);
        complain(&java);
        summary.seconds = Some(seconds);
        summary.sources.clone_from(&found.sources);
        summary.unchanged = before.map(|before| {
            let same = before.iter().zip(&found.captions).filter(|(then, now)| then == now).count();
            same as f64 / before.len().max(1) as f64
        });
        if let Some(folder) = &self.report {
            let subject = Subject {
                name: &bundle.config().name,
                dataset,
                split: self.split,
                targets,
                speaker,
                beam: &beam,
                evaluation: &found,
                summary: &summary,
                run: self.run.as_deref(),
            };
            subject.write(folder)?;
            eprintln!("wrote {}", folder.join("index.html").display());
        }
        if self.json {
            say(&serde_json::to_string(&summary)?)?;
        } else {
            say(&format!("{}\n\nbeam {}, {seconds:.1} s", table(&summary), beam.width))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The captions of a results file of the same photos.
fn results(path: &Path, targets: &Targets) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let found: Vec<Captioned> =
        serde_json::from_slice(&text).with_context(|| format!("cannot understand {}", path.display()))?;
    if found.len() != targets.photos.len() {
        bail!("{} has {} captions, expected {}", path.display(), found.len(), targets.photos.len());
    }
    for (row, photo) in found.iter().zip(&targets.photos) {
        if row.image_id != ImageId::Name(photo.image.clone()) {
            bail!("{} is of other photos: {:?}, expected {}", path.display(), row.image_id, photo.image);
        }
    }
    Ok(found.into_iter().map(|row| row.caption).collect())
}

/// Captions in COCO's results form. Flickr8k has no numbers, so the file name is the id.
fn write_results(path: &Path, targets: &Targets, captions: &[String]) -> anyhow::Result<()> {
    let rows = targets.photos.iter().zip(captions).map(|(photo, caption)| Captioned {
        image_id: ImageId::Name(photo.image.clone()),
        caption: caption.clone(),
    });
    let rows: Vec<Captioned> = rows.collect();
    write_atomically(path, &serde_json::to_vec_pretty(&rows)?)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Photos whose training captions are tokenised together.
const CHUNK: usize = 1024;

/// Tokenised captions of the training photos, where the data set has them.
fn training_captions(dataset: &Dataset) -> anyhow::Result<Option<HashSet<String>>> {
    let mut known = HashSet::new();
    let mut photos = dataset.photos(Split::Train);
    loop {
        let chunk: Vec<Photo> = photos.by_ref().take(CHUNK).collect::<Result<_, _>>()?;
        if chunk.is_empty() {
            return Ok((!known.is_empty()).then_some(known));
        }
        let captions: Vec<&String> = chunk.iter().flat_map(|photo| &photo.captions).collect();
        known.extend(tokenize(&captions));
    }
}
