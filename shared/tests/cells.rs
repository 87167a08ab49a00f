//! LSTM and GRU against PyTorch: order of gates, biases, reset gate; numbers from `data/cells.py`.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use serde::Deserialize;
use showtell::bundle::tensors::{TensorValues, apply};
use showtell::decoder::CellKind;
use showtell::decoder::cell::{Cell, Recurrent};

type Matrix = Vec<Vec<f32>>;

#[derive(Deserialize)]
struct Record {
    weights: Weights,
    input: Matrix,
    hidden: Matrix,
    cell: Matrix,
    after: Vec<After>,
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

#[test]
fn cells_equal_pytorch() {
    let device = Device::flex();
    let folder = std::path::PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap());
    let file = std::fs::read(folder.join("tests/data/cells.json")).unwrap();
    let records: BTreeMap<String, Record> = serde_json::from_slice(&file).unwrap();
    assert_eq!(records.len(), 2);
    for (name, record) in records {
        let kind = if name == "lstm" { CellKind::Lstm } else { CellKind::Gru };
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
        let cell = apply(Cell::new(kind, 3, None, 4, &device), tensors, &device).unwrap();

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
