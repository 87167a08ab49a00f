//! What a captioner says about a photo.

use serde::{Deserialize, Deserializer, Serialize};

use crate::answer::{Answer, Label, Rung};

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
    /// Sum of its log-probabilities over `length^length_exponent`; higher is better.
    pub score: f32,
    /// Its words, without attention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Word>,
}

/// How a sentence should be told, going by its confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// As it is.
    #[default]
    Plain,
    /// As something that may be so.
    Doubtful,
    /// Not at all: the captioner cannot describe the picture.
    Unable,
}

/// What a captioner says about a photo: a suggestion for a person to edit.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Caption {
    /// What is told, without words of doubt: the best sentence, or where no sentence can be told, a noun ("A
    /// scorpion."). Where nothing can be told, the best sentence all the same, to be picked by hand.
    pub text: String,
    /// The probability that the text is right, where `calibrated`: of a sentence, that as many of its content words
    /// fit the photo as the calibration asked for; else the geometric mean of its words' probabilities, end of
    /// sentence included, which ranks doubt but is the chance of nothing.
    pub confidence: f32,
    /// Whether the confidence is a probability, or only a score.
    pub calibrated: bool,
    /// How the text should be told, for whoever knows no rungs.
    pub trust: Trust,
    /// What to tell, and how much that is.
    pub answer: Answer,
    /// Things that the picture may show, likeliest first; none without a classifier.
    pub labels: Vec<Label>,
    /// Sum of the best sentence's log-probabilities over `length^length_exponent`; higher is better.
    pub score: f32,
    /// The words of the text.
    pub words: Vec<Word>,
    /// The other sentences of the beam, best first; where the text is no sentence, the best one too.
    pub alternatives: Vec<Alternative>,
}

impl Caption {
    /// The answer in words, with as much doubt as it deserves; what to show to whoever only reads.
    #[must_use]
    pub fn told(&self) -> String {
        self.answer.text.clone()
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
        Ok(Self { text, confidence, calibrated, trust, answer, labels, score, words, alternatives })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_before_there_were_answers_is_told_as_it_was() {
        let told = |trust: &str| {
            let kept = serde_json::json!({
                "text": "A dog runs.", "confidence": 0.5, "trust": trust, "score": -1.0, "words": [],
                "alternatives": [],
            });
            serde_json::from_value::<Caption>(kept).unwrap().told()
        };
        assert_eq!(told("plain"), "A dog runs.");
        assert_eq!(told("doubtful"), "Perhaps a dog runs.");
        assert_eq!(told("unable"), "I cannot describe this picture well.");
    }

    #[test]
    fn a_caption_comes_back_as_it_was_kept() {
        let label = Label { word: "goldfish".into(), phrase: "a goldfish".into(), probability: 0.75 };
        let caption = Caption {
            text: "A goldfish.".into(),
            confidence: 0.75,
            calibrated: true,
            trust: Trust::Doubtful,
            answer: Answer::new(Rung::Thing, "A goldfish.", 0.75),
            labels: vec![label],
            score: -1.0,
            words: vec![],
            alternatives: vec![],
        };
        let json = serde_json::to_value(&caption).unwrap();
        assert_eq!(json["answer"]["rung"], "thing");
        assert_eq!(serde_json::from_value::<Caption>(json).unwrap(), caption);
        assert_eq!(caption.told(), "May show a goldfish.");
    }
}
