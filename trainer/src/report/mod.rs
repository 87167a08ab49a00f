//! A report for looking: one HTML page that holds everything it shows and needs no network.
//!
//! Photos of the data set are inside the page, so it may go only where they may.

mod chart;
mod page;
mod photo;
mod published;

use std::path::Path;

use anyhow::{Context, anyhow};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use showtell::beam::BeamConfig;
use showtell::captioner::{AttentionMaps, CaptionOptions};

use crate::chart::Drawn;
use crate::dataset::{Dataset, Photo, Split};
use crate::evaluation::{Evaluation, SplitCaptioner, Targets};
use crate::files::write_atomically;
use crate::fit::calibration::reliability::Reliability;
use crate::metric::summary::Summary;
use crate::metric::support::is_supported_by;
use crate::metric::{References, Scores};
use crate::reporter::Reporter;
use crate::training::log;

/// Widths of the beam search that the report compares.
pub const WIDTHS: [usize; 5] = [1, 2, 3, 5, 10];
/// Photos in each of its three galleries.
const SHOWN: usize = 12;

/// What a report is made of.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Name of the bundle, for people.
    pub name: &'a str,
    /// The data set, for its photos.
    pub dataset: &'a Dataset,
    /// Which part of it was captioned.
    pub split: Split,
    /// The photos and their references.
    pub targets: &'a Targets,
    /// The model.
    pub speaker: SplitCaptioner<'a>,
    /// The search that everything but the comparison of widths is about.
    pub beam: &'a BeamConfig,
    /// What it found.
    pub evaluation: &'a Evaluation,
    /// Figures about that.
    pub summary: &'a Summary,
    /// Folder with `steps.csv` and `epochs.csv` of the training run.
    pub run: Option<&'a Path>,
}

/// A photo with all that is shown of it.
struct Shown<'a> {
    photo: &'a Photo,
    /// `data:` address of the photo, made small, and its width and height.
    picture: (String, u32, u32),
    caption: String,
    scores: Scores,
    /// Words of the caption as the model wrote them, each with its probability and, where the model
    /// looks at regions, the `data:` address of its attention.
    words: Vec<(String, f32, Option<String>)>,
}

/// What one person's caption scores against the others', over the same photos.
struct Human {
    scores: Scores,
    references: usize,
}

impl Subject<'_> {
    /// Writes `index.html` into a folder.
    ///
    /// # Errors
    /// When a photo cannot be read, the search fails or the disk refuses.
    pub fn write(&self, folder: &Path, reporter: &dyn Reporter) -> anyhow::Result<()> {
        let widths = self.widths(reporter)?;
        let [best, worst, random] = self.galleries();
        let galleries = [
            ("The best", "Highest CIDEr-D.", self.show(&best)?),
            ("The worst", "Lowest CIDEr-D.", self.show(&worst)?),
            ("Drawn at random", "The same photos in every report on this split.", self.show(&random)?),
        ];
        let curve = self.run.map(log::curve_of).transpose()?;
        let drawn = |chart: Drawn| chart.map_err(|error| anyhow!("cannot draw a chart: {error}"));
        let references: Vec<usize> =
            self.targets.references.texts().flatten().map(|text| text.split_whitespace().count()).collect();
        let captions: Vec<usize> =
            self.evaluation.scored.texts.iter().map(|text| text.split_whitespace().count()).collect();
        let ciders: Vec<f64> = self.evaluation.scored.photos.iter().map(|scores| scores.cider).collect();
        let page = page::Page {
            subject: self,
            human: self.human()?,
            beams: drawn(chart::beams(&widths))?,
            widths,
            curve,
            lengths: drawn(chart::lengths(&captions, &references))?,
            ciders: drawn(chart::ciders(&ciders))?,
            reliability: self
                .reliability()
                .into_iter()
                .map(|(name, found)| Ok((name, drawn(chart::reliability(&found))?, found)))
                .collect::<anyhow::Result<_>>()?,
            galleries,
        };
        let path = folder.join("index.html");
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        write_atomically(&path, page.html().as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Confidence against what references support, where the bundle is calibrated; of each source where there are
    /// several.
    fn reliability(&self) -> Vec<(String, Reliability)> {
        let Some(calibration) = self.speaker.calibration else { return Vec::new() };
        let Evaluation { confidences, scored, .. } = self.evaluation;
        let share = f64::from(calibration.supported);
        let judged = scored.texts.iter().zip(self.targets.references.texts()).zip(confidences);
        let judged: Vec<(f32, bool)> = judged
            .map(|((text, references), confidence)| (*confidence, is_supported_by(text, references, share)))
            .collect();
        let mut found: Vec<(String, Reliability)> = Vec::new();
        for source in &self.targets.sources {
            let own: Vec<(f32, bool)> =
                source.places.iter().filter_map(|&place| judged.get(place)).copied().collect();
            found.push((source.name.clone(), Reliability::of(&own)));
        }
        if found.is_empty() {
            found.push(("All photos".to_owned(), Reliability::of(&judged)));
        }
        found
    }

    /// Scores by width of the search.
    fn widths(&self, reporter: &dyn Reporter) -> anyhow::Result<Vec<(usize, Scores)>> {
        let progress = reporter.progress(WIDTHS.len(), "beam widths");
        let score = |width: usize| {
            let scores = if width == self.beam.width {
                self.evaluation.scored.total
            } else {
                let beam = BeamConfig { width, sampling: None, ..self.beam.clone() };
                self.speaker.evaluate(self.targets, &beam)?.scored.total
            };
            progress.advance(1);
            Ok((width, scores))
        };
        WIDTHS.into_iter().map(score).collect()
    }

    /// Places of the best and the worst photos and of some drawn at random, which may be among them.
    fn galleries(&self) -> [Vec<usize>; 3] {
        let photos = &self.evaluation.scored.photos;
        let mut order: Vec<usize> = (0..photos.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(0));
        let random = order.iter().copied().take(SHOWN).collect();
        // Photos that score alike stay in the drawn order, so that not only the first names show.
        order.sort_by(|&a, &b| photos[b].cider.total_cmp(&photos[a].cider));
        // Of a small set, no photo is both among the best and among the worst.
        let few = SHOWN.min(photos.len().div_ceil(2));
        let best = order.iter().copied().take(few).collect();
        let worst = order.iter().rev().copied().take(few.min(photos.len() - few)).collect();
        [best, worst, random]
    }

    /// Captions photos once more, with attention, and makes their pictures, on every core.
    fn show(&self, places: &[usize]) -> anyhow::Result<Vec<Shown<'_>>> {
        places.par_iter().map(|&place| self.show_one(place)).collect()
    }

    fn show_one(&self, place: usize) -> anyhow::Result<Shown<'_>> {
        let photo = &self.targets.photos[place];
        let options = CaptionOptions { beam: self.beam.clone(), attention: AttentionMaps::Kept };
        let found = self.speaker.describe(&[place], &options)?.pop();
        let caption = found.context("the model found no words")?;
        let words = caption
            .words
            .into_iter()
            .map(|word| {
                let looked = !word.attention.is_empty();
                let veil = looked.then(|| photo::attention(&word.attention)).transpose()?;
                Ok((word.word, word.log_probability.exp(), veil))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Shown {
            photo,
            picture: photo::picture(&self.dataset.read(self.split, place)?.bytes)
                .with_context(|| photo.image.clone())?,
            caption: caption.text,
            scores: self.evaluation.scored.photos[place],
            words,
        })
    }

    /// The first reference of each photo scored against the others, where all photos have some.
    fn human(&self) -> anyhow::Result<Option<Human>> {
        let photos = &self.targets.photos;
        let Some(references) = photos.iter().map(|photo| photo.captions.len()).min().filter(|n| *n > 1)
        else {
            return Ok(None);
        };
        let others: Vec<Vec<&str>> = photos
            .iter()
            .map(|photo| photo.captions[1..references].iter().map(String::as_str).collect())
            .collect();
        let captions: Vec<&str> = photos.iter().map(|photo| photo.captions[0].as_str()).collect();
        let scores = References::new(&others)?.score(&captions)?.total;
        Ok(Some(Human { scores, references: references - 1 }))
    }
}
