//! The words in a picture, as they were read.

use serde::{Deserialize, Serialize};

/// A line of text in a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Line {
    /// What it says. A word that could not be read among others that could is "…".
    pub text: String,
    /// The mean probability of its letters, 0 to 1.
    pub confidence: f32,
    /// Its corners, `[x, y]` in pixels of the picture: clockwise, from where reading begins, above the letters.
    pub corners: [[f32; 2]; 4],
    /// How it is turned from upright text, clockwise: 0, 90, 180 or 270 degrees.
    pub turned: u16,
}

/// The words in a picture, in the order in which a person would read them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reading {
    /// Everything, paragraphs and rows on lines of their own; empty where there are no words.
    pub text: String,
    /// The lines one by one.
    pub lines: Vec<Line>,
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// Whether the picture has more text than is read of one.
    pub more: bool,
}
