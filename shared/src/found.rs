//! What a search found about one photo, and the caption that it becomes.

use crate::answer::{Rung, titled};
use crate::beam::Hypothesis;
use crate::caption::{Alternative, Caption, Word};
use crate::confidence::{Calibration, Evidence, PictureStats, WordStats};
use crate::decision::{Decision, decide};
use crate::error::CaptionError;
use crate::labelled::{self, Detected, Spoken};
use crate::labels::Labels;
use crate::naming::either;
use crate::seen::Seen;
use crate::vocabulary::sentence;
use showtell_types::Confidence;

/// What a search over one photo found.
#[derive(Debug)]
pub struct SearchResult {
    /// Sentences, best first; never empty unless the model is broken.
    pub hypotheses: Vec<Hypothesis>,
    /// Their words as they are told.
    pub sentences: Vec<Vec<Spoken>>,
    /// Attention of each token of the best sentence, `[tokens][regions]`; empty where dropped, and
    /// each token's empty where the decoder has none.
    pub attention: Vec<Vec<f32>>,
    /// Statistics of the picture's features, for [`Evidence`].
    pub picture: PictureStats,
    /// How far the picture lies from the training photos, for [`Evidence`]; 0 where that is not known.
    pub distance: f32,
    /// What a detector of words tells of the best sentence, for [`Evidence`]; zeros without one.
    pub expected: WordStats,
    /// Probability of each class that a classifier knows; empty without one.
    pub classes: Vec<f32>,
    /// What a detector of words tells of each label; empty without one.
    pub detected: Vec<Option<Detected>>,
    /// Which words of the classes the best sentence names.
    pub named: Vec<usize>,
    /// Where the picture shows what might be told in the sentence's place: nodes of the labels with a weight for each
    /// region; empty where attention is dropped.
    pub places: Vec<(usize, Vec<f32>)>,
    /// What kind of graphics the picture is, and how probably; nothing of photos, or where that is not known.
    pub kind: Option<(String, f32)>,
}

impl SearchResult {
    /// What tells how far the best sentence can be trusted; nothing without a sentence.
    #[must_use]
    pub fn evidence(&self, labels: Option<&Labels>) -> Option<Evidence> {
        let named = labels.map(|labels| labelled::evidence(labels, &self.classes, &self.named));
        let named = named.unwrap_or_default();
        Evidence::new(self.picture, self.distance, self.expected, named, &self.hypotheses)
    }

    /// The best sentence, whether or not it is to be told; empty without one.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.sentences.first().map(|words| written(words)).unwrap_or_default()
    }

    /// What is told of the photo, and the other sentences as alternatives.
    ///
    /// # Errors
    /// [`CaptionError::NoWords`].
    pub fn caption(
        self,
        labels: Option<&Labels>,
        calibration: Option<&Calibration>,
    ) -> Result<Caption, CaptionError> {
        let evidence = self.evidence(labels).ok_or(CaptionError::NoWords)?;
        let Self {
            hypotheses, sentences, attention, distance, classes, detected, named, places, kind, ..
        } = self;
        let seen = labels.map(|labels| Seen {
            labels,
            classes: &classes,
            detected: &detected,
            named: &named,
            distance,
        });
        let listed = seen.map(|seen| seen.listed(calibration.and_then(|own| own.labels.as_ref())));
        let mut found = hypotheses.into_iter().zip(&sentences);
        let (best, spoken) = found.next().ok_or(CaptionError::NoWords)?;
        let kind = kind.as_ref().map(|(kind, share)| (kind.as_str(), *share));
        let Decision { rung, phrases, nodes, confidence } = match (calibration, kind) {
            (Some(calibration), _) => decide(calibration, &evidence, seen, kind),
            // Kinds have limits of their own.
            (None, Some((kind, share))) => Decision::kind(kind, share),
            (None, None) => {
                let mean = best.log_probabilities.iter().sum::<f32>() / best.tokens.len() as f32;
                // Nobody has measured how often such a sentence is right.
                Decision::sentence(Rung::Perhaps, mean.exp())
            }
        };

        let mut answered = words(&best, spoken);
        for (word, spoken) in answered.iter_mut().zip(spoken) {
            word.attention = attention.get(spoken.token).cloned().unwrap_or_default();
        }
        let mut text = written(spoken);
        let mut alternatives: Vec<Alternative> = Vec::new();
        if !phrases.is_empty() {
            let place =
                |node: &usize| places.iter().find(|(own, _)| own == node).map(|(_, place)| place.clone());
            let places: Vec<Vec<f32>> = nodes.iter().map(|node| place(node).unwrap_or_default()).collect();
            let own = nouns(&phrases, confidence, &places);
            let words = std::mem::replace(&mut answered, own);
            let words = words.into_iter().map(|word| Word { attention: Vec::new(), ..word }).collect();
            let text = std::mem::replace(&mut text, titled(&either(&phrases)));
            alternatives.push(Alternative { text, score: best.score, words });
        }
        for (other, spoken) in found {
            let other =
                Alternative { text: written(spoken), score: other.score, words: words(&other, spoken) };
            // Sentences that differ by a word that another took the place of are the same.
            if other.text != text && alternatives.iter().all(|known| known.text != other.text) {
                alternatives.push(other);
            }
        }
        let confidence = match calibration {
            Some(_) => Confidence::Calibrated(confidence),
            None => Confidence::Score(confidence),
        };
        let mut caption = Caption::new(text, rung, confidence, best.score);
        caption.labels = listed.unwrap_or_default();
        caption.words = answered;
        caption.alternatives = alternatives;
        Ok(caption)
    }
}

fn written(words: &[Spoken]) -> String {
    sentence(words.iter().map(|spoken| spoken.word.as_str()))
}

/// A sentence's words, without attention.
fn words(hypothesis: &Hypothesis, spoken: &[Spoken]) -> Vec<Word> {
    let log_probability = |token: usize| hypothesis.log_probabilities.get(token).copied().unwrap_or_default();
    spoken
        .iter()
        .map(|Spoken { word, token }| Word {
            word: word.clone(),
            log_probability: log_probability(*token),
            attention: Vec::new(),
        })
        .collect()
}

/// The words of nouns that are told in a sentence's place, and where the classifier sees what each of them says, where
/// it knows that.
fn nouns(phrases: &[String], confidence: f32, places: &[Vec<f32>]) -> Vec<Word> {
    let word = |word: &str, place: &[f32]| Word {
        word: word.to_owned(),
        log_probability: confidence.ln(),
        attention: place.to_vec(),
    };
    let mut words = Vec::new();
    for (at, phrase) in phrases.iter().enumerate() {
        if at > 0 && at + 1 == phrases.len() {
            words.push(word("or", &[]));
        }
        let place = places.get(at).map_or(&[][..], Vec::as_slice);
        match phrase.split_once(' ') {
            Some((article @ ("a" | "an"), noun)) => words.extend([word(article, place), word(noun, place)]),
            _ => words.push(word(phrase, place)),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_noun_has_a_place_of_its_own() {
        let places = [vec![0.25, 0.75], vec![1.0, 0.0], Vec::new()];
        let phrases = ["a goat", "deer", "an ice cream"].map(str::to_owned);
        let named = nouns(&phrases, 0.5, &places);
        let named: Vec<(&str, &[f32])> = named.iter().map(|word| (&*word.word, &*word.attention)).collect();
        let (goat, deer, none): (&[f32], &[f32], &[f32]) = (&[0.25, 0.75], &[1.0, 0.0], &[]);
        let expected =
            [("a", goat), ("goat", goat), ("deer", deer), ("or", none), ("an", none), ("ice cream", none)];
        assert_eq!(named, expected);
        assert_eq!(nouns(&["a bar chart".to_owned()], 0.9, &[]).len(), 2);
    }
}
