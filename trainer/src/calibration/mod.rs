//! Learning how far captions can be trusted: [`Calibration`] is fitted on photos that people captioned
//! and on drawn pictures that nobody would call photos.
//!
//! ```text
//! photos -> captions -> evidence, right or wrong -\
//!                                                  fit, by cross-validation -> reliability
//! drawn pictures -> captions -> evidence ---------/                        \-> Calibration
//! ```

pub mod drawn;
pub mod logistic;
pub mod reliability;

use showtell::Trust;
use showtell::confidence::{Calibration, Distances, Evidence};

use drawn::Kind;
use logistic::fit;
use reliability::Reliability;

/// Parts of the cross-validation.
const FOLDS: usize = 10;

/// A captioned photo.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// What tells how far the caption can be trusted.
    pub evidence: Evidence,
    /// Whether every content word is supported by a reference: see
    /// [`support`](crate::metric::support).
    pub right: bool,
}

/// A captioned drawing.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    /// What it shows.
    pub kind: Kind,
    /// What tells how far the caption can be trusted.
    pub evidence: Evidence,
}

/// Below which confidence captions are told with doubt, or not at all.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds {
    /// With doubt.
    pub doubt: f32,
    /// Not at all.
    pub unable: f32,
    /// Below which probability of being of the known kind pictures are not described.
    pub unfamiliar: f32,
    /// Pictures that lie farther from the training photos than this share of photos are told with doubt.
    pub far: f64,
    /// Than this share: not at all.
    pub too_far: f64,
}

/// A fitted calibration and how well it does on what it was not fitted on.
#[derive(Debug)]
pub struct Calibrated {
    /// Fitted on everything.
    pub calibration: Calibration,
    /// On photos, each judged by models that had not seen it.
    pub reliability: Reliability,
    /// Share of photos told plainly, with doubt, and not at all, likewise.
    pub told: [f64; 3],
    /// For each kind of drawing, the share not told, judged by models that had seen no drawing of that
    /// kind.
    pub declined: Vec<(Kind, f64)>,
}

/// Fits a calibration.
#[must_use]
pub fn calibrate(photos: &[Sample], drawings: &[Drawing], thresholds: Thresholds) -> Calibrated {
    let everything = model(photos.iter(), drawings.iter(), thresholds);

    let (mut judged, mut trusts) = (Vec::with_capacity(photos.len()), Vec::with_capacity(photos.len()));
    for fold in 0..FOLDS {
        let within = |place: usize| place % FOLDS == fold;
        let rest = photos.iter().enumerate().filter(|(place, _)| !within(*place)).map(|(_, sample)| sample);
        let others = drawings.iter().enumerate().filter(|(place, _)| !within(*place)).map(|(_, it)| it);
        let model = model(rest, others, thresholds);
        let own = photos.iter().enumerate().filter(|(place, _)| within(*place));
        for (_, Sample { evidence, right }) in own {
            judged.push((model.confidence(evidence), *right));
            trusts.push(model.trust(evidence));
        }
    }
    let count = judged.len().max(1) as f64;
    let told = [Trust::Plain, Trust::Doubtful, Trust::Unable]
        .map(|trust| trusts.iter().filter(|own| **own == trust).count() as f64 / count);

    let declined = Kind::ALL.into_iter().map(|kind| {
        let model = model(photos.iter(), drawings.iter().filter(|drawing| drawing.kind != kind), thresholds);
        let own: Vec<Trust> = drawings
            .iter()
            .filter(|drawing| drawing.kind == kind)
            .map(|drawing| model.trust(&drawing.evidence))
            .collect();
        let refused = own.iter().filter(|trust| **trust == Trust::Unable).count();
        (kind, refused as f64 / own.len().max(1) as f64)
    });
    Calibrated {
        declined: declined.collect(),
        calibration: everything,
        reliability: Reliability::of(&judged),
        told,
    }
}

fn model<'a>(
    photos: impl Iterator<Item = &'a Sample> + Clone,
    drawings: impl Iterator<Item = &'a Drawing>,
    thresholds: Thresholds,
) -> Calibration {
    let pictures = photos.clone().map(|sample| (sample.evidence.picture, true));
    let pictures: Vec<_> =
        pictures.chain(drawings.map(|drawing| (drawing.evidence.picture, false))).collect();
    let captions: Vec<_> = photos.clone().map(|sample| (sample.evidence.caption, sample.right)).collect();
    let mut distances: Vec<f32> = photos.map(|sample| sample.evidence.distance).collect();
    distances.sort_unstable_by(f32::total_cmp);
    let within = |share: f64| {
        let place = (share * distances.len() as f64).ceil() as usize;
        distances.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
    };
    Calibration {
        picture: fit(&pictures),
        caption: fit(&captions),
        doubt_below: thresholds.doubt,
        unable_below: thresholds.unable,
        unfamiliar_below: thresholds.unfamiliar,
        // Without a measure of novelty all are 0.
        distance: (within(1.0) > 0.0).then(|| Distances {
            doubt_above: within(thresholds.far),
            unable_above: within(thresholds.too_far),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    const THRESHOLDS: Thresholds =
        Thresholds { doubt: 0.3, unable: 0.01, unfamiliar: 0.5, far: 0.95, too_far: 0.98 };

    #[test]
    fn drawings_are_declined_and_photos_are_told_by_their_chances() {
        let mut random = ChaCha8Rng::seed_from_u64(9);
        let photos: Vec<Sample> = (0..4_000)
            .map(|_| {
                let mean: f32 = random.random_range(-3.0..0.0);
                let picture = [1.0 + random.random_range(-0.3..0.3), 0.0, 0.0, 0.0, 0.0];
                let distance = random.random_range(0.0..1.0);
                let right = random.random_bool(1.0 / (1.0 + (-3.0 - 2.0 * f64::from(mean)).exp()));
                Sample {
                    evidence: Evidence {
                        picture,
                        caption: [mean, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                        distance,
                    },
                    right,
                }
            })
            .collect();
        let drawings: Vec<Drawing> = (0..100)
            .map(|n| {
                let picture = [random.random_range(-0.3..0.3), 0.0, 0.0, 0.0, 0.0];
                let caption = [-0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
                let evidence = Evidence { picture, caption, distance: 0.0 };
                Drawing { kind: Kind::ALL[n % 5], evidence }
            })
            .collect();
        let found = calibrate(&photos, &drawings, THRESHOLDS);
        assert!(found.reliability.error < 0.05, "{:?}", found.reliability);
        assert!(found.reliability.ranking > 0.75);
        assert!(found.declined.iter().all(|(_, share)| *share > 0.9), "{:?}", found.declined);
        assert!(
            (found.told.iter().sum::<f64>() - 1.0).abs() < 1e-9 && found.told[2] < 0.1,
            "{:?}",
            found.told
        );
        assert!(found.calibration.validate().is_ok());
        let Distances { doubt_above, unable_above } = found.calibration.distance.unwrap();
        assert!((doubt_above - 0.95).abs() < 0.01 && (unable_above - 0.98).abs() < 0.01);

        // Nothing is said of distances that were not measured.
        let mut near = photos;
        near.iter_mut().for_each(|sample| sample.evidence.distance = 0.0);
        assert!(calibrate(&near, &drawings, THRESHOLDS).calibration.distance.is_none());
    }
}
