//! One training step's photos with all their captions, packed for teacher forcing.

use burn::tensor::{Device, Int, Tensor, TensorData};

/// Captions of several photos, longest first and packed by time step: the words that go in at
/// step 0 for every caption, then those at step 1 for every caption that is that long, and so on.
/// No padding is computed.
#[derive(Debug, Clone, PartialEq)]
pub struct PackedCaptions {
    /// The photo, in this batch, of each caption, longest caption first.
    pub photo_of_row: Vec<usize>,
    /// How many captions are still going at each step; falls.
    pub active: Vec<usize>,
    /// Tokens that go in, `[words]`.
    pub inputs: Vec<u32>,
    /// Tokens that should come out, `[words]`.
    pub targets: Vec<u32>,
    /// How much each word counts, `[words]`; empty where all count the same.
    pub weights: Vec<f32>,
}

/// A caption to be packed.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The photo, in this batch.
    pub photo: usize,
    /// Tokens that should come out, the end token included where it is to be said.
    pub targets: Vec<u32>,
    /// How much each of its words counts.
    pub weight: f32,
}

impl Row {
    /// A caption of a person, token ids without start and end. One longer than `longest` words loses
    /// its tail, and then has no end.
    #[must_use]
    pub fn of(photo: usize, caption: &[u32], end: u32, longest: usize) -> Self {
        let cut = caption.iter().copied().take(longest);
        let closed = (caption.len() <= longest).then_some(end);
        Self { photo, targets: cut.chain(closed).collect(), weight: 1.0 }
    }
}

impl PackedCaptions {
    /// Packs `captions[photo][caption]`, token ids without start and end. Captions longer than
    /// `longest` words lose their tail, and then have no end.
    #[must_use]
    pub fn new(captions: &[&[Vec<u32>]], start: u32, end: u32, longest: usize) -> Self {
        let rows = captions.iter().enumerate();
        let rows = rows.flat_map(|(photo, captions)| {
            captions.iter().map(move |caption| Row::of(photo, caption, end, longest))
        });
        Self::of(rows.collect(), start)
    }

    /// Packs captions in any order.
    #[must_use]
    pub fn of(mut rows: Vec<Row>, start: u32) -> Self {
        // Stable, so that the packing depends on nothing but the captions' order.
        rows.sort_by_key(|row| std::cmp::Reverse(row.targets.len()));

        let steps = rows.first().map_or(0, |row| row.targets.len());
        let active: Vec<usize> =
            (0..steps).map(|step| rows.partition_point(|row| row.targets.len() > step)).collect();
        let weighted = rows.iter().any(|row| row.weight != 1.0);
        let (mut inputs, mut targets, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (step, &count) in active.iter().enumerate() {
            for row in &rows[..count] {
                inputs.push(if step == 0 { start } else { row.targets[step - 1] });
                targets.push(row.targets[step]);
                if weighted {
                    weights.push(row.weight);
                }
            }
        }
        let photo_of_row = rows.into_iter().map(|row| row.photo).collect();
        Self { photo_of_row, active, inputs, targets, weights }
    }

    /// Number of words to predict.
    #[must_use]
    pub fn words(&self) -> usize {
        self.targets.len()
    }

    /// [`inputs`](Self::inputs) as a tensor, `[words]`.
    #[must_use]
    pub fn input_tensor(&self, device: &Device) -> Tensor<1, Int> {
        index_tensor(self.inputs.iter().map(|&token| token as i32), device)
    }

    /// [`photo_of_row`](Self::photo_of_row) as a tensor, `[rows]`.
    #[must_use]
    pub fn photo_tensor(&self, device: &Device) -> Tensor<1, Int> {
        index_tensor(self.photo_of_row.iter().map(|&photo| photo as i32), device)
    }

    /// The photo, in this batch, of each word as a tensor, `[words]`.
    #[must_use]
    pub fn photo_of_word(&self, device: &Device) -> Tensor<1, Int> {
        let photos = self.active.iter().flat_map(|&count| &self.photo_of_row[..count]);
        index_tensor(photos.map(|&photo| photo as i32), device)
    }
}

fn index_tensor(values: impl Iterator<Item = i32>, device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = values.collect();
    let length = values.len();
    Tensor::from_data(TensorData::new(values, [length]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_packed_by_step() {
        let captions = [vec![vec![7]], vec![vec![8, 9], vec![5, 6, 4]]];
        let slices: Vec<&[Vec<u32>]> = captions.iter().map(Vec::as_slice).collect();
        let packed = PackedCaptions::new(&slices, 1, 2, 2);
        // 5 6 4 is cut to 5 6, without an end.
        assert_eq!(packed.photo_of_row, [1, 0, 1]);
        assert_eq!(packed.active, [3, 3, 1]);
        assert_eq!(packed.inputs, [1, 1, 1, 8, 7, 5, 9]);
        assert_eq!(packed.targets, [8, 7, 5, 9, 2, 6, 2]);
        assert!(packed.weights.is_empty());
    }

    #[test]
    fn weights_go_with_their_captions() {
        let row = |photo, targets: &[u32], weight| Row { photo, targets: targets.to_vec(), weight };
        let packed = PackedCaptions::of(vec![row(0, &[7, 2], -0.5), row(1, &[8, 9, 2], 1.0)], 1);
        assert_eq!(packed.photo_of_row, [1, 0]);
        assert_eq!(packed.targets, [8, 7, 9, 2, 2]);
        assert_eq!(packed.weights, [1.0, -0.5, 1.0, -0.5, 1.0]);
    }
}
