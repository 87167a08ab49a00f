//! CIDEr-D (Vedantam et al. 2015), as `pycocoevalcap` 1.2 computes it: the similarity of clipped
//! tf-idf vectors over runs of one to four words, a Gaussian penalty for a difference in length,
//! the mean over lengths of run and over references, times 10.
//!
//! Document frequencies come from the references of the set itself, so a set of one photo scores 0.
//! The "length" in the penalty is the number of word pairs, not of words.

use crate::bleu::Limits;
use crate::gram::{Grams, LONGEST, find};

/// Standard deviation of the length penalty, in word pairs.
const SIGMA: f64 = 6.0;

/// How much each run of words tells: its inverse document frequency over the photos, in nats.
#[derive(Debug)]
pub struct Documents {
    weights: Vec<f64>,
    /// That of a run that no reference has, which counts as if one photo had it.
    stranger: f64,
}

/// In how many photos' references each run stands, counted one photo at a time.
#[derive(Debug, Default)]
pub struct DocumentCounts {
    counts: Vec<u32>,
    photos: usize,
}

impl DocumentCounts {
    /// Counts the runs that stand in the references of one photo.
    pub fn add(&mut self, photo: &Limits) {
        self.photos += 1;
        for (run, _) in photo.runs().flatten() {
            let run = *run as usize;
            if run >= self.counts.len() {
                self.counts.resize(run + 1, 0);
            }
            self.counts[run] += 1;
        }
    }
}

impl From<DocumentCounts> for Documents {
    fn from(found: DocumentCounts) -> Self {
        let log = |count: usize| (count.max(1) as f64).ln();
        let all = log(found.photos);
        let weights = found.counts.into_iter().map(|count| all - log(count as usize)).collect();
        Self { weights, stranger: all }
    }
}

impl Documents {
    /// Of the runs that stand in the references of each photo.
    #[must_use]
    pub fn of(photos: &[Limits]) -> Self {
        let mut counts = DocumentCounts::default();
        photos.iter().for_each(|photo| counts.add(photo));
        counts.into()
    }

    /// The tf-idf vector of a sentence.
    #[must_use]
    pub fn vector(&self, sentence: &Grams) -> Vector {
        let weights: [Vec<(u32, f64)>; LONGEST] = std::array::from_fn(|n| {
            let weight = |&(run, count): &(u32, u32)| {
                let weight = self.weights.get(run as usize).copied().unwrap_or(self.stranger);
                (run, f64::from(count) * weight)
            };
            sentence.counts[n].iter().map(weight).collect()
        });
        let norms = std::array::from_fn(|n| weights[n].iter().map(|(_, w)| w * w).sum::<f64>().sqrt());
        Vector { weights, norms, pairs: sentence.length.saturating_sub(1) }
    }
}

/// A sentence as tf-idf weights.
#[derive(Debug)]
pub struct Vector {
    /// By length of run, sorted.
    weights: [Vec<(u32, f64)>; LONGEST],
    norms: [f64; LONGEST],
    /// Number of word pairs.
    pairs: usize,
}

/// CIDEr-D of a caption against its references, from 0 to 10.
#[must_use]
pub fn cider_d(caption: &Vector, references: &[Vector]) -> f64 {
    // A sum of nothing is -0, which reads badly.
    let total = references.iter().map(|reference| similarity(caption, reference)).sum::<f64>() + 0.0;
    10.0 * total / (LONGEST * references.len().max(1)) as f64
}

/// Sum over lengths of run of the clipped cosine, penalised by the difference in length.
fn similarity(caption: &Vector, reference: &Vector) -> f64 {
    let difference = caption.pairs as f64 - reference.pairs as f64;
    let penalty = (-(difference * difference) / (2.0 * SIGMA * SIGMA)).exp();
    let cosine = |n: usize| {
        let product: f64 = caption.weights[n]
            .iter()
            .filter_map(|(run, weight)| {
                let other = find(&reference.weights[n], *run)?;
                Some(weight.min(other) * other)
            })
            .sum();
        let norm = caption.norms[n] * reference.norms[n];
        if norm == 0.0 { product } else { product / norm }
    };
    (0..LONGEST).map(cosine).sum::<f64>() * penalty
}
