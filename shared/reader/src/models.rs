//! The files of a reader: compared with their published hashes, and loaded.

use std::collections::BTreeMap;
use std::fmt::Write;

use rten::{Model, ModelOptions, op_registry};
use rten_tensor::NdTensor;
use sha2::{Digest, Sha256};

use crate::error::ReaderError;
use crate::files::{CHARACTERS, DETECTOR, RECOGNIZER, SUMS};

/// What a reader computes with.
pub(crate) struct Models {
    pub(crate) detector: Model,
    pub(crate) recognizer: Model,
    /// The character of each class but the first, which is CTC's blank.
    pub(crate) characters: Vec<char>,
    /// The list of digests.
    pub(crate) identity: String,
}

impl Models {
    /// Takes the files by name, and refuses those whose bytes are not the published ones.
    pub(crate) fn from_files(files: &mut BTreeMap<String, Vec<u8>>) -> Result<Self, ReaderError> {
        let mut take =
            |file: &str| files.remove(file).ok_or_else(|| ReaderError::MissingFile { file: file.to_owned() });
        let sums = String::from_utf8_lossy(&take(SUMS)?).into_owned();
        let mut sound = |file: &str| take(file).and_then(|bytes| check(&sums, file, bytes));
        let detector = load(DETECTOR, sound(DETECTOR)?)?;
        let recognizer = load(RECOGNIZER, sound(RECOGNIZER)?)?;
        let list = String::from_utf8_lossy(&sound(CHARACTERS)?).into_owned();
        // A space is the last class, and is not on the list.
        let characters = list.lines().filter_map(|line| line.chars().next()).chain([' ']).collect();
        Ok(Self { detector, recognizer, characters, identity: sums })
    }
}

/// The digest that a list, as `sha256sum` writes it, has of a file.
///
/// # Errors
/// [`ReaderError::Unlisted`] where it has none.
pub fn listed<'a>(sums: &'a str, file: &str) -> Result<&'a str, ReaderError> {
    let found = sums.lines().filter_map(|line| line.split_once("  ")).find(|(_, name)| *name == file);
    found.map(|(digest, _)| digest).ok_or_else(|| ReaderError::Unlisted { file: file.to_owned() })
}

fn check(sums: &str, file: &str, bytes: Vec<u8>) -> Result<Vec<u8>, ReaderError> {
    let expected = listed(sums, file)?;
    let found = Sha256::digest(&bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    if found.eq_ignore_ascii_case(expected) {
        return Ok(bytes);
    }
    Err(ReaderError::Hash { file: file.to_owned(), expected: expected.to_owned(), found })
}

/// With the operators of the two networks alone, so that a program carries no others.
fn load(file: &'static str, bytes: Vec<u8>) -> Result<Model, ReaderError> {
    let operators = op_registry!(
        Add,
        AveragePool,
        BatchNormalization,
        Cast,
        Concat,
        Conv,
        ConvTranspose,
        Div,
        Erf,
        GlobalAveragePool,
        HardSigmoid,
        Identity,
        MatMul,
        MaxPool,
        Mul,
        Pow,
        ReduceMean,
        Relu,
        Reshape,
        Resize,
        Shape,
        Sigmoid,
        Slice,
        Softmax,
        Sqrt,
        Squeeze,
        Sub,
        Transpose,
        Unsqueeze
    );
    ModelOptions::with_ops(operators)
        .load(bytes)
        .map_err(|error| ReaderError::Network { file, reason: error.to_string() })
}

/// Runs a network of one input and one output.
///
/// # Shapes
/// `input` `[batch, 3, height, width]`; the output has as many dimensions as `RANK` says.
pub(crate) fn run<const RANK: usize>(
    model: &Model,
    file: &'static str,
    input: NdTensor<f32, 4>,
) -> Result<NdTensor<f32, RANK>, ReaderError> {
    let failed = |reason: String| ReaderError::Run { file, reason };
    let output = model.run_one(input.into(), None).map_err(|error| failed(error.to_string()))?;
    output.try_into().map_err(|_| failed(format!("its output has not {RANK} dimensions of numbers")))
}
