//! All figures about a set of captions together.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::diversity::{Diversity, Known, diversity};
use super::java::{self, JavaError, JavaScored};
use super::{References, Scored, Scores, bias};

/// Everything about a set of captions.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// The metrics of the field.
    #[serde(flatten)]
    pub scores: Scores,
    /// METEOR, where asked for and possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meteor: Option<f64>,
    /// SPICE, where asked for and possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spice: Option<f64>,
    /// Number of images.
    pub images: usize,
    /// Seconds of captioning from cached features and of the metrics above, Java's not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// What the captions are like.
    pub diversity: Diversity,
    /// Gendered words against those of the references.
    pub gender: bias::Table,
}

/// Which metrics to run through Java.
#[derive(Debug, Clone, Default)]
pub struct JavaMetrics {
    /// METEOR.
    pub meteor: bool,
    /// SPICE.
    pub spice: bool,
    /// Folder of the package `pycocoevalcap`.
    pub folder: Option<PathBuf>,
}

/// What Java found, and what kept it from finding more.
#[derive(Debug, Default)]
pub struct JavaFound {
    /// METEOR of each photo.
    pub meteor: Option<JavaScored>,
    /// SPICE of each photo.
    pub spice: Option<JavaScored>,
    /// Why a metric is missing that was asked for.
    pub failed: Vec<JavaError>,
}

impl JavaMetrics {
    /// Runs them over tokenised captions.
    #[must_use]
    pub fn run(&self, captions: &[String], references: &[&[String]]) -> JavaFound {
        let mut found = JavaFound::default();
        let mut run = |wanted: bool, metric: &'static str, score: Metric| {
            let scored = wanted.then(|| match &self.folder {
                Some(folder) => score(folder, captions, references),
                None => Err(JavaError::NoFolder { metric }),
            });
            scored?.map_err(|error| found.failed.push(error)).ok()
        };
        let (meteor, spice) =
            (run(self.meteor, java::METEOR, java::meteor), run(self.spice, java::SPICE, java::spice));
        JavaFound { meteor, spice, ..found }
    }
}

type Metric = fn(&Path, &[String], &[&[String]]) -> Result<JavaScored, JavaError>;

impl Summary {
    /// Sums up raw captions of the photos behind `references`, which score `scored`.
    #[must_use]
    pub fn new(
        references: &References,
        captions: &[String],
        scored: &Scored,
        known: &Known<'_>,
        java: &JavaMetrics,
    ) -> (Self, JavaFound) {
        let words = references.tokenize(captions);
        let texts: Vec<&[String]> = references.texts().collect();
        let found = java.run(&words, &texts);
        let summary = Self {
            scores: scored.total,
            meteor: found.meteor.as_ref().map(|scored| scored.total),
            spice: found.spice.as_ref().map(|scored| scored.total),
            images: captions.len(),
            seconds: None,
            diversity: diversity(&words, references.texts(), known),
            gender: bias::table(&words, references.texts()),
        };
        (summary, found)
    }
}

/// Tokenised captions that a model was trained on.
#[must_use]
pub fn training_set<S: AsRef<str> + Sync>(references: &References, captions: &[S]) -> HashSet<String> {
    references.tokenize(captions).into_iter().collect()
}

/// A share as people read it.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
