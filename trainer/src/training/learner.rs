//! One step of learning: loss, gradient, clipping, update.

use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use showtell::decoder::Decoder;

use super::TrainingError;
use super::average::Average;
use super::clip::clip;
use super::forward::{self, Regularisation};
use super::lesson::{BatchTargets, Chosen};
use super::memory::Memory;
use super::tuned::TunedEncoder;
use super::words::WordLoss;
use crate::recipe::optimizer::OptimizerRecipe;

/// What learns, and what changes it.
#[derive(Clone)]
pub struct Learner {
    /// The weights.
    pub decoder: Decoder,
    /// The optimizer and its moments.
    pub optimizer: ModuleOptimizer,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// The moving average of the weights, where one is kept.
    pub average: Option<Average>,
    /// The mean of the weights at the ends of the newest epochs, where one is taken, on a device without
    /// autodiff.
    pub mean: Option<Decoder>,
    /// What tells the encoder which words photos show, where it learns that.
    pub words: Option<WordLoss>,
    /// What the encoder knew before, where it is held to that.
    pub memory: Option<Memory>,
    /// What regularises training.
    pub regularisation: Regularisation,
    /// Gradients are scaled down to at most this norm, the decoder's, the encoder's and the word layers' each.
    pub clip_norm: f32,
}

/// What a step knows of the photos that it looks at besides their captions.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    /// Which they are.
    pub chosen: Chosen<'a>,
    /// How much each counts.
    pub weights: &'a [f32],
    /// What the encoder's classifier said of them before, `[photos, classes]`, where the encoder is held to it.
    pub answers: Option<Tensor<2>>,
}

/// What a step found before it changed the weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepOutcome {
    /// What training minimises of captions: smoothed loss per word, in nats, and the attention penalty.
    pub loss: f32,
    /// The weighted loss of the words that photos show, where they are learnt.
    pub word_loss: Option<f32>,
    /// The weighted distance from the encoder's own answers before, where it is held to them.
    pub kept_loss: Option<f32>,
    /// Plain cross-entropy per word, in nats.
    pub cross_entropy: f32,
    /// Norm of the gradient before clipping, the encoder's included.
    pub gradient_norm: f32,
}

/// The losses of a step, in one reading from the device.
struct Losses {
    loss: f32,
    cross_entropy: f32,
    word_loss: Option<f32>,
    kept_loss: Option<f32>,
}

impl Losses {
    /// # Shapes
    /// `words`: `[2]`, the smoothed loss and the plain one; the others `[1]`.
    fn read(
        objective: Tensor<1>,
        words: Tensor<1>,
        word_loss: Option<Tensor<1>>,
        kept: Option<Tensor<1>>,
    ) -> Result<Self, TrainingError> {
        let none = || TrainingError::Device { what: "loss" };
        let (with_words, with_kept) = (word_loss.is_some(), kept.is_some());
        let all = Tensor::cat([objective, words].into_iter().chain(word_loss).chain(kept).collect(), 0);
        let values = all.try_into_vec_as::<f32>().map_err(|_| none())?;
        let mut values = values.into_iter();
        let mut next = || values.next().ok_or_else(none);
        let (loss, _smoothed, cross_entropy) = (next()?, next()?, next()?);
        let word_loss = with_words.then(&mut next).transpose()?;
        let kept_loss = with_kept.then(&mut next).transpose()?;
        Ok(Self { loss, cross_entropy, word_loss, kept_loss })
    }
}

impl Learner {
    /// A learner that has taken no step.
    #[must_use]
    pub fn new(
        decoder: Decoder,
        optimizer: &OptimizerRecipe,
        regularisation: Regularisation,
        clip_norm: f32,
    ) -> Self {
        Self {
            decoder,
            optimizer: optimizer.fresh(),
            learning_rate: optimizer.learning_rate(),
            average: None,
            mean: None,
            words: None,
            memory: None,
            regularisation,
            clip_norm,
        }
    }

    /// The decoder to judge and to publish, without gradients: the average, where there is one.
    #[must_use]
    pub fn judged(&self) -> Decoder {
        self.averaged().cloned().unwrap_or_else(|| self.decoder.valid())
    }

    /// The average of the weights, over steps or over epochs.
    #[must_use]
    pub fn averaged(&self) -> Option<&Decoder> {
        self.average.as_ref().map(|average| &average.decoder).or(self.mean.as_ref())
    }

    /// Learns from a batch, at a share of the peak learning rate. Where the loss or its gradient is
    /// no number, the weights stay. Advice takes the place of label smoothing's even spread.
    ///
    /// # Shapes
    /// `features`: `[photos, regions, channels]`, of the photos `chosen`, from `encoder` where that learns.
    ///
    /// # Errors
    /// When the device gives no result.
    pub fn step(
        &mut self,
        features: Tensor<3>,
        lesson: &BatchTargets,
        Shown { chosen, weights, answers }: Shown<'_>,
        share: f64,
        encoder: Option<&mut TunedEncoder>,
    ) -> Result<StepOutcome, TrainingError> {
        let word_loss = self.words.as_ref().map(|words| words.loss(features.clone(), chosen, weights));
        let memory = self.memory.as_ref().zip(answers);
        let kept = memory.map(|(memory, answers)| memory.loss(features.clone(), answers));
        let BatchTargets { captions, soft_targets, .. } = lesson;
        let losses =
            forward::losses(&self.decoder, features, captions, soft_targets.clone(), &self.regularisation);
        let objective = losses.objective();
        let besides = word_loss.iter().chain(&kept).cloned();
        let mut grads = besides.fold(objective.clone(), |sum, loss| sum + loss).backward();
        let losses = Losses::read(objective, losses.words, word_loss, kept)?;
        let mut own = GradientsParams::from_module(&mut grads, &self.decoder);
        let mut gradient_norm = clip(&self.decoder, &mut own, self.clip_norm);
        let tuned = encoder.map(|encoder| (encoder.gradients(&mut grads, self.clip_norm), encoder));
        if let Some(((_, norm), _)) = &tuned {
            gradient_norm = gradient_norm.hypot(*norm);
        }
        let telling = self.words.as_ref().map(|words| words.gradients(&mut grads, self.clip_norm));
        let keeping = self.memory.as_ref().map(|memory| memory.gradients(&mut grads, self.clip_norm));
        let Losses { loss, cross_entropy, word_loss, kept_loss } = losses;
        if loss.is_finite() && gradient_norm.is_finite() {
            self.decoder = self.optimizer.step(self.learning_rate * share, self.decoder.clone(), own);
            if let Some(((grads, _), encoder)) = tuned {
                encoder.step(grads, share);
            }
            if let (Some(words), Some(grads)) = (&mut self.words, telling) {
                words.step(grads, share);
            }
            if let (Some(memory), Some(grads)) = (&mut self.memory, keeping) {
                memory.step(grads, share);
            }
        }
        Ok(StepOutcome { loss, word_loss, kept_loss, cross_entropy, gradient_norm })
    }
}
