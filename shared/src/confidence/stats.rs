//! Numbers that tell how far an answer can be trusted, each with a name: evidence of a picture, or by how much each
//! of them counts in a [`Logistic`](super::Logistic) model.

use crate::labelled::{Detected, log_odds};
use crate::labels::Relation;

/// A few numbers in a fixed order, each with a name.
pub trait Stats: Copy {
    /// Their names, as they stand in `config.json`.
    const NAMES: &'static [&'static str];

    /// The numbers, in the order of their names.
    fn values(self) -> impl Iterator<Item = f32>;

    /// The numbers in that order, 0 for those that are not there.
    #[must_use]
    fn from_values(values: &[f32]) -> Self;
}

/// A struct of numbers, and its [`Stats`].
macro_rules! stats {
    ($(#[$about:meta])* $stats:ident { $($(#[$doc:meta])* $name:ident,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq)]
        pub struct $stats {
            $($(#[$doc])* pub $name: f32,)*
        }

        impl Stats for $stats {
            const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            fn values(self) -> impl Iterator<Item = f32> {
                [$(self.$name),*].into_iter()
            }

            fn from_values(values: &[f32]) -> Self {
                let mut values = values.iter().copied();
                // Fields are evaluated in the order in which they stand here.
                Self { $($name: values.next().unwrap_or(0.0)),* }
            }
        }
    };
}

stats! {
    /// Statistics of a picture's features.
    PictureStats {
        /// Mean of all values.
        mean,
        /// Length of the mean region.
        length,
        /// Deviation over regions, its mean over channels.
        deviation,
        /// Share of channels that are active somewhere.
        active,
        /// Share of values above 0.
        busy,
    }
}

stats! {
    /// What is known of a caption without knowing the truth.
    CaptionStats {
        /// Mean of its words' log-probabilities.
        mean,
        /// The least of them.
        least,
        /// Their sum.
        sum,
        /// Number of words, the end included.
        words,
        /// How far its score is above the next sentence's; below 0 where others agree with it more than with that
        /// one.
        margin,
        /// How far the other sentences agree with it.
        agreement,
        /// [`WordStats::unexpected`].
        unexpected,
        /// [`WordStats::surprise`].
        surprise,
        /// [`MentionStats::known`](crate::labelled::MentionStats::known).
        known,
        /// [`MentionStats::missed`](crate::labelled::MentionStats::missed).
        missed,
        /// How far the picture lies from the training photos; 0 where that is not known.
        distance,
    }
}

stats! {
    /// What is known of a thing that a classifier sees in a picture.
    LabelStats {
        /// Log-odds of its probability.
        log_odds,
        /// How far the picture lies from the training photos.
        distance,
        /// Whether the sentence says so as well: 1 for the word itself, a half for a broader or a narrower one, 0
        /// where it says nothing of it, -1 where it contradicts.
        said,
    }
}

stats! {
    /// What is known of a word that a picture might be named by, from a classifier and a detector of words.
    ThingStats {
        /// Log-odds of the classes under it; 0 without any.
        log_odds,
        /// Whether there are classes under it, 1 or 0.
        classified,
        /// By how much the photo raises the log-odds that a caption has the word; 0 where the detector does not know
        /// it.
        lift,
        /// Whether the detector knows the word, 1 or 0.
        worded,
        /// As in [`LabelStats::said`].
        said,
        /// Logarithm of the number of classes under it; 0 without any. A broad word is often right and says little.
        extent,
    }
}

/// How a sentence stands to a word: 1 for the word itself, a half for a broader or a narrower one, 0 where it says
/// nothing of it, -1 where it contradicts.
fn said(relation: Relation) -> f32 {
    match relation {
        Relation::Named => 1.0,
        Relation::Broader(_) | Relation::Narrower(_) => 0.5,
        Relation::Unmentioned => 0.0,
        Relation::Rival(_) => -1.0,
    }
}

impl ThingStats {
    /// Of a word with the probability of the classes under it, where there are any, how many these are, what a
    /// detector tells of it, and how the sentence stands to it.
    #[must_use]
    pub fn new(total: Option<f32>, classes: f32, word: Option<Detected>, relation: Relation) -> Self {
        let flag = |there: bool| f32::from(u8::from(there));
        Self {
            log_odds: total.map_or(0.0, log_odds),
            classified: flag(total.is_some()),
            lift: word.map_or(0.0, |word| word.lift),
            worded: flag(word.is_some()),
            said: said(relation),
            extent: classes.max(1.0).ln(),
        }
    }
}

impl LabelStats {
    /// Of a thing with its probability, and how the sentence stands to it.
    #[must_use]
    pub fn new(probability: f32, distance: f32, relation: Relation) -> Self {
        Self { log_odds: log_odds(probability), distance, said: said(relation) }
    }
}

/// What a detector of words tells about a caption; zeros without one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WordStats {
    /// The least log-probability that it gives a word of the caption.
    pub unexpected: f32,
    /// The sum over all of its words, each counted once.
    pub surprise: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_by_their_place_and_stand_under_their_names() {
        let numbers: Vec<f32> = (0..CaptionStats::NAMES.len()).map(|place| place as f32).collect();
        let stats = CaptionStats::from_values(&numbers);
        assert_eq!((stats.mean, stats.agreement, stats.distance), (0.0, 5.0, 10.0));
        assert_eq!(stats.values().collect::<Vec<_>>(), numbers);
        assert_eq!(CaptionStats::NAMES[5], "agreement");
        assert_eq!(LabelStats::from_values(&[2.0]), LabelStats { log_odds: 2.0, ..LabelStats::default() });
    }
}
