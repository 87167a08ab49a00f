//! The rules that a search keeps: `--min-length`, `--no-repeat-ngram` and the like.

use clap::Args;
use showtell::beam::{BeamConfig, WordScoresConfig};

/// What is best on Flickr8k's dev photos; where a bundle gets its first detector.
pub const WORD_SCORES: WordScoresConfig =
    WordScoresConfig { rerank: 0.05, prior: 0.5, fusion: 0.5, labels: 0.0, label_from: 0.2, put_from: 0.5 };

/// The rules that a search keeps.
#[derive(Debug, Default, Args)]
pub struct RulesArgument {
    /// The fewest words in a caption [default: the bundle's]
    #[arg(long, alias = "min-words", value_name = "WORDS")]
    min_length: Option<usize>,
    /// No run of so many words stands twice in a caption, and no shorter one twice in a row; 0 lets them
    /// [default: the bundle's]
    #[arg(long, alias = "no-repeat", value_name = "WORDS")]
    no_repeat_ngram: Option<usize>,
    /// Words such as "on": what stands right before one is not said again right after it ("a boat on a
    /// boat"); comma-separated, an empty text allows everything [default: the bundle's]
    #[arg(long, alias = "no-echo", value_name = "WORDS", value_delimiter = ',')]
    connectors: Option<Vec<String>>,
    /// How much log-probability a content word costs that the caption has already, words for people and colours
    /// excepted; 0 lets them repeat [default: the bundle's]
    #[arg(long, value_name = "COST")]
    repetition_penalty: Option<f32>,
    /// Words that no caption ends with, comma-separated; an empty text allows all [default: the
    /// bundle's]
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    bad_endings: Option<Vec<String>>,
    /// Minimum Bayes risk: take the caption that the others found agree with most, where this is above 0: the larger, the
    /// more do unlikely ones count; 0 takes the one with the best score [default: the bundle's]
    #[arg(long, alias = "consensus", value_name = "TEMPERATURE")]
    mbr: Option<f32>,
    /// How far a caption gains whose words the bundle's detector expects of the photo; 0 asks no detector
    /// [default: the bundle's]
    #[arg(long, alias = "support", value_name = "WEIGHT")]
    rerank: Option<f32>,
    /// With the detector: how far words that are rare in captions gain on others, 0 to 1 [default: the bundle's]
    #[arg(long, alias = "rarity", value_name = "SHARE")]
    prior: Option<f32>,
    /// How far the detector's words count while captions grow, 0 not at all [default: the bundle's]
    #[arg(long, alias = "guide", value_name = "WEIGHT")]
    fusion: Option<f32>,
    /// With the detector: how far it counts besides what the bundle's classifier sees, 0 not at all [default: the
    /// bundle's]
    #[arg(long, value_name = "WEIGHT")]
    labels: Option<f32>,
    /// With labels: things less probable than this do not count [default: the bundle's]
    #[arg(long, value_name = "SHARE")]
    label_from: Option<f32>,
    /// With labels: things of at least this probability get their own word in the place of a broader one
    /// [default: the bundle's]
    #[arg(long, value_name = "SHARE")]
    put_from: Option<f32>,
    /// Say "person" and "child" unless the detector's log-odds of "man", "woman", "boy" or "girl" are so far
    /// above the other's; a number below 0 leaves words as they are [default: the bundle's]
    #[arg(long, value_name = "LOG-ODDS", allow_negative_numbers = true)]
    people: Option<f32>,
}

/// The words named, or where none are the usual ones; an empty text is no word.
fn words(named: &Option<Vec<String>>, usual: &[String]) -> Vec<String> {
    let named = named.as_deref().unwrap_or(usual);
    named.iter().map(|word| word.trim()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

impl RulesArgument {
    /// The rules over others.
    #[must_use]
    pub fn over(&self, defaults: &BeamConfig) -> BeamConfig {
        BeamConfig {
            min_length: self.min_length.unwrap_or(defaults.min_length),
            no_repeat_ngram: self.no_repeat_ngram.unwrap_or(defaults.no_repeat_ngram),
            connectors: words(&self.connectors, &defaults.connectors),
            repetition_penalty: self.repetition_penalty.unwrap_or(defaults.repetition_penalty),
            bad_endings: words(&self.bad_endings, &defaults.bad_endings),
            mbr: match self.mbr {
                Some(0.0) => None,
                named => named.or(defaults.mbr),
            },
            word_scores: self.word_scores(defaults),
            people: self.people.or(defaults.people).filter(|margin| *margin >= 0.0),
            ..defaults.clone()
        }
    }

    fn word_scores(&self, defaults: &BeamConfig) -> Option<WordScoresConfig> {
        let Self { rerank, prior, fusion, labels, label_from, put_from, .. } = *self;
        let usual = defaults.word_scores;
        let named = [rerank, prior, fusion, labels, label_from, put_from].iter().any(Option::is_some);
        if rerank == Some(0.0) || usual.is_none() && !named {
            return None;
        }
        let usual = usual.unwrap_or(WORD_SCORES);
        Some(WordScoresConfig {
            rerank: rerank.unwrap_or(usual.rerank),
            prior: prior.unwrap_or(usual.prior),
            fusion: fusion.unwrap_or(usual.fusion),
            labels: labels.unwrap_or(usual.labels),
            label_from: label_from.unwrap_or(usual.label_from),
            put_from: put_from.unwrap_or(usual.put_from),
        })
    }
}
