//! Which answer is told: the fullest that can be trusted.

use crate::answer::Rung;
use crate::caption::Trust;
use crate::confidence::{Calibration, Evidence, LabelCalibration};
use crate::labelled::is_left_out;
use crate::labels::Labels;
use crate::naming::{fewest, has_one_of};
use crate::seen::Seen;

/// By how much words that are as doubtful as a sentence have to be likelier than it: a sentence says more.
const LIKELIER: f32 = 1.1;

/// What was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// How much is told.
    pub rung: Rung,
    /// Nouns with their articles that are told in the sentence's place, of which one is right; none where it is told.
    pub phrases: Vec<String>,
    /// Which of the labels these are, where they are labels.
    pub nodes: Vec<usize>,
    /// The probability that it is right.
    pub confidence: f32,
}

impl Decision {
    /// A picture that is no photo, told by its kind.
    #[must_use]
    pub fn kind(kind: &str, confidence: f32) -> Self {
        Self { rung: Rung::Kind, phrases: vec![with_article(kind)], nodes: Vec::new(), confidence }
    }

    /// The sentence itself, told on a rung.
    #[must_use]
    pub fn sentence(rung: Rung, confidence: f32) -> Self {
        Self { rung, phrases: Vec::new(), nodes: Vec::new(), confidence }
    }

    fn labels(labels: &Labels, rung: Rung, nodes: Vec<usize>, confidence: f32) -> Self {
        let phrases = nodes.iter().map(|&node| labels.phrase(node)).collect();
        Self { rung, phrases, nodes, confidence }
    }
}

/// What might be told in a sentence's place.
struct Thing {
    /// As what it is told.
    rung: Rung,
    /// One label, or several of which one is right.
    nodes: Vec<usize>,
    probability: f32,
    /// Whether the sentence contradicts it or leaves it out.
    is_left_out: bool,
}

impl Thing {
    /// The thing, or the few, that a picture is named by beside a sentence of some confidence; nothing where that would
    /// be too unsure.
    fn of(seen: &Seen<'_>, worth: &LabelCalibration, confidence: f32) -> Option<Self> {
        let Some(naming) = &worth.naming else {
            return Self::likeliest(seen, worth).filter(|top| top.probability >= worth.thing_from);
        };
        let guesses = seen.guesses(&naming.right);
        let sure = fewest(&guesses, naming.from).map(|found| (Rung::Thing, found));
        let least = naming.doubtful_from.max(LIKELIER * confidence);
        let doubtful = || fewest(&guesses, least).map(|found| (Rung::Perhaps, found));
        let (rung, (fewest, probability)) = sure.or_else(doubtful)?;
        let nodes: Vec<usize> = fewest.iter().map(|guess| guess.node).collect();
        let is_left_out = !has_one_of(seen.labels, &nodes, seen.named);
        Some(Self { rung, nodes, probability, is_left_out })
    }

    /// What the classifier finds likeliest.
    fn likeliest(seen: &Seen<'_>, worth: &LabelCalibration) -> Option<Self> {
        let top = seen.sights().into_iter().next()?;
        let is_left_out = is_left_out(seen.labels, top.node, seen.named);
        let probability = seen.probability(worth, top.node, top.total);
        Some(Self { rung: Rung::Thing, nodes: vec![top.node], probability, is_left_out })
    }
}

/// The most that can be said of what is above the things seen: of all words that are probable enough the one with the
/// fewest classes under it, which tells most (Deng et al. 2012, with equal reward for each class).
fn broader(seen: &Seen<'_>, worth: &LabelCalibration) -> Option<(usize, f32)> {
    let extent = seen.labels.totals(&vec![1.0; seen.classes.len()]);
    let probable = seen.candidates().into_iter().filter_map(|(node, total)| {
        let probability = seen.probability(worth, node, total);
        (probability >= worth.broader_from).then_some((node, probability))
    });
    // Of equal ones the more probable, then the first.
    probable.min_by(|(a, p), (b, q)| extent[*a].total_cmp(&extent[*b]).then(q.total_cmp(p)))
}

/// Chooses the rung.
///
/// A picture that is no photo is told by its kind, which comes with its probability, and one that is like nothing
/// known not at all. A sentence is told if it is sure enough, unless it contradicts or leaves out a thing that is
/// surer; with doubt, unless there is a thing to tell that it leaves out. What remains is the thing, or the few of which
/// it is one, or what is above it.
#[must_use]
pub fn decide(
    calibration: &Calibration,
    evidence: &Evidence,
    seen: Option<Seen<'_>>,
    kind: Option<(&str, f32)>,
) -> Decision {
    if let Some((kind, confidence)) = kind {
        return Decision::kind(kind, confidence);
    }
    let (confidence, trust) = (calibration.confidence(evidence), calibration.trust(evidence));
    let sentence = Decision::sentence(Rung::from(trust), confidence);
    let Some((seen, worth)) = seen.zip(calibration.labels.as_ref()) else { return sentence };
    if !calibration.is_familiar(evidence) {
        return sentence;
    }
    let rival = Thing::likeliest(&seen, worth);
    let disputed = rival.is_some_and(|top| top.is_left_out && top.probability >= worth.rival_from);
    match (trust, Thing::of(&seen, worth, confidence)) {
        (Trust::Plain, _) if !disputed => sentence,
        (Trust::Plain | Trust::Doubtful, None | Some(Thing { is_left_out: false, .. })) => {
            Decision { rung: Rung::Perhaps, ..sentence }
        }
        (_, Some(Thing { rung, nodes, probability, .. })) => {
            Decision::labels(seen.labels, rung, nodes, probability)
        }
        (_, None) => match broader(&seen, worth) {
            Some((node, probability)) => {
                Decision::labels(seen.labels, Rung::Broader, vec![node], probability)
            }
            None => sentence,
        },
    }
}

/// The name of a kind of picture with its article: "a bar chart".
fn with_article(kind: &str) -> String {
    format!("{} {kind}", if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::{
        CaptionStats, LabelStats, Logistic, NamingCalibration, PictureStats, ThingStats,
    };
    use crate::labelled::Detected;
    use crate::naming::either;

    /// thing > animal > (scorpion, bird > (robin, wren)).
    fn labels() -> Labels {
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

    fn picture(mean: f32) -> PictureStats {
        PictureStats { mean, ..PictureStats::default() }
    }

    fn caption(mean: f32) -> CaptionStats {
        CaptionStats { mean, ..CaptionStats::default() }
    }

    fn label(log_odds: f32) -> LabelStats {
        LabelStats { log_odds, ..LabelStats::default() }
    }

    /// The sentence's confidence is 1 / (1 + e^-mean), a label's probability the classifier's own.
    fn calibration() -> Calibration {
        Calibration {
            picture: Logistic { intercept: 0.0, weights: picture(100.0) },
            caption: Logistic { intercept: 0.0, weights: caption(1.0) },
            doubt_below: 0.8,
            unable_below: 0.5,
            unfamiliar_below: 0.5,
            distance: None,
            labels: Some(LabelCalibration {
                right: Logistic { intercept: 0.0, weights: label(1.0) },
                thing_from: 0.7,
                broader_from: 0.75,
                rival_from: 0.6,
                naming: None,
            }),
            supported: 1.0,
        }
    }

    fn evidence(confidence: f32) -> Evidence {
        let caption = caption((confidence / (1.0 - confidence)).ln());
        Evidence { picture: picture(1.0), caption, distance: 0.0 }
    }

    fn decided(confidence: f32, sentence: &str, classes: [f32; 3]) -> (Rung, Option<String>) {
        let labels = labels();
        let named = labels.mentions(&sentence.split(' ').collect::<Vec<_>>());
        let seen = Seen { labels: &labels, classes: &classes, named: &named, distance: 0.0, detected: &[] };
        let Decision { rung, phrases, .. } = decide(&calibration(), &evidence(confidence), Some(seen), None);
        (rung, phrase_of(&phrases))
    }

    fn phrase_of(phrases: &[String]) -> Option<String> {
        (!phrases.is_empty()).then(|| either(phrases))
    }

    fn phrase(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn the_fullest_answer_that_can_be_trusted_is_told() {
        let (scorpion, unsure, nothing) = ([0.9, 0.0, 0.0], [0.35, 0.3, 0.3], [0.01, 0.01, 0.01]);
        assert_eq!(decided(0.9, "a dog runs", nothing), (Rung::Sentence, None));
        assert_eq!(decided(0.6, "a dog runs", nothing), (Rung::Perhaps, None));
        assert_eq!(decided(0.4, "a dog runs", nothing), (Rung::Nothing, None));
        // A thing outdoes a sentence that leaves it out, and lends nothing to one that names it.
        assert_eq!(decided(0.9, "a small bird on sand", scorpion), (Rung::Thing, phrase("a scorpion")));
        assert_eq!(decided(0.6, "a dog runs", scorpion), (Rung::Thing, phrase("a scorpion")));
        assert_eq!(decided(0.6, "a scorpion on sand", scorpion), (Rung::Perhaps, None));
        assert_eq!(decided(0.9, "an animal on sand", scorpion), (Rung::Sentence, None));
        assert_eq!(decided(0.4, "a scorpion on sand", scorpion), (Rung::Thing, phrase("a scorpion")));
        // Which animal it is cannot be told.
        assert_eq!(decided(0.4, "a dog runs", unsure), (Rung::Broader, phrase("an animal")));
        assert_eq!(decided(0.4, "a dog runs", [0.1, 0.45, 0.4]), (Rung::Broader, phrase("a bird")));
        // Too sure to be passed over, not sure enough to be told.
        assert_eq!(decided(0.9, "a dog runs", [0.65, 0.0, 0.0]), (Rung::Perhaps, None));
    }

    #[test]
    fn words_that_only_together_are_probable_are_told_together() {
        let labels = labels();
        let one = |lift| Some(Detected { probability: 0.3, lift });
        // What a detector tells counts by itself: a lift of 2 would be one chance in two.
        let detected = [None, None, None, None, one(1.9), one(1.51)];
        let right = Logistic { intercept: -2.0, weights: ThingStats { lift: 1.0, ..ThingStats::default() } };
        let own = calibration();
        let decided = |confidence: f32, named: &[usize], from: f32| {
            let naming = Some(NamingCalibration { right: right.clone(), from, doubtful_from: 0.65 });
            let worth = own.labels.clone().map(|labels| LabelCalibration { naming, ..labels });
            let own = Calibration { labels: worth, ..own.clone() };
            let classes = [0.0; 3];
            let seen = Seen { labels: &labels, classes: &classes, named, distance: 0.0, detected: &detected };
            let Decision { rung, phrases, nodes, .. } = decide(&own, &evidence(confidence), Some(seen), None);
            (rung, super::tests::phrase_of(&phrases), nodes.len())
        };
        assert_eq!(decided(0.4, &[], 0.45), (Rung::Thing, phrase("a robin"), 1));
        assert_eq!(decided(0.6, &[], 0.8), (Rung::Thing, phrase("a robin or a wren"), 2));
        // A sentence that has one of them is told, and so is one that is sure.
        assert_eq!(decided(0.6, &[5], 0.8), (Rung::Perhaps, None, 0));
        assert_eq!(decided(0.9, &[], 0.8), (Rung::Sentence, None, 0));
        // One alone is not enough for a doubtful answer, both together are, unless the sentence is likelier.
        assert_eq!(decided(0.6, &[], 0.99), (Rung::Perhaps, phrase("a robin or a wren"), 2));
        assert_eq!(decided(0.4, &[], 0.99), (Rung::Perhaps, phrase("a robin or a wren"), 2));
        assert_eq!(decided(0.7, &[], 0.99).1, phrase("a robin or a wren"));
        assert_eq!(decided(0.79, &[], 0.99), (Rung::Perhaps, None, 0));
        assert_eq!(decided(0.6, &[4], 0.99), (Rung::Perhaps, None, 0));
    }

    #[test]
    fn strange_pictures_are_told_by_their_kind_or_not_at_all() {
        let labels = labels();
        let classes = [0.99, 0.0, 0.0];
        let seen = Seen { labels: &labels, classes: &classes, named: &[2], distance: 0.0, detected: &[] };
        let strange = Evidence { picture: picture(-1.0), ..evidence(0.9) };
        let calibration = calibration();
        assert_eq!(decide(&calibration, &strange, Some(seen), None).rung, Rung::Nothing);
        let chart = decide(&calibration, &strange, Some(seen), Some(("area chart", 0.95)));
        assert_eq!((chart.rung, phrase_of(&chart.phrases)), (Rung::Kind, phrase("an area chart")));
    }

    #[test]
    fn without_labels_a_sentence_is_told_as_it_always_was() {
        let older = Calibration { labels: None, ..calibration() };
        for (confidence, rung) in [(0.9, Rung::Sentence), (0.6, Rung::Perhaps), (0.4, Rung::Nothing)] {
            let own = evidence(confidence);
            assert_eq!(decide(&older, &own, None, None).rung, rung);
            assert_eq!(rung.trust(), older.trust(&own));
        }
    }
}
