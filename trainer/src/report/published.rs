//! Published figures for Flickr8k, to stand beside ours.

/// A row of the table. Scores from 0 to 1, absent where a source gives none.
pub struct Row {
    /// Which system.
    pub system: &'static str,
    /// Who published the figures.
    pub source: &'static str,
    /// BLEU-1 to BLEU-4.
    pub bleu: [Option<f64>; 4],
    /// METEOR.
    pub meteor: Option<f64>,
}

/// Figures on the 1,000 test photos, as Xu et al. 2015 give them in table 1.
pub const FLICKR8K: &[Row] = &[
    Row {
        system: "Google NIC (Show and Tell)",
        source: "Vinyals et al. 2015",
        bleu: [Some(0.63), Some(0.41), Some(0.27), None],
        meteor: None,
    },
    Row {
        system: "Log Bilinear",
        source: "Kiros et al. 2014",
        bleu: [Some(0.656), Some(0.424), Some(0.277), Some(0.177)],
        meteor: Some(0.1731),
    },
    Row {
        system: "Soft attention (Show, Attend and Tell)",
        source: "Xu et al. 2015",
        bleu: [Some(0.67), Some(0.448), Some(0.299), Some(0.195)],
        meteor: Some(0.1893),
    },
    Row {
        system: "Hard attention (Show, Attend and Tell)",
        source: "Xu et al. 2015",
        bleu: [Some(0.67), Some(0.457), Some(0.314), Some(0.213)],
        meteor: Some(0.203),
    },
];
