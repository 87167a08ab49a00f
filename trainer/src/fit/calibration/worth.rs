//! What the answers of a classifier are worth, learnt from pictures of which people said what they show.

use showtell::confidence::{LabelCalibration, LabelStats, Logistic};
use showtell::labelled::is_left_out;
use showtell::labels::{Labels, Relation};
use showtell::seen::Seen;

use super::limits::{lowest, lowest_of};
use super::logistic::fit;
use super::names;
use super::{FOLDS, Goals, Pictured};

/// Fewer sentences at odds with a thing than this say nothing about who is right.
const LEAST_DISPUTES: usize = 20;

/// Something seen in a picture of which is known whether it is there.
#[derive(Debug, Clone, Copy)]
struct Sight {
    evidence: LabelStats,
    right: bool,
    /// How many classes lie under it.
    extent: f32,
    /// Whether it is the likeliest thing, and not what is above it.
    is_thing: bool,
}

impl Pictured {
    /// What the classifier sees, with the sentence beside it.
    #[must_use]
    pub fn seen<'a>(&'a self, labels: &'a Labels) -> Seen<'a> {
        Seen {
            labels,
            classes: &self.classes,
            detected: &self.detected,
            named: &self.named,
            distance: self.evidence.distance,
        }
    }

    /// Whether the picture shows what a label says; nothing where that cannot be known.
    #[must_use]
    pub fn shows(&self, labels: &Labels, node: usize) -> Option<bool> {
        match labels.relation_to(node, &self.shown) {
            Relation::Named | Relation::Narrower(_) => Some(true),
            // People said less. Of the one thing that a picture is of this is another word; among all that a
            // sentence is about it may be something else.
            Relation::Broader(_) => self.is_of_one_thing.then_some(true),
            Relation::Rival(_) | Relation::Unmentioned => Some(false),
        }
    }

    fn sights(&self, labels: &Labels) -> Vec<Sight> {
        let seen = self.seen(labels);
        let extent = labels.totals(&vec![1.0; self.classes.len()]);
        let thing = seen.sights().first().map(|top| top.node);
        let known = seen.candidates().into_iter().filter_map(|(node, total)| {
            let right = self.shows(labels, node)?;
            let evidence = seen.evidence(node, total);
            Some(Sight { evidence, right, extent: extent[node], is_thing: thing == Some(node) })
        });
        known.collect()
    }
}

/// What is told where no thing is: as [`showtell::decision::decide`] chooses it.
fn broader(sights: &[(Sight, f32)], limit: f32) -> Option<bool> {
    let probable = sights.iter().filter(|(_, probability)| *probability >= limit);
    let narrowest = probable.min_by(|(a, p), (b, q)| a.extent.total_cmp(&b.extent).then(q.total_cmp(p)));
    narrowest.map(|(sight, _)| sight.right)
}

/// Learns how probable it is that a picture shows what is seen in it, and from where on to tell that. Probabilities
/// that decide limits are those of models that had not seen the picture. `plain` are the sentences that would be
/// told plainly, by their places among the pictures.
///
/// Nothing where no picture has something to be seen.
#[must_use]
pub fn learn(
    labels: &Labels,
    pictures: &[Pictured],
    plain: &[usize],
    goals: Goals,
) -> Option<LabelCalibration> {
    // What captions name is not all that a photo shows: where there are pictures of one thing, these teach.
    let by_things = pictures.iter().any(|picture| picture.is_of_one_thing);
    let teaches = |picture: &Pictured| picture.is_of_one_thing || !by_things;
    let sights: Vec<Vec<Sight>> = pictures
        .iter()
        .map(|picture| if teaches(picture) { picture.sights(labels) } else { Vec::new() })
        .collect();
    let model = |within: &dyn Fn(usize) -> bool| -> Logistic<LabelStats> {
        let own = sights.iter().enumerate().filter(|(place, _)| within(*place));
        fit(&own
            .flat_map(|(_, sights)| sights)
            .map(|sight| (sight.evidence, sight.right))
            .collect::<Vec<_>>())
    };
    if sights.iter().all(Vec::is_empty) {
        return None;
    }
    let others: Vec<Logistic<LabelStats>> =
        (0..FOLDS).map(|fold| model(&|place| place % FOLDS != fold)).collect();
    let judged: Vec<Vec<(Sight, f32)>> = sights
        .iter()
        .enumerate()
        .map(|(place, sights)| {
            let model = &others[place % FOLDS];
            sights.iter().map(|sight| (*sight, model.probability(&sight.evidence))).collect()
        })
        .collect();

    let things = judged.iter().flatten().filter(|(sight, _)| sight.is_thing);
    let thing_from = lowest(&things.map(|(sight, p)| (*p, sight.right)).collect::<Vec<_>>(), goals.label);
    // Those of which no thing is told.
    let rest: Vec<&Vec<(Sight, f32)>> = judged
        .iter()
        .filter(|sights| {
            !sights.is_empty() && !sights.iter().any(|(sight, p)| sight.is_thing && *p >= thing_from)
        })
        .collect();
    let counted = |limit: f32| {
        let right: Vec<bool> = rest.iter().filter_map(|sights| broader(sights, limit)).collect();
        (right.len(), right.iter().filter(|right| !**right).count())
    };
    let broader_from = lowest_of(counted, goals.label);

    // A thing outdoes the sentences that leave it out where too many of these are wrong.
    let right = model(&|_| true);
    let disputes: Vec<(f32, bool)> = plain
        .iter()
        .filter_map(|&place| {
            let (picture, model) = (pictures.get(place)?, &others[place % FOLDS]);
            let seen = picture.seen(labels);
            let top = seen.sights().into_iter().next()?;
            let left_out = is_left_out(labels, top.node, &picture.named);
            let probability = model.probability(&seen.evidence(top.node, top.total));
            left_out.then_some((probability, picture.right != Some(true)))
        })
        .collect();
    let rival_from = if disputes.len() < LEAST_DISPUTES { 1.0 } else { lowest(&disputes, 1.0 - goals.plain) };
    let naming = names::learn(labels, pictures, goals);
    Some(LabelCalibration { right, thing_from, broader_from, rival_from, naming })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use showtell::confidence::Evidence;

    /// thing > animal > (scorpion, bird > (robin, wren)).
    pub(crate) fn labels() -> Labels {
        let json = serde_json::json!({
            "nodes": [
                {"word": "thing", "plural": "things", "vague": true},
                {"word": "animal", "plural": "animals", "parent": 0},
                {"word": "scorpion", "plural": "scorpions", "parent": 1},
                {"word": "bird", "plural": "birds", "parent": 1},
                {"word": "robin", "plural": "robins", "parent": 3},
                {"word": "wren", "plural": "wrens", "parent": 3},
            ],
            "classes": [2, 4, 5],
        });
        Labels::from_json(json.to_string().as_bytes()).unwrap()
    }

    /// A picture of one thing, about which the sentence says nothing.
    pub(crate) fn picture(classes: [f32; 3], shown: usize) -> Pictured {
        Pictured {
            source: "things".into(),
            evidence: Evidence::default(),
            right: None,
            classes: classes.to_vec(),
            detected: Vec::new(),
            named: Vec::new(),
            shown: vec![shown],
            is_of_one_thing: true,
        }
    }

    #[test]
    fn limits_are_where_little_enough_is_wrong() {
        let labels = labels();
        // Sure ones are right; of unsure ones the thing is wrong every other time, but it is some bird.
        let pictures: Vec<Pictured> = (0..400)
            .map(|n| match n % 4 {
                0 => picture([0.98, 0.01, 0.01], 2),
                _ if n % 2 == 0 => picture([0.0, 0.55, 0.45], 4),
                _ => picture([0.0, 0.55, 0.45], 5),
            })
            .collect();
        let found = learn(&labels, &pictures, &[], Goals::default()).unwrap();
        let seen = |index: usize| pictures[index].seen(&labels);
        let probability =
            |index: usize, node, total| found.right.probability(&seen(index).evidence(node, total));
        assert!(probability(0, 2, 0.98) >= found.thing_from, "{found:?}");
        assert!(probability(1, 4, 0.55) < found.thing_from, "{found:?}");
        assert!(probability(1, 3, 1.0) >= found.broader_from, "{found:?}");
        assert!(probability(1, 4, 0.55) < found.broader_from, "{found:?}");
        // Nothing is known of sentences at odds with things.
        assert_eq!(found.rival_from, 1.0);
        assert!(learn(&labels, &[], &[], Goals::default()).is_none());
    }

    #[test]
    fn a_thing_outdoes_sentences_that_are_wrong_beside_it() {
        let labels = labels();
        let pictures: Vec<Pictured> = (0..200)
            .map(|n| {
                let sure = n % 2 == 0;
                let classes = if sure { [0.98, 0.01, 0.01] } else { [0.3, 0.05, 0.05] };
                // Beside a sure thing sentences are wrong, beside others right.
                Pictured { right: Some(!sure), ..picture(classes, if sure || n % 4 == 1 { 2 } else { 4 }) }
            })
            .collect();
        let plain: Vec<usize> = (0..200).collect();
        let found = learn(&labels, &pictures, &plain, Goals::default()).unwrap();
        let seen = |index: usize| pictures[index].seen(&labels);
        assert!(found.right.probability(&seen(0).evidence(2, 0.98)) >= found.rival_from, "{found:?}");
    }

    #[test]
    fn a_sentence_may_be_about_something_else() {
        let labels = labels();
        let robin = picture([0.0, 1.0, 0.0], 3);
        assert_eq!(robin.shows(&labels, 4), Some(true));
        let among = Pictured { is_of_one_thing: false, ..robin };
        assert_eq!(among.shows(&labels, 4), None);
        assert_eq!(among.shows(&labels, 1), Some(true));
        assert_eq!(among.shows(&labels, 2), Some(false));
    }
}
