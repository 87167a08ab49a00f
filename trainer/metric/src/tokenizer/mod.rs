//! Penn Treebank tokenisation, as `pycocoevalcap` 1.2 has it done before any metric sees a word.
//!
//! That package joins all captions with line breaks, runs Stanford CoreNLP 3.4.1's `PTBTokenizer`
//! with `-preserveLines -lowerCase` over them, and drops a list of punctuation marks. Here the same
//! conventions are a table of our own (`rules`) for a longest-match lexer (`lexer`), held
//! against what the Java program answers by `trainer/metric/tests/data/tokenizer.py`.
//!
//! Departures:
//! - Each caption stands alone. In the package a caption with a carriage return, a form feed or a
//!   Unicode line separator inside shifts every later caption to the wrong image; here such a
//!   character is a space, as the line feed is in the package too.
//! - A caption that ends in one letter and a full stop (`on 12th Ave S.`) ends a sentence. The
//!   package keeps the stop unless the *next* caption begins with a word such as "A" or "The", so
//!   that its scores depend on the order of the images. Eight captions of Flickr8k and of COCO's
//!   val2017 end so; with the images in COCO's order, one of them differs. In the same way the
//!   package keeps the stop of `No.` or `fig.` at the end if the next caption begins with a digit.
//! - The Java program has hand-made lists of symbols, marks and punctuation beyond Latin script;
//!   here they are Unicode 6.1's categories by block. 435 of the 16,413 characters that are neither
//!   letters nor ideographs of common scripts differ: rare symbols, Armenian and Arabic signs, and
//!   vowel signs of Indian and South-East Asian scripts.
//! - Addresses glued to other words (`$5.50www.x.com`) may part elsewhere.

mod abbreviations;
mod kinds;
mod lexer;
mod rules;

use std::borrow::Cow;
use std::sync::LazyLock;

use lexer::Lexer;
use rayon::prelude::*;

/// What `pycocoevalcap` removes after tokenising. Other marks stay: `!!`, `*`, and brackets, which
/// the package lists in capitals although its tokens (`-lrb-`) are in lower case by then.
const DROPPED: [&str; 13] = ["''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", "...", ";"];

/// Splits captions into the words that metrics compare.
#[derive(Debug)]
pub struct Tokenizer {
    lexer: Lexer,
}

/// Tokenises captions, on every core.
#[must_use]
pub fn tokenize<S: AsRef<str> + Sync>(captions: &[S]) -> Vec<String> {
    let tokenizer = Tokenizer::shared();
    captions.par_iter().map(|caption| tokenizer.tokenize(caption.as_ref())).collect()
}

impl Tokenizer {
    /// The tokeniser. Its rules are compiled once, which takes about 20 ms.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Tokenizer> =
            LazyLock::new(|| Tokenizer { lexer: Lexer::new(&rules::rules()) });
        &SHARED
    }

    /// The words of a caption in lower case, joined by single spaces; empty when there are none.
    ///
    /// A word may hold a no-break space: `5 7/8`, or a telephone number.
    #[must_use]
    pub fn tokenize(&self, caption: &str) -> String {
        let breaks = ['\n', '\r', '\x0b', '\x0c', '\u{85}', '\u{2028}', '\u{2029}'];
        let caption = &*if caption.contains(breaks) {
            Cow::Owned(caption.replace(breaks, " "))
        } else {
            Cow::Borrowed(caption)
        };
        let mut kinds: Vec<u8> = caption.chars().map(kinds::kind).collect();
        // Where each character begins, unless that is plain.
        let starts: Vec<usize> = if caption.is_ascii() {
            Vec::new()
        } else {
            caption.char_indices().map(|(start, _)| start).chain([caption.len()]).collect()
        };
        let start = |place: usize| starts.get(place).copied().unwrap_or(place.min(caption.len()));
        // Some rules look at what follows a word: here, the end of the line.
        kinds.push(b'\n');
        let mut words = String::with_capacity(caption.len());
        self.lexer.tokens(
            &kinds,
            |token| &caption[start(token.start)..start(token.end)],
            |token| {
                let token = token.to_lowercase();
                if !token.is_empty() && !DROPPED.contains(&token.as_str()) {
                    if !words.is_empty() {
                        words.push(' ');
                    }
                    words.push_str(&token);
                }
            },
        );
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the Java program made of hard lines; see `trainer/metric/tests/data/tokenizer.py`.
    #[test]
    fn equals_corenlp_on_hard_lines() {
        let tokenizer = Tokenizer::shared();
        let lines: Vec<[String; 2]> =
            serde_json::from_str(include_str!("../../tests/data/tokenizer.json")).unwrap();
        assert!(lines.len() > 300);
        for [caption, expected] in lines {
            assert_eq!(tokenizer.tokenize(&caption), expected, "{caption:?}");
        }
    }

    #[test]
    fn a_line_break_inside_a_caption_is_a_space() {
        let tokenizer = Tokenizer::shared();
        for mark in ["\n", "\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}"] {
            assert_eq!(tokenizer.tokenize(&format!("A dog{mark}runs.{mark}")), "a dog runs", "{mark:?}");
            let fraction = tokenizer.tokenize(&format!("5{mark}7/8 miles"));
            assert_eq!(fraction, tokenizer.tokenize("5 7/8 miles").as_str(), "{mark:?}");
        }
    }

    #[test]
    fn nothing_comes_of_nothing() {
        let tokenizer = Tokenizer::shared();
        for caption in ["", " ", ".", " , -- ... ", "😀", "\u{0}", "\n\n"] {
            assert_eq!(tokenizer.tokenize(caption), "", "{caption:?}");
        }
    }
}
