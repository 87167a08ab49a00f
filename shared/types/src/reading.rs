//! The words in a picture, as they were read.

use serde::{Deserialize, Serialize};

use crate::answer::Rung;
use crate::caption::Caption;

/// Kinds of pictures that are looked at and not read, though some have a word in them.
const LOOKED_AT: [&str; 5] = ["artwork", "cartoon", "drawing", "engraving", "painting"];
/// What the classifier calls things that are there for the words on them.
const WORDED: [&str; 6] = ["book cover", "comic book", "crossword puzzle", "menu", "street sign", "website"];
/// From this probability on a picture is taken for one of them.
const SURE: f32 = 0.3;

/// Whether a picture seems to hold words worth reading: a chart, a map, a screenshot, or a thing that is there for the
/// words on it.
#[must_use]
pub fn holds_words(caption: &Caption) -> bool {
    is_of_words(caption)
        || caption.answer.rung == Rung::Kind
            && !LOOKED_AT.iter().any(|kind| caption.text.trim_end_matches('.').ends_with(kind))
}

/// Whether the classifier sees a thing that is there for the words on it.
#[must_use]
pub fn is_of_words(caption: &Caption) -> bool {
    caption.labels.iter().any(|label| label.probability >= SURE && WORDED.contains(&label.word.as_str()))
}

/// A line of text in a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Line {
    /// What it says. A word that could not be read among others that could is "…".
    pub text: String,
    /// The mean probability of its letters, 0 to 1.
    pub confidence: f32,
    /// Its corners, `[x, y]` in pixels of the picture: clockwise, from where reading begins, above the letters.
    pub corners: [[f32; 2]; 4],
    /// How it is turned from upright text, clockwise: 0, 90, 180 or 270 degrees.
    pub turned: u16,
}

/// The words in a picture, in the order in which a person would read them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reading {
    /// Everything, paragraphs and rows on lines of their own; empty where there are no words.
    pub text: String,
    /// The lines one by one.
    pub lines: Vec<Line>,
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// Whether the picture has more text than is read of one.
    pub more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Label;
    use crate::confidence::Confidence;

    #[test]
    fn graphics_and_things_with_words_on_them_hold_words() {
        let caption = |text: &str, rung| Caption::new(text.into(), rung, Confidence::Score(0.5), 0.0);
        assert!(holds_words(&caption("A bar chart.", Rung::Kind)));
        assert!(holds_words(&caption("A graphic.", Rung::Kind)));
        for (text, rung) in
            [("A painting.", Rung::Kind), ("A bar chart.", Rung::Sentence), ("", Rung::Nothing)]
        {
            assert!(!holds_words(&caption(text, rung)), "{text}");
        }
        let mut sign = caption("A street sign.", Rung::Thing);
        let mut label =
            Label { word: "street sign".into(), phrase: "a street sign".into(), probability: 0.4 };
        sign.labels = vec![label.clone()];
        assert!(holds_words(&sign));
        label.probability = 0.2;
        sign.labels = vec![label];
        assert!(!holds_words(&sign));
    }
}
