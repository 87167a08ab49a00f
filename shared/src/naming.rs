//! Which thing a picture is named after, told by a classifier and a detector of words together.
//!
//! A classifier knows its classes well and nothing else: of deer it says "impala". A detector of words has seen few
//! photos, but of whatever captions speak of. What both say of a word of the table becomes one probability
//! ([`ThingStats`](crate::confidence::ThingStats)), and where no single word is probable enough, two or three of them are told together: "a goat, a
//! deer or a sheep". That is a prediction set, the smallest of which the likeliest words add up to a limit (Sadinle,
//! Lei and Wasserman 2019); the limit is learnt from pictures of which people said what they show.

use crate::detector::CERTAIN;
use crate::labelled::{Detected, Lexicon, log_odds};
use crate::labels::{Labels, Relation};

/// Most words that are told together.
pub const MOST: usize = 3;
/// A word that a picture might be named by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// Its node among the labels.
    pub node: usize,
    /// The probability that it is right.
    pub probability: f32,
}

/// What a detector tells of each label, by its log-odds of each word of the vocabulary in a caption of the photo and
/// of whatever photo; nothing of labels whose words it does not know.
#[must_use]
pub fn detected(lexicon: &Lexicon, odds: &[f32], usual: &[f32]) -> Vec<Option<Detected>> {
    let of = |words: &[u32]| {
        let known = |word: &&u32| usual.get(**word as usize).is_some_and(|&odds| odds < CERTAIN);
        let known: Vec<usize> = words.iter().filter(known).map(|&word| word as usize).collect();
        let any = |odds: &[f32]| {
            let none: f32 = known.iter().map(|&word| 1.0 / (1.0 + odds[word].exp())).product();
            1.0 - none
        };
        (!known.is_empty()).then(|| {
            let probability = any(odds);
            Detected { probability, lift: log_odds(probability) - log_odds(any(usual)) }
        })
    };
    lexicon.own().map(of).collect()
}

/// Guesses by probability, largest first, without those that lie above or below a likelier one.
#[must_use]
pub fn unrelated(labels: &Labels, mut guesses: Vec<Guess>) -> Vec<Guess> {
    guesses.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.node.cmp(&b.node)));
    let mut kept: Vec<Guess> = Vec::new();
    for guess in guesses {
        let above = |low: usize, high: usize| labels.path(low).any(|node| node == high);
        if !kept.iter().any(|own| above(own.node, guess.node) || above(guess.node, own.node)) {
            kept.push(guess);
        }
    }
    kept
}

/// The fewest of the likeliest guesses that add up to a probability, and what they add up to; nothing where it takes
/// more than [`MOST`].
#[must_use]
pub fn fewest(guesses: &[Guess], from: f32) -> Option<(&[Guess], f32)> {
    let mut sum = 0.0;
    (1..=guesses.len().min(MOST)).find_map(|count| {
        sum += guesses[count - 1].probability;
        (sum >= from).then_some((&guesses[..count], f32::min(sum, 1.0)))
    })
}

/// Nouns with their articles as a sentence has them: "a goat, a deer or a sheep".
#[must_use]
pub fn either(phrases: &[String]) -> String {
    match phrases.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}

/// Whether a sentence that names some labels has one of several words, or a narrower one. A broader one says less.
#[must_use]
pub fn has_one_of(labels: &Labels, nodes: &[usize], named: &[usize]) -> bool {
    let has = |relation| matches!(relation, Relation::Named | Relation::Narrower(_));
    nodes.iter().any(|&node| has(labels.relation_to(node, named)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seen::tests::labels;
    use crate::vocabulary::{END, PAD, START, UNKNOWN, Vocabulary};

    #[test]
    fn a_detector_speaks_of_the_words_that_it_knows() {
        let words = [PAD, START, END, UNKNOWN, "goat", "goats", "kid", "deer", "robin"].map(str::to_owned);
        let lexicon = Lexicon::new(&labels(), &Vocabulary::new(words.to_vec()).unwrap());
        let usual = [0.0, 0.0, 0.0, 0.0, -3.0, -4.0, 5.0, -6.0, CERTAIN];
        let odds = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, -2.0, CERTAIN];
        let found = detected(&lexicon, &odds, &usual);
        // Goats in either number; "kid" is not the word that would be told.
        assert!((found[2].unwrap().probability - 0.75).abs() < 1e-6);
        assert!((found[3].unwrap().lift - 4.0).abs() < 1e-3);
        assert_eq!((found[0], found[4], found[5]), (None, None, None));
    }

    #[test]
    fn the_fewest_likely_words_are_told_together() {
        let labels = labels();
        let guess = |node, probability| Guess { node, probability };
        let all = vec![guess(2, 0.3), guess(3, 0.25), guess(1, 0.28), guess(5, 0.2), guess(4, 0.1)];
        let found = unrelated(&labels, all);
        assert_eq!(found.iter().map(|own| own.node).collect::<Vec<_>>(), [2, 3, 5]);
        let sum = |from| fewest(&found, from).map(|(own, sum)| (own.len(), (sum * 100.0).round()));
        assert_eq!(sum(0.3), Some((1, 30.0)));
        assert_eq!(sum(0.5), Some((2, 55.0)));
        assert_eq!(sum(0.7), Some((3, 75.0)));
        assert_eq!(sum(0.8), None);
        let phrase =
            |nodes: &[usize]| either(&nodes.iter().map(|&node| labels.phrase(node)).collect::<Vec<_>>());
        assert_eq!(phrase(&[2]), "a goat");
        assert_eq!(phrase(&[2, 3]), "a goat or a deer");
        assert_eq!(phrase(&[2, 3, 5]), "a goat, a deer or a robin");
        assert!(has_one_of(&labels, &[2, 3], &[2]) && has_one_of(&labels, &[2, 4], &[5]));
        assert!(!has_one_of(&labels, &[2, 3], &[1]) && !has_one_of(&labels, &[2, 3], &[5]));
    }
}
