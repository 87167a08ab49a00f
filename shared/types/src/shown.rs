//! Texts of strangers as a terminal, a log or a report may show them.
//!
//! Names of files, addresses, words of a bundle and what libraries say of them may hold anything: escape sequences that a
//! terminal obeys, line ends that begin a line of their own in a log (and there a command), and characters that turn the
//! direction of writing, so that one reads something else than stands there.

use std::fmt::Write;

/// The most characters of a message that are shown.
const LONGEST: usize = 4000;

/// Whether a character does something instead of being seen.
fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text in one line, in which nothing acts: `\n`, `\u{1b}`, `\u{202e}` stand for what they name.
#[must_use]
pub fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if acts(letter) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "{}", letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// A message of one line or several in which nothing else acts: what comes after the first line is set off, so that no
/// line of it begins as one of ours does. A very long one is cut.
#[must_use]
pub fn lines(text: &str) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut room = LONGEST;
    for part in text.lines() {
        let mut part = line(part);
        if part.chars().count() > room {
            part = part.chars().take(room).chain(['\u{2026}']).collect();
        }
        room = room.saturating_sub(part.chars().count());
        shown.push(part);
        if room == 0 {
            break;
        }
    }
    shown.join("\n  | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_named_and_all_else_stays() {
        assert_eq!(line("a \u{e9}\u{8868} \u{1f600} \\n"), "a \u{e9}\u{8868} \u{1f600} \\n");
        assert_eq!(line("\u{1b}]0;pwn\u{7}\r\n\tx"), "\\u{1b}]0;pwn\\u{7}\\r\\n\\tx");
        assert_eq!(line("\u{202e}gpj\u{2066}\u{200f}"), "\\u{202e}gpj\\u{2066}\\u{200f}");
        assert_eq!(lines("bad: x\n::error::pwned\u{9b}2J"), "bad: x\n  | ::error::pwned\\u{9b}2J");
        let long = lines(&"x".repeat(100_000));
        assert_eq!(long.chars().count(), LONGEST + 1);
    }
}
