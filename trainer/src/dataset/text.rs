//! From captions to words and token ids, through Hugging Face `tokenizers`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use showtell::vocabulary::{END, PAD, START, UNKNOWN};
use tokenizers::models::wordlevel::WordLevel;
use tokenizers::normalizers::Lowercase;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::tokenizer::{SplitDelimiterBehavior, Tokenizer};
use tokenizers::{AddedToken, NormalizedString, Normalizer, PreTokenizedString, PreTokenizer};

/// A word is a run of letters and digits of any script, hyphens inside it included, or a clitic
/// such as `'s`. Everything else separates words and is dropped.
const WORD: &str = r"'(?:s|re|ve|ll|d|m|t)\b|[\p{L}\p{M}\p{N}]+(?:-[\p{L}\p{M}\p{N}]+)*";

/// Why no tokenizer could be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot build the tokenizer: {reason}")]
pub struct TextError {
    reason: String,
}

impl From<tokenizers::Error> for TextError {
    fn from(error: tokenizers::Error) -> Self {
        Self { reason: error.to_string() }
    }
}

fn splitter() -> Result<Split, TextError> {
    // Inverted: the pattern matches what to keep, and the rest is removed.
    Ok(Split::new(SplitPattern::Regex(WORD.to_owned()), SplitDelimiterBehavior::Removed, true)?)
}

static SPLITTER: LazyLock<Option<Split>> = LazyLock::new(|| splitter().ok());

/// The words of a caption, in lower case.
pub fn words(caption: &str) -> impl Iterator<Item = String> {
    let mut normalised = NormalizedString::from(caption);
    // Lower-casing cannot fail, and the pattern above is compiled by a test.
    let _ = Lowercase.normalize(&mut normalised);
    let mut text = PreTokenizedString::from(normalised);
    if let Some(splitter) = SPLITTER.as_ref() {
        let _ = splitter.pre_tokenize(&mut text);
    }
    let words: Vec<String> = text
        .get_splits(tokenizers::OffsetReferential::Original, tokenizers::OffsetType::Byte)
        .into_iter()
        .map(|(word, _, _)| word.to_owned())
        .collect();
    words.into_iter()
}

/// Builds a word-level tokenizer from training captions. Words seen fewer than `least` times
/// become `<unk>`. Ids: the four special tokens, then words by falling count, ties by alphabet.
///
/// # Errors
/// [`TextError`] when the library refuses the parts.
pub fn build<'a>(captions: impl Iterator<Item = &'a str>, least: usize) -> Result<Tokenizer, TextError> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in captions.flat_map(words) {
        *counts.entry(word).or_default() += 1;
    }
    let mut kept: Vec<(String, usize)> = counts.into_iter().filter(|(_, count)| *count >= least).collect();
    kept.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));

    let special = [PAD, START, END, UNKNOWN];
    let names = special.iter().map(ToString::to_string).chain(kept.into_iter().map(|(word, _)| word));
    let ids: HashMap<String, u32> = names.zip(0..).collect();
    let model =
        WordLevel::builder().vocab(ids.into_iter().collect()).unk_token(UNKNOWN.to_owned()).build()?;
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_normalizer(Some(Lowercase));
    tokenizer.with_pre_tokenizer(Some(splitter()?));
    let special: Vec<AddedToken> = special.iter().map(|token| AddedToken::from(*token, true)).collect();
    tokenizer.add_special_tokens(&special);
    Ok(tokenizer)
}

/// Token ids of a caption, without start and end.
///
/// # Errors
/// [`TextError`] when the library refuses the text.
pub fn encode(tokenizer: &Tokenizer, caption: &str) -> Result<Vec<u32>, TextError> {
    Ok(tokenizer.encode_fast(caption, false)?.get_ids().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use showtell::Vocabulary;

    fn split(caption: &str) -> Vec<String> {
        words(caption).collect()
    }

    #[test]
    fn words_are_lower_case_without_punctuation() {
        assert!(SPLITTER.is_some());
        assert_eq!(split("A man 's T-shirt , \"red\" ."), ["a", "man", "'s", "t-shirt", "red"]);
        assert_eq!(split("The boys' dog's 2 balls!"), ["the", "boys", "dog", "'s", "2", "balls"]);
        assert_eq!(split("Ein Café – naïve Größe"), ["ein", "café", "naïve", "größe"]);
        assert!(split(" . , -- ").is_empty());
    }

    #[test]
    fn the_captioner_reads_what_the_library_writes() {
        let captions = ["A dog runs", "a dog", "a cat"];
        let tokenizer = build(captions.into_iter(), 2).unwrap();
        let json = tokenizer.to_string(true).unwrap();
        let vocabulary = Vocabulary::from_json(json.as_bytes()).unwrap();
        assert_eq!(vocabulary.len(), 6);
        let ids = encode(&tokenizer, "A CAT runs, a dog!").unwrap();
        let words: Vec<&str> = ids.iter().map(|id| vocabulary.word(*id)).collect();
        assert_eq!(words, ["a", UNKNOWN, UNKNOWN, "a", "dog"]);
    }
}
