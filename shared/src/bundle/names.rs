//! What the files of a bundle are called.

/// Name of the configuration file.
pub const CONFIG: &str = "config.json";
/// Name of the vocabulary file.
pub const TOKENIZER: &str = "tokenizer.json";
/// Name of the weights file.
pub const WEIGHTS: &str = "model.safetensors";
/// Name of the file of words for a classifier's classes.
pub const LABELS: &str = "labels.json";
/// Name of the model card.
pub const CARD: &str = "README.md";
/// Name of the list of checksums.
pub const SUMS: &str = "SHA256SUMS";
/// The files that every captioner needs. The model card may stay behind.
pub const NEEDED: [&str; 4] = [SUMS, CONFIG, TOKENIZER, WEIGHTS];
/// The files that a captioner may need: a model with a classifier does.
pub const OPTIONAL: [&str; 1] = [LABELS];
