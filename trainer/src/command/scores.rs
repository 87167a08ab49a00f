//! What `evaluate` and `score` print.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use crate::metric::diversity::{Diversity, Known, diversity};
use crate::metric::java::{self, JavaError, JavaScored};
use crate::metric::{References, Scored, Scores, bias};

/// `--meteor`, `--spice` and `--jars`.
#[derive(Debug, Args)]
pub struct JavaArguments {
    /// Add METEOR, which takes Java and --jars
    #[arg(long)]
    meteor: bool,
    /// Add SPICE, which takes Java and --jars
    #[arg(long)]
    spice: bool,
    /// Folder of the Python package pycocoevalcap, which holds the Java programs of both
    #[arg(long, value_name = "DIR")]
    jars: Option<PathBuf>,
}

impl JavaArguments {
    /// Says at once what could only fail later.
    ///
    /// # Errors
    /// When a Java metric is wanted and no folder named.
    pub fn check(&self) -> anyhow::Result<()> {
        if (self.meteor || self.spice) && self.jars.is_none() {
            bail!("--meteor and --spice need --jars DIR, the folder of the Python package pycocoevalcap");
        }
        Ok(())
    }
}

/// Everything about a set of captions.
#[derive(Debug, Serialize)]
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

/// What Java added to each photo.
#[derive(Debug, Default)]
pub struct JavaPhotos {
    /// METEOR of each photo.
    pub meteor: Option<Vec<f64>>,
    /// SPICE of each photo.
    pub spice: Option<Vec<f64>>,
}

/// Sums up raw captions of the photos behind `references`, which score `scored`. A Java metric that
/// fails is told on stderr, and the others are still given.
pub fn summarise(
    references: &References,
    captions: &[String],
    scored: &Scored,
    training: Option<&HashSet<String>>,
    vocabulary: Option<usize>,
    java: &JavaArguments,
) -> (Summary, JavaPhotos) {
    let words = references.tokenize(captions);
    let folder = java.jars.clone().unwrap_or_default();
    let run = |wanted: bool, metric: fn(&_, &_, &_) -> Result<JavaScored, JavaError>| {
        let texts: Vec<&[String]> = references.texts().collect();
        let found = wanted.then(|| metric(&folder, &words, &texts))?;
        match found {
            Ok(scored) => Some(scored),
            Err(error) => {
                eprintln!("warning: {:#}", anyhow::Error::new(error));
                None
            }
        }
    };
    let meteor = run(java.meteor, |folder: &PathBuf, words: &Vec<String>, texts: &Vec<&[String]>| {
        java::meteor(folder, words, texts)
    });
    let spice = run(java.spice, |folder: &PathBuf, words: &Vec<String>, texts: &Vec<&[String]>| {
        java::spice(folder, words, texts)
    });
    let summary = Summary {
        scores: scored.total,
        meteor: meteor.as_ref().map(|scored| scored.total),
        spice: spice.as_ref().map(|scored| scored.total),
        images: captions.len(),
        seconds: None,
        diversity: diversity(&words, references.texts(), &Known { training, vocabulary }),
        gender: bias::table(&words, references.texts()),
    };
    let photos =
        JavaPhotos { meteor: meteor.map(|scored| scored.photos), spice: spice.map(|scored| scored.photos) };
    (summary, photos)
}

impl Summary {
    /// Prints for people.
    pub fn print(&self) {
        let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = self.scores;
        println!("BLEU-1 {bleu1:.4}  BLEU-2 {bleu2:.4}  BLEU-3 {bleu3:.4}  BLEU-4 {bleu4:.4}");
        print!("ROUGE-L {rouge_l:.4}  CIDEr-D {cider:.4}");
        for (name, score) in [("METEOR", self.meteor), ("SPICE", self.spice)] {
            if let Some(score) = score {
                print!("  {name} {score:.4}");
            }
        }
        println!("  over {} images", self.images);

        let Diversity { words, distinct1, distinct2, mean_length, mean_reference_length, .. } =
            self.diversity;
        let vocabulary =
            self.diversity.vocabulary.map_or(String::new(), |known| format!(" of {known} known"));
        println!(
            "words: {words} different{vocabulary}; distinct-1 {distinct1:.3}, distinct-2 {distinct2:.3}"
        );
        println!("length: {mean_length:.1} words a caption, {mean_reference_length:.1} a reference");
        let copies = self
            .diversity
            .copies
            .map_or(String::new(), |share| format!(", {} copies of a training caption", percent(share)));
        println!(
            "captions: {} different, {} repeat a word pair{copies}; <unk> {} of words; {} empty",
            self.diversity.captions,
            percent(self.diversity.repeated_bigrams),
            percent(self.diversity.unknown),
            self.diversity.empty,
        );

        println!("\nwhom references name   photos | caption names men  women   both  people  nobody");
        for (name, row) in self.gender.rows() {
            println!(
                "{name:<22} {:>6} | {:>17} {:>6} {:>6} {:>7} {:>7}",
                row.photos(),
                row.men,
                row.women,
                row.both,
                row.people,
                row.nobody,
            );
        }
        let (photos, men, women) = self.gender.guessed();
        if photos > 0 {
            let share = |part: usize| percent(part as f64 / photos as f64);
            println!(
                "where references disagree or give no gender, captions say men in {} and women in {} of {photos}",
                share(men),
                share(women),
            );
        }
    }
}

/// A share as people read it.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
