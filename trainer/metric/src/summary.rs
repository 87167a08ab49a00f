//! All figures about a set of captions together.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::diversity::{Diversity, Known, diversity};
use crate::java::{self, JavaError, JavaScored};
use crate::support::{Support, support};
use crate::{References, Scored, Scores, bias};

/// The scores of the captions from one source, where a set is made of several data sets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceScores {
    /// The source.
    pub source: String,
    /// Number of photos.
    pub images: usize,
    /// The scores.
    #[serde(flatten)]
    pub scores: Scores,
}

/// Everything about a set of captions.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
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
    /// Seconds that captioning and the metrics above took, Java's not counted, where they were measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Share of captions that equal those of another results file, where one is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unchanged: Option<f64>,
    /// What the captions are like.
    pub diversity: Diversity,
    /// Words that nobody who saw the photo used.
    #[serde(flatten)]
    pub support: Support,
    /// Gendered words against those of the references.
    pub gender: bias::Table,
    /// The scores of each source's photos by themselves, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceScores>,
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
#[non_exhaustive]
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
        let mut failed = Vec::new();
        let mut run = |wanted: bool, metric: &'static str, score: Metric| {
            let scored = wanted.then(|| match &self.folder {
                Some(folder) => score(folder, captions, references),
                None => Err(JavaError::NoFolder { metric }),
            });
            scored?.map_err(|error| failed.push(error)).ok()
        };
        let meteor = run(self.meteor, java::METEOR, java::meteor);
        let spice = run(self.spice, java::SPICE, java::spice);
        JavaFound { meteor, spice, failed }
    }
}

type Metric = fn(&Path, &[String], &[&[String]]) -> Result<JavaScored, JavaError>;

impl Summary {
    /// Sums up captions that were scored against `references`.
    #[must_use]
    pub fn new(
        references: &References,
        scored: &Scored,
        known: &Known<'_>,
        java: &JavaMetrics,
    ) -> (Self, JavaFound) {
        let texts: Vec<&[String]> = references.texts().collect();
        let found = java.run(&scored.texts, &texts);
        let summary = Self {
            scores: scored.total,
            meteor: found.meteor.as_ref().map(|scored| scored.total),
            spice: found.spice.as_ref().map(|scored| scored.total),
            images: scored.texts.len(),
            seconds: None,
            unchanged: None,
            diversity: diversity(&scored.texts, references.texts(), known),
            support: support(&scored.texts, references.texts()),
            gender: bias::table(&scored.texts, references.texts()),
            sources: Vec::new(),
        };
        (summary, found)
    }
}

/// A share as people read it.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
