//! The words a model knows, by token id, read from a Hugging Face `tokenizer.json` (WordLevel).
//!
//! Only what captioning needs is read here: the word list and the special tokens. Splitting text
//! into words is training's business and stays with the `tokenizers` crate in the trainer.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Fills short rows of a batch; never scored, never produced.
pub const PAD: &str = "<pad>";
/// Goes in before the first word.
pub const START: &str = "<start>";
/// Comes out after the last word.
pub const END: &str = "<end>";
/// Stands for every word outside the vocabulary.
pub const UNKNOWN: &str = "<unk>";

/// Why a `tokenizer.json` does not make a vocabulary.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VocabularyError {
    /// Not JSON, or not the shape of a WordLevel tokenizer.
    #[error("not a WordLevel tokenizer.json")]
    Malformed(#[source] serde_json::Error),
    /// The model type is another one.
    #[error("expected a WordLevel tokenizer, found {found}")]
    NotWordLevel {
        /// The model type in the file.
        found: String,
    },
    /// One of `<pad>`, `<start>`, `<end>`, `<unk>` is absent.
    #[error("the vocabulary has no {token}")]
    MissingSpecial {
        /// The absent token.
        token: &'static str,
    },
    /// Ids must be 0, 1, 2, … without gaps, since they index rows of the embedding.
    #[error("token ids must run from 0 to {}, but id {id} is used twice or out of range", .size - 1)]
    BadId {
        /// Number of words.
        size: usize,
        /// The offending id.
        id: usize,
    },
}

/// The words a model knows. Index = token id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    words: Vec<String>,
    /// Ids in the order of their words.
    sorted: Vec<u32>,
    special: SpecialTokens,
}

/// Ids of the four special tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpecialTokens {
    /// Id of [`PAD`].
    pub pad: u32,
    /// Id of [`START`].
    pub start: u32,
    /// Id of [`END`].
    pub end: u32,
    /// Id of [`UNKNOWN`].
    pub unknown: u32,
}

#[derive(Deserialize)]
struct TokenizerFile {
    model: WordLevel,
}

#[derive(Deserialize)]
struct WordLevel {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    vocab: BTreeMap<String, usize>,
}

impl Vocabulary {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// [`VocabularyError`] when it is not WordLevel, lacks a special token or has gaps in its ids.
    pub fn from_json(bytes: &[u8]) -> Result<Self, VocabularyError> {
        let file: TokenizerFile = serde_json::from_slice(bytes).map_err(VocabularyError::Malformed)?;
        if file.model.kind != "WordLevel" {
            return Err(VocabularyError::NotWordLevel { found: file.model.kind });
        }
        let size = file.model.vocab.len();
        let mut words = vec![None; size];
        for (word, id) in file.model.vocab {
            match words.get_mut(id) {
                Some(slot @ None) => *slot = Some(word),
                _ => return Err(VocabularyError::BadId { size, id }),
            }
        }
        // `size` distinct ids below `size` fill every slot.
        Self::new(words.into_iter().flatten().collect())
    }

    /// Makes a vocabulary of words in id order.
    ///
    /// # Errors
    /// [`VocabularyError::MissingSpecial`] unless all four special tokens are among them.
    pub fn new(words: Vec<String>) -> Result<Self, VocabularyError> {
        let mut sorted: Vec<u32> = (0..words.len() as u32).collect();
        sorted.sort_by_key(|&id| &words[id as usize]);
        let id = |token: &'static str| {
            found(&words, &sorted, token).ok_or(VocabularyError::MissingSpecial { token })
        };
        let special =
            SpecialTokens { pad: id(PAD)?, start: id(START)?, end: id(END)?, unknown: id(UNKNOWN)? };
        Ok(Self { words, sorted, special })
    }

    /// Number of words, special tokens included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Never true: the special tokens are always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Ids of the special tokens.
    #[must_use]
    pub fn special(&self) -> SpecialTokens {
        self.special
    }

    /// The word behind an id, or [`UNKNOWN`] for an id outside the vocabulary.
    #[must_use]
    pub fn word(&self, id: u32) -> &str {
        self.words.get(id as usize).map_or(UNKNOWN, String::as_str)
    }

    /// The id of a word, if it is known.
    #[must_use]
    pub fn id(&self, word: &str) -> Option<u32> {
        found(&self.words, &self.sorted, word)
    }

    /// The ids of those words that are known.
    #[must_use]
    pub fn ids(&self, words: &[String]) -> Vec<u32> {
        words.iter().filter_map(|word| self.id(word)).collect()
    }

    /// Token ids that must never be produced while decoding.
    #[must_use]
    pub fn suppressed(&self) -> [u32; 3] {
        [self.special.pad, self.special.start, self.special.unknown]
    }

    /// The words behind token ids, by their places; special tokens are left out, but not [`UNKNOWN`].
    pub fn spoken<'a>(&'a self, tokens: &'a [u32]) -> impl Iterator<Item = (usize, &'a str)> {
        let special = [self.special.pad, self.special.start, self.special.end];
        let said = tokens.iter().enumerate().filter(move |(_, token)| !special.contains(token));
        said.map(|(place, &token)| (place, self.word(token)))
    }

    /// Writes token ids as a sentence, special tokens left out: see [`sentence`].
    #[must_use]
    pub fn decode(&self, tokens: &[u32]) -> String {
        sentence(self.spoken(tokens).map(|(_, word)| word))
    }
}

/// The id of a word; of several the first.
fn found(words: &[String], sorted: &[u32], word: &str) -> Option<u32> {
    let own = |id: &u32| words[*id as usize].as_str();
    let id = *sorted.get(sorted.partition_point(|id| own(id) < word))?;
    (own(&id) == word).then_some(id)
}

/// Writes words as a sentence: joined, clitics such as `'s` drawn to the word before, first letter in upper case,
/// full stop. No words give an empty string.
#[must_use]
pub fn sentence<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut sentence = String::new();
    for word in words {
        if !sentence.is_empty() && !word.starts_with('\'') && word != "n't" {
            sentence.push(' ');
        }
        sentence.push_str(word);
    }
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).chain(['.']).collect(),
        None => sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(extra: &[&str]) -> Vec<String> {
        [PAD, START, END, UNKNOWN].iter().chain(extra).map(ToString::to_string).collect()
    }

    #[test]
    fn a_sentence_is_joined_and_closed() {
        let vocabulary = Vocabulary::new(words(&["a", "man", "'s", "dog"])).unwrap();
        assert_eq!(vocabulary.decode(&[1, 4, 5, 6, 7, 2]), "A man's dog.");
        assert_eq!(vocabulary.decode(&[2]), "");
    }

    #[test]
    fn every_special_token_is_needed() {
        for gone in [PAD, START, END, UNKNOWN] {
            let rest = words(&["a"]).into_iter().filter(|word| word != gone).collect();
            assert!(matches!(
                Vocabulary::new(rest),
                Err(VocabularyError::MissingSpecial { token }) if token == gone
            ));
        }
    }

    #[test]
    fn ids_must_be_dense() {
        let json = br#"{"model":{"type":"WordLevel","vocab":{"<pad>":0,"<start>":1,"<end>":2,"<unk>":4}}}"#;
        assert!(matches!(Vocabulary::from_json(json), Err(VocabularyError::BadId { id: 4, .. })));
        let json = br#"{"model":{"type":"BPE","vocab":{}}}"#;
        assert!(matches!(Vocabulary::from_json(json), Err(VocabularyError::NotWordLevel { .. })));
    }
}
