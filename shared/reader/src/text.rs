//! Lines, joined to what a screen reader can read.

use crate::place::Box;

/// A line, and where it stands.
pub(crate) struct Part<'a> {
    pub(crate) text: &'a str,
    pub(crate) place: Box,
}

/// What stands side by side.
pub(crate) fn row(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text).collect::<Vec<_>>().join(" ")
}

/// Lines of a paragraph, of which one that ends early ends it; a word that a hyphen parted is whole again.
pub(crate) fn paragraph(parts: &[Part]) -> String {
    let right = parts.iter().map(|part| part.place.right).fold(f32::MIN, f32::max);
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            let before = &parts[index - 1];
            let parted = text.ends_with('-')
                && text.chars().rev().nth(1).is_some_and(char::is_lowercase)
                && part.text.starts_with(char::is_lowercase);
            if parted {
                text.pop();
            } else if before.place.beside(part.place) < 0.5 && early(before, part, right) {
                text.push('\n');
            } else {
                text.push(' ');
            }
        }
        text.push_str(part.text);
    }
    text
}

/// Whether a line ended though the next one's first word had fitted on it.
fn early(line: &Part, next: &Part, right: f32) -> bool {
    let letters = next.text.chars().count().max(1) as f32;
    let first = next.text.split(' ').next().unwrap_or_default().chars().count() as f32;
    let needed = next.place.width() / letters * (first + 2.0);
    right - line.place.right > needed * 1.2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[(&str, f32)]) -> String {
        let parts: Vec<Part> = lines
            .iter()
            .zip(0_u8..)
            .map(|(&(text, right), index)| {
                let top = 25.0 * f32::from(index);
                Part { text, place: Box { left: 0.0, top, right, bottom: top + 20.0 } }
            })
            .collect();
        paragraph(&parts)
    }

    #[test]
    fn words_parted_by_a_hyphen_are_whole_and_others_keep_theirs() {
        assert_eq!(
            joined(&[("a photo of an acci-", 190.0), ("dent on the road", 170.0)]),
            "a photo of an accident on the road"
        );
        assert_eq!(
            joined(&[("from the year 2019-", 190.0), ("2020 of the road x", 180.0)]),
            "from the year 2019- 2020 of the road x"
        );
    }

    #[test]
    fn a_line_that_ends_early_ends_its_paragraph() {
        assert_eq!(joined(&[("One.", 40.0), ("Two is a longer line", 200.0)]), "One.\nTwo is a longer line");
    }
}
