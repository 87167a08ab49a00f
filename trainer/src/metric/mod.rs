//! Scores of captions against references, as coco-caption computes them.

pub mod bleu;
