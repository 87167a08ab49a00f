//! English contractions written out, as steps of a Hugging Face normaliser.
//!
//! The patterns mean the same in Rust's `fancy-regex` and in Oniguruma, which the Python package
//! uses: word borders, literals and optional blanks, nothing else. They run on lower-case text, in
//! order, and know the spaced writing of Flickr8k (`do n't`).

use tokenizers::normalizers::replace::{Replace, ReplacePattern};

use super::TextError;

/// Irregular forms first, then the pronouns after which `'s` is no possessive, then the endings
/// that mean one thing. `'d` (had, would) and any other `'s` are left.
const EXPANSIONS: [(&str, &str); 23] = [
    ("’", "'"),
    (r"\bcan? ?n?'t\b", "cannot"),
    (r"\bwon? ?n?'t\b", "will not"),
    (r"\bshan? ?n?'t\b", "shall not"),
    (r"\bain? ?n?'t\b", "is not"),
    (r"\blet ?'s\b", "let us"),
    (r"\bit ?'s\b", "it is"),
    (r"\bhe ?'s\b", "he is"),
    (r"\bshe ?'s\b", "she is"),
    (r"\bthat ?'s\b", "that is"),
    (r"\bthis ?'s\b", "this is"),
    (r"\bthere ?'s\b", "there is"),
    (r"\bhere ?'s\b", "here is"),
    (r"\bwhat ?'s\b", "what is"),
    (r"\bwhere ?'s\b", "where is"),
    (r"\bwho ?'s\b", "who is"),
    (r"\bhow ?'s\b", "how is"),
    ("n't\\b", " not"),
    (r"'m\b", " am"),
    (r"'re\b", " are"),
    (r"'ve\b", " have"),
    (r"'ll\b", " will"),
    (r"\b'tis\b", "it is"),
];

/// One replacement for each.
pub(super) fn replacements() -> Result<Vec<Replace>, TextError> {
    EXPANSIONS
        .iter()
        .map(|(pattern, written)| {
            Ok(Replace::new(ReplacePattern::Regex((*pattern).to_owned()), (*written).to_owned())?)
        })
        .collect()
}
