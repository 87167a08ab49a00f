//! Scores captions in COCO's form as coco-caption does.

use std::error::Error;
use std::path::PathBuf;

use showtell_metric::coco::{CocoError, ImageId, Pairs, read_captions};
use showtell_metric::diversity::Known;
use showtell_metric::java::JavaError;
use showtell_metric::summary::{JavaFound, JavaMetrics, Summary};
use showtell_metric::tokenizer::tokenize;
use showtell_metric::{MetricError, References, Scores};

use crate::reporter::Reporter;

/// Why captions cannot be scored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// A file cannot be read, or the files do not go together.
    #[error(transparent)]
    Coco(#[from] CocoError),
    /// They cannot be compared.
    #[error(transparent)]
    Metric(#[from] MetricError),
}

/// Scores captions in COCO's form.
#[derive(Debug, Clone)]
pub struct Score {
    /// What people wrote: COCO's captions file.
    pub references: PathBuf,
    /// What to score: a results file.
    pub hypotheses: PathBuf,
    /// Captions that a model was trained on, to count copies of them.
    pub training: Option<PathBuf>,
    /// Metrics that take Java.
    pub java: JavaMetrics,
}

/// What captions score.
#[derive(Debug)]
pub struct Scored {
    /// All figures.
    pub summary: Summary,
    /// The scores of each image.
    pub images: Vec<ImageScores>,
}

/// What the caption of one image scores.
#[derive(Debug)]
pub struct ImageScores {
    /// The image.
    pub image: ImageId,
    /// The caption.
    pub caption: String,
    /// Its scores.
    pub scores: Scores,
    /// METEOR, where asked for and possible.
    pub meteor: Option<f64>,
    /// SPICE, likewise.
    pub spice: Option<f64>,
}

impl Score {
    /// Scores the captions.
    ///
    /// # Errors
    /// When the files cannot be read or compared.
    pub fn run(&self, reporter: &dyn Reporter) -> Result<Scored, ScoreError> {
        let pairs = Pairs::read(&self.references, &self.hypotheses)?;
        if pairs.without_hypothesis > 0 {
            reporter.warn(&format!(
                "{} images of {} have no hypothesis and are left out",
                pairs.without_hypothesis,
                self.references.display(),
            ));
        }
        let references = References::new(&pairs.references)?;
        let scored = references.score(&pairs.hypotheses)?;
        let training = match &self.training {
            Some(path) => {
                let captions = read_captions(path)?.into_iter().flat_map(|(_, captions)| captions);
                Some(tokenize(&captions.collect::<Vec<String>>()).into_iter().collect())
            }
            None => None,
        };
        let known = Known { training: training.as_ref(), vocabulary: None };
        let (summary, java) = Summary::new(&references, &scored, &known, &self.java);
        warn_of_java(&java, reporter);
        let captioned = pairs.images.into_iter().zip(pairs.hypotheses).zip(&scored.photos).enumerate();
        let images = captioned.map(|(place, ((image, caption), scores))| ImageScores {
            image,
            caption,
            scores: *scores,
            meteor: java.meteor.as_ref().map(|scored| scored.photos[place]),
            spice: java.spice.as_ref().map(|scored| scored.photos[place]),
        });
        Ok(Scored { summary, images: images.collect() })
    }
}

/// Warns of metrics that were asked for and are missing; the others stand.
pub fn warn_of_java(found: &JavaFound, reporter: &dyn Reporter) {
    for error in &found.failed {
        match (error, error.source()) {
            (_, Some(cause)) => reporter.warn(&format!("{error}: {cause}")),
            (JavaError::NoFolder { .. } | JavaError::NoFile { .. }, _) => {
                reporter.warn(&format!("{error}; name the package's folder with --jars"));
            }
            _ => reporter.warn(&error.to_string()),
        }
    }
}
