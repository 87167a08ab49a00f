//! Scores captions in COCO's form as coco-caption does.

use std::path::PathBuf;

use super::JobError;
use super::evaluate::warn_of_java;
use crate::metric::coco::{ImageId, Pairs, read_captions};
use crate::metric::diversity::Known;
use crate::metric::summary::{JavaMetrics, Summary};
use crate::metric::tokenizer::tokenize;
use crate::metric::{References, Scores};
use crate::reporter::Reporter;

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
    /// [`JobError`].
    pub fn run(&self, reporter: &dyn Reporter) -> Result<Scored, JobError> {
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
