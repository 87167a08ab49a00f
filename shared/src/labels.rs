//! The words that people use for what a classifier finds in a photo.
//!
//! A classifier of ImageNet tells a kuvasz from a komondor, and gives each a number. Who cannot see the photo
//! is told "a dog": a word that is said, and that stays right where the classifier errs among dogs. The table,
//! `trainer/labels/imagenet.json`, has the word of each class and above it the broader words, up to one that
//! stands for everything. A broader word is as probable as all of its classes together ([`Labels::totals`]),
//! so that there is often one that is sure enough where no class is.
//!
//! It also says how a word lies to a sentence ([`Labels::relation`]): "a kitten on a sofa" has named the cat,
//! "an animal" says less, and "a dog" contradicts it.

use std::iter;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// More words or classes than this are no table of words.
pub const MOST: usize = 1 << 16;

/// A chain of broader words is no longer than this, so that climbing it takes no time that matters.
pub const LONGEST: usize = 32;

/// Why a table of words cannot be used.
#[derive(Debug, Error)]
pub enum LabelsError {
    /// It cannot be read.
    #[error("the table of words cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// It has more words or classes than [`MOST`].
    #[error("the table has {nodes} words for {classes} classes, which is more than {MOST}")]
    Huge {
        /// How many words it has.
        nodes: usize,
        /// How many classes.
        classes: usize,
    },
    /// A word, its plural or a synonym has no letters or digits.
    #[error("word {node} of the table has an empty name")]
    Empty {
        /// Which word.
        node: usize,
    },
    /// A broader word does not exist.
    #[error("word {node} of the table lies under word {parent}, which does not exist")]
    Parent {
        /// Which word.
        node: usize,
        /// What it names as broader.
        parent: usize,
    },
    /// A word is broader than itself, or has more than [`LONGEST`] words above it.
    #[error("word {node} of the table lies under itself, or under more than {LONGEST} words")]
    Chain {
        /// Which word.
        node: usize,
    },
    /// The word of a class does not exist.
    #[error("class {class} has word {node} of the table, which does not exist")]
    Class {
        /// Which class.
        class: usize,
        /// What it names as its word.
        node: usize,
    },
}

/// A word and its place among the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelNode {
    /// The word as it is spelt within a sentence: "goldfish", "German shepherd".
    pub word: String,
    /// Several of it: "geese"; the word itself where there is no other.
    pub plural: String,
    /// What goes before it: "an" and "a" where the spelling does not tell, "" where nothing does: "coffee".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// The broader word; none at a root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    /// It says too little to be told alone: "thing".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vague: bool,
    /// What captions call it otherwise, in lower case, plurals among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<String>,
}

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

/// The words of a classifier's classes, and the broader words above them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    nodes: Vec<LabelNode>,
    classes: Vec<usize>,
}

impl Labels {
    /// Reads a table of words and [validates](Self::validate) it.
    ///
    /// # Errors
    /// [`LabelsError`].
    pub fn from_json(json: &[u8]) -> Result<Self, LabelsError> {
        let labels: Self = serde_json::from_slice(json)?;
        labels.validate()?;
        Ok(labels)
    }

    /// Checks that every word and class leads to words that exist, and from each up to a root. Everything else
    /// here counts on that.
    ///
    /// # Errors
    /// [`LabelsError`].
    pub fn validate(&self) -> Result<(), LabelsError> {
        let (nodes, classes) = (self.nodes.len(), self.classes.len());
        if nodes > MOST || classes > MOST {
            return Err(LabelsError::Huge { nodes, classes });
        }
        for (index, node) in self.nodes.iter().enumerate() {
            let names = [&node.word, &node.plural].into_iter().chain(&node.synonyms);
            if names.into_iter().any(|name| parts(name).next().is_none()) {
                return Err(LabelsError::Empty { node: index });
            }
            if let Some(parent) = node.parent.filter(|&parent| parent >= nodes) {
                return Err(LabelsError::Parent { node: index, parent });
            }
        }
        // A chain that leads back to itself is longer than any.
        if let Some(node) = (0..nodes).find(|&node| self.path(node).nth(LONGEST + 1).is_some()) {
            return Err(LabelsError::Chain { node });
        }
        match self.classes.iter().enumerate().find(|&(_, &node)| node >= nodes) {
            Some((class, &node)) => Err(LabelsError::Class { class, node }),
            None => Ok(()),
        }
    }

    /// How many classes have words.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// How many words there are; they are numbered from 0.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// A word by its number.
    ///
    /// # Panics
    /// Where there is no such word.
    #[must_use]
    pub fn node(&self, node: usize) -> &LabelNode {
        &self.nodes[node]
    }

    /// The number of a class's word.
    ///
    /// # Panics
    /// Where there is no such class.
    #[must_use]
    pub fn class(&self, class: usize) -> usize {
        self.classes[class]
    }

    /// A word, the broader word above it, and so on up to a root.
    ///
    /// # Panics
    /// Where there is no such word.
    pub fn path(&self, node: usize) -> impl Iterator<Item = usize> {
        iter::successors(Some(node), |&node| self.nodes[node].parent)
    }

    /// The probability of each word, given that of each class: the sum over the classes at it or below it.
    /// Probabilities that are missing count as 0, and those of classes without words are left out.
    #[must_use]
    pub fn totals(&self, class_probabilities: &[f32]) -> Vec<f32> {
        let mut totals = vec![0.0; self.nodes.len()];
        for (&node, probability) in self.classes.iter().zip(class_probabilities) {
            for above in self.path(node) {
                totals[above] += probability;
            }
        }
        totals
    }

    /// How much each class has to do with a word's probability: what is at it or below it, in shares of the sum, zeros
    /// where that is 0.
    ///
    /// # Panics
    /// Where there is no such word.
    #[must_use]
    pub fn shares(&self, node: usize, class_probabilities: &[f32]) -> Vec<f32> {
        let below = |class: usize| self.path(class).any(|above| above == node);
        let own = self.classes.iter().map(|&class| f32::from(u8::from(below(class))));
        let own: Vec<f32> = own.zip(class_probabilities).map(|(own, probability)| own * probability).collect();
        let sum: f32 = own.iter().sum();
        if sum > 0.0 { own.iter().map(|share| share / sum).collect() } else { own }
    }

    /// A word with its article, as a sentence has it: "a goldfish", "an airplane", "sunglasses".
    ///
    /// # Panics
    /// Where there is no such word.
    #[must_use]
    pub fn phrase(&self, node: usize) -> String {
        let LabelNode { word, article, .. } = &self.nodes[node];
        let article = article.as_deref().unwrap_or_else(|| {
            let vowel = word.starts_with(|first: char| "aeiou".contains(first.to_ascii_lowercase()));
            if vowel { "an" } else { "a" }
        });
        if article.is_empty() { word.clone() } else { format!("{article} {word}") }
    }

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
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(|character: char| character.is_whitespace() || character == '-')
        .map(|part| part.trim_matches(|character: char| !character.is_alphanumeric()))
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[u8] = include_bytes!("../../trainer/labels/imagenet.json");

    fn table() -> Labels {
        Labels::from_json(TABLE).unwrap()
    }

    /// The number of the one word that is spelt so.
    fn find(labels: &Labels, word: &str) -> usize {
        let mut found = (0..labels.nodes()).filter(|&node| labels.node(node).word == word);
        let node = found.next().unwrap_or_else(|| panic!("no {word}"));
        assert_eq!(found.next(), None, "{word} is there twice");
        node
    }

    fn chain(labels: &Labels, class: usize) -> Vec<&str> {
        labels.path(labels.class(class)).map(|node| labels.node(node).word.as_str()).collect()
    }

    fn relation(labels: &Labels, word: &str, sentence: &str) -> Relation {
        let words: Vec<&str> = sentence.split(' ').collect();
        labels.relation(find(labels, word), &words)
    }

    fn small(json: &str) -> Result<Labels, LabelsError> {
        Labels::from_json(json.as_bytes())
    }

    #[test]
    fn classes_have_the_words_that_people_say() {
        let labels = table();
        assert_eq!(labels.classes(), 1000);
        for (class, expected) in [
            (1, "goldfish < fish < animal < thing"),
            (71, "scorpion < animal < thing"),
            (134, "crane < bird < animal < thing"),
            (222, "dog < animal < thing"),
            (235, "German shepherd < dog < animal < thing"),
            (281, "cat < animal < thing"),
            (296, "polar bear < bear < animal < thing"),
            (409, "clock < thing"),
            (517, "crane < thing"),
            (530, "clock < thing"),
            (639, "swimsuit < clothing < thing"),
            (810, "keyboard < thing"),
            (817, "sports car < car < vehicle < thing"),
            (967, "coffee < drink < food < thing"),
            (999, "toilet paper < thing"),
        ] {
            assert_eq!(chain(&labels, class).join(" < "), expected);
        }
    }

    #[test]
    fn every_class_can_be_told() {
        let labels = table();
        for class in 0..labels.classes() {
            let path: Vec<usize> = labels.path(labels.class(class)).collect();
            assert!(path.len() <= 6, "{:?}", chain(&labels, class));
            assert!(!labels.node(path[0]).vague, "{:?}", chain(&labels, class));
        }
    }

    #[test]
    fn the_table_has_one_root_and_plain_words() {
        let labels = table();
        let roots: Vec<usize> =
            (0..labels.nodes()).filter(|&node| labels.node(node).parent.is_none()).collect();
        assert_eq!(roots.len(), 1);
        assert_eq!(labels.node(roots[0]).word, "thing");
        assert!(labels.node(roots[0]).vague);
        for node in (0..labels.nodes()).map(|node| labels.node(node)) {
            let plain = |name: &str| {
                let letters = |c: char| c.is_ascii_alphanumeric() || " -'".contains(c);
                name.chars().all(letters) && name.trim() == name && !name.contains("  ")
            };
            assert!(plain(&node.word) && plain(&node.plural), "{node:?}");
            assert!(node.synonyms.iter().all(|name| plain(name) && *name == name.to_lowercase()), "{node:?}");
            assert!(
                node.article.as_deref().is_none_or(|article| ["", "a", "an"].contains(&article)),
                "{node:?}"
            );
            let mut names: Vec<&String> = node.synonyms.iter().collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), node.synonyms.len(), "{node:?}");
        }
    }

    #[test]
    fn neighbours_have_different_words() {
        let labels = table();
        let mut places: Vec<(Option<usize>, &str)> = (0..labels.nodes())
            .map(|node| (labels.node(node).parent, labels.node(node).word.as_str()))
            .collect();
        places.sort_unstable();
        let count = places.len();
        places.dedup();
        assert_eq!(places.len(), count);
    }

    #[test]
    fn a_broad_word_is_as_probable_as_its_classes_together() {
        let labels = table();
        let probabilities: Vec<f32> =
            (0..labels.classes()).map(|class| (class % 7) as f32 / 4096.0).collect();
        let totals = labels.totals(&probabilities);
        let root = find(&labels, "thing");
        // Multiples of 1/4096 below 1 are added without rounding.
        assert_eq!(totals[root], probabilities.iter().sum::<f32>());
        for (node, &total) in totals.iter().enumerate() {
            let here: f32 = (0..labels.classes())
                .filter(|&class| labels.path(labels.class(class)).any(|above| above == node))
                .map(|class| probabilities[class])
                .sum();
            assert_eq!(total, here, "{}", labels.node(node).word);
        }
        // A retriever and a terrier, neither sure: still a dog.
        let mut probabilities = vec![0.0; labels.classes()];
        (probabilities[207], probabilities[193], probabilities[281]) = (0.5, 0.25, 0.125);
        let totals = labels.totals(&probabilities);
        assert_eq!(totals[find(&labels, "dog")], 0.75);
        assert_eq!(totals[find(&labels, "animal")], 0.875);
        assert_eq!(labels.totals(&[0.5])[find(&labels, "fish")], 0.5);
        let shares = labels.shares(find(&labels, "dog"), &probabilities);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        for (class, share) in shares.iter().enumerate() {
            let is_dog = chain(&labels, class).contains(&"dog");
            assert_eq!(*share > 0.0, is_dog && probabilities[class] > 0.0, "{class}");
        }
        assert!(labels.shares(find(&labels, "fish"), &[0.0; 1000]).iter().all(|share| *share == 0.0));
    }

    #[test]
    fn phrases_have_their_articles() {
        let labels = table();
        for phrase in [
            "a goldfish",
            "an airplane",
            "an hourglass",
            "a unicycle",
            "an umbrella",
            "an iPod",
            "an ATM",
            "a German shepherd",
            "sunglasses",
            "jeans",
            "binoculars",
            "coffee",
            "broccoli",
            "guacamole",
        ] {
            let word = phrase.split_once(' ').map_or(phrase, |(_, word)| word);
            assert_eq!(labels.phrase(find(&labels, word)), phrase);
        }
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

    #[test]
    fn what_cannot_be_used_is_refused() {
        let node = |parent: &str| format!(r#"{{"word": "a", "plural": "as"{parent}}}"#);
        let (root, first) = (node(""), node(r#", "parent": 0"#));
        assert!(small(&format!(r#"{{"nodes": [{root}, {first}], "classes": [1, 1, 0]}}"#)).is_ok());
        // A parent may come later.
        let second = node(r#", "parent": 1"#);
        assert!(small(&format!(r#"{{"nodes": [{second}, {root}], "classes": []}}"#)).is_ok());

        let refused = |nodes: &str, classes: &str| {
            small(&format!(r#"{{"nodes": [{nodes}], "classes": [{classes}]}}"#)).unwrap_err()
        };
        assert!(matches!(refused(&first, ""), LabelsError::Chain { node: 0 }));
        assert!(matches!(refused(&format!("{second}, {first}, {root}"), ""), LabelsError::Chain { node: 0 }));
        assert!(matches!(refused(&second, ""), LabelsError::Parent { node: 0, parent: 1 }));
        assert!(matches!(refused(&root, "0, 1"), LabelsError::Class { class: 1, node: 1 }));
        for empty in [
            r#"{"word": "", "plural": "as"}"#,
            r#"{"word": "a", "plural": " "}"#,
            r#"{"word": "a", "plural": "as", "synonyms": ["b", "-"]}"#,
        ] {
            assert!(matches!(refused(empty, ""), LabelsError::Empty { node: 0 }), "{empty}");
        }
        let many = vec!["0"; MOST + 1].join(",");
        assert!(matches!(refused(&root, &many), LabelsError::Huge { nodes: 1, .. }));
        assert!(small(&format!(r#"{{"nodes": [{root}], "classes": [{}]}}"#, &many[2..])).is_ok());
        for unread in [
            "",
            "[]",
            r#"{"nodes": []}"#,
            r#"{"nodes": [{"word": "a"}], "classes": []}"#,
            r#"{"nodes": [{"word": "a", "plural": "as", "parent": -1}], "classes": []}"#,
            r#"{"nodes": [{"word": "a", "plural": "as", "colour": "red"}], "classes": []}"#,
            r#"{"nodes": [], "classes": [], "more": 1}"#,
        ] {
            assert!(matches!(small(unread), Err(LabelsError::Json(_))), "{unread}");
        }
    }

    #[test]
    fn a_chain_is_no_longer_than_allowed() {
        let chain = |words: usize| {
            let nodes: Vec<String> = (0..words)
                .map(|node| match node.checked_sub(1) {
                    Some(parent) => format!(r#"{{"word": "a", "plural": "as", "parent": {parent}}}"#),
                    None => r#"{"word": "a", "plural": "as"}"#.to_owned(),
                })
                .collect();
            small(&format!(r#"{{"nodes": [{}], "classes": [{}]}}"#, nodes.join(","), words - 1))
        };
        assert_eq!(chain(LONGEST + 1).unwrap().totals(&[1.0]), [1.0; LONGEST + 1]);
        assert!(
            matches!(chain(LONGEST + 2).unwrap_err(), LabelsError::Chain { node } if node == LONGEST + 1)
        );
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        let labels = table();
        let written = serde_json::to_vec(&labels).unwrap();
        assert_eq!(Labels::from_json(&written).unwrap(), labels);
        let same: serde_json::Value = serde_json::from_slice(TABLE).unwrap();
        assert_eq!(serde_json::to_value(&labels).unwrap(), same);
    }
}
