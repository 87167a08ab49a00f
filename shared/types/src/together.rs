//! A caption and the words in the picture, in one sentence or two: "A stop sign: STOP."
//!
//! A photo with a logo in a corner stays a photo. Words are told where they are few, sure and large, for then they are
//! what the picture is about; of a graphic its title, or all that it says where that is little.

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Rung};
use crate::reading::{Line, Reading};

/// More words than this are pointed to instead of told.
const FEW: usize = 12;
/// More letters than this are, too.
const SHORT: usize = 90;
/// Lines less sure than this are no part of a sentence.
const SURE: f32 = 0.85;
/// Letters of a photo's words are at least this share of its shorter side.
const LARGE: f32 = 0.06;
/// Words at least so many make a graphic one with much text.
const MUCH: usize = 25;
/// A title is so much higher than the middle one of the lines.
const TITLE: f32 = 1.2;

/// The answer with the words of the picture, where they belong to it; `None` where it stays as it is.
///
/// `plain` is the answer's text without doubt. A rung that tells nothing gets the words alone where they are large, as
/// something that the picture may show.
#[must_use]
pub fn together(answer: &Answer, plain: &str, reading: &Reading) -> Option<Together> {
    let photo = answer.rung != Rung::Kind;
    let sure: Vec<&Line> = reading.lines.iter().filter(|line| line.confidence >= SURE).collect();
    let chosen: Vec<&Line> = if photo {
        sure.into_iter().filter(|line| height(line) >= LARGE * side(reading)).collect()
    } else {
        sure
    };
    let all = words(&chosen);
    if all.is_empty() {
        return None;
    }
    let said = if fits(&all) {
        all
    } else if photo {
        return None;
    } else if let Some(title) = title(&chosen, reading) {
        title
    } else if words_in(&reading.text) >= MUCH {
        let much = |text: &str| format!("{} with much text.", text.trim_end_matches('.'));
        return Some(Together { plain: much(plain), hedged: much(&answer.text), rung: answer.rung });
    } else {
        return None;
    };
    let end = if said.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    let joined = |text: &str| match answer.rung {
        Rung::Nothing => format!("Text: {said}{end}"),
        // A sentence has ended; a noun goes on.
        Rung::Sentence | Rung::Perhaps if text.trim_end_matches('.').contains(' ') && !noun(text) => {
            format!("{text} Text: {said}{end}")
        }
        _ => format!("{}: {said}{end}", text.trim_end_matches('.')),
    };
    let rung = if answer.rung == Rung::Nothing { Rung::Thing } else { answer.rung };
    Some(Together { plain: joined(plain), hedged: joined(&answer.text), rung })
}

/// An answer that has words of the picture in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Together {
    /// Without doubt.
    pub plain: String,
    /// With as much doubt as the answer has.
    pub hedged: String,
    /// How much it says.
    pub rung: Rung,
}

/// Whether a text is a noun of at most three words with its article, and no sentence.
fn noun(text: &str) -> bool {
    let words: Vec<&str> = text.trim_end_matches('.').split(' ').collect();
    (2..=4).contains(&words.len())
        && matches!(words[0], "A" | "An")
        && words.iter().skip(1).all(|word| {
            // "A dog runs" is a sentence: its last word says what happens.
            !(word.ends_with("ing")
                || (word.ends_with('s') && words.len() > 2)
                || matches!(*word, "is" | "are" | "in" | "on"))
        })
}

fn height(line: &Line) -> f32 {
    let [a, _, _, d] = line.corners;
    (a[0] - d[0]).hypot(a[1] - d[1])
}

fn side(reading: &Reading) -> f32 {
    reading.width.min(reading.height) as f32
}

/// The words of lines, one after the other.
fn words(lines: &[&Line]) -> String {
    lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn words_in(text: &str) -> usize {
    text.split_whitespace().count()
}

fn fits(text: &str) -> bool {
    words_in(text) <= FEW && text.chars().count() <= SHORT
}

/// What is written large above the rest, in the upper third: a line, or lines of like height.
fn title(lines: &[&Line], reading: &Reading) -> Option<String> {
    let mut heights: Vec<f32> = lines.iter().map(|line| height(line)).collect();
    heights.sort_by(f32::total_cmp);
    let middle = heights.get(heights.len() / 2)?;
    let upper = |line: &&&Line| line.turned == 0 && line.corners[0][1] < reading.height as f32 / 3.0;
    let letters = |line: &Line| line.text.chars().any(char::is_alphabetic);
    let highest = lines.iter().filter(upper).filter(|line| letters(line)).map(|line| height(line));
    let highest = highest.fold(0.0, f32::max);
    if highest < TITLE * middle {
        return None;
    }
    let large: Vec<&Line> =
        lines.iter().filter(upper).filter(|line| height(line) > 0.9 * highest).copied().collect();
    Some(words(&large)).filter(|title| fits(title))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of a height, one below the other, of a picture of 400 x 300 pixels.
    fn reading(lines: &[(&str, f32)]) -> Reading {
        let mut top = 10.0;
        let lines: Vec<Line> = lines
            .iter()
            .map(|&(text, height)| {
                let corners = [[10.0, top], [200.0, top], [200.0, top + height], [10.0, top + height]];
                top += height + 4.0;
                Line { text: text.into(), confidence: 0.98, corners, turned: 0 }
            })
            .collect();
        let text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        Reading { text, lines, width: 400, height: 300, more: false }
    }

    fn joined(rung: Rung, plain: &str, reading: &Reading) -> Option<String> {
        together(&Answer::new(rung, plain, 0.5), plain, reading).map(|both| both.hedged)
    }

    #[test]
    fn words_that_are_few_sure_and_large_are_told() {
        let stop = reading(&[("STOP", 60.0)]);
        assert_eq!(joined(Rung::Thing, "A stop sign.", &stop).unwrap(), "May show a stop sign: STOP.");
        assert_eq!(joined(Rung::Sentence, "A stop sign.", &stop).unwrap(), "A stop sign: STOP.");
        assert_eq!(
            joined(Rung::Perhaps, "A sign stands by a road.", &stop).unwrap(),
            "Perhaps a sign stands by a road. Text: STOP."
        );
        assert_eq!(joined(Rung::Nothing, "A dog runs.", &stop).unwrap(), "Text: STOP.");
        let save = reading(&[("Save as …", 14.0)]);
        assert_eq!(joined(Rung::Kind, "A screenshot.", &save).unwrap(), "A screenshot: Save as …");
    }

    #[test]
    fn a_photo_with_a_small_logo_or_unsure_words_stays_a_photo() {
        assert_eq!(joined(Rung::Sentence, "A dog runs.", &reading(&[("NIKE", 12.0)])), None);
        let mut unsure = reading(&[("STOP", 60.0)]);
        unsure.lines[0].confidence = 0.7;
        assert_eq!(joined(Rung::Thing, "A stop sign.", &unsure), None);
        assert_eq!(joined(Rung::Sentence, "A dog runs.", &Reading::default()), None);
        let page = "a page of a book that somebody holds up to the camera so that it fills the picture";
        assert_eq!(joined(Rung::Sentence, "A book.", &reading(&[(page, 40.0)])), None);
    }

    #[test]
    fn of_a_graphic_with_many_words_its_title_is_told() {
        let mut lines = vec![("Trust in mass media, 2000 to 2020", 24.0)];
        lines.extend(
            ["2000", "2005", "2010", "2015", "2020", "Per cent", "Year", "Gallup, yearly poll of adults"]
                .map(|t| (t, 12.0)),
        );
        assert_eq!(
            joined(Rung::Kind, "A bar chart.", &reading(&lines)).unwrap(),
            "A bar chart: Trust in mass media, 2000 to 2020."
        );
    }

    #[test]
    fn long_texts_are_pointed_to() {
        let lines = [("a line of prose like all of the others here", 12.0); 8];
        assert_eq!(
            joined(Rung::Kind, "A screenshot.", &reading(&lines)).unwrap(),
            "A screenshot with much text."
        );
    }
}
