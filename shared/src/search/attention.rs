//! Where the decoder looked at each word, and where a classifier sees what might be told in a sentence's place.

use burn::tensor::{Tensor, TensorData};

use super::transfer::values;
use crate::beam::Hypothesis;
use crate::classifier::Classifier;
use crate::error::CaptionError;
use crate::labels::Labels;
use crate::seen::candidates;

/// Where each photo shows the things that its classes speak for: nodes of the labels with a weight for each region.
pub(super) async fn places(
    classifier: &Classifier,
    labels: &Labels,
    features: Tensor<3>,
    classes: &[Vec<f32>],
) -> Result<Vec<Vec<(usize, Vec<f32>)>>, CaptionError> {
    let [_, regions, _] = features.dims();
    let mut places = Vec::with_capacity(classes.len());
    for (photo, classes) in classes.iter().enumerate() {
        let nodes: Vec<usize> = candidates(labels, classes).into_iter().map(|(node, _)| node).collect();
        // Features that were pooled have no places left.
        if nodes.is_empty() || regions < 2 {
            places.push(Vec::new());
            continue;
        }
        let mix: Vec<f32> = nodes.iter().flat_map(|&node| labels.shares(node, classes)).collect();
        let mix = Tensor::from_data(TensorData::new(mix, [nodes.len(), classes.len()]), &features.device());
        let own = features.clone().narrow(0, photo, 1).squeeze_dim(0);
        let maps = values(classifier.maps(own, mix)).await?;
        places.push(nodes.into_iter().zip(maps.chunks(regions).map(above_mean)).collect());
    }
    Ok(places)
}

/// A class activation map as attention: what speaks for the class more than the mean region does, in shares of 1.
fn above_mean(map: &[f32]) -> Vec<f32> {
    let mean = map.iter().sum::<f32>() / map.len() as f32;
    let above: Vec<f32> = map.iter().map(|score| (score - mean).max(0.0)).collect();
    let sum: f32 = above.iter().sum();
    if sum > 0.0 { above.iter().map(|score| score / sum).collect() } else { above }
}

/// The rows of every step, kept until the best sentence is known.
#[derive(Default)]
pub(super) struct Maps {
    steps: Vec<Step>,
}

struct Step {
    rows: Vec<f32>,
    stride: usize,
    width: usize,
    vocabulary: usize,
}

impl Maps {
    pub fn push(&mut self, rows: Vec<f32>, stride: usize, width: usize, vocabulary: usize) {
        self.steps.push(Step { rows, stride, width, vocabulary });
    }

    /// Attention of each token of a photo's sentence.
    pub fn of(&self, photo: usize, hypothesis: &Hypothesis) -> Vec<Vec<f32>> {
        self.steps
            .iter()
            .zip(&hypothesis.rows)
            .map(|(step, row)| {
                let start = (photo * step.width + row) * step.stride;
                step.rows[start + step.vocabulary..start + step.stride].to_vec()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_keeps_what_speaks_for_a_thing_more_than_the_mean_does() {
        assert_eq!(above_mean(&[1.0, 1.0, 6.0, 4.0]), [0.0, 0.0, 0.75, 0.25]);
        assert_eq!(above_mean(&[2.0, 2.0]), [0.0, 0.0]);
    }
}
