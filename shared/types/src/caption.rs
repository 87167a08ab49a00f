//! What a captioner says about a photo.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::answer::{Answer, Label, Rung};
use crate::confidence::Confidence;
pub use crate::trust::Trust;

/// A word of a caption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Word {
    /// The word.
    pub word: String,
    /// Its natural log-probability given the words before.
    pub log_probability: f32,
    /// Share of attention on each region, row by row over a square grid, summing to 1; empty
    /// where it was not asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attention: Vec<f32>,
}

/// Another sentence the search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Alternative {
    /// The sentence.
    pub text: String,
    /// Sum of its log-probabilities over `length^length_penalty`; higher is better.
    pub score: f32,
    /// Its words, without attention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Word>,
}

/// What a captioner says about a photo: a suggestion for a person to edit.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(as = "Written<'static>"))]
#[non_exhaustive]
pub struct Caption {
    /// What is told, without words of doubt: the best sentence, or where no sentence can be told, a noun ("A
    /// scorpion."). Where nothing can be told, the best sentence all the same, to be picked by hand.
    pub text: String,
    /// How sure the captioner is of the text, and whether that is a probability.
    pub confidence: Confidence,
    /// How the text should be told, for whoever knows no rungs.
    pub trust: Trust,
    /// What to tell, and how much that is.
    pub answer: Answer,
    /// Things that the picture may show, likeliest first; none without a classifier.
    pub labels: Vec<Label>,
    /// Sum of the best sentence's log-probabilities over `length^length_penalty`; higher is better.
    pub score: f32,
    /// The words of the text.
    pub words: Vec<Word>,
    /// The other sentences of the beam, best first; where the text is no sentence, the best one too.
    pub alternatives: Vec<Alternative>,
}

impl Caption {
    /// A caption with the answer of a rung, to which `text` is what is told without doubt. It has neither words nor
    /// labels nor alternatives: who has them, sets them.
    #[must_use]
    pub fn new(text: String, rung: Rung, confidence: Confidence, score: f32) -> Self {
        Self {
            answer: Answer::new(rung, &text, confidence.value()),
            text,
            confidence,
            trust: rung.trust(),
            labels: Vec::new(),
            score,
            words: Vec::new(),
            alternatives: Vec::new(),
        }
    }

    /// The answer in words, with as much doubt as it deserves; what to show to whoever only reads.
    #[must_use]
    pub fn hedged(&self) -> String {
        self.answer.text.clone()
    }
}

/// A caption as it is written.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
struct Written<'a> {
    /// What is told, without words of doubt: the best sentence, or where no sentence can be told, a noun ("A
    /// scorpion."). Where nothing can be told, the best sentence all the same, to be picked by hand.
    text: &'a str,
    /// The probability that the text is right, where `calibrated`: of a sentence, that as many of its content words
    /// fit the photo as the calibration asked for; else the geometric mean of its words' probabilities, end of
    /// sentence included, which ranks doubt but is the chance of nothing.
    confidence: f32,
    /// Whether the confidence is a probability, or only a score.
    calibrated: bool,
    /// How the text should be told, for whoever knows no rungs.
    trust: Trust,
    /// What to tell, and how much that is.
    answer: &'a Answer,
    /// Things that the picture may show, likeliest first; none without a classifier.
    labels: &'a [Label],
    /// Sum of the best sentence's log-probabilities over `length^length_penalty`; higher is better.
    score: f32,
    /// The words of the text.
    words: &'a [Word],
    /// The other sentences of the beam, best first; where the text is no sentence, the best one too.
    alternatives: &'a [Alternative],
}

impl Serialize for Caption {
    /// The confidence becomes two fields: the number, and whether it is a probability.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { text, confidence, trust, answer, labels, score, words, alternatives } = self;
        let written = Written {
            text,
            confidence: confidence.value(),
            calibrated: confidence.is_calibrated(),
            trust: *trust,
            answer,
            labels,
            score: *score,
            words,
            alternatives,
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Caption {
    /// Reads what was kept before there were answers as well: its trust says how it was told.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Kept {
            text: String,
            confidence: f32,
            #[serde(default)]
            calibrated: bool,
            trust: Trust,
            answer: Option<Answer>,
            #[serde(default)]
            labels: Vec<Label>,
            score: f32,
            words: Vec<Word>,
            alternatives: Vec<Alternative>,
        }
        let Kept { text, confidence, calibrated, trust, answer, labels, score, words, alternatives } =
            Kept::deserialize(deserializer)?;
        let answer = answer.unwrap_or_else(|| Answer::new(Rung::from(trust), &text, confidence));
        let confidence = Confidence::new(confidence, calibrated);
        Ok(Self { text, confidence, trust, answer, labels, score, words, alternatives })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_before_there_were_answers_is_told_as_it_was() {
        let hedged = |trust: &str| {
            let kept = serde_json::json!({
                "text": "A dog runs.", "confidence": 0.5, "trust": trust, "score": -1.0, "words": [],
                "alternatives": [],
            });
            serde_json::from_value::<Caption>(kept).unwrap().hedged()
        };
        assert_eq!(hedged("plain"), "A dog runs.");
        assert_eq!(hedged("doubtful"), "Perhaps a dog runs.");
        assert_eq!(hedged("unable"), "I cannot describe this picture well.");
    }

    #[test]
    fn a_caption_comes_back_as_it_was_kept() {
        let label = Label { word: "goldfish".into(), phrase: "a goldfish".into(), probability: 0.75 };
        let mut caption = Caption::new("A goldfish.".into(), Rung::Thing, Confidence::Calibrated(0.75), -1.0);
        caption.labels = vec![label];
        let json = serde_json::to_value(&caption).unwrap();
        assert_eq!((&json["answer"]["rung"], &json["trust"]), (&"thing".into(), &"doubtful".into()));
        assert_eq!((&json["confidence"], &json["calibrated"]), (&0.75.into(), &true.into()));
        assert_eq!(serde_json::from_value::<Caption>(json).unwrap(), caption);
        assert_eq!(caption.hedged(), "May show a goldfish.");
        caption.confidence = Confidence::Score(0.75);
        let json = serde_json::to_value(&caption).unwrap();
        assert_eq!((&json["confidence"], &json["calibrated"]), (&0.75.into(), &false.into()));
        assert_eq!(serde_json::from_value::<Caption>(json).unwrap().confidence, caption.confidence);
    }
}
