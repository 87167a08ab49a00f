//! What the pictures of a source are told, and how much of it is wrong.

use serde::Serialize;
use showtell::Rung;
use showtell::confidence::Calibration;
use showtell::decision::decide;
use showtell::labels::Labels;

use super::Pictured;

/// How much is told on one rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Told {
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
    pub told: Vec<Told>,
}

impl Rungs {
    /// Counts what pictures are told, each with the calibration that judges it.
    #[must_use]
    pub fn of<'a>(
        source: &str,
        pictures: impl Iterator<Item = (&'a Pictured, &'a Calibration)>,
        labels: Option<&Labels>,
    ) -> Self {
        let told = Rung::ALL.map(|rung| Told { rung, pictures: 0, known: 0, wrong: 0 });
        let mut rungs = Self { source: source.to_owned(), pictures: 0, told: told.into() };
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
            for told in rungs.told.iter_mut().filter(|told| told.rung == decision.rung) {
                told.pictures += 1;
                told.known += usize::from(right.is_some());
                told.wrong += usize::from(right == Some(false));
            }
        }
        rungs
    }

    fn told(&self, rung: Rung) -> Option<&Told> {
        self.told.iter().find(|told| told.rung == rung)
    }

    /// The share of pictures that are told so.
    #[must_use]
    pub fn share(&self, rung: Rung) -> f64 {
        self.told(rung).map_or(0.0, |told| told.pictures as f64 / self.pictures.max(1) as f64)
    }

    /// The share of what is told so that is wrong; nothing where that is not known of any.
    #[must_use]
    pub fn wrong(&self, rung: Rung) -> Option<f64> {
        let told = self.told(rung).filter(|told| told.known > 0)?;
        Some(told.wrong as f64 / told.known as f64)
    }
}
