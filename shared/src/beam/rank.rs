//! The order in which sentences that were found are told.

use super::consensus::likeness;
use super::hypothesis::Hypothesis;
use super::support::Support;

/// Puts sentences that ended, the best by score first, into the order in which they are told: by score or
/// by expected likeness to the others, and by their support beside. Equal ones keep their order.
pub(super) fn rank(
    sentences: &mut Vec<Hypothesis>,
    end: u32,
    consensus: Option<f32>,
    support: Option<&Support>,
) {
    if consensus.is_none() && support.is_none() {
        return;
    }
    let mut gains = match consensus {
        Some(temperature) => likeness(sentences, end, temperature),
        None => sentences.iter().map(|sentence| f64::from(sentence.score)).collect(),
    };
    if let Some(support) = support {
        for (gain, sentence) in gains.iter_mut().zip(&*sentences) {
            *gain += f64::from(support.config().weight) * support.of(&sentence.tokens);
        }
    }
    let mut ranked: Vec<(f64, Hypothesis)> = gains.into_iter().zip(sentences.drain(..)).collect();
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    sentences.extend(ranked.into_iter().map(|(_, sentence)| sentence));
}
