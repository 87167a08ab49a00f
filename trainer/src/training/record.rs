//! What a run remembers of its steps and epochs, a row each: see [`log`](super::log).

use serde::{Deserialize, Serialize};

/// One training step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRow {
    /// Step, from 1.
    pub step: usize,
    /// Epoch, from 1.
    pub epoch: usize,
    /// What training minimises of captions: smoothed loss per word, in nats, and the attention penalty. In the
    /// self-critical phase words are weighted by advantage: no nats then, and it may be negative.
    pub loss: f32,
    /// Cross-entropy per word, in nats; in the self-critical phase of drawn and of people's captions
    /// together.
    pub cross_entropy: f32,
    /// Norm of the gradient before clipping.
    pub gradient_norm: f32,
    /// Learning rate of the step.
    pub learning_rate: f64,
    /// Mean reward of the captions that the decoder wrote, in self-critical training.
    #[serde(default)]
    pub reward: Option<f64>,
    /// What the words that photos show cost, weighted: nats, the mean over photos of the sum over words; where
    /// they are learnt.
    #[serde(default)]
    pub word_loss: Option<f32>,
    /// How far the encoder's own answers are from those of before, weighted; where it is held to them.
    #[serde(default)]
    pub kept_loss: Option<f32>,
}

/// One epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochRow {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Mean loss over its steps, dropout on.
    pub loss: f32,
    /// Corpus BLEU-4 on dev with the recipe's search.
    pub dev_bleu4: f64,
    /// CIDEr-D on dev, likewise; records of the first version lack it.
    #[serde(default)]
    pub dev_cider: Option<f64>,
    /// Different words in the captions of dev; earlier records lack this and what follows.
    #[serde(default)]
    pub dev_words: Option<usize>,
    /// Share of their content words that no reference supports.
    #[serde(default)]
    pub dev_hallucination: Option<f64>,
    /// Mean reward of the captions that the decoder wrote, in self-critical training.
    #[serde(default)]
    pub reward: Option<f64>,
    /// Training captions per second, evaluation not counted.
    pub captions_per_second: f64,
    /// Seconds of training, evaluation not counted.
    pub seconds: f64,
}

impl EpochRow {
    /// The epoch in a line for people.
    #[must_use]
    pub fn line(&self, epochs: usize) -> String {
        let Self { epoch, loss, dev_bleu4, captions_per_second, seconds, .. } = self;
        let cider = self.dev_cider.unwrap_or_default();
        let words = self.dev_words.unwrap_or_default();
        let reward = self.reward.map_or(String::new(), |reward| format!(", reward {reward:.3}"));
        format!(
            "epoch {epoch} of {epochs}: loss {loss:.3}{reward}, dev BLEU-4 {dev_bleu4:.4}, CIDEr-D \
             {cider:.3}, {words} words, {captions_per_second:.0} captions/s, {seconds:.0} s"
        )
    }
}
