//! Learning how far answers can be trusted: [`Calibration`] is fitted on photos that people captioned, on pictures
//! of one thing each of which they said what it is, and on drawn pictures that nobody would call photos.
//!
//! ```text
//! photos --> sentences -> evidence, right or wrong --\
//! things \                                            fit, by cross-validation -> reliability, limits
//!         `-> labels ---> evidence, right or wrong --/                          \-> Calibration
//! drawn pictures -> evidence -----------------------/
//! ```
//!
//! Limits are the lowest at which no more than a given share of what is told is wrong.

pub mod drawn;
mod limits;
pub mod logistic;
mod names;
pub mod reliability;
pub mod rungs;
mod worth;

use showtell::confidence::{Calibration, Distances, Evidence};
use showtell::labelled::Detected;
use showtell::labels::Labels;

use drawn::Kind;
use limits::lowest;
use logistic::fit;
use reliability::Reliability;
use rungs::Rungs;
use worth::learn;

/// Parts of the cross-validation.
const FOLDS: usize = 10;

/// A picture of which people said what it shows, and what a captioner found of it.
#[derive(Debug, Clone)]
pub struct Pictured {
    /// Which data it comes from.
    pub source: String,
    /// What tells how far the sentence can be trusted.
    pub evidence: Evidence,
    /// Whether the sentence is right: enough of its content words are supported by a reference, see
    /// [`support`](crate::metric::support). Nothing for pictures without sentences of people.
    pub right: Option<bool>,
    /// Probability of each class of the captioner's classifier, where it has one.
    pub classes: Vec<f32>,
    /// What the captioner's detector of words tells of each label, where it has one.
    pub detected: Vec<Option<Detected>>,
    /// Which labels the captioner's sentence names.
    pub named: Vec<usize>,
    /// Which labels people name.
    pub shown: Vec<usize>,
    /// Whether what people named is what the picture is of, and not one thing among others.
    pub is_of_one_thing: bool,
}

/// A captioned drawing.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    /// What it shows.
    pub kind: Kind,
    /// What tells how far the caption can be trusted.
    pub evidence: Evidence,
}

/// How much of what is told may be wrong, as shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goals {
    /// Of sentences told plainly.
    pub plain: f64,
    /// Of sentences told with doubt and of those told plainly, taken together.
    pub doubtful: f64,
    /// Of things that a picture may show, and likewise of what is above them.
    pub label: f64,
    /// What counts as right: the share of a sentence's content words that have to be supported.
    pub supported: f64,
}

impl Default for Goals {
    /// One in five plain sentences, one in two of all sentences, one in four labels; every word has to be supported.
    fn default() -> Self {
        Self { plain: 0.2, doubtful: 0.5, label: 0.25, supported: 1.0 }
    }
}

/// Limits that are given and not learnt.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds {
    /// Sentences less probable than this are told with doubt; learnt where nothing is given.
    pub doubt: Option<f32>,
    /// Not at all; likewise.
    pub unable: Option<f32>,
    /// Below which probability of being of the known kind pictures are not described.
    pub unfamiliar: f32,
    /// Sentences about pictures that lie farther from the training photos than this share of photos are told
    /// with doubt; 1 for all that lie no farther than any.
    pub far: Option<f64>,
    /// Than this share: not at all.
    pub too_far: Option<f64>,
}

/// A fitted calibration and how well it does on what it was not fitted on.
#[derive(Debug)]
pub struct Calibrated {
    /// Fitted on everything.
    pub calibration: Calibration,
    /// Of sentences, each judged by models that had not seen it.
    pub reliability: Reliability,
    /// The same for each source by itself, in the order in which they come.
    pub by_source: Vec<(String, Reliability)>,
    /// What each source is told, likewise.
    pub rungs: Vec<Rungs>,
    /// For each kind of drawing, the share of which no sentence is told, judged by models that had seen no drawing
    /// of that kind.
    pub declined: Vec<(Kind, f64)>,
}

/// Fits a calibration; `labels` are those of the captioner's classifier, where it has one.
#[must_use]
pub fn calibrate(
    pictures: &[Pictured],
    drawings: &[Drawing],
    labels: Option<&Labels>,
    thresholds: Thresholds,
    goals: Goals,
) -> Calibrated {
    let within = |fold: usize| move |place: usize| place % FOLDS != fold;
    let models: Vec<Calibration> =
        (0..FOLDS).map(|fold| sentences(pictures, drawings, within(fold), thresholds)).collect();
    let confidence = |place: usize| models[place % FOLDS].confidence(&pictures[place].evidence);
    let judged: Vec<(usize, f32, bool)> = pictures
        .iter()
        .enumerate()
        .filter_map(|(place, picture)| Some((place, confidence(place), picture.right?)))
        .collect();
    let sure: Vec<(f32, bool)> = judged.iter().map(|&(_, confidence, right)| (confidence, right)).collect();

    // Limits come from judgements of what models had not seen, and hold for all models and for every source.
    let of = |source: &str| -> Vec<(f32, bool)> {
        let own = judged.iter().filter(|(place, ..)| pictures[*place].source == source);
        own.map(|&(_, confidence, right)| (confidence, right)).collect()
    };
    let by_source: Vec<(String, Vec<(f32, bool)>)> = sources(pictures)
        .into_iter()
        .map(|source| (source.to_owned(), of(source)))
        .filter(|(_, own)| !own.is_empty())
        .collect();
    let everywhere =
        |wrong: f64| by_source.iter().map(|(_, own)| lowest(own, wrong)).reduce(f32::max).unwrap_or(1.0);
    let doubt = thresholds.doubt.unwrap_or_else(|| everywhere(goals.plain));
    let unable = thresholds.unable.unwrap_or_else(|| everywhere(goals.doubtful)).min(doubt);
    let plain: Vec<usize> = judged.iter().filter(|(_, p, _)| *p >= doubt).map(|(place, ..)| *place).collect();
    let worth = labels.and_then(|labels| learn(labels, pictures, &plain, goals));
    let limited = |model: Calibration| Calibration {
        doubt_below: doubt,
        unable_below: unable,
        labels: worth.clone(),
        ..model
    };
    let models: Vec<Calibration> = models.into_iter().map(limited).collect();

    let by_source = by_source.into_iter().map(|(source, own)| (source, Reliability::of(&own))).collect();
    let mut rungs: Vec<Rungs> = Vec::new();
    for source in sources(pictures) {
        let own = (0..pictures.len()).filter(|&place| pictures[place].source == source);
        let own = own.map(|place| (&pictures[place], &models[place % FOLDS]));
        rungs.push(Rungs::of(source, own, labels));
    }
    let declined = Kind::ALL.into_iter().map(|kind| {
        let others: Vec<Drawing> = drawings.iter().copied().filter(|drawing| drawing.kind != kind).collect();
        let model = limited(sentences(pictures, &others, |_| true, thresholds));
        let own: Vec<bool> = drawings
            .iter()
            .filter(|drawing| drawing.kind == kind)
            .map(|drawing| model.trust(&drawing.evidence) == showtell::Trust::Unable)
            .collect();
        (kind, own.iter().filter(|declined| **declined).count() as f64 / own.len().max(1) as f64)
    });
    Calibrated {
        declined: declined.collect(),
        calibration: Calibration {
            supported: goals.supported as f32,
            ..limited(sentences(pictures, drawings, |_| true, thresholds))
        },
        reliability: Reliability::of(&sure),
        by_source,
        rungs,
    }
}

/// The sources of pictures, in the order in which they come.
fn sources(pictures: &[Pictured]) -> Vec<&str> {
    let mut sources: Vec<&str> = Vec::new();
    for picture in pictures {
        if !sources.contains(&&*picture.source) {
            sources.push(&picture.source);
        }
    }
    sources
}

/// What tells of sentences whether they are right, learnt from those pictures and drawings whose places count.
fn sentences(
    pictures: &[Pictured],
    drawings: &[Drawing],
    counts: impl Fn(usize) -> bool,
    thresholds: Thresholds,
) -> Calibration {
    let own = || pictures.iter().enumerate().filter(|(place, _)| counts(*place)).map(|(_, picture)| picture);
    let drawn = drawings.iter().enumerate().filter(|(place, _)| counts(*place));
    let familiar = own().map(|picture| (picture.evidence.picture, true));
    let familiar: Vec<_> =
        familiar.chain(drawn.map(|(_, drawing)| (drawing.evidence.picture, false))).collect();
    let captions: Vec<_> =
        own().filter_map(|picture| Some((picture.evidence.caption, picture.right?))).collect();
    let mut distances: Vec<f32> = own().map(|picture| picture.evidence.distance).collect();
    distances.sort_unstable_by(f32::total_cmp);
    let within = |share: f64| {
        let place = (share * distances.len() as f64).ceil() as usize;
        distances.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
    };
    let asked = thresholds.far.is_some() || thresholds.too_far.is_some();
    let limit = |share: Option<f64>| within(share.unwrap_or(1.0));
    Calibration {
        picture: fit(&familiar),
        caption: fit(&captions),
        doubt_below: 1.0,
        unable_below: 1.0,
        unfamiliar_below: thresholds.unfamiliar,
        // Without a measure of novelty all are 0.
        distance: (asked && within(1.0) > 0.0).then(|| Distances {
            doubt_above: limit(thresholds.far).min(limit(thresholds.too_far)),
            unable_above: limit(thresholds.too_far),
        }),
        labels: None,
        supported: 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use showtell::confidence::{CaptionStats, PictureStats};

    const THRESHOLDS: Thresholds =
        Thresholds { doubt: None, unable: None, unfamiliar: 0.5, far: None, too_far: None };

    fn evidence(active: f32, mean: f32, distance: f32) -> Evidence {
        let picture = PictureStats { active, ..PictureStats::default() };
        Evidence { picture, caption: CaptionStats { mean, ..CaptionStats::default() }, distance }
    }

    /// Sentences that are right by the chances that their words have, of two sources.
    fn photos(random: &mut ChaCha8Rng) -> Vec<Pictured> {
        (0..4_000)
            .map(|n| {
                let mean: f32 = random.random_range(-3.0..0.0);
                let active = 1.0 + random.random_range(-0.3..0.3);
                Pictured {
                    source: if n % 3 == 0 { "web".into() } else { "coco".into() },
                    evidence: evidence(active, mean, random.random_range(0.0..1.0)),
                    right: Some(random.random_bool(1.0 / (1.0 + (-3.0 - 2.0 * f64::from(mean)).exp()))),
                    classes: Vec::new(),
                    detected: Vec::new(),
                    named: Vec::new(),
                    shown: Vec::new(),
                    is_of_one_thing: false,
                }
            })
            .collect()
    }

    fn drawings(random: &mut ChaCha8Rng) -> Vec<Drawing> {
        let drawing = |n: usize| Drawing {
            kind: Kind::ALL[n % 5],
            evidence: evidence(random.random_range(-0.3..0.3), -0.1, 0.0),
        };
        (0..100).map(drawing).collect()
    }

    #[test]
    fn sentences_are_told_by_their_chances_and_drawings_are_declined() {
        let mut random = ChaCha8Rng::seed_from_u64(9);
        let (photos, drawings) = (photos(&mut random), drawings(&mut random));
        let found = calibrate(&photos, &drawings, None, THRESHOLDS, Goals::default());
        assert!(found.reliability.error < 0.05, "{:?}", found.reliability);
        assert!(found.reliability.ranking > 0.75);
        assert!(found.declined.iter().all(|(_, share)| *share > 0.9), "{:?}", found.declined);
        assert!(found.calibration.validate().is_ok());
        assert!(found.calibration.distance.is_none() && found.calibration.labels.is_none());

        let names: Vec<&str> = found.by_source.iter().map(|(source, _)| source.as_str()).collect();
        assert_eq!(names, ["web", "coco"]);
        assert!(found.by_source.iter().all(|(_, reliability)| reliability.error < 0.06));
        // No more than may be wrong is wrong in either source, and not far from it in the one that is harder.
        let wrong = found.rungs.iter().map(|rungs| {
            assert!(rungs.share(showtell::Rung::Perhaps) > 0.2, "{rungs:?}");
            rungs.wrong(showtell::Rung::Sentence).unwrap()
        });
        let wrong: Vec<f64> = wrong.collect();
        assert!(
            wrong.iter().all(|share| *share < 0.21) && wrong.iter().any(|share| *share > 0.17),
            "{wrong:?}"
        );
    }

    #[test]
    fn limits_that_are_given_are_kept() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let (photos, drawings) = (photos(&mut random), drawings(&mut random));
        let given = Thresholds {
            doubt: Some(0.3),
            unable: Some(0.01),
            far: Some(0.95),
            too_far: Some(0.98),
            ..THRESHOLDS
        };
        let Calibration { doubt_below, unable_below, distance, .. } =
            calibrate(&photos, &drawings, None, given, Goals::default()).calibration;
        assert_eq!((doubt_below, unable_below), (0.3, 0.01));
        let Distances { doubt_above, unable_above } = distance.unwrap();
        assert!((doubt_above - 0.95).abs() < 0.01 && (unable_above - 0.98).abs() < 0.01);

        // Nothing is said of distances that were not measured.
        let mut near = photos;
        near.iter_mut().for_each(|photo| photo.evidence.distance = 0.0);
        assert!(calibrate(&near, &drawings, None, given, Goals::default()).calibration.distance.is_none());
    }

    #[test]
    fn things_are_told_where_there_is_no_sentence() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let mut pictures = photos(&mut random);
        let labels = worth::tests::labels();
        let thing = |classes, shown| {
            let own = worth::tests::picture(classes, shown);
            Pictured { evidence: evidence(1.0, -9.0, 0.5), ..own }
        };
        for _ in 0..100 {
            pictures.push(thing([0.98, 0.01, 0.01], 2));
            pictures.push(thing([0.02, 0.5, 0.48], 4));
            pictures.push(thing([0.02, 0.5, 0.48], 5));
        }
        let found = calibrate(&pictures, &drawings(&mut random), Some(&labels), THRESHOLDS, Goals::default());
        assert!(found.calibration.validate().is_ok());
        let things = found.rungs.iter().find(|rungs| rungs.source == "things").unwrap();
        assert!((things.share(showtell::Rung::Thing) - 1.0 / 3.0).abs() < 0.01, "{things:?}");
        assert!((things.share(showtell::Rung::Broader) - 2.0 / 3.0).abs() < 0.01, "{things:?}");
        assert_eq!(things.wrong(showtell::Rung::Broader), Some(0.0));
        assert!(found.by_source.iter().all(|(source, _)| source != "things"));
    }
}
