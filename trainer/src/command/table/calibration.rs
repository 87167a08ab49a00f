//! How far a bundle's answers can be trusted.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::fit::calibration::Calibrated;
use crate::fit::calibration::reliability::Reliability;
use crate::fit::calibration::rungs::{RungStats, Rungs};
use crate::job::calibrate::Measured;
use crate::metric::summary::percent;

#[derive(Serialize)]
struct Printed<'a> {
    photos: usize,
    things: usize,
    reliability: &'a Reliability,
    sources: BTreeMap<&'a str, &'a Reliability>,
    rungs: &'a [Rungs],
    #[serde(rename = "told_plainly")]
    plain: f64,
    #[serde(rename = "told_with_doubt")]
    doubtful: f64,
    #[serde(rename = "not_told")]
    unable: f64,
    declined: BTreeMap<&'static str, f64>,
}

impl<'a> From<&'a Measured> for Printed<'a> {
    fn from(measured: &'a Measured) -> Self {
        let Measured { photos, things, calibrated } = measured;
        let Calibrated { reliability, by_source, rungs, declined, .. } = calibrated;
        let [plain, doubtful, unable] = shares(rungs);
        Self {
            photos: *photos,
            things: *things,
            reliability,
            sources: by_source.iter().map(|(source, own)| (source.as_str(), own)).collect(),
            rungs,
            plain,
            doubtful,
            unable,
            declined: declined.iter().map(|(kind, share)| (kind.name(), *share)).collect(),
        }
    }
}

/// Shares of all pictures that are told plainly, with doubt, and not at all.
fn shares(rungs: &[Rungs]) -> [f64; 3] {
    let all = rungs.iter().map(|rungs| rungs.pictures).sum::<usize>().max(1) as f64;
    [showtell::Trust::Plain, showtell::Trust::Doubtful, showtell::Trust::Unable].map(|trust| {
        let own = rungs.iter().flat_map(|rungs| &rungs.by_rung).filter(|own| own.rung.trust() == trust);
        own.map(|own| own.pictures).sum::<usize>() as f64 / all
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
            percent(printed.plain),
            percent(printed.doubtful),
            percent(printed.unable)
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
        lines.extend(rungs.by_rung.iter().map(|RungStats { rung, .. }| {
            let wrong = rungs.wrong(*rung).map_or("-".to_owned(), percent);
            format!("{:<9} {:>7} {wrong:>7}", rung.name(), percent(rungs.share(*rung)))
        }));
    }
    lines.push("\ndrawings declined, no drawing of the kind having been seen".to_owned());
    lines.extend(printed.declined.iter().map(|(kind, share)| format!("{kind:<18} {:>8}", percent(*share))));
    lines.join("\n")
}
