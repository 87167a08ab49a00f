//! Captions a split and scores the captions against people's.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use burn::tensor::Device;
use showtell::Bundle;
use showtell::beam::BeamConfig;
use showtell_cli::scoring::warn_of_java;

use super::split::SplitEvaluation;
use super::trained::Trained;
use super::{Data, JobError};
use crate::dataset::features::FrozenEncoder;
use crate::dataset::{Dataset, Photo, Split};
use crate::evaluation::{SplitCaptioner, Targets};
use crate::files::{MAX_LIST, read, write_atomically};
use crate::metric::coco::{Captioned, ImageId};
use crate::metric::diversity::Known;
use crate::metric::summary::{JavaMetrics, Summary};
use crate::metric::tokenizer::tokenize;
use crate::report::Subject;
use crate::reporter::Reporter;

/// Captions a split and scores the captions.
#[derive(Debug)]
pub struct Evaluate {
    /// The model.
    pub bundle: Bundle,
    /// Bundles or runs that speak along, with the same encoder and the same words.
    pub with: Vec<PathBuf>,
    /// The photos.
    pub data: Data,
    /// Which of them.
    pub split: Split,
    /// The search.
    pub beam: BeamConfig,
    /// Metrics that take Java.
    pub java: JavaMetrics,
    /// Where to write the captions, in COCO's results form.
    pub out: Option<PathBuf>,
    /// Such a file to compare with.
    pub against: Option<PathBuf>,
    /// A folder for a page of scores, charts, photos and attention.
    pub report: Option<PathBuf>,
    /// Folder of the training run whose loss curve the page shows.
    pub run: Option<PathBuf>,
}

impl Evaluate {
    /// A bundle with its own search before a split.
    #[must_use]
    pub fn new(bundle: Bundle, data: Data, split: Split) -> Self {
        Self {
            beam: bundle.config().decoding.clone(),
            bundle,
            with: Vec::new(),
            data,
            split,
            java: JavaMetrics::default(),
            out: None,
            against: None,
            report: None,
            run: None,
        }
    }

    /// Captions and scores. Returns all figures.
    ///
    /// # Errors
    /// [`JobError`].
    pub fn run(&self, reporter: &dyn Reporter) -> Result<Summary, JobError> {
        let device = Device::flex();
        let (bundle, beam) = (&self.bundle, &self.beam);
        let mut examination = SplitEvaluation::open(bundle, &self.data, self.split, &device, reporter)?;
        let vocabulary = bundle.vocabulary();
        for folder in &self.with {
            let other = Trained::open(folder, &device)?;
            let FrozenEncoder { config, tensors, .. } = &examination.frozen;
            other.check(folder, config, vocabulary)?;
            other.check_weights(folder, config, tensors)?;
            examination.decoders.push(other.decoder(&device)?);
        }
        let (dataset, targets) = (&examination.dataset, &examination.targets);
        let speaker = SplitCaptioner {
            // Measured with the bundle alone and its own search.
            calibration: (bundle.config().confidence.as_ref())
                .filter(|_| self.with.is_empty() && *beam == bundle.config().decoding),
            ..examination.speaker()
        };

        let before = self.against.as_ref().map(|path| results(path, targets)).transpose()?;
        let begun = Instant::now();
        let found = speaker.evaluate(targets, beam)?;
        let seconds = begun.elapsed().as_secs_f64();
        if let Some(path) = &self.out {
            write_results(path, targets, &found.captions)?;
        }
        let training = training_captions(dataset)?;
        // Padding, start, end and unknown are no words.
        let words = vocabulary.len() - vocabulary.suppressed().len() - 1;
        let known = Known { training: training.as_ref(), vocabulary: Some(words) };
        let (mut summary, java) = Summary::new(&targets.references, &found.scored, &known, &self.java);
        warn_of_java(&java, reporter);
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
                beam,
                evaluation: &found,
                summary: &summary,
                run: self.run.as_deref(),
            };
            subject.write(folder, reporter)?;
            reporter.note(&format!("wrote {}", folder.join("index.html").display()));
        }
        Ok(summary)
    }
}

/// The captions of a results file of the same photos.
fn results(path: &Path, targets: &Targets) -> Result<Vec<String>, JobError> {
    let text = read(path, MAX_LIST).map_err(JobError::read(path))?;
    let found: Vec<Captioned> =
        serde_json::from_slice(&text).map_err(|source| JobError::Json { path: path.to_owned(), source })?;
    let (count, expected) = (found.len(), targets.photos.len());
    if count != expected {
        return Err(JobError::ResultsLength { path: path.to_owned(), found: count, expected });
    }
    for (row, photo) in found.iter().zip(&targets.photos) {
        if row.image_id != ImageId::Name(photo.image.clone()) {
            let found = format!("{:?}", row.image_id);
            return Err(JobError::ResultsPhoto {
                path: path.to_owned(),
                found,
                expected: photo.image.clone(),
            });
        }
    }
    Ok(found.into_iter().map(|row| row.caption).collect())
}

/// Captions in COCO's results form. Flickr8k has no numbers, so the file name is the id.
fn write_results(path: &Path, targets: &Targets, captions: &[String]) -> Result<(), JobError> {
    let rows = targets.photos.iter().zip(captions).map(|(photo, caption)| Captioned {
        image_id: ImageId::Name(photo.image.clone()),
        caption: caption.clone(),
    });
    let rows: Vec<Captioned> = rows.collect();
    let json = serde_json::to_vec_pretty(&rows).context("captions can be written")?;
    write_atomically(path, &json).map_err(JobError::write(path))
}

/// Photos whose training captions are tokenised together.
const CHUNK: usize = 1024;

/// Tokenised captions of the training photos, where the data set has them.
fn training_captions(dataset: &Dataset) -> Result<Option<HashSet<String>>, JobError> {
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
