//! Sentences that name what a classifier sees, also in words that no caption of the training photos had.
//!
//! A search is guided towards the words of things that the classifier is rather sure of (after the constrained
//! search of Anderson et al. 2017, which enforces words where this rewards them). Where the vocabulary has no
//! word for such a thing, it is guided towards that of what is next above it in the tree, and once the sentence is
//! found the thing's own word takes that place: "a fish in water" becomes "a goldfish in water" (novel objects by
//! substitution, as Agrawal et al. 2019 review it). Nothing here knows tensors.

use std::collections::HashMap;

use crate::labels::{LabelNode, Labels, Relation};
use crate::vocabulary::Vocabulary;

/// A word of a sentence as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The word, or the words that took its place.
    pub word: String,
    /// Which token of the hypothesis it stands for.
    pub token: usize,
}

/// Something in the picture that a classifier tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sight {
    /// Its node among the labels, never a vague one.
    pub node: usize,
    /// Probability of the classes whose own word this is, without those of narrower words.
    pub share: f32,
    /// Probability of all classes under it.
    pub total: f32,
}

/// What a classifier's probabilities say in words: by share, largest first, those without any left out.
#[must_use]
pub fn sights(labels: &Labels, classes: &[f32]) -> Vec<Sight> {
    let totals = labels.totals(classes);
    let mut shares: HashMap<usize, f32> = HashMap::new();
    for (class, &share) in classes.iter().enumerate() {
        if let Some(node) = sayable(labels, labels.class(class)) {
            *shares.entry(node).or_insert(0.0) += share;
        }
    }
    let seen = shares.into_iter().map(|(node, share)| Sight { node, share, total: totals[node] });
    let mut seen: Vec<Sight> = seen.filter(|sight| sight.share > 0.0).collect();
    // Ties go to the lower node: a hash map has no order.
    seen.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.node.cmp(&b.node)));
    seen
}

/// The node itself, or the nearest above it, that is worth saying.
fn sayable(labels: &Labels, node: usize) -> Option<usize> {
    labels.path(node).find(|&node| !labels.node(node).vague)
}

/// Log-odds of a probability, cut off where a classifier's are no longer told apart.
#[must_use]
pub fn log_odds(probability: f32) -> f32 {
    let probability = probability.clamp(1e-4, 1.0 - 1e-4);
    (probability / (1.0 - probability)).ln()
}

/// What a detector of words tells of a label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detected {
    /// The probability that a caption has its word, in the singular or the plural.
    pub probability: f32,
    /// By how much the photo raises the log-odds of that.
    pub lift: f32,
}

/// What labels tell about a sentence that names some of them; zeros without a classifier.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MentionStats {
    /// The largest probability of those that it names, 0 if there are none.
    pub known: f32,
    /// The probability of the likeliest thing where the sentence contradicts it or leaves it out, else 0.
    pub missed: f32,
}

/// What labels tell about a sentence that names some of them.
#[must_use]
pub fn evidence(labels: &Labels, classes: &[f32], named: &[usize]) -> MentionStats {
    let totals = labels.totals(classes);
    let precise = named.iter().filter(|&&node| !labels.node(node).vague);
    let known = precise.map(|&node| totals[node]).fold(0.0, f32::max);
    let top = sights(labels, classes).into_iter().next();
    let missed = top.filter(|top| is_left_out(labels, top.node, named)).map_or(0.0, |top| top.total);
    MentionStats { known, missed }
}

/// Whether a sentence that names some labels contradicts or leaves out one.
#[must_use]
pub fn is_left_out(labels: &Labels, node: usize, named: &[usize]) -> bool {
    match labels.relation_to(node, named) {
        Relation::Rival(_) | Relation::Unmentioned => true,
        Relation::Named | Relation::Broader(_) | Relation::Narrower(_) => false,
    }
}

/// Which tokens of a vocabulary say which labels.
#[derive(Debug, Clone)]
pub struct Lexicon {
    /// By node.
    tokens: Vec<Vec<u32>>,
    /// Those of the word itself and its plural, which would be told.
    own: Vec<Vec<u32>>,
}

impl Lexicon {
    /// Looks up the words of all labels.
    #[must_use]
    pub fn new(labels: &Labels, vocabulary: &Vocabulary) -> Self {
        let ids: HashMap<&str, u32> =
            (0..vocabulary.len() as u32).map(|id| (vocabulary.word(id), id)).collect();
        let known = |words: &mut dyn Iterator<Item = &String>| {
            let mut known: Vec<u32> =
                words.filter_map(|word| ids.get(word.to_lowercase().as_str()).copied()).collect();
            known.sort_unstable();
            known.dedup();
            known
        };
        let nodes = || (0..labels.nodes()).map(|node| labels.node(node));
        let own = |node: &LabelNode| known(&mut [&node.word, &node.plural].into_iter());
        let all = |node: &LabelNode| known(&mut [&node.word, &node.plural].into_iter().chain(&node.synonyms));
        Self { tokens: nodes().map(all).collect(), own: nodes().map(own).collect() }
    }

    /// The tokens of each label's word and its plural, by node.
    pub fn own(&self) -> impl Iterator<Item = &[u32]> {
        self.own.iter().map(Vec::as_slice)
    }
}

/// Words of which a sentence shall have one.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// Any of these.
    pub tokens: Vec<u32>,
    /// How much the first of them adds to a sentence.
    pub bonus: f32,
}

/// What sentences about a picture shall say: a wish for each thing of at least the probability `least` that has
/// nothing likely below it. Each is worth its log-odds above those of `least`.
#[must_use]
pub fn wishes(labels: &Labels, classes: &[f32], lexicon: &Lexicon, least: f32) -> Vec<Wish> {
    let mut wishes: Vec<Wish> = Vec::new();
    for (node, total) in likely(labels, classes, least) {
        let has_words = |node: &usize| !lexicon.tokens[*node].is_empty();
        let said = labels.path(node).filter(|&node| !labels.node(node).vague).find(has_words);
        let Some(said) = said else { continue };
        let (tokens, bonus) = (lexicon.tokens[said].clone(), log_odds(total) - log_odds(least));
        // Two things without words of their own may meet in one.
        match wishes.iter_mut().find(|wish| wish.tokens == tokens) {
            Some(wish) => wish.bonus = wish.bonus.max(bonus),
            None => wishes.push(Wish { tokens, bonus }),
        }
    }
    wishes
}

/// Things of at least a probability, worth saying, with nothing of that probability below them; likeliest first.
fn likely(labels: &Labels, classes: &[f32], least: f32) -> Vec<(usize, f32)> {
    let totals = labels.totals(classes);
    let mut found: Vec<usize> =
        (0..totals.len()).filter(|&node| !labels.node(node).vague && totals[node] >= least).collect();
    let above: Vec<usize> =
        found.iter().flat_map(|&node| labels.path(node).filter(move |&other| other != node)).collect();
    found.retain(|node| !above.contains(node));
    found.sort_by(|&a, &b| totals[b].total_cmp(&totals[a]).then(a.cmp(&b)));
    found.into_iter().map(|node| (node, totals[node])).collect()
}

/// Puts the words of things that the classifier gives at least the probability `least` into a sentence that names
/// only what lies above them. Articles are mended, and a plural stays one.
pub fn substitute(labels: &Labels, classes: &[f32], least: f32, sentence: &mut Vec<Spoken>) {
    for (node, _) in likely(labels, classes, least) {
        let words: Vec<&str> = sentence.iter().map(|spoken| spoken.word.as_str()).collect();
        let mut above = labels.path(node).filter(|&other| other != node && !labels.node(other).vague);
        let place = above
            .find_map(|proxy| Some((proxy, words.iter().position(|word| is_called(labels, proxy, word))?)));
        // Which labels a sentence names takes longest to tell.
        if let Some((proxy, place)) = place.filter(|_| !labels.names(node, &words)) {
            put(labels, node, proxy, place, sentence);
        }
    }
}

/// Whether a node goes by a word.
fn is_called(labels: &Labels, node: usize, word: &str) -> bool {
    let own = labels.node(node);
    [&own.word, &own.plural].into_iter().chain(&own.synonyms).any(|name| name == word)
}

/// Words after which a noun that has one form for both numbers is a plural.
const SEVERAL: &str = "two three four five six seven eight nine ten several many some few various of all";
/// Words after which it is not.
const ONE: &str = "a an one this that another each every";

/// Puts a label's word in the place of a broader one.
fn put(labels: &Labels, node: usize, proxy: usize, place: usize, sentence: &mut Vec<Spoken>) {
    let (own, other) = (labels.node(node), labels.node(proxy));
    let is_mass =
        |node: usize| !labels.phrase(node).contains(' ') || labels.node(node).article.as_deref() == Some("");
    let before = sentence[place.saturating_sub(3)..place].iter().rev();
    let is_plural = if other.word == other.plural || is_mass(proxy) {
        let has = |list: &str, word: &str| list.split(' ').any(|other| other == word);
        let number = before.map(|spoken| &*spoken.word).find_map(|word| match word {
            _ if has(ONE, word) => Some(false),
            _ if has(SEVERAL, word) => Some(true),
            _ => None,
        });
        number.unwrap_or(true)
    } else {
        sentence[place].word == other.plural
            || sentence[place].word.ends_with('s') && sentence[place].word != other.word
    };
    let plural = is_plural && !is_mass(node);
    sentence[place].word = if plural { own.plural.clone() } else { own.word.clone() };
    let Some(article) = place.checked_sub(1).filter(|&at| matches!(&*sentence[at].word, "a" | "an")) else {
        return;
    };
    match labels.phrase(node).split_once(' ') {
        Some((own, _)) if matches!(own, "a" | "an") && !is_mass(node) => {
            own.clone_into(&mut sentence[article].word)
        }
        _ => drop(sentence.remove(article)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{END, PAD, START, UNKNOWN};

    /// thing > animal > (fish > goldfish, dog), thing > food > (burrito, espresso); a class each of goldfish,
    /// dog, burrito, espresso, and one of fish.
    fn labels() -> Labels {
        let json = serde_json::json!({
            "nodes": [
                {"word": "thing", "plural": "things", "vague": true},
                {"word": "animal", "plural": "animals", "parent": 0},
                {"word": "fish", "plural": "fish", "parent": 1},
                {"word": "goldfish", "plural": "goldfish", "parent": 2},
                {"word": "dog", "plural": "dogs", "parent": 1, "synonyms": ["puppy"]},
                {"word": "food", "plural": "food", "article": "", "parent": 0},
                {"word": "burrito", "plural": "burritos", "parent": 5},
                {"word": "espresso", "plural": "espressos", "article": "an", "parent": 5},
            ],
            "classes": [3, 4, 6, 7, 2],
        });
        Labels::from_json(json.to_string().as_bytes()).unwrap()
    }

    fn renamed(sentence: &str, classes: &[f32]) -> String {
        let words = sentence.split(' ').enumerate();
        let mut spoken: Vec<Spoken> =
            words.map(|(token, word)| Spoken { word: word.to_owned(), token }).collect();
        substitute(&labels(), classes, 0.5, &mut spoken);
        spoken.iter().map(|spoken| &*spoken.word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_trusted_label_takes_the_place_of_what_is_above_it() {
        let goldfish = [0.9, 0.0, 0.0, 0.0, 0.05];
        assert_eq!(renamed("a fish in water", &goldfish), "a goldfish in water");
        assert_eq!(renamed("an animal in water", &goldfish), "a goldfish in water");
        assert_eq!(renamed("a dog and a fish", &goldfish), "a dog and a goldfish");
        assert_eq!(renamed("a goldfish and a fish", &goldfish), "a goldfish and a fish");
        assert_eq!(renamed("a red car", &goldfish), "a red car");
        // Not sure enough, and nothing narrower than what is said.
        assert_eq!(renamed("a fish in water", &[0.4, 0.0, 0.0, 0.0, 0.5]), "a fish in water");
    }

    #[test]
    fn number_and_article_fit() {
        let dog = [0.0, 0.9, 0.0, 0.0, 0.0];
        assert_eq!(renamed("two animals on grass", &dog), "two dogs on grass");
        assert_eq!(renamed("an animal", &dog), "a dog");
        let burrito = [0.0, 0.0, 0.9, 0.0, 0.0];
        assert_eq!(renamed("a plate of food", &burrito), "a plate of burritos");
        let espresso = [0.0, 0.0, 0.0, 0.9, 0.0];
        assert_eq!(renamed("a food on a table", &espresso), "an espresso on a table");
    }

    #[test]
    fn wishes_are_for_words_that_can_be_said() {
        let words = [PAD, START, END, UNKNOWN, "fish", "dogs", "puppy"].map(str::to_owned);
        let vocabulary = Vocabulary::new(words.to_vec()).unwrap();
        let (labels, least) = (labels(), 0.2);
        let lexicon = Lexicon::new(&labels, &vocabulary);
        let wishes = |classes: &[f32]| wishes(&labels, classes, &lexicon, least);
        let found = wishes(&[0.6, 0.3, 0.0, 0.0, 0.0]);
        let bonus = |probability: f32| log_odds(probability) - log_odds(least);
        // "goldfish" cannot be said: what is next above it stands for it.
        assert_eq!(
            found,
            [Wish { tokens: vec![4], bonus: bonus(0.6) }, Wish { tokens: vec![5, 6], bonus: bonus(0.3) },]
        );
        // Nothing is known of food, and nothing is likely.
        assert!(wishes(&[0.0, 0.0, 0.9, 0.0, 0.0]).is_empty());
        assert!(wishes(&[0.1, 0.1, 0.1, 0.1, 0.1]).len() <= 1);
    }

    #[test]
    fn sights_are_by_their_own_share() {
        let found = sights(&labels(), &[0.2, 0.1, 0.0, 0.0, 0.5]);
        let nodes: Vec<usize> = found.iter().map(|sight| sight.node).collect();
        assert_eq!(nodes, [2, 3, 4]);
        assert!((found[0].total - 0.7).abs() < 1e-6 && (found[0].share - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_sentence_names_or_misses_what_is_seen() {
        let classes = [0.6, 0.3, 0.0, 0.0, 0.0];
        let found = |sentence: &str| {
            let named = labels().mentions(&sentence.split(' ').collect::<Vec<_>>());
            let MentionStats { known, missed } = evidence(&labels(), &classes, &named);
            (known, missed)
        };
        assert_eq!(found("a goldfish in water"), (0.6, 0.0));
        assert_eq!(found("a dog on grass"), (0.3, 0.6));
        assert_eq!(found("a red car"), (0.0, 0.6));
    }
}
