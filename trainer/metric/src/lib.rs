//! Scores of image captions against what people wrote: BLEU, ROUGE-L and CIDEr-D, equal to coco-caption (Chen
//! et al. 2015) as the Python package `pycocoevalcap` 1.2 publishes it, its Java tokeniser included; and what
//! those scores do not show.
//!
//! # A first score
//!
//! ```
//! use showtell_metric::References;
//!
//! // What people wrote about each image, as they wrote it.
//! let references = References::new(&[
//!     vec!["A brown dog runs on the grass.", "The dog's running across a lawn!"],
//!     vec!["Two boys play in the snow.", "Children build a snowman"],
//! ])?;
//! // One caption for each image.
//! let scored = references.score(&["a dog runs on the grass", "two boys in a park"])?;
//!
//! println!("CIDEr-D {:.3}, BLEU-4 {:.3}", scored.total.cider, scored.total.bleu4);
//! assert!(scored.photos[0].cider > scored.photos[1].cider);
//! assert_eq!(scored.texts[0], "a dog runs on the grass");
//! # Ok::<(), showtell_metric::MetricError>(())
//! ```
//!
//! [`References`] are counted once, and any number of caption sets are compared with them, on every core.
//! Captions go in as they were written: tokenising is part of the metrics.
//!
//! # What there is
//!
//! | module | |
//! |---|---|
//! | [`coco`] | reads COCO's files of captions and results |
//! | [`summary`] | everything below in one struct, which serialises |
//! | [`diversity`] | how many words and sentences differ, how many are copies of training captions |
//! | [`support`] | the share of content words that no reference supports |
//! | [`bias`] | whether captions say "man" or "woman" where people do not |
//! | [`java`] | METEOR and SPICE, through the package's own Java programs |
//! | [`tokenizer`] | the Penn Treebank's conventions, as Stanford CoreNLP 3.4.1 widens them |
//! | [`gram`], [`bleu`], [`rouge`], [`cider`] | the metrics by themselves, on words that are numbers: for a reward in training |
//!
//! ```text
//! raw captions -> tokenizer -> words -> gram (numbers for words) -> bleu, rouge, cider
//! ```
//!
//! # How equal
//!
//! Every score of a set and of an image lies within 1e-9 of the package's, faults included: brackets survive as
//! `-lrb-`, and CIDEr's length is counted in word pairs. Published numbers have them too. Departures are in
//! [`tokenizer`]'s docs alone.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod bias;
pub mod bleu;
pub mod cider;
pub mod coco;
pub mod diversity;
pub mod gram;
pub mod java;
pub mod rouge;
pub mod summary;
pub mod support;
pub mod tokenizer;

use rayon::prelude::*;
use serde::Serialize;

use bleu::{Counts, Limits};
use cider::{Documents, Vector};
use gram::{Grams, Numbers, Runs, Sentence, Words};
use tokenizer::tokenize;

/// Scores of a set or of one photo. Whoever lists them names them all: a score more is a change for every reader.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scores {
    /// BLEU of single words.
    pub bleu1: f64,
    /// BLEU up to pairs.
    pub bleu2: f64,
    /// BLEU up to triples.
    pub bleu3: f64,
    /// BLEU up to quadruples: the usual one.
    pub bleu4: f64,
    /// ROUGE-L.
    pub rouge_l: f64,
    /// CIDEr-D, from 0 to 10.
    pub cider: f64,
}

impl Scores {
    fn new([bleu1, bleu2, bleu3, bleu4]: [f64; 4], rouge_l: f64, cider: f64) -> Self {
        Self { bleu1, bleu2, bleu3, bleu4, rouge_l, cider }
    }

    /// The mean of several sets' scores, each set counting the same; nothing of none.
    #[must_use]
    pub fn mean(sets: &[Self]) -> Option<Self> {
        let of = |score: fn(&Self) -> f64| sets.iter().map(score).sum::<f64>() / sets.len() as f64;
        (!sets.is_empty()).then(|| Self {
            bleu1: of(|set| set.bleu1),
            bleu2: of(|set| set.bleu2),
            bleu3: of(|set| set.bleu3),
            bleu4: of(|set| set.bleu4),
            rouge_l: of(|set| set.rouge_l),
            cider: of(|set| set.cider),
        })
    }
}

/// Scores of a set, and of each photo in it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Scored {
    /// Of the set. BLEU counts over the whole set, the others are means over photos.
    pub total: Scores,
    /// Of each photo, in the order of the references.
    pub photos: Vec<Scores>,
    /// The captions as they were compared: tokenised, words joined by spaces.
    pub texts: Vec<String>,
}

/// Why captions cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// A photo that nobody captioned.
    #[error("photo {photo} of the set has no reference caption")]
    NoReference {
        /// Its place in the set, from 0.
        photo: usize,
    },
    /// There is not one caption for each photo.
    #[error("expected {expected} captions, one for each photo, found {found}")]
    Captions {
        /// Photos.
        expected: usize,
        /// Captions.
        found: usize,
    },
}

/// What people wrote about the photos of a set, counted once and compared with often.
#[derive(Debug)]
pub struct References {
    words: Words,
    runs: Runs,
    documents: Documents,
    photos: Vec<Photo>,
}

#[derive(Debug)]
struct Photo {
    /// Tokenised, words joined by spaces.
    texts: Vec<String>,
    numbers: Vec<Numbers>,
    limits: Limits,
    vectors: Vec<Vector>,
}

impl References {
    /// Tokenises and counts the raw references of each photo, on every core.
    ///
    /// # Errors
    /// [`MetricError::NoReference`].
    pub fn new<S: AsRef<str> + Sync>(raw: &[Vec<S>]) -> Result<Self, MetricError> {
        if let Some(photo) = raw.iter().position(Vec::is_empty) {
            return Err(MetricError::NoReference { photo });
        }
        let texts: Vec<Vec<String>> = raw.par_iter().map(|photo| tokenize(photo)).collect();
        let mut words = Words::default();
        let numbers: Vec<Vec<Numbers>> =
            texts.iter().map(|photo| photo.iter().map(|text| words.learn(text)).collect()).collect();
        // Of four runs that begin with a word, about two are new.
        let total: usize = numbers.iter().flatten().map(|numbers| numbers.words.len()).sum();
        let mut runs = Runs::with_capacity(2 * total);
        let sentences: Vec<Vec<Sentence>> = numbers
            .iter()
            .map(|photo| photo.iter().map(|numbers| runs.learn(&numbers.words)).collect())
            .collect();
        let grams: Vec<Vec<Grams>> =
            sentences.into_par_iter().map(|photo| photo.into_iter().map(Sentence::count).collect()).collect();
        let limits: Vec<Limits> = grams.par_iter().map(|grams| Limits::of(grams)).collect();
        let documents = Documents::of(&limits);
        let photos = (texts, numbers, grams, limits)
            .into_par_iter()
            .map(|(texts, numbers, grams, limits)| Photo {
                numbers,
                vectors: grams.iter().map(|grams| documents.vector(grams)).collect(),
                limits,
                texts,
            })
            .collect();
        Ok(Self { words, runs, documents, photos })
    }

    /// Number of photos.
    #[must_use]
    pub fn len(&self) -> usize {
        self.photos.len()
    }

    /// Whether there is no photo at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.photos.is_empty()
    }

    /// The tokenised references of each photo.
    pub fn texts(&self) -> impl Iterator<Item = &[String]> {
        self.photos.iter().map(|photo| photo.texts.as_slice())
    }

    /// Scores one raw caption for each photo, on every core. No photo at all scores 0.
    ///
    /// # Errors
    /// [`MetricError::Captions`].
    pub fn score<S: AsRef<str> + Sync>(&self, captions: &[S]) -> Result<Scored, MetricError> {
        if captions.len() != self.len() {
            return Err(MetricError::Captions { expected: self.len(), found: captions.len() });
        }
        let texts = tokenize(captions);
        let compared: Vec<(Counts, f64, f64)> =
            texts.par_iter().zip(&self.photos).map(|(text, photo)| self.compare(photo, text)).collect();
        let counts = compared.iter().map(|(counts, ..)| counts).sum::<Counts>();
        let mean = |of: fn(&(Counts, f64, f64)) -> f64| {
            compared.iter().map(of).sum::<f64>() / compared.len().max(1) as f64
        };
        Ok(Scored {
            total: Scores::new(counts.bleu(), mean(|(_, rouge, _)| *rouge), mean(|(.., cider)| *cider)),
            photos: compared
                .iter()
                .map(|(counts, rouge, cider)| Scores::new(counts.bleu(), *rouge, *cider))
                .collect(),
            texts,
        })
    }

    fn compare(&self, photo: &Photo, text: &str) -> (Counts, f64, f64) {
        let numbers = self.words.recognise(text);
        let grams = self.runs.recognise(&numbers.words).count();
        let counts = photo.limits.compare(&grams);
        let rouge = rouge::rouge_l(numbers.pieces(), photo.numbers.iter().map(Numbers::pieces));
        (counts, rouge, cider::cider_d(&self.documents.vector(&grams), &photo.vectors))
    }
}
