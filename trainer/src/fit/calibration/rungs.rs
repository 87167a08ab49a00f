//! What the pictures of a source are told, and how much of it is wrong.

use serde::Serialize;
use showtell::Rung;
use showtell::confidence::Calibration;
use showtell::decision::decide;
use showtell::labels::Labels;

use super::Pictured;

/// How much is told on one rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RungStats {
    /// The rung.
    pub rung: Rung,
    /// Pictures that are told so.
    pub pictures: usize,
    /// Those of them of which is known whether that is right.
    pub known: usize,
    /// Those that are wrong.
    pub wrong: usize,
}

/// What the pictures of a source are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rungs {
    /// Which data they come from.
    pub source: String,
    /// How many there are.
    pub pictures: usize,
    /// From the most that is told to nothing.
    #[serde(rename = "told")]
    pub by_rung: Vec<RungStats>,
}

impl Rungs {
    /// Counts what pictures are told, each with the calibration that judges it.
    #[must_use]
    pub fn of<'a>(
        source: &str,
        pictures: impl Iterator<Item = (&'a Pictured, &'a Calibration)>,
        labels: Option<&Labels>,
    ) -> Self {
        let by_rung = Rung::ALL.map(|rung| RungStats { rung, pictures: 0, known: 0, wrong: 0 });
        let mut rungs = Self { source: source.to_owned(), pictures: 0, by_rung: by_rung.into() };
        for (picture, calibration) in pictures {
            let seen = labels.map(|labels| picture.seen(labels));
            let decision = decide(calibration, &picture.evidence, seen, None);
            let right = match decision.rung {
                Rung::Sentence | Rung::Perhaps if decision.nodes.is_empty() => picture.right,
                Rung::Sentence | Rung::Perhaps | Rung::Thing | Rung::Broader => labels.and_then(|labels| {
                    // Of several one is meant.
                    decision.nodes.iter().filter_map(|&node| picture.shows(labels, node)).max()
                }),
                Rung::Kind | Rung::Nothing => None,
            };
            rungs.pictures += 1;
            for own in rungs.by_rung.iter_mut().filter(|own| own.rung == decision.rung) {
                own.pictures += 1;
                own.known += usize::from(right.is_some());
                own.wrong += usize::from(right == Some(false));
            }
        }
        rungs
    }

    fn stats(&self, rung: Rung) -> Option<&RungStats> {
        self.by_rung.iter().find(|own| own.rung == rung)
    }

    /// The share of pictures that are told so.
    #[must_use]
    pub fn share(&self, rung: Rung) -> f64 {
        self.stats(rung).map_or(0.0, |own| own.pictures as f64 / self.pictures.max(1) as f64)
    }

    /// The share of what is told so that is wrong; nothing where that is not known of any.
    #[must_use]
    pub fn wrong(&self, rung: Rung) -> Option<f64> {
        let own = self.stats(rung).filter(|own| own.known > 0)?;
        Some(own.wrong as f64 / own.known as f64)
    }
}
