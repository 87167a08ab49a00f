//! What is fitted to a published bundle, its encoder and decoder as they are.

pub mod calibration;
pub mod detector;
pub mod kinds;
pub mod novelty;
