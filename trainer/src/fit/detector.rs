//! Fits a bundle's [detector of words](showtell::detector) to the training photos.
//!
//! The target of a word is the share of a photo's captions that hold it; what is minimised is the sum of
//! the words' binary cross-entropies (Fang et al. 2015, section 3, count a word once for a photo). Only
//! content words that stand in several captions are learnt: all others are taken for certain of every photo, so
//! that they speak for none. The decoder and its embedding stay as they are.

use std::ops::Range;

use anyhow::{Context, ensure};
use burn::module::{Module, Param};
use burn::nn::DropoutConfig;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use showtell::decoder::Decoder;
use showtell::detector::{self, CERTAIN, WordDetector};

use crate::dataset::captions::Mirror;
use crate::dataset::views::Views;
use crate::dataset::words::Words;
use crate::recipe::optimizer::OptimizerRecipe;
use crate::recipe::schedule::{Position, ScheduleRecipe};
use crate::reporter::Reporter;
use crate::training::words::cross_entropy;

/// How a detector is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fitting {
    /// Passes over the training photos.
    pub epochs: usize,
    /// Decides all that is drawn.
    pub seed: u64,
}

/// Photos in a step.
const PHOTOS_PER_STEP: usize = 128;
/// Peak learning rate of Adam.
const LEARNING_RATE: f64 = 2e-3;
/// Share of the weights taken off, in learning rates.
const WEIGHT_DECAY: f32 = 0.05;
/// The same of a detector with weights of its own, which are many times as many.
const OWN_WEIGHT_DECAY: f32 = 0.5;
/// Share of what goes into either layer set to zero.
const DROPOUT: f64 = 0.3;
/// Share of what goes into the words' own weights set to zero.
const OWN_DROPOUT: f64 = 0.1;
/// Photos that go through the decoder's first layers together.
const BATCH: usize = 32;

/// What is seen of photos, shown in several ways: means of their regions.
#[derive(Debug, Clone)]
pub struct PooledFeatures {
    /// `[views, photos, width]`.
    values: Vec<f32>,
    /// Which way round each is shown, `[views, photos]`.
    mirrors: Vec<Mirror>,
    photos: usize,
    width: usize,
}

impl PooledFeatures {
    /// Looks at all photos in all views as a decoder does.
    ///
    /// # Errors
    /// When features are missing.
    pub fn of_decoder(
        decoder: &Decoder,
        views: &Views,
        photos: usize,
        device: &Device,
        reporter: &dyn Reporter,
    ) -> anyhow::Result<Self> {
        Self::new(|features| decoder.seen(&decoder.start(features)), views, photos, device, reporter)
    }

    /// Looks at all photos in all views as the encoder does.
    ///
    /// # Errors
    /// When features are missing.
    pub fn of_encoder(
        views: &Views,
        photos: usize,
        device: &Device,
        reporter: &dyn Reporter,
    ) -> anyhow::Result<Self> {
        Self::new(|features| features.mean_dim(1).squeeze_dim(1), views, photos, device, reporter)
    }

    fn new(
        look: impl Fn(Tensor<3>) -> Tensor<2> + Sync,
        views: &Views,
        photos: usize,
        device: &Device,
        reporter: &dyn Reporter,
    ) -> anyhow::Result<Self> {
        let places: Vec<(usize, Range<usize>)> = (0..views.len())
            .flat_map(|view| {
                (0..photos).step_by(BATCH).map(move |first| (view, first..photos.min(first + BATCH)))
            })
            .collect();
        let progress = reporter.progress(places.len(), "looking at photos");
        let seen = places.into_par_iter().map(|(view, photos)| {
            let photos: Vec<usize> = photos.collect();
            let features = views.batch(&photos, &vec![view; photos.len()], device)?;
            progress.advance(1);
            look(features).try_into_vec_as::<f32>().context("the device gave no regions")
        });
        let values = seen.collect::<anyhow::Result<Vec<_>>>()?.concat();
        drop(progress);
        ensure!(photos > 0, "the data set has no training photos");
        let width = values.len() / (photos * views.len());
        let mirrors =
            (0..views.len()).flat_map(|view| (0..photos).map(move |photo| views.mirror(view, photo)));
        Ok(Self { values, mirrors: mirrors.collect(), photos, width })
    }

    /// What is seen of a photo in a view, and which way round.
    fn of(&self, view: usize, photo: usize) -> (&[f32], Mirror) {
        let place = view * self.photos + photo;
        (&self.values[place * self.width..][..self.width], self.mirrors[place])
    }

    fn views(&self) -> usize {
        self.mirrors.len() / self.photos
    }

    /// Mean and standard deviation of each number over the photos as they are.
    fn moments(&self) -> (Vec<f32>, Vec<f32>) {
        let (mut sum, mut squares) = (vec![0.0_f64; self.width], vec![0.0_f64; self.width]);
        for photo in 0..self.photos {
            for (at, &value) in self.of(0, photo).0.iter().enumerate() {
                sum[at] += f64::from(value);
                squares[at] += f64::from(value).powi(2);
            }
        }
        let count = self.photos as f64;
        let mean = |sum: &f64| sum / count;
        let deviation = |(sum, squares): (&f64, &f64)| (squares / count - mean(sum).powi(2)).max(0.0).sqrt();
        (
            sum.iter().map(|sum| mean(sum) as f32).collect(),
            sum.iter().zip(&squares).map(|moments| deviation(moments) as f32).collect(),
        )
    }
}

/// Fits a detector.
///
/// # Errors
/// When the device gives no result.
pub fn fit(
    untrained: WordDetector,
    embedding: Tensor<2>,
    sights: &PooledFeatures,
    words: &Words,
    fitting: Fitting,
    reporter: &dyn Reporter,
) -> anyhow::Result<WordDetector> {
    let device = embedding.device().autodiff();
    let usual: Vec<f32> = words.usual().map(|usual| usual.unwrap_or(CERTAIN)).collect();
    let known: Vec<usize> = detector::known(&usual).collect();
    ensure!(!known.is_empty(), "no word can be learnt");
    let mut place = vec![None; usual.len()];
    known.iter().enumerate().for_each(|(at, &word)| place[word] = Some(at));
    let matrix = |values: Vec<f32>, rows| {
        let columns = values.len() / rows;
        Tensor::<2>::from_data(TensorData::new(values, [rows, columns]), &device)
    };
    let anywhere = matrix(known.iter().map(|&word| usual[word]).collect(), 1);
    let rows: Vec<i32> = known.iter().map(|&word| word as i32).collect();
    let embedding = Tensor::<2>::from_data(embedding.into_data(), &device)
        .select(0, Tensor::from_ints(rows.as_slice(), &device));
    let (mean, deviation) = sights.moments();
    let deviation: Vec<f32> = deviation.iter().map(|deviation| deviation + 1e-3).collect();

    device.seed(fitting.seed);
    let usual = Tensor::<1>::from_floats(usual.as_slice(), &device);
    let mut detector = untrained.train().with_usual(usual);
    let (weight_decay, word_dropout) =
        if detector.is_own() { (OWN_WEIGHT_DECAY, OWN_DROPOUT) } else { (WEIGHT_DECAY, DROPOUT) };
    let recipe = OptimizerRecipe::Adamw { learning_rate: LEARNING_RATE, weight_decay };
    let mut optimizer = recipe.fresh();
    let dropout = |share| DropoutConfig::new(share).init();
    let (dropout, word_dropout) = (dropout(DROPOUT), dropout(word_dropout));
    let steps = sights.photos.div_ceil(PHOTOS_PER_STEP);
    let total = steps * fitting.epochs;
    let schedule = ScheduleRecipe::Cosine { warmup_steps: total.div_ceil(10) };
    let mut random = ChaCha8Rng::seed_from_u64(fitting.seed);
    let mut order: Vec<usize> = (0..sights.photos).collect();
    let progress = reporter.progress(total, "steps of the detector");
    for epoch in 0..fitting.epochs {
        order.shuffle(&mut random);
        for (step, photos) in order.chunks(PHOTOS_PER_STEP).enumerate() {
            let (mut seen, mut targets) = (Vec::new(), vec![0.0; photos.len() * known.len()]);
            for (row, &photo) in photos.iter().enumerate() {
                let (numbers, mirror) = sights.of(random.random_range(0..sights.views()), photo);
                let numbers = numbers.iter().zip(mean.iter().zip(&deviation));
                seen.extend(numbers.map(|(value, (mean, deviation))| (value - mean) / deviation));
                for &(word, share) in words.shares(photo, mirror) {
                    if let Some(at) = place[word as usize] {
                        targets[row * known.len() + at] = share;
                    }
                }
            }
            let (seen, targets) = (matrix(seen, photos.len()), matrix(targets, photos.len()));
            let hidden = word_dropout.forward(detector.hidden(dropout.forward(seen)));
            let odds = detector.lift(hidden, || embedding.clone()) + anywhere.clone();
            let loss = cross_entropy(odds, targets).sum() / photos.len() as f32;
            let grads = GradientsParams::from_grads(loss.backward(), &detector);
            let position = Position { step: epoch * steps + step, total, plateaus: 0 };
            detector = optimizer.step(LEARNING_RATE * schedule.share(position), detector, grads);
            progress.advance(1);
        }
    }
    drop(progress);
    standardised(detector.valid(), &mean, &deviation)
}

/// A detector for numbers as they are, of one that was fitted to them less their mean and over their
/// deviation.
fn standardised(detector: WordDetector, mean: &[f32], deviation: &[f32]) -> anyhow::Result<WordDetector> {
    let device = detector.usual().device();
    let column = |values: Vec<f32>| {
        let rows = values.len();
        Tensor::<2>::from_data(TensorData::new(values, [rows, 1]), &device)
    };
    let scale = column(deviation.iter().map(|deviation| 1.0 / deviation).collect());
    let shift = column(mean.iter().zip(deviation).map(|(mean, deviation)| mean / deviation).collect());
    Ok(detector.map_hidden(|mut layer| {
        let weight = layer.weight.val();
        let moved = (weight.clone() * shift).sum_dim(0).squeeze_dim::<1>(0);
        layer.bias = layer.bias.map(|bias| Param::from_tensor(bias.val() - moved));
        layer.weight = Param::from_tensor(weight * scale);
        layer
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporter::Silent;
    use crate::testing::seeded;
    use showtell::detector::log_probability;

    /// Photos of one of two kinds, told by the first of three numbers, seen plainly and mirrored.
    /// Words: one of each kind, swapped when mirrored, one of half of the captions, one not learnt.
    fn photos() -> (PooledFeatures, Words) {
        let (mut values, mut mirrors, mut shares) = (Vec::new(), Vec::new(), Vec::new());
        for mirror in [Mirror::No, Mirror::Yes] {
            for photo in 0..64 {
                let kind = (photo % 2 == 0) != (mirror == Mirror::Yes);
                values.extend([if kind { 30.0 } else { 10.0 }, photo as f32, -5.0]);
                mirrors.push(mirror);
            }
        }
        for photo in 0..64 {
            let kind = (photo % 2) as u32;
            shares.push([vec![(kind, 1.0), (2, 0.5), (3, 1.0)], vec![(1 - kind, 1.0), (2, 0.5), (3, 1.0)]]);
        }
        let rates = vec![Some(0.5), Some(0.5), Some(0.5), None];
        (PooledFeatures { values, mirrors, photos: 64, width: 3 }, Words::new(shares, rates))
    }

    #[test]
    fn words_are_expected_of_the_photos_that_show_them() {
        let device = Device::flex();
        let _draws = seeded(&device, 5);
        let (sights, words) = photos();
        let usual: Vec<f32> = words.usual().map(|usual| usual.unwrap_or(CERTAIN)).collect();
        assert_eq!((words.learnt(), usual[3]), (3, CERTAIN));
        let embedding = Tensor::<2>::from_floats([[2.0, 0.0], [-2.0, 0.0], [0.0, 2.0], [0.5, 0.5]], &device);
        for untrained in [WordDetector::tied(3, 2, 4, &device), WordDetector::own(3, 2, 3, 4, &device)] {
            let fitting = Fitting { epochs: 400, seed: 1 };
            let detector = fit(untrained, embedding.clone(), &sights, &words, fitting, &Silent).unwrap();
            // Numbers as they are seen, not as the fit did.
            let seen = Tensor::<2>::from_floats([[30.0, 7.0, -5.0], [10.0, 50.0, -5.0]], &device);
            let lift = detector.lift(detector.hidden(seen), || embedding.clone());
            let lift = lift.into_data().try_into_vec::<f32>().unwrap();
            let odds = detector::log_odds(&lift, &detector.tells(&usual), &usual);
            let sure: Vec<f32> = odds.iter().map(|&odds| log_probability(odds).exp()).collect();
            // Weights that decay faster leave it less sure.
            let (yes, no) = if detector.is_own() { (0.55, 0.45) } else { (0.7, 0.3) };
            assert!(sure[0] > yes && sure[1] < no && sure[4] < no && sure[5] > yes, "{sure:?}");
            assert!((sure[2] - 0.5).abs() < 0.2 && (sure[6] - 0.5).abs() < 0.2, "{sure:?}");
            assert!(sure[3] > 0.999 && sure[7] > 0.999, "{sure:?}");
        }
    }
}
