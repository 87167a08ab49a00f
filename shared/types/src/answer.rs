//! How much is told about a picture: a sentence, a word, the picture's kind or nothing.
//!
//! A captioner that writes a sentence whatever it sees is wrong as soon as it sees something strange, and one
//! that is silent then has helped nobody. Between the two lie answers that say less and are true more often:
//! the thing in the picture, or only what sort of thing, "hedging one's bets" (Deng et al. 2012). All of them
//! are worded here, in English; other languages put their own words around [`Caption::text`](crate::caption::Caption::text).

use serde::{Deserialize, Serialize};

use crate::trust::Trust;

/// What goes before a sentence that may be so.
pub const PERHAPS: &str = "Perhaps";
/// What goes before a thing that the picture may show.
pub const MAY_SHOW: &str = "May show";
/// Below this probability, a sentence that is told as it is is only fairly sure.
pub const FAIR: f32 = 0.3;
/// What is told when nothing can be.
pub const NOTHING: &str = "I cannot describe this picture well.";

/// How much an answer says, from the most to nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Rung {
    /// A sentence, as it is.
    #[default]
    Sentence,
    /// A sentence that may be so, or a thing that is likelier than it: "Perhaps a monkey."
    Perhaps,
    /// The thing that the picture may show, or two or three of which it may show one.
    Thing,
    /// What sort of thing it may show.
    Broader,
    /// What kind of picture it is, where it is no photo.
    Kind,
    /// That it cannot be described.
    Nothing,
}

impl Rung {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Sentence, Self::Perhaps, Self::Thing, Self::Broader, Self::Kind, Self::Nothing];

    /// Its name, as it is written in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentence => "sentence",
            Self::Perhaps => "perhaps",
            Self::Thing => "thing",
            Self::Broader => "broader",
            Self::Kind => "kind",
            Self::Nothing => "nothing",
        }
    }

    /// How a text on this rung should be told by whoever knows no rungs.
    #[must_use]
    pub fn trust(self) -> Trust {
        match self {
            Self::Sentence => Trust::Plain,
            Self::Perhaps | Self::Thing | Self::Broader | Self::Kind => Trust::Doubtful,
            Self::Nothing => Trust::Unable,
        }
    }
}

impl From<Trust> for Rung {
    /// The rung of a sentence of which only this is known.
    fn from(trust: Trust) -> Self {
        match trust {
            Trust::Plain => Self::Sentence,
            Trust::Doubtful => Self::Perhaps,
            Trust::Unable => Self::Nothing,
        }
    }
}

/// What to tell about a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Answer {
    /// How much it says.
    pub rung: Rung,
    /// In words, with as much doubt as it deserves: "May show a scorpion."
    pub text: String,
    /// The probability that it is right, where the captioner is calibrated; of nothing, that the sentence kept
    /// back would have been.
    pub confidence: f32,
}

impl Answer {
    /// Words what is to be told on a rung, of which `plain` is the text without doubt: a sentence ("A dog
    /// runs."), or a noun with its article ("A scorpion.").
    #[must_use]
    pub fn new(rung: Rung, plain: &str, confidence: f32) -> Self {
        let text = match rung {
            Rung::Sentence | Rung::Kind => plain.to_owned(),
            Rung::Perhaps => format!("{PERHAPS} {}", lowered(plain)),
            Rung::Thing | Rung::Broader => format!("{MAY_SHOW} {}", lowered(plain)),
            Rung::Nothing => NOTHING.to_owned(),
        };
        Self { rung, text, confidence }
    }
}

/// A noun with its article as a text of its own: "a scorpion" to "A scorpion."
#[must_use]
pub fn titled(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}

fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

/// A word for something in the picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Label {
    /// The word: "goldfish".
    pub word: String,
    /// With its article: "a goldfish".
    pub phrase: String,
    /// The probability that the picture shows it, where that was calibrated; else the share that the
    /// classifier gives it.
    pub probability: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rung_has_its_words() {
        let worded = |rung, plain| Answer::new(rung, plain, 0.5).text;
        assert_eq!(worded(Rung::Sentence, "A dog runs."), "A dog runs.");
        assert_eq!(worded(Rung::Perhaps, "A dog runs."), "Perhaps a dog runs.");
        assert_eq!(worded(Rung::Thing, "A scorpion."), "May show a scorpion.");
        assert_eq!(worded(Rung::Broader, "An animal."), "May show an animal.");
        assert_eq!(worded(Rung::Kind, "A bar chart."), "A bar chart.");
        assert_eq!(worded(Rung::Nothing, "A dog runs."), "I cannot describe this picture well.");
        assert_eq!(titled("a bar chart"), "A bar chart.");
        assert_eq!(titled(""), "");
    }

    #[test]
    fn whoever_knows_no_rungs_is_told_no_more_than_is_meant() {
        for trust in [Trust::Plain, Trust::Doubtful, Trust::Unable] {
            assert_eq!(Rung::from(trust).trust(), trust);
        }
        for rung in Rung::ALL {
            assert_eq!(rung.trust() == Trust::Plain, rung == Rung::Sentence);
            let json = serde_json::to_value(rung).unwrap();
            assert_eq!(json, rung.name());
            assert_eq!(serde_json::from_value::<Rung>(json).unwrap(), rung);
        }
    }
}
