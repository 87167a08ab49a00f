//! The scores of each image.

use serde::Serialize;
use showtell_metric::Scores;
use showtell_metric::coco::ImageId;

use crate::scoring::ImageScores;

/// An image's.
#[derive(Serialize)]
pub struct Row<'a> {
    image_id: &'a ImageId,
    #[serde(flatten)]
    scores: Scores,
    #[serde(skip_serializing_if = "Option::is_none")]
    meteor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spice: Option<f64>,
    caption: &'a str,
}

impl<'a> From<&'a ImageScores> for Row<'a> {
    fn from(scored: &'a ImageScores) -> Self {
        let ImageScores { image: image_id, caption, scores, meteor, spice } = scored;
        Self { image_id, scores: *scores, meteor: *meteor, spice: *spice, caption }
    }
}

/// A line for each image under a heading, after an empty one.
pub fn lines(rows: &[Row<'_>]) -> Vec<String> {
    let heading = "\nimage\tbleu1\tbleu2\tbleu3\tbleu4\trouge_l\tcider\tmeteor\tspice\tcaption".to_owned();
    std::iter::once(heading).chain(rows.iter().map(Row::line)).collect()
}

impl Row<'_> {
    /// Columns parted by tabs; what was not measured is a dash.
    fn line(&self) -> String {
        let Scores { bleu1, bleu2, bleu3, bleu4, rouge_l, cider } = self.scores;
        let scores = [bleu1, bleu2, bleu3, bleu4, rouge_l, cider].map(Some);
        let scores = scores.into_iter().chain([self.meteor, self.spice]);
        let scores = scores.map(|score| score.map_or("-".to_owned(), |score| format!("{score:.4}")));
        let one_line = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        let columns: Vec<String> = std::iter::once(one_line(&self.image_id.to_string()))
            .chain(scores)
            .chain([one_line(self.caption)])
            .collect();
        columns.join("\t")
    }
}
