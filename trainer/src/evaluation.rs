//! Captioning a split from its features, on every core, and scoring the result.

use burn::tensor::Device;
use rayon::prelude::*;
use showtell::Vocabulary;
use showtell::beam::BeamConfig;
use showtell::captioner::{AttentionMaps, CaptionError, CaptionOptions, search};
use showtell::decoder::Decoder;

use crate::dataset::features::Features;
use crate::dataset::{Dataset, Split, text};
use crate::metric::bleu::bleu;

/// Photos decoded together: large enough for the matrix products, small enough to share cores.
const BATCH: usize = 32;

/// A photo whose caption will be compared.
#[derive(Debug, Clone)]
pub struct Target {
    /// Name of the photo.
    pub image: String,
    /// What people wrote, as words.
    pub references: Vec<Vec<String>>,
}

/// Corpus scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// BLEU-1 to BLEU-4.
    pub bleu: [f64; 4],
}

/// Captions of a split and what they score.
#[derive(Debug)]
pub struct Evaluation {
    /// One sentence a photo, in the order of the targets.
    pub captions: Vec<String>,
    /// Their scores.
    pub scores: Scores,
}

/// The photos of a split with their raw references, as words.
#[must_use]
pub fn targets(dataset: &Dataset, split: Split) -> Vec<Target> {
    dataset
        .split(split)
        .map(|photo| Target {
            image: photo.image.clone(),
            references: photo.captions.iter().map(|caption| text::words(caption).collect()).collect(),
        })
        .collect()
}

/// Captions targets from their features and scores the captions.
///
/// # Errors
/// When features are missing or the search fails.
pub fn evaluate(
    decoder: &Decoder,
    vocabulary: &Vocabulary,
    features: &Features,
    targets: &[Target],
    beam: &BeamConfig,
    device: &Device,
) -> anyhow::Result<Evaluation> {
    let options = CaptionOptions { beam: beam.clone(), attention: AttentionMaps::Dropped };
    let batches: Vec<Vec<String>> = targets
        .par_chunks(BATCH)
        .map(|batch| {
            let features = features.batch(batch.iter().map(|target| target.image.as_str()), device)?;
            // On the CPU nothing ever waits: the future is ready at its first poll.
            let found = pollster::block_on(search(decoder, vocabulary, features, &options))?;
            let sentence = |found: showtell::captioner::Found| {
                let best = found.hypotheses.into_iter().next().ok_or(CaptionError::NoWords)?;
                Ok(vocabulary.decode(&best.tokens))
            };
            found.into_iter().map(sentence).collect::<anyhow::Result<_>>()
        })
        .collect::<anyhow::Result<_>>()?;
    let captions = batches.concat();
    let pairs: Vec<(Vec<String>, &[Vec<String>])> = captions
        .iter()
        .zip(targets)
        .map(|(caption, target)| (text::words(caption).collect(), target.references.as_slice()))
        .collect();
    Ok(Evaluation { scores: Scores { bleu: bleu(&pairs) }, captions })
}
