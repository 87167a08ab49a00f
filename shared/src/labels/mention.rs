//! What a sentence says about the words of a table.

use super::Labels;

/// How a word lies to a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The sentence has it.
    Named,
    /// The sentence has a broader word, given here, that is not vague.
    Broader(usize),
    /// The sentence has a narrower word, given here.
    Narrower(usize),
    /// The sentence has another word, given here, that shares a broader word with it which is not vague: it
    /// says "dog" where the word is "cat".
    Rival(usize),
    /// The sentence has none of these.
    Unmentioned,
}

impl Labels {
    /// Whether a sentence has a word, its plural or a synonym. The sentence comes as its words in lower case;
    /// punctuation around them does not matter, and "t-shirt" is the same as "t shirt". Names of several words
    /// count where these follow each other, and hide what they are made of: "a hot dog" names no dog, and "a
    /// teddy bear" no bear.
    #[must_use]
    pub fn names(&self, node: usize, sentence_words: &[&str]) -> bool {
        self.named(&split(sentence_words)).contains(&node)
    }

    /// How a word lies to a sentence, given as for [`Labels::names`]. What is nearest counts: the word itself,
    /// then narrower ones, then each broader word in turn, and with it the others below that. "A car beside a
    /// truck" thus has a broader word for a taxi, not a rival. The sentence may speak of several things, so a
    /// rival is no proof that it's wrong.
    ///
    /// # Panics
    /// Where there is no such word.
    #[must_use]
    pub fn relation(&self, node: usize, sentence_words: &[&str]) -> Relation {
        self.relation_to(node, &self.mentions(sentence_words))
    }

    /// All words that a sentence has, given as for [`Labels::names`].
    #[must_use]
    pub fn mentions(&self, sentence_words: &[&str]) -> Vec<usize> {
        self.named(&split(sentence_words))
    }

    /// [`Labels::relation`] to a sentence of which is known what it [mentions](Labels::mentions), for whoever
    /// asks about several words: finding these takes nearly all of the time.
    ///
    /// # Panics
    /// Where there is no such word.
    #[must_use]
    pub fn relation_to(&self, node: usize, named: &[usize]) -> Relation {
        if named.contains(&node) {
            return Relation::Named;
        }
        let below = |above: usize| {
            named.iter().copied().find(|&other| other != above && self.path(other).any(|node| node == above))
        };
        if let Some(narrower) = below(node) {
            return Relation::Narrower(narrower);
        }
        for above in self.path(node).skip(1).filter(|&above| !self.nodes[above].vague) {
            if named.contains(&above) {
                return Relation::Broader(above);
            }
            // Nothing on the way up from the word is named so far, so what is found lies beside it.
            if let Some(rival) = below(above) {
                return Relation::Rival(rival);
            }
        }
        Relation::Unmentioned
    }

    /// Where a sentence has a word's names: the first of its words, and how many.
    fn places(&self, node: usize, sentence: &[&str]) -> Vec<(usize, usize)> {
        let label = &self.nodes[node];
        let mut places = Vec::new();
        for name in [&label.word, &label.plural].into_iter().chain(&label.synonyms) {
            let Some(first) = parts(name).next() else { continue };
            for at in (0..sentence.len()).filter(|&at| sentence[at].eq_ignore_ascii_case(first)) {
                let wanted = parts(name).count();
                let here = sentence[at..].iter().zip(parts(name));
                if here.filter(|(word, part)| word.eq_ignore_ascii_case(part)).count() == wanted {
                    places.push((at, wanted));
                }
            }
        }
        places
    }

    /// Which words a sentence has. A name within a longer one of something else does not count: there is no
    /// dog in "a hot dog". It does where the longer one is narrower, as a school bus is a bus, or tells what is
    /// in or with it, as "a cup of coffee" does.
    fn named(&self, sentence: &[&str]) -> Vec<usize> {
        let places: Vec<(usize, usize, usize)> = (0..self.nodes.len())
            .flat_map(|node| {
                self.places(node, sentence).into_iter().map(move |(at, count)| (node, at, count))
            })
            .collect();
        let hides = |&(other, start, count): &(usize, usize, usize),
                     (node, at, words): (usize, usize, usize)| {
            let covers = start <= at && at + words <= start + count && words < count;
            let joins = |word: &&str| ["of", "and"].iter().any(|joint| word.eq_ignore_ascii_case(joint));
            covers
                && !sentence[start..start + count].iter().any(joins)
                && !self.path(other).any(|up| up == node)
        };
        let mut named: Vec<usize> = places
            .iter()
            .filter(|&&place| !places.iter().any(|other| hides(other, place)))
            .map(|&(node, ..)| node)
            .collect();
        named.dedup(); // They come in the order of the words.
        named
    }
}

/// The words of a sentence without punctuation around them or hyphens within.
fn split<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().flat_map(|word| parts(word)).collect()
}

/// What a name is made of: its words, those with hyphens in pieces.
pub(super) fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(|character: char| character.is_whitespace() || character == '-')
        .map(|part| part.trim_matches(|character: char| !character.is_alphanumeric()))
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::tests::{find, table};

    fn relation(labels: &Labels, word: &str, sentence: &str) -> Relation {
        let words: Vec<&str> = sentence.split(' ').collect();
        labels.relation(find(labels, word), &words)
    }

    #[test]
    fn a_sentence_names_a_word_by_any_of_its_names() {
        let labels = table();
        for (word, sentence, expected) in [
            ("dog", "two puppies play in the snow", true),
            ("dog", "a hot dog on a plate", false),
            ("dog", "a dog eats a hot-dog", true),
            ("lion", "a sea lion on a rock", false),
            ("bear", "a teddy bear", false),
            ("bear", "a polar bear", true),
            ("bus", "school buses", true),
            ("car", "a cable car", false),
            ("cup", "a cup of coffee", true),
            ("coffee", "a cup of coffee", true),
            ("cat", "a wild cat", false),
            ("cat", "a dog and a cow", false),
            ("goose", "a flock of geese,", true),
            ("bicycle", "bikes are parked", true),
            ("shirt", "a t shirt", true),
            ("shirt", "a t-shirt", true),
            ("sports car", "a red sports car.", true),
            ("sports car", "sports on a car", false),
            ("sports car", "a fast car for sports", false),
            ("Labrador", "a black labrador", true),
            ("streetcar", "a tram passes", true),
            ("jeans", "", false),
        ] {
            let words: Vec<&str> = sentence.split(' ').collect();
            assert_eq!(labels.names(find(&labels, word), &words), expected, "{word}: {sentence}");
        }
    }

    #[test]
    fn a_word_lies_to_a_sentence_as_its_nearest_name_does() {
        let labels = table();
        let node = |word| find(&labels, word);
        for (word, sentence, expected) in [
            ("cat", "a kitten on a sofa", Relation::Named),
            ("cat", "a dog and a cat", Relation::Named),
            ("fish", "a goldfish in a bowl", Relation::Narrower(node("goldfish"))),
            ("goldfish", "a fish in a bowl", Relation::Broader(node("fish"))),
            ("goldfish", "an orange animal", Relation::Broader(node("animal"))),
            ("cat", "a dog on a sofa", Relation::Rival(node("dog"))),
            ("goldfish", "a bird in the water", Relation::Rival(node("bird"))),
            ("goldfish", "a shark in the water", Relation::Rival(node("shark"))),
            ("taxi", "a car beside a truck", Relation::Broader(node("car"))),
            ("taxi", "a truck in the street", Relation::Rival(node("truck"))),
            ("taxi", "a dog in the street", Relation::Unmentioned),
            // All that a jacket and a hat share is too vague to contradict.
            ("jeans", "a man in a hat", Relation::Unmentioned),
            ("accordion", "a thing on a table", Relation::Unmentioned),
            ("goldfish", "", Relation::Unmentioned),
        ] {
            assert_eq!(relation(&labels, word, sentence), expected, "{word}: {sentence}");
        }
    }

    #[test]
    fn a_word_names_itself_in_every_spelling() {
        let labels = table();
        let names = (0..labels.nodes()).flat_map(|node| {
            let label = labels.node(node);
            [&label.word, &label.plural].into_iter().chain(&label.synonyms).map(move |name| (node, name))
        });
        // Each takes a look at the whole table: a part of them will do.
        for (node, name) in names.step_by(11) {
            let sentence = format!("there is {} here", name.to_lowercase());
            let words: Vec<&str> = sentence.split(' ').collect();
            assert!(labels.names(node, &words), "{name}");
            assert_eq!(labels.relation(node, &words), Relation::Named, "{name}");
        }
    }
}
