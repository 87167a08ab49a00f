//! How a recipe's decoder learns.

use serde::{Deserialize, Serialize};

use super::optimizer::OptimizerRecipe;
use super::schedule::ScheduleRecipe;
use super::{KeepRecipe, RecipeError, SelfCriticalRecipe, WordsRecipe};
use crate::dataset::view::ViewRecipe;

/// How the decoder learns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecipe {
    /// What is learnt from.
    #[serde(default)]
    pub phase: PhaseKind,
    /// Passes over the training photos.
    pub epochs: usize,
    /// Photos in a step.
    pub photos_per_step: usize,
    /// Which captions of a photo a step learns from.
    #[serde(default)]
    pub captions: CaptionChoice,
    /// Share of each target spread over the vocabulary.
    #[serde(default)]
    pub label_smoothing: f32,
    /// Share of embeddings and of the last layer's input set to zero.
    #[serde(default)]
    pub dropout: f64,
    /// Share of the photo's encoding set to zero.
    #[serde(default)]
    pub image_dropout: f64,
    /// Share of a photo's regions, rounded to whole ones, that a step does not see, drawn anew each time;
    /// the decoder looks at fewer. Teachers, scheduled sampling, and captions that are drawn to be
    /// rewarded see all of them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub region_dropout: f64,
    /// Share of input words that become the unknown word, so that the sentence so far tells less than
    /// the photo (Bowman et al. 2016). The first input and all targets stay; teachers read all words.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub word_dropout: f64,
    /// Gradients are scaled down to at most this norm, over all parameters of the decoder together,
    /// and over all of the encoder where it learns; infinite to leave them alone.
    pub clip_norm: f32,
    /// Weight of the doubly stochastic term (Xu et al. 2015, equation 14), which asks that over a
    /// sentence every region be looked at about as much.
    #[serde(default)]
    pub attention_penalty: f32,
    /// Share of input words that the decoder draws itself at the end of the run; rises from zero
    /// along a line (Bengio et al. 2015, "linear decay"). Zero is teacher forcing throughout.
    #[serde(default)]
    pub scheduled_sampling: f64,
    /// The score on dev that decides which epoch is best.
    #[serde(default)]
    pub select_by: DevMetric,
    /// Dev is looked at, and a checkpoint written, after each so many epochs and after the last.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub judge_every: usize,
    /// Stop once so many epochs have passed since the best one; never without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<usize>,
    /// Newest checkpoints kept, besides the best.
    #[serde(default = "one")]
    pub keep_checkpoints: usize,
    /// What turns gradients into steps.
    pub optimizer: OptimizerRecipe,
    /// The learning rate over the run.
    pub schedule: ScheduleRecipe,
    /// Share of each target that lies where teachers, named on the command line, would have it;
    /// takes the place of label smoothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distillation: Option<f32>,
    /// Share that each step keeps of a moving average of the weights, 0.999 for one; the average is
    /// what dev judges and what is published. The weights themselves without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average: Option<f64>,
    /// How many epochs' weights the decoder that is judged and published is the mean of: those of the
    /// newest epoch and of those before it (Izmailov et al. 2018, without their schedule; Vaswani et al.
    /// 2017, "checkpoint averaging"). Takes as many kept checkpoints.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub snapshots: usize,
    /// Ways to show photos besides the photo as it is; each time one of them is drawn. What a frozen
    /// encoder makes of them is kept, with [`fine_tune`](Self::fine_tune) what its frozen blocks do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<ViewRecipe>,
    /// How captions are drawn and rewarded in the self-critical phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_critical: Option<SelfCriticalRecipe>,
    /// Training the encoder as well; frozen without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine_tune: Option<FineTuneRecipe>,
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_one(number: &usize) -> bool {
    *number == 1
}

fn whole() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_whole(share: &f64) -> bool {
    *share == 1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(share: &f64) -> bool {
    *share == 0.0
}

/// What is learnt from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseKind {
    /// What people wrote, word by word.
    #[default]
    CrossEntropy,
    /// Captions that the decoder writes, by what they are worth as a whole (Rennie et al. 2017).
    /// Starts from trained weights.
    SelfCritical,
}

/// Which captions of a photo a step learns from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaptionChoice {
    /// Every caption.
    #[default]
    All,
    /// One, drawn anew each time.
    One,
}

/// A score on dev.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DevMetric {
    /// Corpus BLEU-4.
    #[default]
    Bleu4,
    /// CIDEr-D.
    Cider,
}

impl DevMetric {
    /// The name people know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bleu4 => "BLEU-4",
            Self::Cider => "CIDEr-D",
        }
    }
}

/// How the encoder learns together with the decoder. Batch norm stays folded into the
/// convolutions: its statistics are those of the published weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FineTuneRecipe {
    /// The first block that learns, by its path in the encoder; all before it stay frozen.
    pub from: String,
    /// Learning rate of the encoder where the decoder's is at its peak; both follow the schedule.
    pub learning_rate: f64,
    /// Whether every other photo, at random, is mirrored, left and right in its captions swapped.
    /// With [`TrainingRecipe::views`] that is one of the views.
    #[serde(default)]
    pub flips: bool,
    /// The smallest share of a photo's area that a step sees of it, through a window drawn anew each time and
    /// mirrored or not at random; 1 for the whole photo. With [`TrainingRecipe::views`] windows are among them.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub smallest: f64,
    /// Which words stand in a photo's captions, for the encoder to learn beside the captions themselves; the
    /// captions alone without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<WordsRecipe>,
    /// How far the encoder is held to what its classifier said before; not at all without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<KeepRecipe>,
}

impl TrainingRecipe {
    /// Checks values that the types allow and training does not.
    ///
    /// # Errors
    /// [`RecipeError::Value`].
    pub fn validate(&self) -> Result<(), RecipeError> {
        let positive = [
            ("training.epochs", self.epochs),
            ("training.photos_per_step", self.photos_per_step),
            ("training.keep_checkpoints", self.keep_checkpoints),
            ("training.patience", self.patience.unwrap_or(1)),
            ("training.snapshots", self.snapshots),
            ("training.judge_every", self.judge_every),
        ];
        for (key, found) in positive {
            if found == 0 {
                return Err(RecipeError::value(key, "at least 1", found));
            }
        }
        let shares = [
            ("training.label_smoothing", self.label_smoothing.into()),
            ("training.dropout", self.dropout),
            ("training.image_dropout", self.image_dropout),
            ("training.region_dropout", self.region_dropout),
            ("training.word_dropout", self.word_dropout),
        ];
        for (key, found) in shares {
            if !(0.0..1.0).contains(&found) {
                return Err(RecipeError::value(key, "from 0 up to 1", found));
            }
        }
        if !(0.0..=1.0).contains(&self.scheduled_sampling) {
            let expected = "from 0 to 1";
            return Err(RecipeError::value("training.scheduled_sampling", expected, self.scheduled_sampling));
        }
        if self.clip_norm.is_nan() || self.clip_norm <= 0.0 {
            return Err(RecipeError::value("training.clip_norm", "above 0", self.clip_norm));
        }
        if !self.attention_penalty.is_finite() || self.attention_penalty < 0.0 {
            return Err(RecipeError::value(
                "training.attention_penalty",
                "at least 0",
                self.attention_penalty,
            ));
        }
        if let Some(share) = self.distillation
            && !(share > 0.0 && share <= 1.0)
        {
            return Err(RecipeError::value("training.distillation", "above 0, at most 1", share));
        }
        if let Some(decay) = self.average
            && !(0.0..1.0).contains(&decay)
        {
            return Err(RecipeError::value("training.average", "from 0 up to 1", decay));
        }
        if let Some(ViewRecipe { windows, smallest, .. }) = &self.views
            && !(*windows == 0 && *smallest == 0.0 || *smallest > 0.0 && *smallest < 1.0)
        {
            return Err(RecipeError::value("training.views.smallest", "above 0, below 1", smallest));
        }
        if let Some(critical) = &self.self_critical {
            critical.validate()?;
        }
        self.validate_combinations()?;
        if let Some(tuned) = &self.fine_tune
            && !(tuned.learning_rate.is_finite() && tuned.learning_rate > 0.0)
        {
            return Err(RecipeError::value(
                "training.fine_tune.learning_rate",
                "above 0",
                tuned.learning_rate,
            ));
        }
        if let Some(tuned) = &self.fine_tune
            && !(tuned.smallest > 0.0 && tuned.smallest <= 1.0)
        {
            let key = "training.fine_tune.smallest";
            return Err(RecipeError::value(key, "above 0, at most 1", tuned.smallest));
        }
        if let Some(words) = self.fine_tune.as_ref().and_then(|tuned| tuned.words.as_ref()) {
            words.validate()?;
        }
        if let Some(keep) = self.fine_tune.as_ref().and_then(|tuned| tuned.keep.as_ref()) {
            keep.validate()?;
        }
        self.optimizer.validate()?;
        self.schedule.validate()
    }

    /// Refuses settings that would do nothing, or not what they say, beside others.
    fn validate_combinations(&self) -> Result<(), RecipeError> {
        let rewarded = self.phase == PhaseKind::SelfCritical;
        let tuned = self.fine_tune.is_some();
        let taught = self.distillation.is_some();
        let heard = self.self_critical.as_ref().is_some_and(|critical| critical.cross_entropy > 0.0);
        let refused = [
            (
                self.views.is_some() && self.fine_tune.as_ref().is_some_and(|tuned| tuned.flips),
                "training.views with training.fine_tune.flips",
                "set training.views.mirrored",
            ),
            (
                self.views.is_some() && self.fine_tune.as_ref().is_some_and(|tuned| tuned.smallest < 1.0),
                "training.views with training.fine_tune.smallest",
                "set training.views.windows",
            ),
            (
                tuned && self.views.as_ref().is_some_and(|views| !views.sides.is_empty()),
                "training.views.sides with training.fine_tune",
                "what the frozen blocks make of photos of several sides does not fit one map; use windows",
            ),
            (
                self.snapshots > 1 && (self.average.is_some() || tuned),
                "training.snapshots with training.average or training.fine_tune",
                "the weights are averaged one way, and an encoder's are not",
            ),
            (
                self.snapshots > 1 && self.judge_every > 1,
                "training.snapshots with training.judge_every",
                "the mean is made of the checkpoints of epochs that follow each other",
            ),
            (
                self.snapshots > self.keep_checkpoints,
                "training.snapshots above training.keep_checkpoints",
                "the mean is made of checkpoints that are kept",
            ),
            (
                self.word_dropout > 0.0 && rewarded,
                "training.word_dropout in the self-critical phase",
                "the words that go in are those that the captions were drawn with",
            ),
            (
                self.average.is_some() && tuned,
                "training.average with training.fine_tune",
                "the encoder's weights are not averaged, and the decoder's alone would not fit it",
            ),
            (
                taught && tuned,
                "training.distillation with training.fine_tune",
                "teachers see the features of the encoder as published",
            ),
            (
                taught && self.label_smoothing > 0.0,
                "training.label_smoothing with training.distillation",
                "what is spread lies where teachers would have it; set training.label_smoothing = 0",
            ),
            (
                self.self_critical.is_some() && !rewarded,
                "training.self_critical with training.phase = \"cross-entropy\"",
                "nothing is drawn; set training.phase = \"self-critical\"",
            ),
            (
                rewarded && self.label_smoothing > 0.0,
                "training.label_smoothing in the self-critical phase",
                "rewards are not spread over other words",
            ),
            (
                rewarded && taught,
                "training.distillation in the self-critical phase",
                "rewards come from people's captions, not from teachers",
            ),
            (
                rewarded && self.scheduled_sampling > 0.0,
                "training.scheduled_sampling in the self-critical phase",
                "all words are the decoder's own already",
            ),
            (
                rewarded && self.captions == CaptionChoice::One && !heard,
                "training.captions = \"one\" in the self-critical phase without cross-entropy",
                "no caption of people's is learnt from",
            ),
        ];
        match refused.into_iter().find(|(applies, ..)| *applies) {
            Some((_, found, reason)) => Err(RecipeError::Combination { found, reason }),
            None => Ok(()),
        }
    }
}
