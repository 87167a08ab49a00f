//! Which answer is told: the fullest that can be trusted.

use crate::answer::{Label, Rung};
use crate::caption::Trust;
use crate::confidence::{Calibration, Evidence, LabelCalibration, LabelStats};
use crate::labelled::{Sight, is_left_out, sights};
use crate::labels::Labels;

/// Things listed beside an answer.
const LISTED: usize = 5;
/// Things less probable than this are not listed.
const LISTED_FROM: f32 = 0.05;

/// What a classifier sees in a picture, and the sentence beside it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The words.
    pub labels: &'a Labels,
    /// Probability of each class.
    pub classes: &'a [f32],
    /// Which of the words the best sentence names.
    pub named: &'a [usize],
    /// How far the picture lies from the training photos.
    pub distance: f32,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// How much is told.
    pub rung: Rung,
    /// A noun with its article that is told in the sentence's place.
    pub phrase: Option<String>,
    /// Which of the labels that is, where it is one.
    pub node: Option<usize>,
    /// The probability that it is right.
    pub confidence: f32,
}

impl Decision {
    /// A picture that is no photo, told by its kind.
    #[must_use]
    pub fn kind(kind: &str, confidence: f32) -> Self {
        Self { rung: Rung::Kind, phrase: Some(with_article(kind)), node: None, confidence }
    }
}

impl Seen<'_> {
    /// The likeliest things.
    #[must_use]
    pub fn sights(&self) -> Vec<Sight> {
        sights(self.labels, self.classes)
    }

    /// Whatever might be said, things and what is above them: nodes and their probabilities, as the classifier has
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

    fn probability(&self, calibration: &LabelCalibration, node: usize, total: f32) -> f32 {
        calibration.right.probability(&self.evidence(node, total))
    }

    /// The likeliest things, for people to choose from: likely both to the classifier and once calibrated, which
    /// leaves nothing of a picture that is like no photo.
    #[must_use]
    pub fn listed(&self, calibration: Option<&LabelCalibration>) -> Vec<Label> {
        let likely = self.sights().into_iter().filter(|sight| sight.share >= LISTED_FROM);
        let listed = likely.map(|Sight { node, total, .. }| Label {
            word: self.labels.node(node).word.clone(),
            phrase: self.labels.phrase(node),
            probability: calibration.map_or(total, |calibration| self.probability(calibration, node, total)),
        });
        listed.filter(|label| label.probability >= LISTED_FROM).take(LISTED).collect()
    }

    fn told(&self, rung: Rung, node: usize, confidence: f32) -> Decision {
        Decision { rung, phrase: Some(self.labels.phrase(node)), node: Some(node), confidence }
    }

    /// The most that can be said of what is above the things seen: of all words that are probable enough the one
    /// with the fewest classes under it, which tells most (Deng et al. 2012, with equal reward for each class).
    fn broader(&self, calibration: &LabelCalibration) -> Option<(usize, f32)> {
        let extent = self.labels.totals(&vec![1.0; self.classes.len()]);
        let probable = self.candidates().into_iter().filter_map(|(node, total)| {
            let probability = self.probability(calibration, node, total);
            (probability >= calibration.broader_from).then_some((node, probability))
        });
        // Of equal ones the more probable, then the first.
        probable.min_by(|(a, p), (b, q)| extent[*a].total_cmp(&extent[*b]).then(q.total_cmp(p)))
    }
}

/// Things and what is above them that might be said of a picture with these probabilities of classes, each with its
/// own.
#[must_use]
pub fn candidates(labels: &Labels, classes: &[f32]) -> Vec<(usize, f32)> {
    let totals = labels.totals(classes).into_iter().enumerate();
    totals.filter(|&(node, total)| total >= LISTED_FROM && !labels.node(node).vague).collect()
}

/// Chooses the rung.
///
/// A picture that is no photo is told by its kind, which comes with its probability, and one that is like nothing
/// known not at all. A sentence is told if it is sure enough, unless it contradicts or leaves out a thing that is
/// surer; with doubt, unless there is a thing to tell that it leaves out. What remains is the thing, or what is
/// above it.
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
    let sentence = Decision { rung: Rung::from(trust), phrase: None, node: None, confidence };
    let Some((seen, worth)) = seen.zip(calibration.labels.as_ref()) else { return sentence };
    if !calibration.is_familiar(evidence) {
        return sentence;
    }
    let top = seen.sights().first().map(|top| {
        let left_out = is_left_out(seen.labels, top.node, seen.named);
        (top.node, seen.probability(worth, top.node, top.total), left_out)
    });
    let disputed = top.is_some_and(|(_, probability, left_out)| left_out && probability >= worth.rival_from);
    let thing = top.filter(|(_, probability, _)| *probability >= worth.thing_from);
    match (trust, thing) {
        (Trust::Plain, _) if !disputed => sentence,
        (Trust::Plain | Trust::Doubtful, None | Some((_, _, false))) => {
            Decision { rung: Rung::Perhaps, ..sentence }
        }
        (_, Some((node, probability, _))) => seen.told(Rung::Thing, node, probability),
        (_, None) => match seen.broader(worth) {
            Some((node, probability)) => seen.told(Rung::Broader, node, probability),
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
    use crate::confidence::{CaptionStats, Logistic, PictureStats};

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
        let seen = Seen { labels: &labels, classes: &classes, named: &named, distance: 0.0 };
        let Decision { rung, phrase, .. } = decide(&calibration(), &evidence(confidence), Some(seen), None);
        (rung, phrase)
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
    fn strange_pictures_are_told_by_their_kind_or_not_at_all() {
        let labels = labels();
        let classes = [0.99, 0.0, 0.0];
        let seen = Seen { labels: &labels, classes: &classes, named: &[2], distance: 0.0 };
        let strange = Evidence { picture: picture(-1.0), ..evidence(0.9) };
        let calibration = calibration();
        assert_eq!(decide(&calibration, &strange, Some(seen), None).rung, Rung::Nothing);
        let chart = decide(&calibration, &strange, Some(seen), Some(("area chart", 0.95)));
        assert_eq!((chart.rung, chart.phrase), (Rung::Kind, phrase("an area chart")));
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

    #[test]
    fn the_likeliest_things_are_listed() {
        let labels = labels();
        let classes = [0.02, 0.3, 0.6];
        let seen = Seen { labels: &labels, classes: &classes, named: &[], distance: 0.0 };
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
        };
        let trusted: Vec<f32> = seen.listed(Some(&half)).iter().map(|label| label.probability).collect();
        assert!(trusted.iter().all(|&probability| probability >= LISTED_FROM), "{trusted:?}");
        let never = LabelCalibration { right: Logistic { intercept: -20.0, weights: label(1.0) }, ..half };
        assert_eq!(seen.listed(Some(&never)), []);
    }
}
