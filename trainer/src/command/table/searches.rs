//! Searches and what they scored.

use serde::Serialize;
use showtell::beam::BeamConfig;

use crate::job::tune::Tried;
use crate::metric::Scores;

#[derive(Serialize)]
struct Row {
    width: usize,
    length_penalty: f32,
    #[serde(flatten)]
    scores: Scores,
    words: usize,
}

/// A line for each search under a heading.
pub fn text(tried: &[Tried]) -> String {
    let mut lines = vec!["width  exponent   BLEU-1   BLEU-4  ROUGE-L  CIDEr-D  words".to_owned()];
    lines.extend(tried.iter().map(|Tried { beam, scores, words }| {
        let BeamConfig { width, length_penalty, .. } = beam;
        format!(
            "{width:>5} {length_penalty:>9.2} {:>8.4} {:>8.4} {:>8.4} {:>8.4} {words:>6}",
            scores.bleu1, scores.bleu4, scores.rouge_l, scores.cider
        )
    }));
    lines.join("\n")
}

/// A JSON object a line for each search.
pub fn json(tried: &[Tried]) -> serde_json::Result<String> {
    let line = |Tried { beam, scores, words }: &Tried| {
        let BeamConfig { width, length_penalty, .. } = *beam;
        serde_json::to_string(&Row { width, length_penalty, scores: *scores, words: *words })
    };
    Ok(tried.iter().map(line).collect::<serde_json::Result<Vec<_>>>()?.join("\n"))
}
