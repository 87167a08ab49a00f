//! What a set of captions is like, whatever the references say: how rich its words are, whether it
//! stammers, and whether it repeats sentences it was trained on.
//!
//! Distinct-n is that of Li et al. 2016: different runs of n words, by all runs of n words.

use std::collections::HashSet;

use rustc_hash::FxHashSet;
use serde::Serialize;

/// Figures about a set of captions.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Diversity {
    /// Number of different words.
    pub words: usize,
    /// Number of words the model knows, special tokens not counted, where a model is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vocabulary: Option<usize>,
    /// Different words by all words.
    pub distinct1: f64,
    /// Different word pairs by all word pairs.
    pub distinct2: f64,
    /// Number of different captions.
    pub captions: usize,
    /// Mean number of words in a caption.
    pub mean_length: f64,
    /// Mean number of words in a reference.
    pub mean_reference_length: f64,
    /// Share of captions in which a word pair stands twice.
    pub repeated_bigrams: f64,
    /// Share of captions that equal a training caption word by word, where those are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<f64>,
    /// Share of words that are `<unk>`. Our own search never writes it; other captioners do.
    pub unknown: f64,
    /// Captions without a word.
    pub empty: usize,
}

/// What [`diversity`] may compare with.
#[derive(Debug, Default)]
pub struct Known<'a> {
    /// Tokenised captions that the model was trained on.
    pub training: Option<&'a HashSet<String>>,
    /// Number of words the model knows.
    pub vocabulary: Option<usize>,
}

/// Looks at tokenised captions and the tokenised references of the same photos.
#[must_use]
pub fn diversity<'a>(
    captions: &[String],
    references: impl Iterator<Item = &'a [String]>,
    known: &Known<'_>,
) -> Diversity {
    let mut words: FxHashSet<&str> = FxHashSet::default();
    let mut pairs: FxHashSet<(&str, &str)> = FxHashSet::default();
    let (mut all_words, mut all_pairs, mut unknown, mut stammering) = (0, 0, 0, 0);
    for caption in captions {
        let caption: Vec<&str> = caption.split_whitespace().collect();
        let own: FxHashSet<_> = caption.windows(2).map(|pair| (pair[0], pair[1])).collect();
        all_words += caption.len();
        all_pairs += caption.len().saturating_sub(1);
        stammering += usize::from(own.len() < caption.len().saturating_sub(1));
        unknown += caption.iter().filter(|word| ["<unk>", "unk"].contains(*word)).count();
        words.extend(caption);
        pairs.extend(own);
    }
    let (mut reference_words, mut reference_count) = (0, 0);
    for reference in references.flatten() {
        reference_words += reference.split_whitespace().count();
        reference_count += 1;
    }
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let copied = |training: &HashSet<String>| captions.iter().filter(|c| training.contains(*c)).count();
    Diversity {
        words: words.len(),
        vocabulary: known.vocabulary,
        distinct1: share(words.len(), all_words),
        distinct2: share(pairs.len(), all_pairs),
        captions: captions.iter().collect::<FxHashSet<_>>().len(),
        mean_length: share(all_words, captions.len()),
        mean_reference_length: share(reference_words, reference_count),
        repeated_bigrams: share(stammering, captions.len()),
        copies: known.training.map(|training| share(copied(training), captions.len())),
        unknown: share(unknown, all_words),
        empty: captions.iter().filter(|caption| caption.is_empty()).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_it_says() {
        let captions = ["a dog and a dog", "a cat", "", "the <unk> runs"].map(str::to_owned);
        let references = [vec!["a b c".to_owned(), "a".to_owned()]];
        let training = HashSet::from(["a cat".to_owned()]);
        let known = Known { training: Some(&training), vocabulary: Some(10) };
        let found = diversity(&captions, references.iter().map(Vec::as_slice), &known);
        let expected = Diversity {
            words: 7,
            vocabulary: Some(10),
            distinct1: 0.7,
            distinct2: 6.0 / 7.0,
            captions: 4,
            mean_length: 2.5,
            mean_reference_length: 2.0,
            repeated_bigrams: 0.25,
            copies: Some(0.25),
            unknown: 0.1,
            empty: 1,
        };
        assert_eq!(found, expected);
        let nothing = diversity(&[], std::iter::empty(), &Known::default());
        assert!(nothing.distinct1 == 0.0 && nothing.mean_length == 0.0 && nothing.unknown == 0.0);
    }
}
