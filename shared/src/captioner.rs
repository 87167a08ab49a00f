//! Runs a model over photos: the one loop that turns features into captions.

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Int, Tensor, TensorData};
use image::RgbImage;

use crate::beam::{Beam, BeamConfig, BeamError, BeamTokens, Hypothesis, Survivors};
use crate::bundle::{Bundle, BundleError};
use crate::caption::Caption;
use crate::classifier::Classifier;
use crate::confidence::{Calibration, PICTURE, expected, statistics};
use crate::decoder::{Decoder, Prediction, ensemble};
use crate::detector::WordDetector;
pub use crate::found::Found;
use crate::kind::{KindClassifier, KindsConfig};
use crate::labelled::{self, Lexicon, Spoken, wishes};
use crate::labels::Labels;
use crate::model::Model;
use crate::novelty::Novelty;
use crate::people::neutral;
use crate::preprocess::Preprocessing;
use crate::vocabulary::Vocabulary;

/// Why captioning failed although bundle and photo were sound.
#[derive(Debug, thiserror::Error)]
pub enum CaptionError {
    /// A decoding setting is out of range.
    #[error("unusable decoding setting")]
    Decoding(#[from] BeamError),
    /// The device gave no result: lost, or out of memory.
    #[error("the device gave no result: {reason}")]
    Device {
        /// What the device said.
        reason: String,
    },
    /// The search shall count words that a detector expects, and the model has none.
    #[error("support takes a model with a detector of words")]
    NoDetector,
    /// The search shall count what a classifier sees, and the model has none, or no words for its classes.
    #[error("support of labels takes a model with a classifier and its labels")]
    NoLabels,
    /// The model produced no sentence, which takes weights gone to NaN.
    #[error("the model found no words")]
    NoWords,
}

/// Whether captions carry the attention behind each word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttentionMaps {
    /// Each word says where the model looked.
    Kept,
    /// Less to read back from the device.
    Dropped,
}

/// How to caption.
#[derive(Debug, Clone, PartialEq)]
pub struct CaptionOptions {
    /// The search.
    pub beam: BeamConfig,
    /// Whether to keep attention.
    pub attention: AttentionMaps,
}

/// A model on a device, ready to caption.
#[derive(Debug)]
pub struct Captioner {
    model: Model,
    vocabulary: Vocabulary,
    labels: Option<Labels>,
    kinds: Option<KindsConfig>,
    preprocessing: Preprocessing,
    defaults: CaptionOptions,
    calibration: Option<Calibration>,
    device: Device,
}

impl Captioner {
    /// Loads a bundle's model on a device.
    ///
    /// # Errors
    /// [`BundleError::Weights`] when the weights do not fit the model.
    pub fn new(bundle: &Bundle, device: &Device) -> Result<Self, BundleError> {
        Ok(Self {
            model: bundle.model(device)?,
            vocabulary: bundle.vocabulary().clone(),
            labels: bundle.labels().cloned(),
            kinds: bundle.config().model.kinds.clone(),
            preprocessing: bundle.config().preprocessing.clone(),
            defaults: CaptionOptions {
                beam: bundle.config().decoding.clone(),
                attention: AttentionMaps::Kept,
            },
            calibration: bundle.config().confidence.clone(),
            device: device.clone(),
        })
    }

    /// The bundle's decoding defaults, attention kept.
    #[must_use]
    pub fn defaults(&self) -> &CaptionOptions {
        &self.defaults
    }

    /// The device the model runs on.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Captions one photo.
    ///
    /// # Errors
    /// [`CaptionError`].
    pub async fn caption(&self, photo: &RgbImage, options: &CaptionOptions) -> Result<Caption, CaptionError> {
        let features = self.encode(&[photo]);
        let mut captions = self.caption_features(features, options).await?;
        captions.pop().ok_or(CaptionError::NoWords)
    }

    /// Encodes photos.
    ///
    /// # Shapes
    /// Returns `[photos, regions, channels]`.
    pub fn encode(&self, photos: &[&RgbImage]) -> Tensor<3> {
        let side = self.preprocessing.side;
        let pixels = photos.iter().flat_map(|photo| self.preprocessing.pixels(photo)).collect();
        let data = TensorData::new::<f32, _>(pixels, [photos.len(), 3, side, side]);
        self.model.encoder.forward(Tensor::from_data(data, &self.device))
    }

    /// Searches for sentences about photos from their features, all together.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`.
    ///
    /// # Errors
    /// [`CaptionError`].
    pub async fn find(
        &self,
        features: Tensor<3>,
        options: &CaptionOptions,
    ) -> Result<Vec<Found>, CaptionError> {
        let voices = Voices {
            decoders: std::slice::from_ref(&self.model.decoder),
            detector: self.model.detector.as_ref(),
            novelty: self.model.novelty.as_ref(),
            classifier: self.model.classifier.as_ref().zip(self.labels.as_ref()),
            kinds: self.model.kinds.as_ref().zip(self.kinds.as_ref()),
        };
        search(voices, &self.vocabulary, features, options).await
    }

    /// Captions photos from their features, all together. A photo's caption does not depend on
    /// its neighbours in the batch.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`.
    ///
    /// # Errors
    /// [`CaptionError`].
    pub async fn caption_features(
        &self,
        features: Tensor<3>,
        options: &CaptionOptions,
    ) -> Result<Vec<Caption>, CaptionError> {
        let found = self.find(features, options).await?;
        // Measured with the bundle's own search; another leaves other evidence.
        let calibration = self.calibration.as_ref().filter(|_| options.beam == self.defaults.beam);
        let labels = self.labels.as_ref();
        found.into_iter().map(|found| found.caption(labels, calibration)).collect()
    }
}

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
    let seen = pictures.iter().zip(distances).zip(classes.into_iter().zip(graphics));
    Ok(found
        .into_iter()
        .zip(seen)
        .enumerate()
        .map(|(photo, (hypotheses, ((&picture, distance), (classes, kind))))| {
            let hypotheses = hypotheses.unwrap_or_default();
            let attention = hypotheses.first().map(|best| maps.of(photo, best)).unwrap_or_default();
            let odds = told.as_ref().and_then(|told| told.log_odds.chunks(told.usual.len()).nth(photo));
            let expected = odds.zip(hypotheses.first()).map(|(odds, best)| expected(odds, &best.tokens));
            let scene = Scene { vocabulary, labels, odds, classes: &classes, beam: &options.beam };
            let sentences: Vec<Vec<Spoken>> =
                hypotheses.iter().map(|hypothesis| scene.spoken(&hypothesis.tokens)).collect();
            let named = sentences.first().map(|best| scene.named(best)).unwrap_or_default();
            let expected = expected.unwrap_or_default();
            Found { hypotheses, sentences, attention, picture, distance, expected, classes, named, kind }
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
