//! What makes captions better, through the command line. One program, so that the run that most tests start from is
//! trained once.

#![expect(clippy::unwrap_used, reason = "a test")]

mod calibration;
mod distillation;
mod forms;
mod int8;
mod learnt;
mod novelty;
mod self_critical;
mod views;
mod word_detector;
