//! How far the photos of each source count in a run.

use crate::dataset::sources::SourceOf;
use crate::recipe::{CaptionChoice, SourceRecipe};

/// Where training photos come from, with what the recipe says of it.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    sources: SourceOf,
    /// By source.
    own: Vec<SourceRecipe>,
}

impl Shares {
    /// Of photos from these sources; `own` are the recipe's words on each.
    #[must_use]
    pub fn new(sources: SourceOf, own: Vec<SourceRecipe>) -> Self {
        Self { sources, own }
    }

    fn source(&self, photo: usize) -> SourceRecipe {
        self.own.get(self.sources.of(photo)).copied().unwrap_or_default()
    }

    /// How much a photo's captions count.
    #[must_use]
    pub fn weight(&self, photo: usize) -> f32 {
        self.source(photo).weight
    }

    /// Which of a photo's captions a step learns from, where `usual` is the recipe's choice.
    #[must_use]
    pub fn captions(&self, photo: usize, usual: CaptionChoice) -> CaptionChoice {
        self.source(photo).captions.unwrap_or(usual)
    }

    /// The photos that count, of the first so many.
    #[must_use]
    pub fn shown(&self, photos: usize) -> Vec<usize> {
        (0..photos).filter(|&photo| self.weight(photo) > 0.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_count_as_their_source_does() {
        let mut sources = SourceOf::default();
        ["web", "coco", "web", "food"].into_iter().for_each(|name| sources.push(name).unwrap());
        let one = Some(CaptionChoice::One);
        let own = vec![
            SourceRecipe { weight: 0.5, captions: None },
            SourceRecipe { weight: 0.0, captions: None },
            SourceRecipe { weight: 1.0, captions: one },
        ];
        let shares = Shares::new(sources, own);
        assert_eq!((shares.weight(0), shares.weight(3)), (0.5, 1.0));
        assert_eq!(shares.shown(4), [0, 2, 3]);
        assert_eq!(shares.captions(2, CaptionChoice::All), CaptionChoice::All);
        assert_eq!(shares.captions(3, CaptionChoice::All), CaptionChoice::One);
        assert_eq!(Shares::default().shown(2), [0, 1]);
    }
}
