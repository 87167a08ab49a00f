//! The one loop that turns features into sentences, and what classifiers and detectors see beside it.

mod attention;
mod transfer;

use burn::tensor::Tensor;
use burn::tensor::activation::softmax;

use crate::article::agree;
use crate::beam::{Beam, BeamConfig, BeamTokens, Hypothesis, Survivors, repetition::kin};
use crate::classifier::Classifier;
use crate::confidence::{PictureStats, Stats, expected, statistics};
use crate::decoder::{Decoder, ensemble};
use crate::detector::{self, WordDetector};
use crate::error::CaptionError;
use crate::found::SearchResult;
use crate::kind::{KindClassifier, KindsConfig};
use crate::labelled::{self, Lexicon, Spoken, wishes};
use crate::labels::Labels;
use crate::naming::detected;
use crate::novelty::Novelty;
use crate::options::{AttentionMaps, CaptionOptions};
use crate::people::neutral;
use crate::vocabulary::Vocabulary;
use attention::{Maps, places};
use transfer::{ints, read, values};

/// Who speaks in a search.
#[derive(Debug, Clone, Copy)]
pub struct CaptionModels<'a> {
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

impl<'a> CaptionModels<'a> {
    /// Decoders by themselves.
    #[must_use]
    pub fn alone(decoders: &'a [Decoder]) -> Self {
        Self { decoders, detector: None, novelty: None, classifier: None, kinds: None }
    }
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
    CaptionModels { decoders, detector, novelty, classifier, kinds }: CaptionModels<'_>,
    vocabulary: &Vocabulary,
    features: Tensor<3>,
    options: &CaptionOptions,
) -> Result<Vec<SearchResult>, CaptionError> {
    let [photos, regions, channels] = features.dims();
    options.beam.check_model(vocabulary.len(), regions, channels)?;
    let device = features.device();
    let special = vocabulary.special();
    let tokens = BeamTokens {
        end: special.end,
        suppressed: vocabulary.suppressed().to_vec(),
        connectors: vocabulary.ids(&options.beam.connectors),
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
            let kind = |shares: &[f32]| Some((config.word(shares)?.to_owned(), 1.0 - shares.first()?));
            shares.chunks(1 + config.names.len()).map(kind).collect()
        }
        None => vec![None; photos],
    };
    let mut state = ensemble::start(decoders, &features);
    let expected_words = match detector {
        Some(detector) => Some(expected_words(detector, decoders, &state, &features).await?),
        None => None,
    };
    let lexicon =
        labels.filter(|_| expected_words.is_some()).map(|labels| (labels, Lexicon::new(labels, vocabulary)));
    let mut beams: Vec<Option<Beam>> = match (options.beam.word_scores, &expected_words) {
        (None, _) => vec![Some(beam); photos],
        (Some(_), None) => return Err(CaptionError::NoDetector),
        (Some(scores), Some(ExpectedWords { log_odds, usual })) => {
            if scores.labels > 0.0 && labels.is_none() {
                return Err(CaptionError::NoLabels);
            }
            let lexicon = lexicon.as_ref().filter(|_| scores.labels > 0.0);
            let supported = |(photo, classes): (&[f32], &Vec<f32>)| {
                let wished =
                    lexicon.map(|(labels, lexicon)| wishes(labels, classes, lexicon, scores.label_from));
                Some(beam.clone().with_word_scores(scores.worth(photo, usual), wished.unwrap_or_default()))
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
    let pictures = pictures.chunks(PictureStats::NAMES.len()).map(PictureStats::from_values);
    let distances = match distances {
        Some(distances) => values(distances.unsqueeze_dim(0)).await?,
        None => vec![0.0; photos],
    };
    let places = match classifier.filter(|_| options.attention == AttentionMaps::Kept) {
        Some((classifier, labels)) => places(classifier, labels, features, &classes).await?,
        None => vec![Vec::new(); photos],
    };
    let seen = pictures.zip(distances).zip(classes.into_iter().zip(graphics).zip(places));
    Ok(found
        .into_iter()
        .zip(seen)
        .enumerate()
        .map(|(photo, (hypotheses, ((picture, distance), ((classes, kind), places))))| {
            let hypotheses = hypotheses.unwrap_or_default();
            let attention = hypotheses.first().map(|best| maps.of(photo, best)).unwrap_or_default();
            let odds =
                expected_words.as_ref().and_then(|words| words.log_odds.chunks(words.usual.len()).nth(photo));
            let detected = match (&lexicon, &expected_words, odds) {
                (Some((_, lexicon)), Some(words), Some(odds)) => detected(lexicon, odds, &words.usual),
                _ => Vec::new(),
            };
            let expected = odds.zip(hypotheses.first()).map(|(odds, best)| expected(odds, &best.tokens));
            let scene = Scene { vocabulary, labels, odds, classes: &classes, beam: &options.beam };
            let sentences: Vec<Vec<Spoken>> =
                hypotheses.iter().map(|hypothesis| scene.spoken(&hypothesis.tokens)).collect();
            let named = sentences.first().map(|best| scene.named(best)).unwrap_or_default();
            let expected = expected.unwrap_or_default();
            SearchResult {
                hypotheses,
                sentences,
                attention,
                picture,
                distance,
                expected,
                classes,
                detected,
                named,
                places,
                kind,
            }
        })
        .collect())
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
        let labels = self.labels.zip(self.beam.word_scores).filter(|(_, scores)| scores.labels > 0.0);
        if let Some((labels, scores)) = labels {
            labelled::substitute(labels, self.classes, scores.put_from, &mut sentence);
        }
        if let Some((odds, margin)) = self.odds.zip(self.beam.people) {
            let words: Vec<&str> = sentence.iter().map(|spoken| spoken.word.as_str()).collect();
            let odds = |word: &str| odds.get(self.vocabulary.id(word)? as usize).copied();
            for (place, word) in neutral(&words, odds, margin) {
                word.clone_into(&mut sentence[place].word);
            }
        }
        agree(&mut sentence);
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
    features: &Tensor<3>,
) -> Result<ExpectedWords, CaptionError> {
    let Some((decoder, state)) = decoders.first().zip(states.first()) else {
        panic!("an ensemble has at least one decoder")
    };
    let regions =
        if detector.is_own() { features.clone().mean_dim(1).squeeze_dim(1) } else { decoder.seen(state) };
    let lift = values(detector.lift(detector.hidden(regions), || decoder.words())).await?;
    let usual = values(detector.usual().unsqueeze_dim(0)).await?;
    Ok(ExpectedWords { log_odds: detector::log_odds(&lift, &detector.tells(&usual), &usual), usual })
}
