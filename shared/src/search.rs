//! The one loop that turns features into sentences, and what classifiers and detectors see beside it.

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::beam::{Beam, BeamConfig, BeamTokens, Hypothesis, Survivors, repetition::kin};
use crate::classifier::Classifier;
use crate::confidence::{PICTURE, expected, statistics};
use crate::decision::candidates;
use crate::decoder::{Decoder, Prediction, ensemble};
use crate::detector::WordDetector;
use crate::error::CaptionError;
use crate::found::Found;
use crate::kind::{KindClassifier, KindsConfig};
use crate::labelled::{self, Lexicon, Spoken, wishes};
use crate::labels::Labels;
use crate::novelty::Novelty;
use crate::options::{AttentionMaps, CaptionOptions};
use crate::people::neutral;
use crate::vocabulary::Vocabulary;

/// Who speaks in a search.
#[derive(Debug, Clone, Copy)]
pub struct Voices<'a> {
    /// One decoder, or several over the same words, whose mean counts.
    pub decoders: &'a [Decoder],
    /// What tells words beforehand from what the first decoder sees, where there is one.
    pub detector: Option<&'a WordDetector>,
    /// What tells how far photos lie from those of the training set, where there is such a thing.
    pub novelty: Option<&'a Novelty>,
    /// What tells things, and their words, where there is such a thing.
    pub classifier: Option<(&'a Classifier, &'a Labels)>,
    /// What tells kinds of pictures that are no photos, and how they are told, where there is such a thing.
    pub kinds: Option<(&'a KindClassifier, &'a KindsConfig)>,
}

/// Searches for sentences about several photos at once.
///
/// After the first word every photo has `width` rows, so that rows stay grouped by photo. A
/// photo's rows beyond its live hypotheses, and all rows of a photo that is done, repeat the
/// photo's first row and are ignored.
///
/// # Shapes
/// `features`: `[photos, regions, channels]`.
///
/// # Errors
/// [`CaptionError`].
///
/// # Panics
/// Without decoders.
pub async fn search(
    Voices { decoders, detector, novelty, classifier, kinds }: Voices<'_>,
    vocabulary: &Vocabulary,
    features: Tensor<3>,
    options: &CaptionOptions,
) -> Result<Vec<Found>, CaptionError> {
    let [photos, _, _] = features.dims();
    let device = features.device();
    let special = vocabulary.special();
    let tokens = BeamTokens {
        end: special.end,
        suppressed: vocabulary.suppressed().to_vec(),
        joints: vocabulary.ids(&options.beam.no_echo),
        kin: if options.beam.repetition_penalty > 0.0 { kin(vocabulary) } else { Vec::new() },
        bad_endings: vocabulary.ids(&options.beam.bad_endings),
    };
    let beam = Beam::new(options.beam.clone(), tokens)?;
    let mut found: Vec<Option<Vec<Hypothesis>>> = vec![None; photos];
    let mut maps = Maps::default();

    let pictures = statistics(&features);
    let distances = novelty.map(|novelty| novelty.distance(features.clone()));
    let labels = classifier.map(|(_, labels)| labels);
    let classes: Vec<Vec<f32>> = match classifier {
        Some((classifier, _)) => {
            let shares = values(softmax(classifier.logits(features.clone()), 1)).await?;
            shares.chunks(classifier.classes()).map(<[f32]>::to_vec).collect()
        }
        None => vec![Vec::new(); photos],
    };
    let graphics: Vec<Option<(String, f32)>> = match kinds {
        Some((classifier, config)) => {
            let shares = values(classifier.probabilities(features.clone())).await?;
            let told = |shares: &[f32]| Some((config.told(shares)?.to_owned(), 1.0 - shares.first()?));
            shares.chunks(1 + config.names.len()).map(told).collect()
        }
        None => vec![None; photos],
    };
    let mut state = ensemble::start(decoders, &features);
    let told = match detector {
        Some(detector) => Some(expected_words(detector, decoders, &state).await?),
        None => None,
    };
    let mut beams: Vec<Option<Beam>> = match (options.beam.support, &told) {
        (None, _) => vec![Some(beam); photos],
        (Some(_), None) => return Err(CaptionError::NoDetector),
        (Some(support), Some(ExpectedWords { log_odds, usual })) => {
            let lexicon = match labels {
                _ if support.labels == 0.0 => None,
                Some(labels) => Some((labels, Lexicon::new(labels, vocabulary))),
                None => return Err(CaptionError::NoLabels),
            };
            let supported = |(photo, classes): (&[f32], &Vec<f32>)| {
                let wished = lexicon
                    .as_ref()
                    .map(|(labels, lexicon)| wishes(labels, classes, lexicon, support.label_from));
                Some(beam.clone().with_support(support.worth(photo, usual), wished.unwrap_or_default()))
            };
            log_odds.chunks(usual.len()).zip(&classes).map(supported).collect()
        }
    };
    let mut tokens = vec![special.start; photos];
    let mut width = 1;
    loop {
        let (prediction, next) = ensemble::step(decoders, state, &ints(&tokens, &device));
        let rows = read(prediction, options.attention, vocabulary.len()).await?;
        let stride = rows.len() / tokens.len();

        let mut parents = Vec::with_capacity(photos * options.beam.width);
        tokens.clear();
        for (photo, slot) in beams.iter_mut().enumerate() {
            let first = photo * width;
            let scores: Vec<&[f32]> = rows[first * stride..(first + width) * stride]
                .chunks(stride)
                .map(|row| &row[..vocabulary.len()])
                .collect();
            let survivors = match slot.as_mut().map(|beam| beam.advance(&scores)) {
                Some(Some(survivors)) => survivors,
                Some(None) => {
                    found[photo] = slot.take().map(Beam::finish);
                    Survivors { parents: vec![], tokens: vec![] }
                }
                None => Survivors { parents: vec![], tokens: vec![] },
            };
            for row in 0..options.beam.width {
                parents.push((first + survivors.parents.get(row).copied().unwrap_or(0)) as u32);
                tokens.push(survivors.tokens.get(row).copied().unwrap_or(special.end));
            }
        }
        if options.attention == AttentionMaps::Kept {
            maps.push(rows, stride, width, vocabulary.len());
        }
        if beams.iter().all(Option::is_none) {
            break;
        }
        state = next.select(&ints(&parents, &device));
        width = options.beam.width;
    }

    let pictures = values(pictures).await?;
    let (pictures, _) = pictures.as_chunks::<PICTURE>();
    let distances = match distances {
        Some(distances) => values(distances.unsqueeze_dim(0)).await?,
        None => vec![0.0; photos],
    };
    let places = match classifier.filter(|_| options.attention == AttentionMaps::Kept) {
        Some((classifier, labels)) => places(classifier, labels, features, &classes).await?,
        None => vec![Vec::new(); photos],
    };
    let seen = pictures.iter().zip(distances).zip(classes.into_iter().zip(graphics).zip(places));
    Ok(found
        .into_iter()
        .zip(seen)
        .enumerate()
        .map(|(photo, (hypotheses, ((&picture, distance), ((classes, kind), places))))| {
            let hypotheses = hypotheses.unwrap_or_default();
            let attention = hypotheses.first().map(|best| maps.of(photo, best)).unwrap_or_default();
            let odds = told.as_ref().and_then(|told| told.log_odds.chunks(told.usual.len()).nth(photo));
            let expected = odds.zip(hypotheses.first()).map(|(odds, best)| expected(odds, &best.tokens));
            let scene = Scene { vocabulary, labels, odds, classes: &classes, beam: &options.beam };
            let sentences: Vec<Vec<Spoken>> =
                hypotheses.iter().map(|hypothesis| scene.spoken(&hypothesis.tokens)).collect();
            let named = sentences.first().map(|best| scene.named(best)).unwrap_or_default();
            let expected = expected.unwrap_or_default();
            Found {
                hypotheses,
                sentences,
                attention,
                picture,
                distance,
                expected,
                classes,
                named,
                places,
                kind,
            }
        })
        .collect())
}

/// Where each photo shows the things that its classes speak for: nodes of the labels with a weight for each region.
async fn places(
    classifier: &Classifier,
    labels: &Labels,
    features: Tensor<3>,
    classes: &[Vec<f32>],
) -> Result<Vec<Vec<(usize, Vec<f32>)>>, CaptionError> {
    let [_, regions, _] = features.dims();
    let mut places = Vec::with_capacity(classes.len());
    for (photo, classes) in classes.iter().enumerate() {
        let nodes: Vec<usize> = candidates(labels, classes).into_iter().map(|(node, _)| node).collect();
        // Features that were pooled have no places left.
        if nodes.is_empty() || regions < 2 {
            places.push(Vec::new());
            continue;
        }
        let mix: Vec<f32> = nodes.iter().flat_map(|&node| labels.shares(node, classes)).collect();
        let mix = Tensor::from_data(TensorData::new(mix, [nodes.len(), classes.len()]), &features.device());
        let own = features.clone().narrow(0, photo, 1).squeeze_dim(0);
        let maps = values(classifier.maps(own, mix)).await?;
        places.push(nodes.into_iter().zip(maps.chunks(regions).map(above_mean)).collect());
    }
    Ok(places)
}

/// A class activation map as attention: what speaks for the class more than the mean region does, in shares of 1.
fn above_mean(map: &[f32]) -> Vec<f32> {
    let mean = map.iter().sum::<f32>() / map.len() as f32;
    let above: Vec<f32> = map.iter().map(|score| (score - mean).max(0.0)).collect();
    let sum: f32 = above.iter().sum();
    if sum > 0.0 { above.iter().map(|score| score / sum).collect() } else { above }
}

/// What is known of a photo when its sentences have been found.
struct Scene<'a> {
    vocabulary: &'a Vocabulary,
    labels: Option<&'a Labels>,
    /// A detector's log-odds of each word.
    odds: Option<&'a [f32]>,
    classes: &'a [f32],
    beam: &'a BeamConfig,
}

impl Scene<'_> {
    /// A sentence's words as they are told: things by their own words, people without what nothing speaks for.
    fn spoken(&self, tokens: &[u32]) -> Vec<Spoken> {
        let said = self.vocabulary.spoken(tokens);
        let mut sentence: Vec<Spoken> =
            said.map(|(token, word)| Spoken { word: word.to_owned(), token }).collect();
        let labels = self.labels.zip(self.beam.support).filter(|(_, support)| support.labels > 0.0);
        if let Some((labels, support)) = labels {
            labelled::substitute(labels, self.classes, support.put_from, &mut sentence);
        }
        if let Some((odds, margin)) = self.odds.zip(self.beam.people) {
            let words: Vec<&str> = sentence.iter().map(|spoken| spoken.word.as_str()).collect();
            let odds = |word: &str| odds.get(self.vocabulary.id(word)? as usize).copied();
            for (place, word) in neutral(&words, odds, margin) {
                word.clone_into(&mut sentence[place].word);
            }
        }
        sentence
    }

    /// Which labels a sentence names.
    fn named(&self, sentence: &[Spoken]) -> Vec<usize> {
        let words: Vec<&str> = sentence.iter().map(|spoken| spoken.word.as_str()).collect();
        self.labels.map(|labels| labels.mentions(&words)).unwrap_or_default()
    }
}

/// Log-odds of words, as a detector has them.
struct ExpectedWords {
    /// In a caption of each photo, `[photos, vocabulary]`.
    log_odds: Vec<f32>,
    /// In a caption of whatever photo, `[vocabulary]`.
    usual: Vec<f32>,
}

async fn expected_words(
    detector: &WordDetector,
    decoders: &[Decoder],
    states: &ensemble::States,
) -> Result<ExpectedWords, CaptionError> {
    let Some((decoder, state)) = decoders.first().zip(states.first()) else {
        panic!("an ensemble has at least one decoder")
    };
    let hidden = detector.hidden(decoder.seen(state));
    let log_odds = values(detector.log_odds(hidden, decoder.words())).await?;
    Ok(ExpectedWords { log_odds, usual: values(detector.usual().unsqueeze_dim(0)).await? })
}

fn ints(values: &[u32], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = values.iter().map(|&value| value as i32).collect();
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), device)
}

/// Reads log-probabilities, and behind them in each row attention where kept, in one transfer.
async fn read(
    prediction: Prediction,
    maps: AttentionMaps,
    vocabulary: usize,
) -> Result<Vec<f32>, CaptionError> {
    let Prediction { log_probabilities, attention } = prediction;
    debug_assert_eq!(log_probabilities.dims()[1], vocabulary);
    let rows = match (maps, attention) {
        (AttentionMaps::Kept, Some(attention)) => Tensor::cat(vec![log_probabilities, attention], 1),
        _ => log_probabilities,
    };
    values(rows).await
}

async fn values(tensor: Tensor<2>) -> Result<Vec<f32>, CaptionError> {
    let data = tensor.into_data_async().await;
    data.map_err(|error| error.to_string())
        .and_then(|data| data.try_into_vec::<f32>().map_err(|error| error.to_string()))
        .map_err(|reason| CaptionError::Device { reason })
}

/// The rows of every step, kept until the best sentence is known.
#[derive(Default)]
struct Maps {
    steps: Vec<Step>,
}

struct Step {
    rows: Vec<f32>,
    stride: usize,
    width: usize,
    vocabulary: usize,
}

impl Maps {
    fn push(&mut self, rows: Vec<f32>, stride: usize, width: usize, vocabulary: usize) {
        self.steps.push(Step { rows, stride, width, vocabulary });
    }

    /// Attention of each token of a photo's sentence.
    fn of(&self, photo: usize, hypothesis: &Hypothesis) -> Vec<Vec<f32>> {
        self.steps
            .iter()
            .zip(&hypothesis.rows)
            .map(|(step, row)| {
                let start = (photo * step.width + row) * step.stride;
                step.rows[start + step.vocabulary..start + step.stride].to_vec()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_keeps_what_speaks_for_a_thing_more_than_the_mean_does() {
        assert_eq!(above_mean(&[1.0, 1.0, 6.0, 4.0]), [0.0, 0.0, 0.75, 0.25]);
        assert_eq!(above_mean(&[2.0, 2.0]), [0.0, 0.0]);
    }
}
