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

impl Words {
    /// Numbers the words of tokenised texts.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a String>) -> Self {
        let mut words = FxHashMap::default();
        for text in texts {
            // A no-break space parts words for some metrics and not for others.
            let pieces = text.split(' ').filter(|piece| piece.is_empty() || piece.contains('\u{a0}'));
            for word in text.split_whitespace().chain(pieces) {
                if !words.contains_key(word) {
                    words.insert(word.to_owned(), words.len() as u32);
                }
            }
        }
        Self(words)
    }

    /// The words of a tokenised text as BLEU and CIDEr see them: split at any space, no-break
    /// spaces included.
    #[must_use]
    pub fn numbers(&self, text: &str) -> Vec<u32> {
        self.number(text.split_whitespace())
    }

    /// The words of a tokenised text as ROUGE sees them: split at plain spaces, so that an empty
    /// text is one empty word.
    #[must_use]
    pub fn pieces(&self, text: &str) -> Vec<u32> {
        self.number(text.split(' '))
    }

    fn number<'a>(&self, words: impl Iterator<Item = &'a str>) -> Vec<u32> {
        let mut strangers = Strangers::after(self.0.len());
        words.map(|word| self.0.get(word).copied().unwrap_or_else(|| strangers.number(word))).collect()
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

/// Numbers of the runs of words that references use.
#[derive(Debug, Default)]
pub struct Runs(FxHashMap<u128, u32>);

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
    fn new(words: &[u32], mut number: impl FnMut(u128) -> u32) -> Self {
        let mut runs = Vec::with_capacity(LONGEST * words.len());
        for n in 1..=LONGEST {
            // 32 bits a word, which begin at 1 here so that runs of different lengths differ.
            let key = |run: &[u32]| run.iter().fold(0, |key, &word| (key << 32) | u128::from(word + 1));
            runs.extend(words.windows(n).map(|run| number(key(run))));
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

    #[test]
    fn runs_are_counted_by_length() {
        let words = Words::of(&["the dog the dog".to_owned()]);
        let grams = Runs::default().learn(&words.numbers("the dog the dog")).count();
        let counts = |n: usize| grams.counts[n - 1].iter().map(|(_, count)| *count).collect::<Vec<_>>();
        assert_eq!(
            (counts(1), counts(2), counts(3), counts(4)),
            (vec![2, 2], vec![2, 1], vec![1, 1], vec![1])
        );
    }

    #[test]
    fn strangers_differ_from_each_other_and_from_known_words() {
        let words = Words::of(&["a dog".to_owned()]);
        assert_eq!(words.numbers("a cat and a cat"), [0, 2, 3, 0, 2]);
        let mut runs = Runs::default();
        let known = runs.learn(&words.numbers("a dog")).count();
        let found = runs.recognise(&words.numbers("a dog")).count();
        assert_eq!((known, runs.len()), (found, 3));
        let other = runs.recognise(&words.numbers("a cat a cat a cat")).count();
        assert_eq!(other.counts[1], [(4, 3), (5, 2)]);
    }

    #[test]
    fn a_no_break_space_parts_words_for_bleu_but_not_for_rouge() {
        let words = Words::of(&["5\u{a0}7/8 miles".to_owned()]);
        assert_eq!(words.numbers("5\u{a0}7/8 miles").len(), 3);
        assert_eq!(words.pieces("5\u{a0}7/8 miles").len(), 2);
        assert_eq!((words.numbers("").len(), words.pieces("").len()), (0, 1));
    }
}
