//! One step of learning: loss, gradient, clipping, update.

use anyhow::{Context, bail};
use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use showtell::decoder::Decoder;
use showtell::encoder::EncoderConfig;

use super::average::Average;
use super::clip::clip;
use super::forward::{self, Regularisation};
use super::lesson::{Chosen, Lesson};
use super::memory::Memory;
use super::tuned::TunedEncoder;
use super::words::WordLesson;
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
    /// The encoder, where it learns as well.
    pub encoder: Option<TunedEncoder>,
    /// What tells the encoder which words photos show, where it learns that.
    pub words: Option<WordLesson>,
    /// What the encoder knew before, where it is held to that.
    pub memory: Option<Memory>,
    /// What regularises training.
    pub regularisation: Regularisation,
    /// Gradients are scaled down to at most this norm, the decoder's, the encoder's and the word layers' each.
    pub clip_norm: f32,
}

/// What a step looks at, on an autodiff device.
#[derive(Debug, Clone)]
pub enum Sight<'a> {
    /// Features of a frozen encoder, `[photos, regions, channels]`.
    Features(Tensor<3>),
    /// Photos for the encoder that learns, `[photos, 3, side, side]`.
    Photos(Tensor<4>),
    /// What the frozen front of the encoder that learns made of photos, and up to which layer,
    /// `[photos, regions, channels]`.
    Front(Tensor<3>, &'a EncoderConfig),
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

impl Learner {
    /// A learner that has taken no step, with a frozen encoder.
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
            encoder: None,
            words: None,
            memory: None,
            regularisation,
            clip_norm,
        }
    }

    /// The features of what a step looks at.
    ///
    /// # Shapes
    /// Returns `[photos, regions, channels]`.
    ///
    /// # Errors
    /// When photos are shown to a learner whose encoder is frozen.
    pub fn look(&self, sight: Sight) -> anyhow::Result<Tensor<3>> {
        match (sight, &self.encoder) {
            (Sight::Features(features), _) => Ok(features),
            (Sight::Photos(photos), Some(encoder)) => Ok(encoder.forward(photos)),
            (Sight::Front(features, front), Some(encoder)) => encoder.after(front, features),
            (Sight::Photos(_) | Sight::Front(..), None) => bail!("photos need an encoder that learns"),
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
    /// `features`: `[photos, regions, channels]`, from [`look`](Self::look), of the photos `chosen`.
    ///
    /// # Errors
    /// When the device gives no result.
    pub fn step(
        &mut self,
        features: Tensor<3>,
        lesson: &Lesson,
        Shown { chosen, weights, answers }: Shown<'_>,
        share: f64,
    ) -> anyhow::Result<StepOutcome> {
        let told = self.words.as_ref().map(|words| words.loss(features.clone(), chosen, weights));
        let memory = self.memory.as_ref().zip(answers);
        let kept = memory.map(|(memory, answers)| memory.loss(features.clone(), answers));
        let Lesson { captions, advice, .. } = lesson;
        let losses = forward::losses(&self.decoder, features, captions, advice.clone(), &self.regularisation);
        let objective = losses.objective();
        let besides = told.iter().chain(&kept).cloned();
        let mut grads = besides.fold(objective.clone(), |sum, loss| sum + loss).backward();
        let (with_words, with_kept) = (told.is_some(), kept.is_some());
        let values = Tensor::cat([objective, losses.words].into_iter().chain(told).chain(kept).collect(), 0);
        let values = values.try_into_vec_as::<f32>().context("the device gave no loss")?;
        let mut own = GradientsParams::from_module(&mut grads, &self.decoder);
        let mut gradient_norm = clip(&self.decoder, &mut own, self.clip_norm);
        let tuned = self.encoder.as_ref().map(|encoder| encoder.gradients(&mut grads, self.clip_norm));
        if let Some((_, norm)) = &tuned {
            gradient_norm = gradient_norm.hypot(*norm);
        }
        let telling = self.words.as_ref().map(|words| words.gradients(&mut grads, self.clip_norm));
        let keeping = self.memory.as_ref().map(|memory| memory.gradients(&mut grads, self.clip_norm));
        let outcome = StepOutcome {
            loss: values[0],
            word_loss: values.get(3).copied().filter(|_| with_words),
            kept_loss: values.last().copied().filter(|_| with_kept),
            cross_entropy: values[2],
            gradient_norm,
        };
        if outcome.loss.is_finite() && gradient_norm.is_finite() {
            self.decoder = self.optimizer.step(self.learning_rate * share, self.decoder.clone(), own);
            if let (Some(encoder), Some((grads, _))) = (&mut self.encoder, tuned) {
                encoder.step(grads, share);
            }
            if let (Some(words), Some(grads)) = (&mut self.words, telling) {
                words.step(grads, share);
            }
            if let (Some(memory), Some(grads)) = (&mut self.memory, keeping) {
                memory.step(grads, share);
            }
        }
        Ok(outcome)
    }
}
