//! Several decoders that speak as one: each predicts, and the mean of their probabilities counts.

use burn::tensor::{Int, Tensor};

use super::{Decoder, Prediction, State};

/// What each decoder of an ensemble sees and remembers.
#[derive(Debug, Clone)]
pub struct States(Vec<State>);

impl States {
    /// Of the first decoder.
    #[must_use]
    pub fn first(&self) -> Option<&State> {
        self.0.first()
    }

    /// As [`State::select`], for every decoder.
    ///
    /// # Shapes
    /// `rows`: `[photos * width]`.
    #[must_use]
    pub fn select(self, rows: &Tensor<1, Int>) -> Self {
        Self(self.0.into_iter().map(|state| state.select(rows.clone())).collect())
    }
}

/// As [`Decoder::start`], for every decoder.
///
/// # Shapes
/// `features`: `[photos, regions, channels]`.
#[must_use]
pub fn start(decoders: &[Decoder], features: &Tensor<3>) -> States {
    States(decoders.iter().map(|decoder| decoder.start(features.clone())).collect())
}

/// Reads one word per row and predicts the next: the logarithm of the mean probability, and the mean
/// attention of the decoders that have any. A single decoder's prediction is left as it is.
///
/// # Shapes
/// `tokens`: `[rows]`.
///
/// # Panics
/// Without decoders, or when a state is another decoder's.
#[must_use]
pub fn step(decoders: &[Decoder], states: States, tokens: &Tensor<1, Int>) -> (Prediction, States) {
    let moved = decoders.iter().zip(states.0).map(|(decoder, state)| decoder.step(state, tokens.clone()));
    let (mut predictions, states): (Vec<Prediction>, Vec<State>) = moved.unzip();
    if predictions.len() == 1 {
        return (predictions.remove(0), States(states));
    }
    let (mut shares, mut maps) = (Vec::new(), Vec::new());
    for Prediction { log_probabilities, attention } in predictions {
        shares.push(log_probabilities.exp());
        maps.extend(attention);
    }
    let Some(mean) = mean(shares) else { panic!("an ensemble has at least one decoder") };
    // Far below any probability that a search would follow, and above what a logarithm cannot take.
    let log_probabilities = mean.clamp_min(1e-30).log();
    (Prediction { log_probabilities, attention: self::mean(maps) }, States(states))
}

fn mean(tensors: Vec<Tensor<2>>) -> Option<Tensor<2>> {
    let count = tensors.len() as f32;
    tensors.into_iter().reduce(|sum, next| sum + next).map(|sum| sum / count)
}
