//! What was measured of kinds, as lines for people.

use std::collections::BTreeMap;

use showtell::kind::KindsConfig;

use super::graphics::Graphics;
use super::measure::{Crossed, Score, probabilities_of, score};

/// Limits whose photos taken for graphics are listed beside that of the bundle.
const LIMITS: [f32; 6] = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99];

/// All that was measured.
#[derive(Debug)]
pub struct Measured {
    /// The graphics.
    pub graphics: Graphics,
    /// What classifiers say of those that they have not seen.
    pub crossed: Crossed,
    /// How probably dev photos are graphics, by source.
    pub mistaken: BTreeMap<String, Vec<f32>>,
    /// What goes into the bundle.
    pub config: KindsConfig,
    /// Train photos learnt from.
    pub learnt: usize,
}

/// Tables of all that was measured.
#[must_use]
pub fn report(measured: &Measured) -> String {
    let Measured { graphics, crossed, mistaken, config, learnt } = measured;
    let (kinds, pictures) = (graphics.names.len(), graphics.pictures.len());
    let mut lines = vec![format!("{pictures} graphics of {kinds} kinds, {learnt} train photos")];
    let merged = graphics.merged.iter().map(|(kind, word)| format!("{kind} (as {word})"));
    let merged: Vec<String> = merged.collect();
    if !merged.is_empty() {
        lines.push(format!("too rare: {}", merged.join(", ")));
    }
    let KindsConfig { above, sure, .. } = config;
    lines.push(format!("told above {above:.3}, a word where it is sure to {sure:.3}\n"));
    lines.push(format!(
        "{:<18}{:>9}{:>7}{:>7}{:>7}{:>10}",
        "graphics", "", "told", "right", "exact", "broadest"
    ));
    for (name, kept_only) in [("kept apart", true), ("cross-validation", false)] {
        let Score { graphics: all, named, right, exact, broadest } =
            score(config, probabilities_of(graphics, crossed, kept_only));
        lines.push(format!("{name:<18}{all:>9}{named:>7}{right:>7}{exact:>7}{broadest:>10}"));
    }
    lines.push(format!("\n{}", of_kinds(measured)));
    lines.push("\ndev photos taken for graphics".to_owned());
    let header: String = mistaken.iter().map(|(source, all)| format!("{:>16}", named(source, all))).collect();
    lines.push(format!("{:<8}{header}{:>16}", "limit", "graphics told"));
    let mut limits = LIMITS.to_vec();
    limits.push(config.above);
    limits.sort_unstable_by(f32::total_cmp);
    limits.dedup();
    for limit in limits {
        let taken = |all: &Vec<f32>| all.iter().filter(|graphic| **graphic > limit).count();
        let photos: String = mistaken.values().map(|all| format!("{:>16}", taken(all))).collect();
        let taken = crossed.probabilities.iter().filter(|own| 1.0 - own[0] > limit).count();
        lines.push(format!("{limit:<8.3}{photos}{taken:>16}"));
    }
    lines.join("\n")
}

fn named(source: &str, photos: &[f32]) -> String {
    format!("{source} of {}", photos.len())
}

/// A line for each kind, with what it is told as besides.
fn of_kinds(Measured { graphics, crossed, config, .. }: &Measured) -> String {
    let mut lines = vec![format!("{:<18}{:>9}{:>7}  otherwise", "by cross-validation", "graphics", "right")];
    for (kind, name) in graphics.names.iter().enumerate() {
        let own = || probabilities_of(graphics, crossed, false).filter(|(own, _)| *own == kind);
        let Score { graphics: all, right, .. } = score(config, own());
        let mut others: BTreeMap<&str, usize> = BTreeMap::new();
        for word in own().map(|(_, probabilities)| config.word(probabilities).unwrap_or("photo")) {
            *others.entry(word).or_default() += usize::from(word != name);
        }
        let mut others: Vec<(&str, usize)> = others.into_iter().filter(|(_, count)| *count > 0).collect();
        others.sort_unstable_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
        let others: Vec<String> = others.iter().map(|(word, count)| format!("{word} {count}")).collect();
        lines.push(format!("{name:<19}{all:>9}{right:>7}  {}", others.join(", ")));
    }
    lines.join("\n")
}
