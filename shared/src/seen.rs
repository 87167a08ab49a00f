//! What a classifier and a detector of words see in a picture, beside the sentence about it.

use crate::answer::Label;
use crate::confidence::{LabelCalibration, LabelStats, Logistic, NamingCalibration, ThingStats};
use crate::labelled::{Detected, Sight, sights};
use crate::labels::Labels;
use crate::naming::{Guess, unrelated};

/// Things listed beside an answer.
const LISTED: usize = 5;
/// Things less probable than this are not listed.
const LISTED_FROM: f32 = 0.05;
/// What a classifier finds less probable than this names no picture, unless a detector tells it.
const CLASS_FROM: f32 = 0.03;
/// What a detector finds less probable than this names none, unless a classifier tells it,
const WORD_FROM: f32 = 0.02;
/// nor what is hardly likelier than in whatever photo, as log-odds.
const LIFT_FROM: f32 = 1.5;

/// What is seen in a picture, and the sentence beside it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The words.
    pub labels: &'a Labels,
    /// Probability of each class.
    pub classes: &'a [f32],
    /// What a detector tells of each word; empty without one.
    pub detected: &'a [Option<Detected>],
    /// Which of the words the best sentence names.
    pub named: &'a [usize],
    /// How far the picture lies from the training photos.
    pub distance: f32,
}

impl Seen<'_> {
    /// The things that the classifier finds likeliest.
    #[must_use]
    pub fn sights(&self) -> Vec<Sight> {
        sights(self.labels, self.classes)
    }

    /// Whatever the classifier might say, things and what is above them: nodes and their probabilities, as it has
    /// them.
    #[must_use]
    pub fn candidates(&self) -> Vec<(usize, f32)> {
        candidates(self.labels, self.classes)
    }

    /// What tells whether the picture shows one of them.
    #[must_use]
    pub fn evidence(&self, node: usize, total: f32) -> LabelStats {
        LabelStats::new(total, self.distance, self.labels.relation_to(node, self.named))
    }

    /// The probability that the picture shows one of them.
    #[must_use]
    pub fn probability(&self, calibration: &LabelCalibration, node: usize, total: f32) -> f32 {
        calibration.right.probability(&self.evidence(node, total))
    }

    /// Words that the picture might be named by, each with what is known of it.
    #[must_use]
    pub fn names(&self) -> Vec<(usize, ThingStats)> {
        let totals = self.labels.totals(self.classes);
        let extent = self.labels.totals(&vec![1.0; self.classes.len()]);
        let of = |node: usize| {
            let word = self.detected.get(node).copied().flatten();
            let expected = word.is_some_and(|word| word.probability >= WORD_FROM && word.lift > LIFT_FROM);
            (expected || totals[node] >= CLASS_FROM).then(|| {
                let total = (extent[node] > 0.0).then_some(totals[node]);
                let relation = self.labels.relation_to(node, self.named);
                (node, ThingStats::new(total, extent[node], word, relation))
            })
        };
        (0..self.labels.nodes()).filter(|&node| !self.labels.node(node).vague).filter_map(of).collect()
    }

    /// Words that the picture might be named by, likeliest first, of which none lies above another.
    #[must_use]
    pub fn guesses(&self, right: &Logistic<ThingStats>) -> Vec<Guess> {
        let guess = |(node, stats)| Guess { node, probability: right.probability(&stats) };
        unrelated(self.labels, self.names().into_iter().map(guess).collect())
    }

    /// The likeliest things, for people to choose from. Those of a classifier alone are likely both to it and once
    /// calibrated, which leaves nothing of a picture that is like no photo.
    #[must_use]
    pub fn listed(&self, calibration: Option<&LabelCalibration>) -> Vec<Label> {
        let label = |node: usize, probability: f32| Label {
            word: self.labels.node(node).word.clone(),
            phrase: self.labels.phrase(node),
            probability,
        };
        let listed: Vec<Label> = match calibration {
            Some(LabelCalibration { naming: Some(NamingCalibration { right, .. }), .. }) => {
                self.guesses(right).into_iter().map(|guess| label(guess.node, guess.probability)).collect()
            }
            _ => {
                let likely = self.sights().into_iter().filter(|sight| sight.share >= LISTED_FROM);
                let trusted = likely.map(|Sight { node, total, .. }| {
                    label(node, calibration.map_or(total, |own| self.probability(own, node, total)))
                });
                trusted.collect()
            }
        };
        listed.into_iter().filter(|label| label.probability >= LISTED_FROM).take(LISTED).collect()
    }
}

/// Things and what is above them that might be said of a picture with these probabilities of classes, each with its
/// own.
#[must_use]
pub fn candidates(labels: &Labels, classes: &[f32]) -> Vec<(usize, f32)> {
    let totals = labels.totals(classes).into_iter().enumerate();
    totals.filter(|&(node, total)| total >= LISTED_FROM && !labels.node(node).vague).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// thing > animal > (goat, deer, bird > (robin, wren)); the classifier knows goats, robins and wrens.
    pub(crate) fn labels() -> Labels {
        let json = serde_json::json!({
            "nodes": [
                {"word": "thing", "plural": "things", "vague": true},
                {"word": "animal", "plural": "animals", "parent": 0},
                {"word": "goat", "plural": "goats", "parent": 1},
                {"word": "deer", "plural": "deer", "parent": 1},
                {"word": "bird", "plural": "birds", "parent": 1},
                {"word": "robin", "plural": "robins", "parent": 4},
                {"word": "wren", "plural": "wrens", "parent": 4},
            ],
            "classes": [2, 5, 6],
        });
        Labels::from_json(json.to_string().as_bytes()).unwrap()
    }

    fn seen(detected: &[Option<Detected>], classes: &[f32], named: &[usize]) -> Vec<(usize, ThingStats)> {
        Seen { labels: &labels(), classes, named, distance: 0.0, detected }.names()
    }

    #[test]
    fn names_come_from_either_side() {
        let deer = Detected { probability: 0.3, lift: 4.0 };
        let mut detected = vec![None; 7];
        detected[3] = Some(deer);
        detected[2] = Some(Detected { probability: 0.3, lift: 0.1 });
        let found = seen(&detected, &[0.0, 0.5, 0.0], &[3]);
        let nodes: Vec<usize> = found.iter().map(|(node, _)| *node).collect();
        // The goat is no likelier than in any photo.
        assert_eq!(nodes, [1, 3, 4, 5]);
        let [animal, deer, bird, robin] = [0, 1, 2, 3].map(|place| found[place].1);
        assert_eq!((deer.classified, deer.log_odds, deer.extent), (0.0, 0.0, 0.0));
        assert_eq!((deer.worded, deer.lift, deer.said), (1.0, 4.0, 1.0));
        assert_eq!((robin.classified, robin.log_odds, robin.worded, robin.said), (1.0, 0.0, 0.0, -1.0));
        assert_eq!((robin.extent, bird.said, animal.said), (0.0, -1.0, 0.5));
        assert!((animal.extent - 3.0_f32.ln()).abs() < 1e-6);
    }

    fn label(log_odds: f32) -> LabelStats {
        LabelStats { log_odds, ..LabelStats::default() }
    }

    #[test]
    fn the_likeliest_things_are_listed() {
        let labels = labels();
        let classes = [0.02, 0.3, 0.6];
        let seen = Seen { labels: &labels, classes: &classes, named: &[], distance: 0.0, detected: &[] };
        let listed = seen.listed(None);
        let found: Vec<(&str, f32)> =
            listed.iter().map(|label| (&*label.phrase, label.probability)).collect();
        assert_eq!(found, [("a wren", 0.6), ("a robin", 0.3)]);
        // A calibration that trusts the classifier less, and one that never does.
        let half = LabelCalibration {
            right: Logistic { intercept: -2.0, weights: label(1.0) },
            thing_from: 0.7,
            broader_from: 0.75,
            rival_from: 0.6,
            naming: None,
        };
        let trusted: Vec<f32> = seen.listed(Some(&half)).iter().map(|label| label.probability).collect();
        assert!(trusted.iter().all(|&probability| probability >= LISTED_FROM), "{trusted:?}");
        let never = LabelCalibration { right: Logistic { intercept: -20.0, weights: label(1.0) }, ..half };
        assert_eq!(seen.listed(Some(&never)), []);
    }
}
