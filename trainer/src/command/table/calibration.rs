//! How far a bundle's answers can be trusted.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::fit::calibration::Calibrated;
use crate::fit::calibration::reliability::Reliability;
use crate::fit::calibration::rungs::{Rungs, Told};
use crate::job::calibrate::Measured;
use crate::metric::summary::percent;

#[derive(Serialize)]
struct Printed<'a> {
    photos: usize,
    things: usize,
    reliability: &'a Reliability,
    sources: BTreeMap<&'a str, &'a Reliability>,
    rungs: &'a [Rungs],
    told_plainly: f64,
    told_with_doubt: f64,
    not_told: f64,
    declined: BTreeMap<&'static str, f64>,
}

impl<'a> From<&'a Measured> for Printed<'a> {
    fn from(measured: &'a Measured) -> Self {
        let Measured { photos, things, calibrated } = measured;
        let Calibrated { reliability, by_source, rungs, declined, .. } = calibrated;
        let [told_plainly, told_with_doubt, not_told] = told(rungs);
        Self {
            photos: *photos,
            things: *things,
            reliability,
            sources: by_source.iter().map(|(source, own)| (source.as_str(), own)).collect(),
            rungs,
            told_plainly,
            told_with_doubt,
            not_told,
            declined: declined.iter().map(|(kind, share)| (kind.name(), *share)).collect(),
        }
    }
}

/// Shares of all pictures that are told plainly, with doubt, and not at all.
fn told(rungs: &[Rungs]) -> [f64; 3] {
    let all = rungs.iter().map(|rungs| rungs.pictures).sum::<usize>().max(1) as f64;
    [showtell::Trust::Plain, showtell::Trust::Doubtful, showtell::Trust::Unable].map(|trust| {
        let own = rungs.iter().flat_map(|rungs| &rungs.told).filter(|told| told.rung.trust() == trust);
        own.map(|told| told.pictures).sum::<usize>() as f64 / all
    })
}

/// One JSON object.
pub fn json(measured: &Measured) -> serde_json::Result<String> {
    serde_json::to_string(&Printed::from(measured))
}

/// Tables.
pub fn text(measured: &Measured) -> String {
    let printed = Printed::from(measured);
    let Reliability { bins, error, by_chance, brier, ranking, right } = printed.reliability;
    let mut lines = vec![
        format!("{} photos, {} of sentences right", printed.photos, percent(*right)),
        format!(
            "expected calibration error {error:.3} (by chance {by_chance:.3}), Brier score {brier:.3}, area under ROC \
             {ranking:.3}"
        ),
        format!(
            "told plainly {}, with doubt {}, not told {}",
            percent(printed.told_plainly),
            percent(printed.told_with_doubt),
            percent(printed.not_told)
        ),
        "\nconfidence  captions   right".to_owned(),
    ];
    let filled = bins.iter().filter(|bin| bin.captions > 0);
    lines
        .extend(filled.map(|bin| format!("{:>10.2} {:>9} {:>7.2}", bin.confidence, bin.captions, bin.right)));
    if printed.sources.len() > 1 {
        lines.push("\nsource          error  by chance   Brier   right".to_owned());
        lines.extend(printed.sources.iter().map(|(source, own)| {
            let Reliability { error, by_chance, brier, right, .. } = own;
            format!("{source:<14} {error:>6.3} {by_chance:>10.3} {brier:>7.3} {:>7}", percent(*right))
        }));
    }
    for rungs in printed.rungs {
        let source = if rungs.source.is_empty() { "all" } else { &rungs.source };
        lines.push(format!("\n{source}: {} pictures\ntold       share   wrong", rungs.pictures));
        lines.extend(rungs.told.iter().map(|Told { rung, .. }| {
            let wrong = rungs.wrong(*rung).map_or("-".to_owned(), percent);
            format!("{:<9} {:>7} {wrong:>7}", rung.name(), percent(rungs.share(*rung)))
        }));
    }
    lines.push("\ndrawings declined, no drawing of the kind having been seen".to_owned());
    lines.extend(printed.declined.iter().map(|(kind, share)| format!("{kind:<18} {:>8}", percent(*share))));
    lines.join("\n")
}
