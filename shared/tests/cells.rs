//! LSTM, GRU and the merge decoder's two directions against PyTorch: order of gates, biases, reset
//! gate, what is read when; numbers from `data/cells.py`.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use burn::tensor::{Device, Int, Tensor, TensorData};
use serde::Deserialize;
use showtell::bundle::tensors::{TensorValues, Tensors, apply};
use showtell::decoder::cell::{Cell, CellShape, Recurrent};
use showtell::decoder::{Activation, CellKind, DecoderConfig, Injection, Normalisation, OutputConfig};

type Matrix = Vec<Vec<f32>>;

#[derive(Deserialize)]
struct Record {
    weights: Weights,
    input: Matrix,
    hidden: Matrix,
    cell: Matrix,
    after: Vec<After>,
}

fn fixture(name: &str) -> serde_json::Value {
    let folder = std::path::PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap());
    let file = std::fs::read(folder.join("tests/data/cells.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&file).unwrap()[name].take()
}

/// PyTorch's names; matrices are `[gates * hidden, input]`.
#[derive(Deserialize)]
struct Weights {
    weight_ih: Matrix,
    weight_hh: Matrix,
    bias_ih: Vec<f32>,
    bias_hh: Vec<f32>,
}

#[derive(Deserialize)]
struct After {
    hidden: Matrix,
    cell: Option<Matrix>,
}

fn tensor(rows: &Matrix, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(rows.concat(), [rows.len(), rows[0].len()]), device)
}

/// `[out, in]` as PyTorch keeps a matrix, to `[in, out]` as Burn does.
fn transposed(rows: &Matrix) -> TensorValues {
    let values = (0..rows[0].len()).flat_map(|column| rows.iter().map(move |row| row[column])).collect();
    TensorValues { shape: vec![rows[0].len(), rows.len()], values }
}

fn vector(values: Vec<f32>) -> TensorValues {
    TensorValues { shape: vec![values.len()], values }
}

fn assert_close(found: Tensor<2>, expected: &Matrix) {
    let found = found.into_data().try_into_vec::<f32>().unwrap();
    for (found, expected) in found.iter().zip(expected.concat()) {
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    }
}

fn shape(kind: CellKind) -> CellShape {
    CellShape { kind, input: 3, context: None, hidden: 4, normalisation: Normalisation::None }
}

/// Whatever the size of what goes in, the gates of a normalised cell stay where they were.
#[test]
fn normalised_cells_do_not_see_the_scale_of_their_input() {
    let device = Device::flex();
    for kind in [CellKind::Lstm, CellKind::Gru] {
        let cell = |normalisation| Cell::new(CellShape { normalisation, ..shape(kind) }, &device);
        let moved = |cell: &Cell, scale: f32| {
            let input = Tensor::<2>::from_floats([[0.4, -1.3, 0.7]], &device) * scale;
            // The bias is part of what is normalised: leave it out.
            let gates = cell.word(input) - cell.word(Tensor::zeros([1, 3], &device));
            let state = cell.forward(gates, cell.zero(1, &device));
            state.hidden.into_data().try_into_vec::<f32>().unwrap()
        };
        let (plain, normalised) = (cell(Normalisation::None), cell(Normalisation::Layer));
        let change = |cell: &Cell| -> f32 {
            moved(cell, 10.0).iter().zip(moved(cell, 500.0)).map(|(a, b)| (a - b).abs()).sum()
        };
        assert!(change(&normalised) < 1e-3, "{kind:?}: {}", change(&normalised));
        assert!(change(&plain) > 1e-3, "{kind:?}: {}", change(&plain));
    }
}

#[test]
fn cells_equal_pytorch() {
    let device = Device::flex();
    for (name, kind) in [("lstm", CellKind::Lstm), ("gru", CellKind::Gru)] {
        let record: Record = serde_json::from_value(fixture(name)).unwrap();
        let Weights { weight_ih, weight_hh, bias_ih, bias_hh } = record.weights;
        let mut tensors = BTreeMap::from([
            ("word.weight".to_owned(), transposed(&weight_ih)),
            ("hidden.weight".to_owned(), transposed(&weight_hh)),
        ]);
        if kind == CellKind::Lstm {
            let sum = bias_ih.iter().zip(&bias_hh).map(|(a, b)| a + b).collect();
            tensors.insert("word.bias".to_owned(), vector(sum));
        } else {
            tensors.insert("word.bias".to_owned(), vector(bias_ih));
            tensors.insert("hidden.bias".to_owned(), vector(bias_hh));
        }
        let cell = apply(Cell::new(shape(kind), &device), tensors, &device).unwrap();

        let input = tensor(&record.input, &device);
        let mut state = Recurrent {
            hidden: tensor(&record.hidden, &device),
            cell: (kind == CellKind::Lstm).then(|| tensor(&record.cell, &device)),
        };
        assert_eq!(record.after.len(), 3);
        for after in record.after {
            state = cell.forward(cell.word(input.clone()), state);
            assert_close(state.hidden.clone(), &after.hidden);
            assert_eq!(state.cell.is_some(), after.cell.is_some());
            if let (Some(found), Some(expected)) = (state.cell.clone(), after.cell) {
                assert_close(found, &expected);
            }
        }
    }
}

#[derive(Deserialize)]
struct Merge {
    weights: BTreeMap<String, serde_json::Value>,
    photo: Matrix,
    sentence: Vec<i32>,
    after: Matrix,
}

impl Merge {
    fn matrix(&self, name: &str) -> Matrix {
        serde_json::from_value(self.weights[name].clone()).unwrap()
    }

    fn vector(&self, name: &str) -> Vec<f32> {
        serde_json::from_value(self.weights[name].clone()).unwrap()
    }

    /// PyTorch's LSTM layer as a cell of ours: one bias, and the columns of its input matrix from
    /// `split` on apart, as the context's.
    fn cell(&self, tensors: &mut Tensors, ours: &str, theirs: &str, suffix: &str, split: Option<usize>) {
        let named = |part: &str| format!("{theirs}.{part}_l0{suffix}");
        let input = self.matrix(&named("weight_ih"));
        let columns = |range: std::ops::Range<usize>| -> Matrix {
            input.iter().map(|row| row[range.clone()].to_vec()).collect()
        };
        let width = input[0].len();
        let words = columns(0..split.unwrap_or(width));
        tensors.insert(format!("{ours}.word.weight"), transposed(&words));
        if let Some(split) = split {
            tensors.insert(format!("{ours}.context.weight"), transposed(&columns(split..width)));
        }
        let (first, second) = (self.vector(&named("bias_ih")), self.vector(&named("bias_hh")));
        let sum = first.iter().zip(&second).map(|(a, b)| a + b).collect();
        tensors.insert(format!("{ours}.word.bias"), vector(sum));
        tensors.insert(format!("{ours}.hidden.weight"), transposed(&self.matrix(&named("weight_hh"))));
    }
}

#[test]
fn merge_reads_every_prefix_as_a_bidirectional_lstm_does() {
    let device = Device::flex();
    let record: Merge = serde_json::from_value(fixture("merge")).unwrap();
    let mut tensors = Tensors::new();
    let embedding = record.matrix("embedding.weight");
    let values =
        TensorValues { shape: vec![embedding.len(), embedding[0].len()], values: embedding.concat() };
    tensors.insert("embedding.weight".into(), values);
    for layer in ["image", "text"] {
        let weight = transposed(&record.matrix(&format!("{layer}.weight")));
        tensors.insert(format!("{layer}.weight"), weight);
        tensors.insert(format!("{layer}.bias"), vector(record.vector(&format!("{layer}.bias"))));
    }
    tensors.insert("output.last".into(), transposed(&record.matrix("output.weight")));
    tensors.insert("output.bias".into(), vector(record.vector("output.bias")));
    record.cell(&mut tensors, "text_cell", "text_cell", "", None);
    record.cell(&mut tensors, "forward", "both", "", Some(3));
    record.cell(&mut tensors, "backward", "both", "_reverse", Some(3));

    let config = DecoderConfig {
        cell: CellKind::Lstm,
        embedding: 3,
        hidden: 2,
        layers: 1,
        normalisation: Normalisation::None,
        injection: Injection::Merge { activation: Activation::Relu, width: 3, text: 4 },
        output: OutputConfig::Plain { inner: None, tied: false },
    };
    let decoder = apply(config.init(5, 6, &device), tensors, &device).unwrap();
    let mut state = decoder.start(tensor(&record.photo, &device).unsqueeze_dim(1));
    assert_eq!(record.sentence.len(), record.after.len());
    for (&word, expected) in record.sentence.iter().zip(&record.after) {
        let (prediction, next) = decoder.step(state, Tensor::<1, Int>::from_ints([word], &device));
        assert_close(prediction.log_probabilities, &vec![expected.clone()]);
        state = next;
    }
}
