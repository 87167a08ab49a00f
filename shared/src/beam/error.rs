//! What settings of the search are refused for.

/// The widest beam accepted. Beyond some tens of hypotheses captions only get shorter.
pub const MAX_WIDTH: usize = 1000;

/// The longest sentence accepted: a model that never ends one must not run for ever.
pub const MAX_LENGTH: usize = 1000;

/// The most hypotheses that a search may look at, width times length: a thousand of some thirty words.
pub const MAX_ROWS: usize = 1 << 15;
/// The most probabilities that one step may give, width times vocabulary: 64 MB of them.
pub const MAX_STEP: usize = 1 << 24;
/// The most probabilities of a whole search, width times length times vocabulary: some ten seconds on two cores.
pub const MAX_SCORES: usize = 1 << 26;
/// The most numbers that all hypotheses may see of a photo, width times regions times channels: 512 MB of them.
pub const MAX_SEEN: usize = 1 << 27;
/// The most words in a list of the search's settings.
pub const MAX_WORDS: usize = 1000;

/// A setting of [`BeamConfig`](super::BeamConfig) outside its range.
#[derive(Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum BeamError {
    /// Zero, or above [`MAX_WIDTH`].
    #[error("beam width must be 1 to {MAX_WIDTH}, found {found}")]
    Width {
        /// The width asked for.
        found: usize,
    },
    /// Zero, or above [`MAX_LENGTH`].
    #[error("the longest caption must have 1 to {MAX_LENGTH} tokens, found {found}")]
    MaxLength {
        /// The length asked for.
        found: usize,
    },
    /// Each within its range, but too much together.
    #[error("the search is too large: {what} may be {most} at most, found {found}")]
    Size {
        /// What is multiplied.
        what: &'static str,
        /// The most that it may be.
        most: usize,
        /// What it is.
        found: usize,
    },
    /// A list of words longer than [`MAX_WORDS`].
    #[error("{setting} may have {MAX_WORDS} words at most, found {found}")]
    Words {
        /// The list.
        setting: &'static str,
        /// How many it has.
        found: usize,
    },
    /// Longer than any sentence.
    #[error("no-repeat n-gram must be at most {MAX_LENGTH}, found {found}")]
    NoRepeat {
        /// The length asked for.
        found: usize,
    },
    /// No sentence could have so many words and an end.
    #[error("the fewest words must be below the longest length, {max_length}, found {found}")]
    MinLength {
        /// The number asked for.
        found: usize,
        /// The longest sentence.
        max_length: usize,
    },
    /// Infinite or not a number.
    #[error("the length exponent must be a finite number, found {found}")]
    LengthPenalty {
        /// The exponent asked for.
        found: f32,
    },
    /// Negative, infinite or not a number.
    #[error("the repetition penalty must be a number of at least 0, found {found}")]
    Repetition {
        /// The penalty asked for.
        found: f32,
    },
    /// Zero, negative, infinite or not a number.
    #[error("the temperature of the mbr must be above 0, found {found}")]
    Consensus {
        /// The temperature asked for.
        found: f32,
    },
    /// Negative, infinite or not a number.
    #[error("word_scores.{setting} must be a number of at least 0, found {found}")]
    WordScores {
        /// Which of its settings.
        setting: &'static str,
        /// The number asked for.
        found: f32,
    },
    /// Not from 0 to 1.
    #[error("word_scores.prior must be from 0 to 1, found {found}")]
    Prior {
        /// The number asked for.
        found: f32,
    },
    /// No share of the probability.
    #[error("word_scores.{setting} must be above 0 and at most 1, found {found}")]
    Label {
        /// Which of its settings.
        setting: &'static str,
        /// The share asked for.
        found: f32,
    },
    /// Negative, infinite or not a number.
    #[error("people must be a number of at least 0, found {found}")]
    People {
        /// The log-odds asked for.
        found: f32,
    },
    /// Zero, negative, infinite or not a number.
    #[error("the sampling temperature must be above 0, found {found}")]
    Temperature {
        /// The temperature asked for.
        found: f32,
    },
    /// No share of the probability.
    #[error("top-p must be above 0 and at most 1, found {found}")]
    TopP {
        /// The share asked for.
        found: f32,
    },
}
