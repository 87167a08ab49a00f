//! What is fitted to a published bundle, its encoder and decoder as they are.

pub mod calibration;
