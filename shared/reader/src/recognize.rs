//! What stands in a line: the recognizer, and connectionist temporal classification (Graves et al. 2006) undone.

use image::RgbImage;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};

use crate::crop::HEIGHT;
use crate::error::ReaderError;
use crate::files::{CHARACTERS, RECOGNIZER};
use crate::models::{Models, run};
use crate::pixels::Normal;

const NORMAL: Normal = Normal { mean: [0.5; 3], std: [0.5; 3] };
/// The recognizer learnt from lines of at least this width; narrower ones are filled up.
const NARROWEST: usize = 320;
/// The most pixels of a batch, filled up as they are.
const BATCH: usize = 16 * NARROWEST;
/// From here on lie scripts that are not read: Chinese, Japanese, Korean.
const FOREIGN: char = '\u{2E80}';
/// A character of a script that is not read.
pub(crate) const UNREAD: char = '\u{FFFD}';

/// A character, and how probable it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Letter {
    pub(crate) character: char,
    pub(crate) probability: f32,
}

/// Reads lines of [`HEIGHT`] pixels, several at once; the letters of each come in the order of `lines`.
pub(crate) fn recognize(models: &Models, lines: &[RgbImage]) -> Result<Vec<Vec<Letter>>, ReaderError> {
    // Lines of like width together, so that little is filled up.
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|&index| lines[index].width());
    let mut read = vec![Vec::new(); lines.len()];
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let width = |index: usize| (lines[index].width() as usize).max(NARROWEST).next_multiple_of(8);
        let fits = |count: usize| count * width(rest[count - 1]) <= BATCH;
        let count = (1..=rest.len()).take_while(|&count| count == 1 || fits(count)).last().unwrap_or(1);
        let (now, later) = rest.split_at(count);
        let mut input = NdTensor::zeros([count, 3, HEIGHT as usize, width(now[count - 1])]);
        for (row, &index) in now.iter().enumerate() {
            NORMAL.write(&lines[index], input.slice_mut(row));
        }
        let output: NdTensor<f32, 3> = run(&models.recognizer, RECOGNIZER, input)?;
        let (expected, found) = (output.size(2), models.characters.len());
        if expected != found + 1 {
            return Err(ReaderError::Characters {
                file: CHARACTERS,
                expected: expected.max(2) - 2,
                found: found - 1,
            });
        }
        for (row, &index) in now.iter().enumerate() {
            read[index] = letters(&models.characters, output.slice(row));
        }
        rest = later;
    }
    Ok(read)
}

/// The likeliest class of each step; repeated ones are one letter, and the blank is none.
///
/// # Shapes
/// `steps` `[steps, classes]`, probabilities.
fn letters(characters: &[char], steps: NdTensorView<f32, 2>) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    let mut before = 0;
    for step in 0..steps.size(0) {
        let row = steps.slice(step);
        let likeliest = row.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((class, probability)) = likeliest else { continue };
        if class != 0 {
            let character = plain(characters[class - 1]);
            match letters.last_mut() {
                // The surest step of a letter speaks for it.
                Some(last) if class == before => last.probability = last.probability.max(probability),
                _ => letters.push(Letter { character, probability }),
            }
        }
        before = class;
    }
    letters
}

/// Signs in the width of Chinese characters become the usual ones.
fn plain(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(UNREAD),
        '\u{3000}' => ' ',
        FOREIGN.. => UNREAD,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_classes_are_one_letter_unless_a_blank_stands_between() {
        let steps: [[f32; 4]; 6] = [
            [0.1, 0.9, 0.0, 0.0],
            [0.2, 0.8, 0.0, 0.0],
            [0.9, 0.1, 0.0, 0.0],
            [0.0, 0.7, 0.3, 0.0],
            [0.0, 0.1, 0.9, 0.0],
            [0.0, 0.0, 0.4, 0.6],
        ];
        let data: Vec<f32> = steps.concat();
        let found = letters(&['a', '：', '中'], NdTensorView::from_data([6, 4], data.as_slice()));
        let text: String = found.iter().map(|letter| letter.character).collect();
        assert_eq!(text, format!("aa:{UNREAD}"));
        assert_eq!(found[0].probability, 0.9);
        assert_eq!(found[1].probability, 0.7);
    }
}
