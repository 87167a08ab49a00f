//! Words that a caption hardly ever says twice.
//!
//! "A bench sitting on a bench" is what a decoder says that has seen one bench and goes on looking at it. In 119,000
//! captions by people 0.2 to 4 % of those with a given noun have it twice ("a cat" 2.1 %, "bench" 0.4 %), whereas words
//! for people, colours and words of grammar recur often ("a man in a red shirt and a man in a blue shirt"). So such a word
//! costs something when it comes again, singular or plural (the repetition penalty of Keskar et al. 2019; here added to
//! log-probabilities, and for content words alone).

use std::collections::{HashMap, HashSet};

use crate::vocabulary::Vocabulary;

/// What may come again: words of grammar, people, colours, counts, and what people wear these on.
const RECURRING: &str = "a an the this that these those some any each every all both another other others one two three \
    four five six many several few and or but while as if than then which who whose what where when how \
    i you he she it we they me him her us them my your his its our their there here \
    in on at by of to from for with without into onto over under above below up down out off through across along \
    around about against among between behind beside besides before after during near next toward towards inside \
    outside within upon past via like top front side sides back left right middle \
    is are was were be been being am has have had having do does did doing not no very too also just \
    sit sits sitting stand stands standing wear wears wearing \
    man men woman women boy boys girl girls child children kid kids person people player players team lady ladies guy \
    guys baby dog dogs shirt shirts \
    white black red blue green yellow brown orange pink purple gray grey tan gold silver dark light small large big \
    little young old long short different colored wooden";

/// For each word of a vocabulary the number of the words that it counts as a repetition of, 0 where it may come again.
#[must_use]
pub fn kin(vocabulary: &Vocabulary) -> Vec<u32> {
    let recurring: HashSet<&str> = RECURRING.split_whitespace().collect();
    let mut numbers = HashMap::new();
    (0..vocabulary.len() as u32)
        .map(|token| {
            let word = vocabulary.word(token);
            let is_word = word.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
            if !is_word || recurring.contains(word) {
                return 0;
            }
            let next = numbers.len() as u32 + 1;
            *numbers.entry(singular(word)).or_insert(next)
        })
        .collect()
}

/// A noun without its plural ending, well enough to know "benches" for "bench".
fn singular(word: &str) -> String {
    let sibilant = |stem: &str| ["ss", "x", "sh", "ch"].iter().any(|end| stem.ends_with(end));
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 => match stem.strip_suffix("ie") {
            Some(short) => format!("{short}y"),
            None if stem.ends_with('s') => word.to_owned(),
            None => stem.strip_suffix('e').filter(|short| sibilant(short)).unwrap_or(stem).to_owned(),
        },
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{END, PAD, START, UNKNOWN};

    #[test]
    fn a_word_is_its_plural_again_and_some_words_are_free() {
        for (plural, word) in [
            ("benches", "bench"),
            ("cats", "cat"),
            ("puppies", "puppy"),
            ("glasses", "glass"),
            ("horses", "horse"),
            ("grass", "grass"),
            ("bus", "bus"),
        ] {
            assert_eq!(singular(plural), singular(word), "{plural}");
        }
        assert_ne!(singular("glass"), singular("glove"));
        let words = [START, END, PAD, UNKNOWN, "a", "bench", "benches", "man", "red", "cat", "'s"];
        let vocabulary = Vocabulary::new(words.map(str::to_owned).to_vec()).unwrap();
        let of = |word: &str| kin(&vocabulary)[vocabulary.id(word).unwrap() as usize];
        assert_eq!(of("bench"), of("benches"));
        assert!(of("bench") != of("cat") && of("cat") > 0);
        assert_eq!(["a", "man", "red", "'s"].map(of), [0; 4]);
    }
}
