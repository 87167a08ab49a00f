//! What `evaluate` and `score` print.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::metric::Scores;
use crate::metric::diversity::Diversity;
use crate::metric::summary::{JavaFound, JavaMetrics, Summary};

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
    /// What was asked for, or at once what could only fail later.
    ///
    /// # Errors
    /// When a Java metric is wanted and no folder named.
    pub fn metrics(self) -> anyhow::Result<JavaMetrics> {
        let Self { meteor, spice, jars } = self;
        if (meteor || spice) && jars.is_none() {
            bail!("--meteor and --spice need --jars DIR, the folder of the Python package pycocoevalcap");
        }
        Ok(JavaMetrics { meteor, spice, folder: jars.unwrap_or_default() })
    }
}

/// Says on stderr why a metric is missing that was asked for; the others stand.
pub fn complain(found: &mut JavaFound) {
    for error in found.failed.drain(..) {
        eprintln!("warning: {:#}", anyhow::Error::new(error));
    }
}

/// Prints for people.
pub fn print(summary: &Summary) {
    let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = summary.scores;
    println!("BLEU-1 {bleu1:.4}  BLEU-2 {bleu2:.4}  BLEU-3 {bleu3:.4}  BLEU-4 {bleu4:.4}");
    print!("ROUGE-L {rouge_l:.4}  CIDEr-D {cider:.4}");
    for (name, score) in [("METEOR", summary.meteor), ("SPICE", summary.spice)] {
        if let Some(score) = score {
            print!("  {name} {score:.4}");
        }
    }
    println!("  over {} images", summary.images);

    let Diversity { words, distinct1, distinct2, mean_length, mean_reference_length, .. } = summary.diversity;
    let vocabulary = summary.diversity.vocabulary.map_or(String::new(), |known| format!(" of {known} known"));
    println!("words: {words} different{vocabulary}; distinct-1 {distinct1:.3}, distinct-2 {distinct2:.3}");
    println!("length: {mean_length:.1} words a caption, {mean_reference_length:.1} a reference");
    let copies = summary
        .diversity
        .copies
        .map_or(String::new(), |share| format!(", {} copies of a training caption", percent(share)));
    println!(
        "captions: {} different, {} repeat a word pair{copies}; <unk> {} of words; {} empty",
        summary.diversity.captions,
        percent(summary.diversity.repeated_bigrams),
        percent(summary.diversity.unknown),
        summary.diversity.empty,
    );

    println!("\nwhom references name   photos | caption names men  women   both  people  nobody");
    for (name, row) in summary.gender.rows() {
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
    let (photos, men, women) = summary.gender.guessed();
    if photos > 0 {
        let share = |part: usize| percent(part as f64 / photos as f64);
        println!(
            "where references disagree or give no gender, captions say men in {} and women in {} of {photos}",
            share(men),
            share(women),
        );
    }
}

/// A share as people read it.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
