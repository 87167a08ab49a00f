//! Names of the files that a reader is made of.

/// The network that finds lines of text.
pub const DETECTOR: &str = "detector.onnx";
/// The network that reads a line.
pub const RECOGNIZER: &str = "recognizer.onnx";
/// The characters that it tells apart, one a line.
pub const CHARACTERS: &str = "characters.txt";
/// SHA-256 of the others, as `sha256sum` writes them.
pub const SUMS: &str = "SHA256SUMS";
/// The files that a reader is made of.
pub const NEEDED: [&str; 4] = [DETECTOR, RECOGNIZER, CHARACTERS, SUMS];
