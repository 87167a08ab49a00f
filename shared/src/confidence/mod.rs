//! How far a caption can be trusted: the probability that its content words are right (as many of them as the
//! calibration asked for), and what follows for the way it is told.
//!
//! Two logistic models multiply: whether the picture is of the kind that the captioner was trained on,
//! told from a few statistics of its features, and whether the caption of such a photo is right, told
//! from its words' probabilities, from [how far](crate::novelty) it lies from the training photos, and from what a
//! [classifier](crate::classifier) sees in it. Both are fitted when a bundle is calibrated, and travel in it. A third
//! one says how likely the picture shows what the classifier sees, for the answers that are no sentences. A
//! captioner without them tells the geometric mean of its words' probabilities, which ranks captions
//! but is the probability of nothing.

mod calibration;
mod evidence;
mod logistic;
mod stats;

pub use calibration::{Calibration, CalibrationError, Distances, LabelCalibration, NamingCalibration};
pub use evidence::{Evidence, expected, statistics};
pub use logistic::Logistic;
pub use stats::{CaptionStats, LabelStats, PictureStats, Stats, ThingStats, WordStats};
