//! Words for people whose gender the photo does not tell.
//!
//! Captions say "man" of whoever is far away, turned round or wrapped up, since most captions do (Hendricks et
//! al. 2018). Where a detector of words does not put the word that was said clearly before its rival, the word
//! that holds for both is the truer one. A sentence that names both stays as it is: it tells people apart, and
//! the detector, which reads the whole photo, cannot say which is which.

/// A word, its rival, and what holds for both.
const PAIRS: [(&str, &str, &str); 8] = [
    ("man", "woman", "person"),
    ("men", "women", "people"),
    ("boy", "girl", "child"),
    ("boys", "girls", "children"),
    ("woman", "man", "person"),
    ("women", "men", "people"),
    ("girl", "boy", "child"),
    ("girls", "boys", "children"),
];

/// Pronouns, which follow whom they stand for.
const PRONOUNS: [(&str, &str); 4] =
    [("his", "their"), ("her", "their"), ("himself", "themselves"), ("herself", "themselves")];

/// The words to put in the place of a sentence's words, by their places.
///
/// `odds` tells the log-odds of a word in a caption of the photo; where it knows one of two rivals only, nothing
/// is changed. A word is kept whose log-odds are at least `margin` above its rival's.
#[must_use]
pub fn neutral(
    words: &[&str],
    odds: impl Fn(&str) -> Option<f32>,
    margin: f32,
) -> Vec<(usize, &'static str)> {
    let said = |word: &str| words.contains(&word);
    let weak = |own: &str, rival: &str| {
        let ahead = odds(own).zip(odds(rival)).map(|(own, rival)| own - rival);
        ahead.is_some_and(|ahead| ahead < margin)
    };
    let of_both = |word: &str| {
        let &(own, rival, both) = PAIRS.iter().find(|(own, ..)| *own == word)?;
        (!said(rival) && weak(own, rival)).then_some(both)
    };
    let mut changes: Vec<(usize, &str)> =
        words.iter().enumerate().filter_map(|(place, word)| Some((place, of_both(word)?))).collect();
    let left = || PAIRS.iter().any(|(own, rival, _)| said(own) && (said(rival) || !weak(own, rival)));
    // As long as someone of known gender is there, a pronoun may be theirs.
    if !changes.is_empty() && !left() {
        let pronouns = words.iter().enumerate().filter_map(|(place, word)| {
            PRONOUNS.iter().find(|(own, _)| own == word).map(|&(_, both)| (place, both))
        });
        changes.extend(pronouns);
        changes.sort_unstable();
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sentence: &str, odds: &[(&str, f32)], margin: f32) -> String {
        let mut words: Vec<&str> = sentence.split(' ').collect();
        let find = |word: &str| odds.iter().find(|(own, _)| *own == word).map(|&(_, odds)| odds);
        for (place, word) in neutral(&words.clone(), find, margin) {
            words[place] = word;
        }
        words.join(" ")
    }

    #[test]
    fn a_word_without_evidence_gives_way_to_one_that_holds_for_both() {
        let odds = [("man", 0.5), ("woman", 0.0), ("boy", -3.0), ("girl", -1.0)];
        assert_eq!(said("a man on his bike", &odds, 1.0), "a person on their bike");
        assert_eq!(said("a man on his bike", &odds, 0.5), "a man on his bike");
        assert_eq!(said("a young boy runs", &odds, 0.0), "a young child runs");
        assert_eq!(said("a young girl runs", &odds, 2.0), "a young girl runs");
        assert_eq!(said("a boy and his father", &odds, 0.0), "a child and their father");
    }

    #[test]
    fn where_both_are_said_or_nothing_is_known_words_stay() {
        let odds = [("man", 0.0), ("woman", 0.0), ("boys", 1.0)];
        assert_eq!(said("a man and a woman", &odds, 1.0), "a man and a woman");
        assert_eq!(said("two boys", &odds, 1.0), "two boys");
        let odds = [("man", 9.0), ("woman", 0.0), ("boy", 0.0), ("girl", 0.0)];
        assert_eq!(said("a man with his boy", &odds, 1.0), "a man with his child");
    }
}
