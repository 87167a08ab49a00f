//! By what a picture is named, learnt from pictures of one thing each of which people said what it is: what a
//! classifier and a detector of words are worth together.

use showtell::confidence::{Logistic, NamingCalibration, ThingStats};
use showtell::labels::Labels;
use showtell::naming::{fewest, has_one_of};

use super::limits::lowest_of;
use super::logistic::fit;
use super::{FOLDS, Goals, Pictured};

/// Fewer pictures of one thing than this say nothing about a limit.
const LEAST: usize = 20;

/// Whether a picture of one thing goes by a word: by that which people used. What is above it in the table may be true
/// and says too little ("an animal" of a cow): that is for [`broader`](super::worth) to tell. Nothing where people said
/// less than the word, since it may be right.
fn is_name_of(labels: &Labels, node: usize, shown: &[usize]) -> Option<bool> {
    let is_narrower = labels.path(node).skip(1).any(|above| shown.contains(&above));
    (!is_narrower).then(|| shown.contains(&node))
}

/// Learns how probable it is that a picture may be called by a word, and how probable words have to be together for one
/// of them to be right often enough. That is judged by models that had not seen the picture, and among those of which
/// the sentence has none of the words, since there the sentence is told.
///
/// Nothing without a detector of words, or with too few pictures of one thing.
#[must_use]
pub fn learn(labels: &Labels, pictures: &[Pictured], goals: Goals) -> Option<NamingCalibration> {
    let things: Vec<&Pictured> = pictures
        .iter()
        .filter(|picture| picture.is_of_one_thing && picture.detected.iter().any(Option::is_some))
        .collect();
    if things.len() < LEAST {
        return None;
    }
    let known = |picture: &Pictured| -> Vec<(ThingStats, bool)> {
        let names = picture.seen(labels).names().into_iter();
        names.filter_map(|(node, stats)| Some((stats, is_name_of(labels, node, &picture.shown)?))).collect()
    };
    let samples: Vec<Vec<(ThingStats, bool)>> = things.iter().map(|picture| known(picture)).collect();
    let model = |within: &dyn Fn(usize) -> bool| -> Logistic<ThingStats> {
        let own = samples.iter().enumerate().filter(|(place, _)| within(*place));
        fit(&own.flat_map(|(_, samples)| samples).copied().collect::<Vec<_>>())
    };
    let others: Vec<Logistic<ThingStats>> =
        (0..FOLDS).map(|fold| model(&|place| place % FOLDS != fold)).collect();
    let judged: Vec<_> = things
        .iter()
        .enumerate()
        .map(|(place, picture)| (*picture, picture.seen(labels).guesses(&others[place % FOLDS])))
        .collect();
    let counted = |limit: f32| {
        let right = judged.iter().filter_map(|(picture, guesses)| {
            let (names, _) = fewest(guesses, limit)?;
            let nodes: Vec<usize> = names.iter().map(|guess| guess.node).collect();
            let right = nodes.iter().filter_map(|&node| is_name_of(labels, node, &picture.shown)).max()?;
            (!has_one_of(labels, &nodes, &picture.named)).then_some(right)
        });
        let right: Vec<bool> = right.collect();
        (right.len(), right.iter().filter(|right| !**right).count())
    };
    let from = lowest_of(counted, goals.label);
    let doubtful_from = lowest_of(counted, goals.doubtful).min(from);
    Some(NamingCalibration { right: model(&|_| true), from, doubtful_from })
}

#[cfg(test)]
mod tests {
    use super::super::worth::tests::{labels, picture};
    use super::*;
    use showtell::labelled::Detected;

    #[test]
    fn a_detector_and_a_classifier_are_weighed_against_each_other() {
        let labels = labels();
        // The classifier is right of scorpions only; what the detector tells of birds is right.
        let word = |lift: f32| Some(Detected { probability: 0.5, lift });
        let pictures: Vec<Pictured> = (0..200)
            .map(|n| {
                let birds = n % 2 == 1;
                let shown = if birds { 4 } else { 2 };
                let classes = if birds { [0.2, 0.05, 0.05] } else { [0.8, 0.05, 0.05] };
                let detected = vec![None, None, None, None, word(if birds { 4.0 } else { 1.6 }), None];
                Pictured { detected, ..picture(classes, shown) }
            })
            .collect();
        let found = learn(&labels, &pictures, Goals::default()).unwrap();
        let first = |n: usize| pictures[n].seen(&labels).guesses(&found.right)[0];
        assert_eq!((first(0).node, first(1).node), (2, 4));
        assert!(first(0).probability >= found.from && first(1).probability >= found.from, "{found:?}");
        // Nothing is learnt where nobody detects, nor of a handful.
        let blind: Vec<Pictured> =
            pictures.iter().map(|own| Pictured { detected: Vec::new(), ..own.clone() }).collect();
        assert_eq!(learn(&labels, &blind, Goals::default()), None);
        assert_eq!(learn(&labels, &pictures[..10], Goals::default()), None);
    }

    #[test]
    fn the_word_above_is_no_name_and_what_is_below_may_be_one() {
        let labels = labels();
        let named = |node, shown| is_name_of(&labels, node, &[shown]);
        assert_eq!(named(4, 4), Some(true));
        assert_eq!([named(3, 4), named(1, 4), named(2, 4), named(5, 4)], [Some(false); 4]);
        assert_eq!(named(4, 3), None);
    }
}
