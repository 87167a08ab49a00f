//! Words, and the runs of one to four words that sentences are compared by, as numbers.
//!
//! Whatever references use is numbered once, from 0; then sentences are lists of numbers, and
//! comparing them touches no text.

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Longest run that is counted.
pub const LONGEST: usize = 4;

/// Numbers of the words that references use.
#[derive(Debug, Default)]
pub struct Words(FxHashMap<String, u32>);

/// A tokenised text as numbers of words, which metrics split in two ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// As BLEU and CIDEr see it: split at any space, no-break spaces included.
    pub words: Vec<u32>,
    /// As ROUGE sees it, where that differs: split at plain spaces, so that an empty text is one
    /// empty word.
    pieces: Option<Vec<u32>>,
}

impl Numbers {
    fn of(text: &str, mut number: impl FnMut(&str) -> u32) -> Self {
        // The tokeniser leaves single plain spaces, and others inside some words.
        let plain = !text.is_empty() && !text.contains(|c: char| c != ' ' && c.is_whitespace());
        let words = text.split_whitespace().map(&mut number).collect();
        Self { words, pieces: (!plain).then(|| text.split(' ').map(number).collect()) }
    }

    /// As ROUGE sees it.
    #[must_use]
    pub fn pieces(&self) -> &[u32] {
        self.pieces.as_deref().unwrap_or(&self.words)
    }
}

impl Words {
    /// The words of a reference; new ones are given numbers.
    pub fn learn(&mut self, text: &str) -> Numbers {
        Numbers::of(text, |word| {
            self.0.get(word).copied().unwrap_or_else(|| {
                let next = self.0.len() as u32;
                self.0.insert(word.to_owned(), next);
                next
            })
        })
    }

    /// The words of any text; strangers get numbers for this text alone.
    #[must_use]
    pub fn recognise(&self, text: &str) -> Numbers {
        let mut strangers = Strangers::after(self.0.len());
        Numbers::of(text, |word| {
            self.0.get(word).copied().unwrap_or_else(|| strangers.number(word.to_owned()))
        })
    }
}

/// Numbers, for one sentence, what no reference has.
struct Strangers<T> {
    first: usize,
    met: Vec<T>,
}

impl<T: PartialEq> Strangers<T> {
    fn after(known: usize) -> Self {
        Self { first: known, met: Vec::new() }
    }

    fn number(&mut self, stranger: T) -> u32 {
        let place = self.met.iter().position(|other| *other == stranger).unwrap_or_else(|| {
            self.met.push(stranger);
            self.met.len() - 1
        });
        (self.first + place) as u32
    }
}

/// Numbers of the runs of words that references use. A run is known by the number of all its words
/// but the last, and that last word.
#[derive(Debug, Default)]
pub struct Runs(FxHashMap<(u32, u32), u32>);

/// Stands for the number of no words at all.
const NOTHING: u32 = u32::MAX;

impl Runs {
    /// Room for about so many.
    #[must_use]
    pub fn with_capacity(runs: usize) -> Self {
        Self(FxHashMap::with_capacity_and_hasher(runs, FxBuildHasher))
    }

    /// The runs of a reference; new ones are given numbers.
    pub fn learn(&mut self, words: &[u32]) -> Sentence {
        Sentence::new(words, |run| {
            let next = self.0.len() as u32;
            *self.0.entry(run).or_insert(next)
        })
    }

    /// The runs of any sentence; strangers get numbers from [`Runs::len`] on, for this sentence
    /// alone.
    #[must_use]
    pub fn recognise(&self, words: &[u32]) -> Sentence {
        let mut strangers = Strangers::after(self.0.len());
        Sentence::new(words, |run| self.0.get(&run).copied().unwrap_or_else(|| strangers.number(run)))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A sentence as numbers of its runs, in reading order: single words, pairs, triples, quadruples.
#[derive(Debug)]
pub struct Sentence {
    length: usize,
    runs: Vec<u32>,
}

impl Sentence {
    fn new(words: &[u32], mut number: impl FnMut((u32, u32)) -> u32) -> Self {
        let mut runs: Vec<u32> = Vec::with_capacity(LONGEST * words.len());
        let mut shorter = 0;
        for n in 0..LONGEST {
            let begun = runs.len();
            for (place, &last) in words.iter().skip(n).enumerate() {
                let others = if n == 0 { NOTHING } else { runs[shorter + place] };
                runs.push(number((others, last)));
            }
            shorter = begun;
        }
        Self { length: words.len(), runs }
    }

    /// Counts the runs.
    #[must_use]
    pub fn count(mut self) -> Grams {
        let mut rest = self.runs.as_mut_slice();
        let counts = std::array::from_fn(|n| {
            let (runs, after) = std::mem::take(&mut rest).split_at_mut(self.length.saturating_sub(n));
            rest = after;
            runs.sort_unstable();
            let mut counts = Vec::with_capacity(runs.len());
            counts.extend(runs.chunk_by(u32::eq).map(|same| (same[0], same.len() as u32)));
            counts
        });
        Grams { length: self.length, counts }
    }
}

/// How often each run stands in a sentence, by length of the run, sorted by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grams {
    /// Number of words.
    pub length: usize,
    /// Runs of one word, of two, of three, of four, each with its count.
    pub counts: [Vec<(u32, u32)>; LONGEST],
}

/// What stands beside a run in a sorted list.
#[must_use]
pub fn find<T: Copy>(sorted: &[(u32, T)], run: u32) -> Option<T> {
    sorted.binary_search_by_key(&run, |(other, _)| *other).ok().map(|place| sorted[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(known: &str) -> Words {
        let mut words = Words::default();
        words.learn(known);
        words
    }

    #[test]
    fn runs_are_counted_by_length() {
        let mut words = Words::default();
        let grams = Runs::default().learn(&words.learn("the dog the dog").words).count();
        let counts = |n: usize| grams.counts[n - 1].iter().map(|(_, count)| *count).collect::<Vec<_>>();
        assert_eq!(
            (counts(1), counts(2), counts(3), counts(4)),
            (vec![2, 2], vec![2, 1], vec![1, 1], vec![1])
        );
    }

    #[test]
    fn strangers_differ_from_each_other_and_from_known_words() {
        let words = words("a dog");
        let numbers = |text: &str| words.recognise(text).words;
        assert_eq!(numbers("a cat and a cat"), [0, 2, 3, 0, 2]);
        let mut runs = Runs::default();
        let known = runs.learn(&numbers("a dog")).count();
        let found = runs.recognise(&numbers("a dog")).count();
        assert_eq!((known, runs.len()), (found, 3));
        let other = runs.recognise(&numbers("a cat a cat a cat")).count();
        assert_eq!(other.counts[1].iter().map(|(_, count)| *count).collect::<Vec<_>>(), [3, 2]);
        assert!(other.counts[1].iter().all(|(run, _)| *run >= 3));
    }

    #[test]
    fn a_no_break_space_parts_words_for_bleu_but_not_for_rouge() {
        let words = words("5\u{a0}7/8 miles");
        let numbers = words.recognise("5\u{a0}7/8 miles");
        assert_eq!((numbers.words.len(), numbers.pieces().len()), (3, 2));
        let nothing = words.recognise("");
        assert_eq!((nothing.words.len(), nothing.pieces().len()), (0, 1));
    }
}
