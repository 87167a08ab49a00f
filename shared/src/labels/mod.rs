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

mod check;
mod mention;

use std::iter;

use serde::{Deserialize, Serialize};

pub use check::{LONGEST, LabelsError, MOST};
pub use mention::Relation;

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
        let own: Vec<f32> =
            own.zip(class_probabilities).map(|(own, probability)| own * probability).collect();
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
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const TABLE: &[u8] = include_bytes!("../../../trainer/labels/imagenet.json");

    pub fn table() -> Labels {
        Labels::from_json(TABLE).unwrap()
    }

    /// The number of the one word that is spelt so.
    pub fn find(labels: &Labels, word: &str) -> usize {
        let mut found = (0..labels.nodes()).filter(|&node| labels.node(node).word == word);
        let node = found.next().unwrap_or_else(|| panic!("no {word}"));
        assert_eq!(found.next(), None, "{word} is there twice");
        node
    }

    pub fn chain(labels: &Labels, class: usize) -> Vec<&str> {
        labels.path(labels.class(class)).map(|node| labels.node(node).word.as_str()).collect()
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
    fn it_is_written_as_it_was_read() {
        let labels = table();
        let written = serde_json::to_vec(&labels).unwrap();
        assert_eq!(Labels::from_json(&written).unwrap(), labels);
        let same: serde_json::Value = serde_json::from_slice(TABLE).unwrap();
        assert_eq!(serde_json::to_value(&labels).unwrap(), same);
    }
}
