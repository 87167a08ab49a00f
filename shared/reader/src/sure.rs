//! What is sure enough to be told of a line.

use crate::recognize::{Letter, UNREAD};

/// Lines less sure than this are left out.
const LINE: f32 = 0.75;
/// Lines of so few letters, which noise reads like, have to be surer.
const SHORTEST: usize = 3;
/// How sure those have to be.
const SHORT: f32 = 0.9;
/// Words less sure than this are marked.
const WORD: f32 = 0.4;
/// What stands for a word that could not be read.
const MARK: &str = "…";

/// A line as the recognizer has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Read {
    letters: Vec<Letter>,
    /// Mean probability of its letters; 0 without letters.
    pub(crate) confidence: f32,
}

/// A line with its confidence: the mean over its letters, of which those that are not read count nothing.
pub(crate) fn read(letters: &[Letter]) -> Read {
    Read { letters: letters.to_vec(), confidence: mean(letters) }
}

fn mean(letters: &[Letter]) -> f32 {
    let (mut sum, mut count) = (0.0, 0);
    for letter in letters.iter().filter(|letter| letter.character != ' ') {
        sum += if letter.character == UNREAD { 0.0 } else { letter.probability };
        count += 1;
    }
    if count == 0 { 0.0 } else { sum / count as f32 }
}

impl Read {
    /// The text to tell, without spaces around it, or nothing.
    pub(crate) fn sure(&self) -> Option<String> {
        let said = self.letters.iter().filter(|letter| letter.character.is_alphanumeric()).count();
        let limit = if said <= SHORTEST { SHORT } else { LINE };
        if said == 0 || self.confidence < limit {
            return None;
        }
        let words: Vec<&[Letter]> = self.letters.split(|letter| letter.character == ' ').collect();
        let mut kept: Vec<String> = Vec::new();
        for word in words.into_iter().filter(|word| !word.is_empty()) {
            let unread = word.iter().any(|letter| letter.character == UNREAD);
            let word = if unread || mean(word) < WORD { MARK.to_owned() } else { spelt(word) };
            if word != MARK || kept.last().is_none_or(|last| last != MARK) {
                kept.push(word);
            }
        }
        // Marks alone tell nothing.
        kept.iter().any(|word| word != MARK).then(|| kept.join(" "))
    }
}

fn spelt(word: &[Letter]) -> String {
    word.iter().map(|letter| letter.character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str, probability: f32) -> Vec<Letter> {
        text.chars().map(|character| Letter { character, probability }).collect()
    }

    #[test]
    fn sure_lines_are_told_and_others_left_out() {
        assert_eq!(read(&letters(" Save as ", 0.9)).sure().unwrap(), "Save as");
        assert_eq!(read(&letters("Save as", 0.5)).sure(), None);
        assert_eq!(read(&letters("Il", 0.8)).sure(), None);
        assert_eq!(read(&letters("OK", 0.95)).sure().unwrap(), "OK");
        assert_eq!(read(&letters("— |", 0.95)).sure(), None);
        assert_eq!(read(&[]).sure(), None);
    }

    #[test]
    fn an_unsure_word_among_sure_ones_is_marked() {
        let mut line = letters("Save ", 0.95);
        line.extend(letters("xq", 0.2));
        line.extend(letters(" as PNG", 0.95));
        assert_eq!(read(&line).sure().unwrap(), "Save … as PNG");
    }

    #[test]
    fn a_line_in_a_script_that_is_not_read_is_left_out() {
        let line = letters(&format!("{UNREAD}{UNREAD}{UNREAD}AB"), 0.99);
        assert_eq!(read(&line).sure(), None);
        let line = letters(&format!("{UNREAD}: telephone 5550142"), 0.99);
        assert_eq!(read(&line).sure().unwrap(), "… telephone 5550142");
        assert_eq!(read(&letters(&format!("{UNREAD}020738868{UNREAD}"), 0.99)).sure(), None);
    }
}
