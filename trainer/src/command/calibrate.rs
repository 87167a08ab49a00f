//! `showtell calibrate`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;
use showtell::captioner::{AttentionMaps, CaptionOptions};
use showtell::{Bundle, Captioner};

use super::examination::Examination;
use super::rewrite::reconfigure;
use super::{CacheArgument, DataArgument, device, read_bundle, say};
use crate::calibration::drawn::Kind;
use crate::calibration::reliability::Reliability;
use crate::calibration::{Drawing, Sample, Thresholds, calibrate};
use crate::dataset::Split;
use crate::metric::support::is_supported;
use crate::metric::tokenizer::tokenize;
use crate::progress;

/// Measure how far a bundle's captions can be trusted, and write it into the bundle
///
/// Captions a split, learns from words, probabilities and features which captions have only content
/// words that people used as well, and draws pictures unlike photos to learn what to decline. Figures
/// are by cross-validation.
#[derive(Debug, Args)]
pub struct Calibrate {
    /// Folder of the bundle
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    data: DataArgument,
    /// The split to learn from
    #[arg(long, value_name = "NAME", default_value = "dev")]
    split: Split,
    /// Captions less probable than this are told with doubt
    #[arg(long, value_name = "SHARE", default_value_t = DOUBT_BELOW)]
    doubt_below: f32,
    /// Captions less probable than this are not told
    #[arg(long, value_name = "SHARE", default_value_t = UNABLE_BELOW)]
    unable_below: f32,
    /// Pictures less probably photos than this are not described
    #[arg(long, value_name = "SHARE", default_value_t = UNFAMILIAR_BELOW)]
    unfamiliar_below: f32,
    /// Where the bundle knows novelty: pictures farther from the training photos than this share of the
    /// split's are told with doubt
    #[arg(long, value_name = "SHARE", default_value_t = FAR)]
    far: f64,
    /// Likewise, not described
    #[arg(long, value_name = "SHARE", default_value_t = TOO_FAR)]
    too_far: f64,
    /// Pictures to draw of each kind
    #[arg(long, value_name = "N", default_value_t = 40,
          value_parser = clap::value_parser!(u64).range(1..=10_000))]
    drawings: u64,
    /// Keep the drawings in this folder, as PNG files
    #[arg(long, value_name = "DIR")]
    keep_drawings: Option<PathBuf>,
    /// Measure only, and leave the bundle as it is
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    cache: CacheArgument,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Printed<'a> {
    photos: usize,
    reliability: &'a Reliability,
    told_plainly: f64,
    told_with_doubt: f64,
    not_told: f64,
    declined: BTreeMap<&'static str, f64>,
}

/// Captions less probable than this are told with doubt.
const DOUBT_BELOW: f32 = 0.1;
/// Captions less probable than this are not told.
const UNABLE_BELOW: f32 = 0.01;
/// Pictures less probably photos than this are not described.
const UNFAMILIAR_BELOW: f32 = 0.5;
/// Pictures farther from the training photos than this share of photos are told with doubt.
const FAR: f64 = 0.95;
/// Pictures farther than this share are not described.
const TOO_FAR: f64 = 0.98;

impl Calibrate {
    /// What the command does when it is given little more than a bundle and data: on dev, written into
    /// the bundle.
    pub(super) fn usual(bundle: PathBuf, data: DataArgument, drawings: u64, cache: CacheArgument) -> Self {
        Self {
            bundle,
            data,
            split: Split::Dev,
            doubt_below: DOUBT_BELOW,
            unable_below: UNABLE_BELOW,
            unfamiliar_below: UNFAMILIAR_BELOW,
            far: FAR,
            too_far: TOO_FAR,
            drawings,
            keep_drawings: None,
            dry_run: false,
            cache,
            json: false,
        }
    }

    pub fn run(self) -> anyhow::Result<ExitCode> {
        let Self { doubt_below, unable_below, unfamiliar_below, .. } = self;
        if !(0.0 <= unable_below && unable_below <= doubt_below && doubt_below <= 1.0) {
            bail!(
                "--unable-below and --doubt-below must rise from 0 to 1, found {unable_below} and {doubt_below}"
            );
        }
        if !(0.0..=1.0).contains(&unfamiliar_below) {
            bail!("--unfamiliar-below must be from 0 to 1, found {unfamiliar_below}");
        }
        if !(0.0 <= self.far && self.far <= self.too_far && self.too_far <= 1.0) {
            let (far, too_far) = (self.far, self.too_far);
            bail!("--far and --too-far must rise from 0 to 1, found {far} and {too_far}");
        }
        let bundle = read_bundle(&self.bundle)?;
        let photos = self.photos(&bundle)?;
        let drawings = self.drawings(&bundle)?;
        let thresholds = Thresholds {
            doubt: self.doubt_below,
            unable: self.unable_below,
            unfamiliar: self.unfamiliar_below,
            far: self.far,
            too_far: self.too_far,
        };
        let found = calibrate(&photos, &drawings, thresholds);
        if let Err(reason) = found.calibration.validate() {
            bail!("no usable calibration: {reason}");
        }
        if !self.dry_run {
            reconfigure(&self.bundle, |config| config.confidence = Some(found.calibration.clone()))?;
        }
        let declined = found.declined.iter().map(|(kind, share)| (kind.name(), *share)).collect();
        let [told_plainly, told_with_doubt, not_told] = found.told;
        let printed = Printed {
            photos: photos.len(),
            reliability: &found.reliability,
            told_plainly,
            told_with_doubt,
            not_told,
            declined,
        };
        say(&if self.json { serde_json::to_string(&printed)? } else { table(&printed) })?;
        Ok(ExitCode::SUCCESS)
    }

    /// Captions the split; each caption is right where every content word of it is supported.
    fn photos(&self, bundle: &Bundle) -> anyhow::Result<Vec<Sample>> {
        let device = device();
        let examination = Examination::open(bundle, &self.data, self.split, &self.cache, &device)?;
        let (targets, speaker) = (&examination.targets, examination.speaker());
        let places: Vec<usize> = (0..targets.photos.len()).collect();
        let found = speaker.find_all(&places, &bundle.config().decoding)?;
        let texts = found.iter().map(|found| {
            let best = found.hypotheses.first();
            best.map_or(String::new(), |best| bundle.vocabulary().decode(&best.tokens))
        });
        let texts = tokenize(&texts.collect::<Vec<String>>());
        let mut samples = Vec::with_capacity(found.len());
        for ((found, text), references) in found.iter().zip(&texts).zip(targets.references.texts()) {
            let evidence = found.evidence().context("a photo without a caption")?;
            samples.push(Sample { evidence, right: is_supported(text, references) });
        }
        Ok(samples)
    }

    fn drawings(&self, bundle: &Bundle) -> anyhow::Result<Vec<Drawing>> {
        let captioner = Captioner::new(bundle, &device())?;
        let options =
            CaptionOptions { beam: bundle.config().decoding.clone(), attention: AttentionMaps::Dropped };
        if let Some(folder) = &self.keep_drawings {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let bar = progress::bar(Kind::ALL.len() * self.drawings as usize, "captioning drawings");
        let mut drawings = Vec::new();
        for seed in 0..self.drawings {
            for kind in Kind::ALL {
                let picture = kind.draw(seed);
                if let Some(folder) = &self.keep_drawings {
                    let path = folder.join(format!("{}-{seed:03}.png", kind.name().replace(' ', "-")));
                    picture.save(&path).with_context(|| format!("cannot write {}", path.display()))?;
                }
                let features = captioner.encode(&[&picture]);
                let found = pollster::block_on(captioner.find(features, &options))?;
                let evidence = found.first().and_then(showtell::captioner::Found::evidence);
                drawings.push(Drawing { kind, evidence: evidence.context("a drawing without a caption")? });
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        Ok(drawings)
    }
}

fn table(printed: &Printed<'_>) -> String {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let Reliability { bins, error, brier, ranking, right } = printed.reliability;
    let mut lines = vec![
        format!("{} photos, {} of captions right", printed.photos, percent(*right)),
        format!("expected calibration error {error:.3}, Brier score {brier:.3}, area under ROC {ranking:.3}"),
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
    lines.push("\ndrawings declined, no drawing of the kind having been seen".to_owned());
    lines.extend(printed.declined.iter().map(|(kind, share)| format!("{kind:<18} {:>8}", percent(*share))));
    lines.join("\n")
}
