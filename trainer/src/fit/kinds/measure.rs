//! How well kinds are told, of graphics and of photos that were not learnt from.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use burn::tensor::{Int, Tensor, TensorData};
use showtell::kind::{KindClassifier, KindsConfig};

use super::fit::{Pictures, fit};
use super::graphics::{BROADEST, FOLDS, Graphics};

/// The part of the graphics that a bundle's classifier does not learn from.
const KEPT: u8 = 0;
/// At most one in so many photos is taken for a graphic.
pub const PHOTOS_A_MISTAKE: usize = 50;
/// Photos of one source among which one may be taken for a graphic.
pub const OF_A_SOURCE: usize = 20;
/// Photos are told from graphics least well where they are unlike those of every source: of 34 photos that no source is
/// like (`docs/pictures`), old ones on paper among them, three lie above 0.59 and none above this.
pub const LOWEST: f32 = 0.85;
/// The share of words told of graphics that shall be right, by cross-validation.
const RIGHT: f64 = 0.85;
/// Steps in which the limit of what is sure is looked for.
const STEPS: usize = 40;

/// Photos that were not learnt from, by source.
pub type Sources = BTreeMap<String, Tensor<2>>;

/// Probabilities of graphics by classifiers that have not seen them.
#[derive(Debug, Clone)]
pub struct Crossed {
    /// Of each graphic: photo, then each kind; in the table's order.
    pub probabilities: Vec<Vec<f32>>,
    /// What has learnt from all graphics but those of the part kept apart.
    pub classifier: KindClassifier,
}

/// Fits a classifier without each part of the graphics in turn, and asks it about that part.
///
/// # Shapes
/// `photos`: `[photos, channels]`; `places`: of the graphics, `[graphics, channels]`.
///
/// # Errors
/// When there are no graphics beside a part, or the device gives no result.
pub fn cross(
    photos: &Tensor<2>,
    graphics: &Graphics,
    places: &Tensor<2>,
    decay: f32,
    done: impl Fn(),
) -> anyhow::Result<Crossed> {
    let mut probabilities = vec![Vec::new(); graphics.pictures.len()];
    let mut kept = None;
    for fold in 0..FOLDS {
        let (out, learnt): (Vec<usize>, Vec<usize>) =
            (0..probabilities.len()).partition(|&n| graphics.pictures[n].fold == fold);
        ensure!(!learnt.is_empty(), "all graphics fall into one part");
        let mut classes = vec![0; photos.dims()[0]];
        classes.extend(learnt.iter().map(|&n| 1 + graphics.pictures[n].kind));
        let places_learnt = chosen(places, &learnt);
        let pictures = Pictures { places: Tensor::cat(vec![photos.clone(), places_learnt], 0), classes };
        let classifier = fit(&pictures, graphics.names.len(), decay)?;
        if !out.is_empty() {
            let rows = rows(classifier.of_places(chosen(places, &out)))?;
            for (n, row) in out.into_iter().zip(rows) {
                probabilities[n] = row;
            }
        }
        if fold == KEPT {
            kept = Some(classifier);
        }
        done();
    }
    Ok(Crossed { probabilities, classifier: kept.context("no part was kept apart")? })
}

/// Rows of a matrix by their numbers.
fn chosen(matrix: &Tensor<2>, rows: &[usize]) -> Tensor<2> {
    let numbers: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
    let numbers = Tensor::<1, Int>::from_data(TensorData::new(numbers, [rows.len()]), &matrix.device());
    matrix.clone().select(0, numbers)
}

fn rows(matrix: Tensor<2>) -> anyhow::Result<Vec<Vec<f32>>> {
    let columns = matrix.dims()[1];
    let values = matrix.try_into_vec_as::<f32>().context("the device gave no probabilities")?;
    Ok(values.chunks_exact(columns).map(<[f32]>::to_vec).collect())
}

/// How probably photos of each source are graphics, the most probable first.
///
/// # Errors
/// When the device gives no result.
pub fn mistaken(classifier: &KindClassifier, photos: &Sources) -> anyhow::Result<BTreeMap<String, Vec<f32>>> {
    let of_source = |(source, places): (&String, &Tensor<2>)| {
        let rows = rows(classifier.of_places(places.clone()))?;
        let mut graphic: Vec<f32> = rows.iter().map(|row| 1.0 - row[0]).collect();
        graphic.sort_unstable_by(|one, other| other.total_cmp(one));
        Ok((source.clone(), graphic))
    };
    photos.iter().map(of_source).collect()
}

/// The lowest limit above which at most one in [`PHOTOS_A_MISTAKE`] of all photos lies, and of each source by itself at
/// most one in [`OF_A_SOURCE`], whose photos may be few and not all of them photos; never below
/// `lowest`.
#[must_use]
pub fn limit(photos: &BTreeMap<String, Vec<f32>>, lowest: f32) -> f32 {
    let mut all: Vec<f32> = photos.values().flatten().copied().collect();
    all.sort_unstable_by(|one, other| other.total_cmp(one));
    let allowed = |graphic: &Vec<f32>, photos: usize| graphic.get(graphic.len() / photos).copied();
    let each = photos.values().filter_map(|graphic| allowed(graphic, OF_A_SOURCE));
    each.chain(allowed(&all, PHOTOS_A_MISTAKE)).fold(lowest, f32::max)
}

/// How many of some graphics are told rightly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Graphics.
    pub graphics: usize,
    /// Told by some word.
    pub named: usize,
    /// Told by the word of their kind or one above it that is not the broadest.
    pub right: usize,
    /// Told by the word of their kind.
    pub exact: usize,
    /// Told by the broadest word, which says little.
    pub broadest: usize,
}

/// Counts what is told of graphics, each its kind and its probabilities.
#[must_use]
pub fn score<'a>(config: &KindsConfig, graphics: impl IntoIterator<Item = (usize, &'a [f32])>) -> Score {
    let mut score = Score::default();
    for (kind, probabilities) in graphics {
        let own = config.names[kind].as_str();
        score.graphics += 1;
        let Some(word) = config.word(probabilities) else { continue };
        score.named += 1;
        score.exact += usize::from(word == own);
        if word == BROADEST && own != BROADEST {
            score.broadest += 1;
        } else {
            score.right += usize::from(config.covers(word, own));
        }
    }
    score
}

/// Each graphic's kind and probabilities, of all parts or of the one kept apart.
pub fn probabilities_of<'a>(
    graphics: &'a Graphics,
    crossed: &'a Crossed,
    kept_only: bool,
) -> impl Iterator<Item = (usize, &'a [f32])> {
    let pairs = graphics.pictures.iter().zip(&crossed.probabilities);
    pairs
        .filter(move |(picture, _)| !kept_only || picture.fold == KEPT)
        .map(|(picture, probabilities)| (picture.kind, probabilities.as_slice()))
}

/// Chooses how sure a word must be: as little as it takes for 85 in 100 words told of graphics to be right by
/// cross-validation, the broadest not counted; without that, the one with the most of them right.
#[must_use]
pub fn sure(config: &KindsConfig, graphics: &Graphics, crossed: &Crossed) -> f32 {
    let share = |sure: f32| {
        let Score { named, right, broadest, .. } =
            score(&KindsConfig { sure, ..config.clone() }, probabilities_of(graphics, crossed, false));
        right as f64 / named.saturating_sub(broadest).max(1) as f64
    };
    let steps: Vec<(f32, f64)> = (0..STEPS).map(|n| n as f32 / STEPS as f32).map(|n| (n, share(n))).collect();
    let enough = steps.iter().find(|(_, share)| *share >= RIGHT);
    let best = || steps.iter().max_by(|one, other| one.1.total_cmp(&other.1));
    enough.or_else(best).map_or(0.0, |(sure, _)| *sure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> KindsConfig {
        KindsConfig {
            names: ["bar chart", "line graph", "map"].map(str::to_owned).into(),
            broader: [
                ("bar chart", "graph"),
                ("line graph", "graph"),
                ("graph", BROADEST),
                ("map", BROADEST),
            ]
            .map(|(word, above)| (word.to_owned(), above.to_owned()))
            .into(),
            above: 0.5,
            sure: 0.6,
        }
    }

    #[test]
    fn one_in_fifty_photos_and_one_in_twenty_of_a_source_lies_above_the_limit() {
        let fifty: Vec<f32> = (0..50).map(|n| 0.9 - n as f32 * 0.01).collect();
        let few = vec![0.95, 0.1];
        let sources = |pairs: &[(&str, &Vec<f32>)]| {
            pairs.iter().map(|(name, graphic)| ((*name).to_owned(), (*graphic).clone())).collect()
        };
        let found = limit(&sources(&[("web", &fifty)]), LOWEST);
        assert_eq!(fifty.iter().filter(|graphic| **graphic > found).count(), 1);
        // Three of 100 photos of a source, where all sources together have 200.
        let (low, high) = (vec![0.1; 100], [vec![0.9; 3], vec![0.2; 97]].concat());
        assert_eq!(limit(&sources(&[("web", &low), ("textbook", &high)]), LOWEST), LOWEST);
        let many = [vec![0.9; 6], vec![0.2; 94]].concat();
        assert_eq!(limit(&sources(&[("web", &vec![0.1; 1000]), ("textbook", &many)]), LOWEST), 0.9);
        assert_eq!(limit(&sources(&[("web", &fifty), ("few", &few)]), LOWEST), 0.95);
        assert_eq!(limit(&sources(&[("web", &vec![0.3, 0.2])]), LOWEST), LOWEST);
        assert_eq!(limit(&sources(&[]), LOWEST), LOWEST);
    }

    #[test]
    fn broader_words_are_right_and_the_broadest_is_none() {
        let pictures: [(usize, &[f32]); 5] = [
            (0, &[0.0, 0.7, 0.2, 0.1]),
            (1, &[0.0, 0.5, 0.4, 0.1]),
            (2, &[0.0, 0.5, 0.4, 0.1]),
            (2, &[0.0, 0.3, 0.2, 0.5]),
            (2, &[0.6, 0.1, 0.1, 0.2]),
        ];
        let expected = Score { graphics: 5, named: 4, right: 2, exact: 1, broadest: 1 };
        assert_eq!(score(&config(), pictures), expected);
    }
}
