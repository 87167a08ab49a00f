//! Measures how far a bundle's answers can be trusted.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use burn::tensor::Device;
use showtell::captioner::{AttentionMaps, CaptionOptions, SearchResult};
use showtell::labels::Labels;
use showtell::{Bundle, Captioner};

use super::bundle::{read, reconfigure};
use super::split::SplitEvaluation;
use super::things::Things;
use super::{Data, JobError};
use crate::dataset::Split;
use crate::fit::calibration::drawn::Kind;
use crate::fit::calibration::{Calibrated, Drawing, Goals, Pictured, Thresholds, calibrate};
use crate::metric::support::is_supported_by;
use crate::metric::tokenizer::tokenize;
use crate::reporter::Reporter;

/// Learns from a split how far a bundle's answers can be trusted and writes it into the bundle.
#[derive(Debug, Clone)]
pub struct Calibrate {
    /// Folder of the bundle.
    pub bundle: PathBuf,
    /// The photos.
    pub data: Data,
    /// Which of them.
    pub split: Split,
    /// A list of pictures of one thing each, to learn what the classifier's answers are worth; what the captions of
    /// the split name without it.
    pub things: Option<PathBuf>,
    /// How much of what is told may be wrong.
    pub goals: Goals,
    /// Limits that are given and not learnt.
    pub thresholds: Thresholds,
    /// Pictures to draw of each kind.
    pub drawings: usize,
    /// A folder to keep the drawings in, as PNG files.
    pub keep_drawings: Option<PathBuf>,
    /// Whether to measure only, and leave the bundle as it is.
    pub dry_run: bool,
}

/// What was measured.
#[derive(Debug)]
pub struct Measured {
    /// Photos of the split.
    pub photos: usize,
    /// Pictures of one thing each.
    pub things: usize,
    /// The calibration and how well it does.
    pub calibrated: Calibrated,
}

/// Pictures to draw of each kind.
pub const DRAWINGS: usize = 40;
/// Pictures less probably photos than this are not described.
pub const UNFAMILIAR_BELOW: f32 = 0.5;

impl Calibrate {
    /// The usual calibration, on dev.
    #[must_use]
    pub fn new(bundle: &Path, data: Data) -> Self {
        Self {
            bundle: bundle.to_owned(),
            data,
            split: Split::Dev,
            things: None,
            goals: Goals::default(),
            thresholds: Thresholds {
                doubt: None,
                unable: None,
                unfamiliar: UNFAMILIAR_BELOW,
                far: None,
                too_far: None,
            },
            drawings: DRAWINGS,
            keep_drawings: None,
            dry_run: false,
        }
    }

    /// Measures, and writes what it found into the bundle.
    ///
    /// # Errors
    /// [`JobError`].
    pub fn run(&self, reporter: &dyn Reporter) -> Result<Measured, JobError> {
        self.validate()?;
        let bundle = read(&self.bundle)?;
        if self.things.is_some() && bundle.labels().is_none() {
            return Err(JobError::NoClassifier);
        }
        let mut pictures = self.photos(&bundle, reporter)?;
        let photos = pictures.len();
        if let Some(things) = &self.things {
            let captioner = Captioner::new(&bundle, &Device::flex())?;
            pictures.extend(Things::read(things)?.pictured(&bundle, &captioner, reporter)?);
        }
        let drawings = self.drawings(&bundle, reporter)?;
        let calibrated = calibrate(&pictures, &drawings, bundle.labels(), self.thresholds, self.goals);
        let calibration = &calibrated.calibration;
        calibration.validate().map_err(|reason| JobError::Calibration { reason: reason.to_string() })?;
        if !self.dry_run {
            reconfigure(&self.bundle, |config| config.confidence = Some(calibration.clone()))?;
        }
        Ok(Measured { photos, things: pictures.len() - photos, calibrated })
    }

    fn validate(&self) -> Result<(), JobError> {
        let Goals { plain, doubtful, label, supported } = self.goals;
        let Thresholds { doubt, unable, unfamiliar, far, too_far } = self.thresholds;
        for (name, share) in [
            ("plain-wrong", plain),
            ("doubtful-wrong", doubtful),
            ("label-wrong", label),
            ("supported", supported),
        ] {
            if !(0.0..=1.0).contains(&share) {
                return Err(JobError::setting(name, "be from 0 to 1", share));
            }
        }
        if !(0.0..=1.0).contains(&unfamiliar) {
            return Err(JobError::setting("unfamiliar-below", "be from 0 to 1", unfamiliar));
        }
        rise("unable-below and doubt-below", unable.unwrap_or(0.0), doubt.unwrap_or(1.0))?;
        rise("far and too-far", far.unwrap_or(0.0), too_far.unwrap_or(1.0))
    }

    /// Captions the split; a sentence is right where enough of its content words are supported.
    fn photos(&self, bundle: &Bundle, reporter: &dyn Reporter) -> Result<Vec<Pictured>, JobError> {
        let device = Device::flex();
        let examination = SplitEvaluation::open(bundle, &self.data, self.split, &device, reporter)?;
        let (targets, speaker) = (&examination.targets, examination.speaker());
        let places: Vec<usize> = (0..targets.photos.len()).collect();
        let found = speaker.find_all(&places, &bundle.config().decoding)?;
        let texts = tokenize(&found.iter().map(SearchResult::sentence).collect::<Vec<String>>());
        let mut pictures = Vec::with_capacity(found.len());
        let labels = bundle.labels();
        for (place, found) in found.into_iter().enumerate() {
            let references = targets.references.texts().nth(place).context("a photo without captions")?;
            pictures.push(Pictured {
                source: targets.photos[place].source.clone(),
                evidence: found.evidence(labels).context("a photo without a caption")?,
                right: Some(is_supported_by(&texts[place], references, self.goals.supported)),
                classes: found.classes,
                detected: found.detected,
                named: found.named,
                shown: labels.map(|labels| shown(labels, references)).unwrap_or_default(),
                is_of_one_thing: false,
            });
        }
        Ok(pictures)
    }

    fn drawings(&self, bundle: &Bundle, reporter: &dyn Reporter) -> Result<Vec<Drawing>, JobError> {
        let captioner = Captioner::new(bundle, &Device::flex())?;
        let options =
            CaptionOptions { beam: bundle.config().decoding.clone(), attention: AttentionMaps::Dropped };
        if let Some(folder) = &self.keep_drawings {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let progress = reporter.progress(Kind::ALL.len() * self.drawings, "captioning drawings");
        let mut drawings = Vec::new();
        for seed in 0..self.drawings {
            for kind in Kind::ALL {
                let picture = kind.draw(seed as u64);
                if let Some(folder) = &self.keep_drawings {
                    let path = folder.join(format!("{}-{seed:03}.png", kind.name().replace(' ', "-")));
                    picture.save(&path).with_context(|| format!("cannot write {}", path.display()))?;
                }
                let features = captioner.encode(&[&picture]);
                let found = showtell::block_on(captioner.find(features, &options))?;
                let evidence = found.first().and_then(|found| found.evidence(bundle.labels()));
                drawings.push(Drawing { kind, evidence: evidence.context("a drawing without a caption")? });
                progress.advance(1);
            }
        }
        Ok(drawings)
    }
}

/// Refuses limits that do not rise from 0 to 1.
fn rise<N: Copy + Into<f64> + Display>(name: &'static str, low: N, high: N) -> Result<(), JobError> {
    if 0.0 <= low.into() && low.into() <= high.into() && high.into() <= 1.0 {
        return Ok(());
    }
    Err(JobError::setting(name, "rise from 0 to 1", format!("{low} and {high}")))
}

/// Which labels sentences of people name.
fn shown(labels: &Labels, references: &[String]) -> Vec<usize> {
    let named = references.iter().flat_map(|reference| {
        let words: Vec<&str> = reference.split_whitespace().collect();
        labels.mentions(&words)
    });
    let mut named: Vec<usize> = named.collect();
    named.sort_unstable();
    named.dedup();
    named
}
