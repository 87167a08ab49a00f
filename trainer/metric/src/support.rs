//! Words that nobody who saw the photo used.
//!
//! A content word of a caption is supported when some reference of the photo has a word of the same
//! stem (Porter 2001, "English" of Snowball). What is left over is the hallucination rate, in the
//! sense of Rohrbach et al. 2018 but for all content words, not for 80 objects: stricter, since a
//! right word that no reference happens to use counts as unsupported too. English only.

use std::collections::HashSet;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashSet;
use serde::Serialize;

/// Words that carry grammar, not content; articles, pronouns, prepositions, auxiliaries, clitics.
const FUNCTION: &str = "a an the this that these those some any each every all both another other \
    and or but while as if so than then that which who whom whose what where when how why \
    i you he she it we they me him her us them my your his its our their one ones himself herself \
    itself themselves there here \
    in on at by of to from for with without into onto over under above below up down out off \
    through across along around about against among between behind beside besides before after \
    during near next toward towards inside outside within upon past via like \
    is are was were be been being am has have had having do does did doing can could will would \
    shall should may might must not no nor very too also just \
    's 're 've 'll 'd 'm 't n't s t <unk> unk";

/// What is left of a word for comparing it; nothing for words without content.
#[must_use]
pub fn stem(word: &str) -> Option<String> {
    static WITHOUT: LazyLock<HashSet<&str>> = LazyLock::new(|| FUNCTION.split_whitespace().collect());
    static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));
    let content = word.contains(char::is_alphanumeric) && !WITHOUT.contains(word);
    content.then(|| STEMMER.stem(word).into_owned())
}

/// Figures about a set of captions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Support {
    /// Share of content words that no reference of the photo supports.
    pub hallucination: f64,
    /// Share of captions whose content words are all supported.
    pub supported: f64,
}

/// Content words of a tokenised caption, and those of them that no reference supports.
#[must_use]
pub fn unsupported(caption: &str, references: &[String]) -> (usize, usize) {
    let known: FxHashSet<String> =
        references.iter().flat_map(|reference| reference.split_whitespace()).filter_map(stem).collect();
    let content = caption.split_whitespace().filter_map(stem);
    content.fold((0, 0), |(all, missing), stem| (all + 1, missing + usize::from(!known.contains(&stem))))
}

/// Whether a tokenised caption has content words, and references support at least this share of them.
#[must_use]
pub fn is_supported_by(caption: &str, references: &[String], share: f64) -> bool {
    let (content, missing) = unsupported(caption, references);
    // A caption of three words of which two are to be supported is not to fail by rounding.
    content > 0 && (content - missing) as f64 + 1e-9 >= share * content as f64
}

/// Compares tokenised captions with the tokenised references of the same photos. A caption without
/// content supports nothing.
#[must_use]
pub fn support<'a>(captions: &[String], references: impl Iterator<Item = &'a [String]>) -> Support {
    let (mut words, mut missing, mut whole) = (0, 0, 0);
    for (caption, references) in captions.iter().zip(references) {
        let (all, lacking) = unsupported(caption, references);
        words += all;
        missing += lacking;
        whole += usize::from(all > 0 && lacking == 0);
    }
    let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
    Support { hallucination: share(missing, words), supported: share(whole, captions.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_meet_and_grammar_does_not_count() {
        let references = ["two dogs are running on grass".to_owned(), "a brown dog".to_owned()];
        assert_eq!(unsupported("a dog runs in the grass", &references), (3, 0));
        assert_eq!(unsupported("a dog catches a frisbee", &references), (3, 2));
        assert_eq!(unsupported("of the", &references), (0, 0));
        assert_eq!(unsupported("", &references), (0, 0));
        let supported = |share| is_supported_by("a dog catches a frisbee", &references, share);
        assert!(supported(1.0 / 3.0) && !supported(0.5) && !is_supported_by("of the", &references, 0.0));
    }

    #[test]
    fn shares_are_over_words_and_over_captions() {
        let captions = ["a dog runs", "a cat", "", "the dog"].map(str::to_owned);
        let reference = ["a dog is running".to_owned()];
        let found = support(&captions, std::iter::repeat_n(&reference[..], 4));
        assert_eq!(found, Support { hallucination: 1.0 / 4.0, supported: 2.0 / 4.0 });
        let nothing = support(&[], std::iter::empty());
        assert_eq!(nothing, Support { hallucination: 0.0, supported: 0.0 });
    }
}
