//! Learning from prefixes: every prefix of every caption is a sample of a merge decoder.

use burn::nn::DropoutConfig;
use burn::tensor::Tensor;
use showtell::decoder::merge::MergeDecoder;

use super::{Predicted, Regularisation};
use crate::dataset::batch::PackedCaptions;

/// All prefixes of a batch together. The text branch and the forward direction read a caption
/// once for all its prefixes. The backward direction reads each prefix from its end: at its step
/// `k` every prefix that is long enough reads the word `k` before its last.
pub(super) fn predict(
    decoder: &MergeDecoder,
    features: Tensor<3>,
    captions: &PackedCaptions,
    settings: &Regularisation,
) -> Predicted {
    let device = features.device();
    let dropout = DropoutConfig::new(settings.dropout).init();
    let image_dropout = DropoutConfig::new(settings.image_dropout).init();
    let active = &captions.active;
    let rows = active.first().copied().unwrap_or(0);

    let image = image_dropout.forward(decoder.image(features)); // [photos, width]
    let tokens = captions.input_tensor(&device).unsqueeze_dim::<2>(0); // [1, words]
    let embedded = dropout.forward(decoder.embed(tokens).squeeze_dim::<2>(0)); // [words, embedding]
    let mut text = decoder.start_text(rows, &device);
    let mut texts = Vec::with_capacity(active.len());
    for gates in decoder.text_gates(embedded).split_with_sizes(active.clone(), 0) {
        let [count, _] = gates.dims();
        text = decoder.read_text(gates, text.narrow(0, count));
        texts.push(text.hidden.clone());
    }
    let image = image.select(0, captions.photo_of_word(&device)); // [words, width]
    let [forward_gates, backward_gates] = decoder.merged_gates(Tensor::cat(texts, 0), image);

    let mut forward = decoder.start_forward(rows, &device);
    let mut forwards = Vec::with_capacity(active.len());
    for gates in forward_gates.split_with_sizes(active.clone(), 0) {
        let [count, _] = gates.dims();
        forward = decoder.read_forward(gates, forward.narrow(0, count));
        forwards.push(forward.hidden.clone());
    }

    // Prefixes lie as words do: those of one word for every caption, then those of two, ...
    let gates = backward_gates.split_with_sizes(active.clone(), 0);
    let mut backward = decoder.start_backward(captions.words(), &device);
    let mut backwards = Vec::with_capacity(active.len());
    for step in 0..active.len() {
        // Prefixes with words left: the one that ends at word `end` reads word `end - step`.
        let read: Vec<Tensor<2>> =
            (step..active.len()).map(|end| gates[end - step].clone().narrow(0, 0, active[end])).collect();
        backward = decoder.read_backward(Tensor::cat(read, 0), backward);
        let (done, left) = (active[step], active[step + 1..].iter().sum());
        backwards.push(backward.hidden.clone().narrow(0, 0, done));
        if left > 0 {
            backward = backward.narrow(done, left);
        }
    }
    let mixed = decoder.mix(Tensor::cat(forwards, 0), Tensor::cat(backwards, 0));
    Predicted { logits: decoder.logits(dropout.forward(mixed)), attention: Vec::new() }
}
