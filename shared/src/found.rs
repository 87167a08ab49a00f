//! What a search found about one photo, and the caption that it becomes.

use crate::beam::Hypothesis;
use crate::caption::{Alternative, Caption, Trust, Word};
use crate::captioner::CaptionError;
use crate::confidence::{Calibration, EXPECTED, Evidence, PICTURE};
use crate::vocabulary::Vocabulary;

/// What a search over one photo found.
#[derive(Debug)]
pub struct Found {
    /// Sentences, best first; never empty unless the model is broken.
    pub hypotheses: Vec<Hypothesis>,
    /// Attention of each token of the best sentence, `[tokens][regions]`; empty where dropped, and
    /// each token's empty where the decoder has none.
    pub attention: Vec<Vec<f32>>,
    /// Statistics of the picture's features, for [`Evidence`].
    pub picture: [f32; PICTURE],
    /// How far the picture lies from the training photos, for [`Evidence`]; 0 where that is not known.
    pub distance: f32,
    /// How probably the picture is a photo, then each of the model's kinds of graphics; empty without these.
    pub kinds: Vec<f32>,
    /// What a detector of words tells of the best sentence, for [`Evidence`]; zeros without one.
    pub expected: [f32; EXPECTED],
}

impl Found {
    /// What tells how far the best sentence can be trusted; nothing without a sentence.
    #[must_use]
    pub fn evidence(&self) -> Option<Evidence> {
        Evidence::new(self.picture, self.distance, self.expected, &self.hypotheses)
    }

    /// The best sentence with its words, and the others as alternatives.
    ///
    /// # Errors
    /// [`CaptionError::NoWords`].
    pub fn caption(
        self,
        vocabulary: &Vocabulary,
        calibration: Option<&Calibration>,
    ) -> Result<Caption, CaptionError> {
        let judged = calibration
            .zip(self.evidence())
            .map(|(calibration, evidence)| (calibration.confidence(&evidence), calibration.trust(&evidence)));
        let Self { hypotheses, mut attention, .. } = self;
        let mut hypotheses = hypotheses.into_iter();
        let best = hypotheses.next().ok_or(CaptionError::NoWords)?;
        let mean = || best.log_probabilities.iter().sum::<f32>() / best.tokens.len() as f32;
        let (confidence, trust) = judged.unwrap_or_else(|| (mean().exp(), Trust::Plain));
        let mut words = words(&best, vocabulary);
        for (word, map) in words.iter_mut().zip(&mut attention) {
            word.attention = std::mem::take(map);
        }
        Ok(Caption {
            text: vocabulary.decode(&best.tokens),
            confidence,
            trust,
            score: best.score,
            words,
            alternatives: hypotheses
                .map(|other| Alternative {
                    text: vocabulary.decode(&other.tokens),
                    score: other.score,
                    words: self::words(&other, vocabulary),
                })
                .collect(),
        })
    }
}

/// A sentence's words, the end token left out, without attention.
fn words(hypothesis: &Hypothesis, vocabulary: &Vocabulary) -> Vec<Word> {
    let end = vocabulary.special().end;
    let steps = hypothesis.tokens.iter().zip(&hypothesis.log_probabilities);
    steps
        .filter(|&(&token, _)| token != end)
        .map(|(&token, &log_probability)| Word {
            word: vocabulary.word(token).to_owned(),
            log_probability,
            attention: Vec::new(),
        })
        .collect()
}
