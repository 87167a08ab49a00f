//! From captions to words and token ids, through Hugging Face `tokenizers`.
//!
//! The tokenizer is word-level and saved as `tokenizer.json`; the Python package of the same name
//! reads it and gives the same ids.

mod contractions;
mod mirror;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use showtell::vocabulary::{END, PAD, START, UNKNOWN};
use tokenizers::models::wordlevel::WordLevel;
use tokenizers::normalizers::{Lowercase, NormalizerWrapper, Sequence};
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::tokenizer::{SplitDelimiterBehavior, Tokenizer};
use tokenizers::{AddedToken, NormalizedString, Normalizer, PreTokenizedString, PreTokenizer};

pub use mirror::mirror;

/// A word is a run of letters and digits of any script, hyphens inside it included, or a clitic
/// such as `'s`. Everything else separates words and is dropped.
const WORD: &str = r"'(?:s|re|ve|ll|d|m|t)\b|[\p{L}\p{M}\p{N}]+(?:-[\p{L}\p{M}\p{N}]+)*";

/// How captions become tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextRecipe {
    /// Words seen fewer times in the training captions become `<unk>`.
    pub min_count: usize,
    /// At most this many words, the most frequent; the four special tokens are not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_size: Option<usize>,
    /// Captions are cut to this many words for training.
    pub max_words: usize,
    /// What becomes of `don't` and `it's`.
    #[serde(default, skip_serializing_if = "Contractions::is_split")]
    pub contractions: Contractions,
}

/// What becomes of contractions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contractions {
    /// The clitic is a word of its own: `it 's`, `don 't`.
    #[default]
    Split,
    /// Written out: `it is`, `do not`. A `'s` that may be a possessive is split off as above.
    Expand,
}

impl Contractions {
    /// Whether this is the default, which recipes need not write.
    #[must_use]
    pub fn is_split(&self) -> bool {
        *self == Self::Split
    }

    fn normaliser(self) -> Result<NormalizerWrapper, TextError> {
        Ok(match self {
            Self::Split => Lowercase.into(),
            Self::Expand => {
                let mut steps = vec![Lowercase.into()];
                steps.extend(contractions::replacements()?.into_iter().map(NormalizerWrapper::from));
                Sequence::new(steps).into()
            }
        })
    }
}

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

/// The words of a caption, in lower case, contractions split.
pub fn words(caption: &str) -> impl Iterator<Item = String> {
    split(caption, &Lowercase.into()).into_iter()
}

fn split(caption: &str, normaliser: &NormalizerWrapper) -> Vec<String> {
    let mut normalised = NormalizedString::from(caption);
    // Neither lower-casing nor replacing can fail, and the pattern above is compiled by a test.
    let _ = normaliser.normalize(&mut normalised);
    let mut text = PreTokenizedString::from(normalised);
    if let Some(splitter) = SPLITTER.as_ref() {
        let _ = splitter.pre_tokenize(&mut text);
    }
    text.get_splits(tokenizers::OffsetReferential::Original, tokenizers::OffsetType::Byte)
        .into_iter()
        .map(|(word, _, _)| word.to_owned())
        .collect()
}

/// Counts the words of training captions, one caption at a time, and makes a tokenizer of them.
/// Memory grows with the number of different words alone.
#[derive(Debug)]
pub struct Counter {
    counts: BTreeMap<String, usize>,
    normaliser: NormalizerWrapper,
    least: usize,
    most: usize,
}

impl Counter {
    /// A counter that has seen nothing.
    ///
    /// # Errors
    /// [`TextError`] when the library refuses a pattern.
    pub fn new(recipe: &TextRecipe) -> Result<Self, TextError> {
        Ok(Self {
            counts: BTreeMap::new(),
            normaliser: recipe.contractions.normaliser()?,
            least: recipe.min_count,
            most: recipe.max_size.unwrap_or(usize::MAX),
        })
    }

    /// Counts the words of a caption.
    pub fn add(&mut self, caption: &str) {
        for word in split(caption, &self.normaliser) {
            *self.counts.entry(word).or_default() += 1;
        }
    }

    /// A word-level tokenizer. Ids: the four special tokens, then words by falling count, ties by
    /// alphabet; words too rare for the recipe become `<unk>`.
    ///
    /// # Errors
    /// [`TextError`] when the library refuses the parts.
    pub fn tokenizer(self) -> Result<Tokenizer, TextError> {
        let Self { counts, normaliser, least, most } = self;
        let mut kept: Vec<(String, usize)> =
            counts.into_iter().filter(|(_, count)| *count >= least).collect();
        kept.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));

        let special = [PAD, START, END, UNKNOWN];
        let words = kept.into_iter().take(most).map(|(word, _)| word);
        let names = special.iter().map(ToString::to_string).chain(words);
        let ids: HashMap<String, u32> = names.zip(0..).collect();
        let model =
            WordLevel::builder().vocab(ids.into_iter().collect()).unk_token(UNKNOWN.to_owned()).build()?;
        let mut tokenizer = Tokenizer::new(model);
        tokenizer.with_normalizer(Some(normaliser));
        tokenizer.with_pre_tokenizer(Some(splitter()?));
        let special: Vec<AddedToken> = special.iter().map(|token| AddedToken::from(*token, true)).collect();
        tokenizer.add_special_tokens(&special);
        Ok(tokenizer)
    }
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
    use proptest::prelude::*;
    use showtell::Vocabulary;

    fn recipe(min_count: usize, max_size: Option<usize>, contractions: Contractions) -> TextRecipe {
        TextRecipe { min_count, max_size, max_words: 20, contractions }
    }

    fn build(captions: &[&str], recipe: &TextRecipe) -> (Tokenizer, Vocabulary) {
        let mut counter = Counter::new(recipe).unwrap();
        captions.iter().for_each(|caption| counter.add(caption));
        let tokenizer = counter.tokenizer().unwrap();
        let json = tokenizer.to_string(true).unwrap();
        // What is used is what was saved.
        let read: Tokenizer = json.parse().unwrap();
        (read, Vocabulary::from_json(json.as_bytes()).unwrap())
    }

    fn words_of(caption: &str) -> Vec<String> {
        words(caption).collect()
    }

    #[test]
    fn words_are_lower_case_without_punctuation() {
        assert!(SPLITTER.is_some());
        assert_eq!(words_of("A man 's T-shirt , \"red\" ."), ["a", "man", "'s", "t-shirt", "red"]);
        assert_eq!(words_of("The boys' dog's 2 balls!"), ["the", "boys", "dog", "'s", "2", "balls"]);
        assert_eq!(words_of("Ein Café – naïve Größe"), ["ein", "café", "naïve", "größe"]);
        assert!(words_of(" . , -- ").is_empty());
    }

    #[test]
    fn contractions_are_written_out_where_they_are_sure() {
        let normaliser = Contractions::Expand.normaliser().unwrap();
        for (caption, expected) in [
            ("Don't! It's a dog; they're ours.", "do not it is a dog they are ours"),
            ("He isn't, can't and won't", "he is not cannot and will not"),
            ("I'm sure we've said you'll", "i am sure we have said you will"),
            ("the dog's ball, a boy 's", "the dog 's ball a boy 's"),
            ("it 's ca n't do n't wo n't", "it is cannot do not will not"),
            ("It’s she’s what's that's", "it is she is what is that is"),
            ("he'd", "he 'd"),
            ("splits bit's", "splits bit 's"),
        ] {
            assert_eq!(split(caption, &normaliser).join(" "), expected, "{caption}");
        }
    }

    #[test]
    fn the_captioner_reads_what_the_library_writes() {
        let (tokenizer, vocabulary) =
            build(&["A dog runs", "a dog", "a cat"], &recipe(2, None, Contractions::Split));
        assert_eq!(vocabulary.len(), 6);
        let ids = encode(&tokenizer, "A CAT runs, a dog!").unwrap();
        let words: Vec<&str> = ids.iter().map(|id| vocabulary.word(*id)).collect();
        assert_eq!(words, ["a", UNKNOWN, UNKNOWN, "a", "dog"]);
    }

    #[test]
    fn the_cap_keeps_the_most_frequent_words() {
        let captions = ["a dog runs", "a dog", "a cat"];
        let (tokenizer, vocabulary) = build(&captions, &recipe(1, Some(3), Contractions::Split));
        // cat and runs are as rare as each other: the alphabet decides.
        assert_eq!(
            (4..vocabulary.len() as u32).map(|id| vocabulary.word(id)).collect::<Vec<_>>(),
            ["a", "dog", "cat"]
        );
        assert_eq!(encode(&tokenizer, "a dog runs").unwrap(), [4, 5, vocabulary.special().unknown]);
    }

    #[test]
    fn the_saved_tokenizer_expands_too() {
        let (tokenizer, vocabulary) =
            build(&["it is not", "a dog 's"], &recipe(1, None, Contractions::Expand));
        let ids = encode(&tokenizer, "It's isn't dog's").unwrap();
        let words: Vec<&str> = ids.iter().map(|id| vocabulary.word(*id)).collect();
        assert_eq!(words, ["it", "is", "is", "not", "dog", "'s"]);
    }

    #[test]
    fn recipes_from_before_these_options_are_read() {
        let old: TextRecipe = toml::from_str("min_count = 4\nmax_words = 22").unwrap();
        assert_eq!((old.max_size, old.contractions), (None, Contractions::Split));
        let new: TextRecipe =
            toml::from_str("min_count = 1\nmax_size = 8000\nmax_words = 40\ncontractions = \"expand\"")
                .unwrap();
        assert_eq!((new.max_size, new.contractions), (Some(8000), Contractions::Expand));
        assert_eq!(toml::from_str::<TextRecipe>(&toml::to_string(&new).unwrap()).unwrap(), new);
        assert!(
            toml::from_str::<TextRecipe>("min_count = 1\nmax_words = 2\ncontractions = \"keep\"").is_err()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_gives_lower_case_words_without_punctuation(
            text in prop_oneof!["(?s).*", "[a-zA-Z '’.,!-]{0,40}"],
            expand in any::<bool>(),
        ) {
            let contractions = if expand { Contractions::Expand } else { Contractions::Split };
            for word in split(&text, &contractions.normaliser().unwrap()) {
                prop_assert!(!word.is_empty());
                let bare = word.strip_prefix('\'').unwrap_or(&word);
                prop_assert!(!bare.starts_with('-') && !bare.ends_with('-'), "{word:?}");
                for letter in bare.chars() {
                    prop_assert!(letter.to_lowercase().eq([letter]), "{word:?}");
                    prop_assert!(!letter.is_whitespace() && !letter.is_control(), "{word:?}");
                    prop_assert!(letter == '-' || !letter.is_ascii_punctuation(), "{word:?}");
                }
            }
        }

        #[test]
        fn known_words_survive_encoding_and_decoding(
            captions in prop::collection::vec("[a-zA-Z][a-zA-Z' ]{0,30}", 1..6),
        ) {
            let all: Vec<&str> = captions.iter().map(String::as_str).collect();
            let (tokenizer, vocabulary) = build(&all, &recipe(1, None, Contractions::Split));
            let special = vocabulary.special();
            prop_assert_eq!([special.pad, special.start, special.end, special.unknown], [0, 1, 2, 3]);
            for caption in all {
                let ids = encode(&tokenizer, caption).unwrap();
                prop_assert!(ids.iter().all(|id| *id > 3));
                let back: Vec<&str> = ids.iter().map(|id| vocabulary.word(*id)).collect();
                prop_assert_eq!(back, words_of(caption));
            }
        }
    }
}
