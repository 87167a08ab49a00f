//! Teacher forcing for recurrent decoders.

use std::sync::Arc;

use burn::nn::{Dropout, DropoutConfig};
use burn::tensor::Tensor;
use showtell::decoder::cell::Recurrent;
use showtell::decoder::recurrent::{Encoding, RecurrentDecoder, top};

use super::{Predicted, Regularisation};
use crate::dataset::batch::PackedCaptions;
use crate::training::kernel::attend::{Rows, attend};

/// What a decoder keeps of each photo, and the state of each caption before its first word.
pub(super) struct Begun {
    pub encoding: Encoding,
    pub layers: Vec<Recurrent>,
    /// The photo of each word, where the decoder reads it together with the words,
    /// `[words, width]`.
    pub image: Option<Tensor<2>>,
}

/// Encodes photos and gives each caption its photo's first state.
pub(super) fn begin(
    decoder: &RecurrentDecoder,
    features: Tensor<3>,
    captions: &PackedCaptions,
    image_dropout: &Dropout,
) -> Begun {
    let device = features.device();
    let encoding = decoder.encode(image_dropout.forward(decoder.project(features)));
    let photo_of_row = captions.photo_tensor(&device);
    let layers =
        decoder.begin(&encoding).into_iter().map(|layer| layer.select(photo_of_row.clone())).collect();
    let image = decoder.beside_words(&encoding).map(|image| image.select(0, captions.photo_of_word(&device)));
    Begun { encoding, layers, image }
}

/// Answers attention's queries for the first `active` rows.
pub(super) struct Looking<'a> {
    encoding: &'a Encoding,
    photo_of_row: &'a [usize],
    rows: Option<(usize, Arc<Rows>)>,
}

impl<'a> Looking<'a> {
    pub fn new(encoding: &'a Encoding, captions: &'a PackedCaptions) -> Self {
        Self { encoding, photo_of_row: &captions.photo_of_row, rows: None }
    }

    /// Moves a decoder's layers by one word; captions that have ended drop out first.
    pub fn advance(
        &mut self,
        decoder: &RecurrentDecoder,
        word_gates: Tensor<2>,
        layers: Vec<Recurrent>,
    ) -> showtell::decoder::recurrent::Advance {
        let [active, _] = word_gates.dims();
        let layers = layers.into_iter().map(|layer| layer.narrow(0, active)).collect();
        let Encoding::Regions(memory) = self.encoding else {
            return decoder.advance(word_gates, layers, |_| None);
        };
        let [photos, _, _] = memory.values.dims();
        let rows = match &self.rows {
            Some((count, rows)) if *count == active => Arc::clone(rows),
            _ => Arc::new(Rows::new(&self.photo_of_row[..active], photos)),
        };
        self.rows = Some((active, Arc::clone(&rows)));
        decoder.advance(word_gates, layers, |query| Some(attend(memory, query, &rows)))
    }
}

/// The photo is projected once for all its captions; the words' part of the gates is computed for
/// all steps at once; captions that have ended drop out of the batch.
pub(super) fn predict(
    decoder: &RecurrentDecoder,
    features: Tensor<3>,
    captions: &PackedCaptions,
    settings: &Regularisation,
) -> Predicted {
    let device = features.device();
    let dropout = DropoutConfig::new(settings.dropout).init();
    let image_dropout = DropoutConfig::new(settings.image_dropout).init();
    let Begun { encoding, mut layers, image } = begin(decoder, features, captions, &image_dropout);

    let tokens = captions.input_tensor(&device).unsqueeze_dim::<2>(0); // [1, words]
    let embedded = dropout.forward(decoder.embed(tokens).squeeze_dim::<2>(0)); // [words, embedding]
    let gates = decoder.word_gates(decoder.input(embedded.clone(), image));
    let mut looking = Looking::new(&encoding, captions);
    let (mut hidden, mut contexts, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for word_gates in gates.split_with_sizes(captions.active.clone(), 0) {
        let next = looking.advance(decoder, word_gates, layers);
        hidden.push(top(&next.layers));
        contexts.extend(next.context);
        weights.extend(next.attention);
        layers = next.layers;
    }
    let hidden = Tensor::cat(hidden, 0); // [words, hidden]
    let contexts = (!contexts.is_empty()).then(|| Tensor::cat(contexts, 0)); // [words, region]
    let mixed = dropout.forward(decoder.mix(hidden, contexts, embedded));
    Predicted { logits: decoder.logits(mixed), attention: weights }
}
