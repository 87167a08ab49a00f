//! `showtell calibrate`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;
use showtell::captioner::{AttentionMaps, CaptionOptions, Found};
use showtell::labels::Labels;
use showtell::{Bundle, Captioner};

use super::examination::Examination;
use super::rewrite::reconfigure;
use super::things::Things;
use super::{CacheArgument, DataArgument, device, read_bundle, say};
use crate::dataset::Split;
use crate::fit::calibration::drawn::Kind;
use crate::fit::calibration::reliability::Reliability;
use crate::fit::calibration::rungs::{Rungs, Told};
use crate::fit::calibration::{Drawing, Goals, Pictured, Thresholds, calibrate};
use crate::metric::support::is_supported_by;
use crate::metric::tokenizer::tokenize;
use crate::progress;

/// Measure how far a bundle's answers can be trusted, and write it into the bundle
///
/// Captions a split, learns from words, probabilities and features which sentences have content words that people
/// used as well, and draws pictures unlike photos to learn what to decline. Where the bundle has a classifier, it
/// learns likewise how probable it is that a picture shows what is seen in it. What is told with which words follows
/// from limits, each the lowest at which no more than a given share of what is told is wrong. Figures are by
/// cross-validation.
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
    /// Pictures of one thing each, to learn what the classifier's answers are worth: lines of JSON with "image",
    /// the address of a picture beside the file, and "thing" [default: what the captions of the split name]
    #[arg(long, value_name = "FILE")]
    things: Option<PathBuf>,
    #[command(flatten)]
    goals: GoalArguments,
    /// Sentences less probable than this are told with doubt [default: learnt]
    #[arg(long, value_name = "SHARE")]
    doubt_below: Option<f32>,
    /// Sentences less probable than this are not told [default: learnt]
    #[arg(long, value_name = "SHARE")]
    unable_below: Option<f32>,
    /// Pictures less probably photos than this are not described
    #[arg(long, value_name = "SHARE", default_value_t = UNFAMILIAR_BELOW)]
    unfamiliar_below: f32,
    /// Where the bundle knows novelty: sentences about pictures farther from the training photos than this share of
    /// the split's are told with doubt [default: the distance counts as evidence only]
    #[arg(long, value_name = "SHARE")]
    far: Option<f64>,
    /// Likewise, not told
    #[arg(long, value_name = "SHARE")]
    too_far: Option<f64>,
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

/// How much of what is told may be wrong, and what is.
#[derive(Debug, Clone, Copy, Args)]
struct GoalArguments {
    /// Of sentences told plainly at most this share may be wrong, in each source
    #[arg(long, value_name = "SHARE", default_value_t = Goals::default().plain)]
    plain_wrong: f64,
    /// Of all sentences told, with doubt and without, in each source
    #[arg(long, value_name = "SHARE", default_value_t = Goals::default().doubtful)]
    doubtful_wrong: f64,
    /// Of things that a picture "may show"
    #[arg(long, value_name = "SHARE", default_value_t = Goals::default().label)]
    label_wrong: f64,
    /// A sentence is right if at least this share of its content words is supported by what people wrote
    #[arg(long, value_name = "SHARE", default_value_t = Goals::default().supported)]
    supported: f64,
}

impl Default for GoalArguments {
    fn default() -> Self {
        let Goals { plain, doubtful, label, supported } = Goals::default();
        Self { plain_wrong: plain, doubtful_wrong: doubtful, label_wrong: label, supported }
    }
}

impl GoalArguments {
    fn goals(&self) -> anyhow::Result<Goals> {
        let Self { plain_wrong: plain, doubtful_wrong: doubtful, label_wrong: label, supported } = *self;
        for (name, share) in [
            ("--plain-wrong", plain),
            ("--doubtful-wrong", doubtful),
            ("--label-wrong", label),
            ("--supported", supported),
        ] {
            if !(0.0..=1.0).contains(&share) {
                bail!("{name} must be from 0 to 1, found {share}");
            }
        }
        Ok(Goals { plain, doubtful, label, supported })
    }
}

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
/// Pictures less probably photos than this are not described.
const UNFAMILIAR_BELOW: f32 = 0.5;

impl Calibrate {
    /// What the command does when it is given little more than a bundle and data: on dev, written into
    /// the bundle.
    pub(super) fn usual(bundle: PathBuf, data: DataArgument, drawings: u64, cache: CacheArgument) -> Self {
        Self {
            bundle,
            data,
            split: Split::Dev,
            things: None,
            goals: GoalArguments::default(),
            doubt_below: None,
            unable_below: None,
            unfamiliar_below: UNFAMILIAR_BELOW,
            far: None,
            too_far: None,
            drawings,
            keep_drawings: None,
            dry_run: false,
            cache,
            json: false,
        }
    }

    /// The limits that were named.
    fn thresholds(&self) -> anyhow::Result<Thresholds> {
        let Self { doubt_below, unable_below, unfamiliar_below, far, too_far, .. } = *self;
        let (doubt, unable) = (doubt_below.unwrap_or(1.0), unable_below.unwrap_or(0.0));
        if !(0.0 <= unable && unable <= doubt && doubt <= 1.0) {
            bail!("--unable-below and --doubt-below must rise from 0 to 1, found {unable} and {doubt}");
        }
        if !(0.0..=1.0).contains(&unfamiliar_below) {
            bail!("--unfamiliar-below must be from 0 to 1, found {unfamiliar_below}");
        }
        let (near, farthest) = (far.unwrap_or(0.0), too_far.unwrap_or(1.0));
        if !(0.0 <= near && near <= farthest && farthest <= 1.0) {
            bail!("--far and --too-far must rise from 0 to 1, found {near} and {farthest}");
        }
        Ok(Thresholds {
            doubt: doubt_below,
            unable: unable_below,
            unfamiliar: unfamiliar_below,
            far,
            too_far,
        })
    }

    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (thresholds, goals) = (self.thresholds()?, self.goals.goals()?);
        let bundle = read_bundle(&self.bundle)?;
        if self.things.is_some() && bundle.labels().is_none() {
            bail!("--things takes a bundle with a classifier");
        }
        let mut pictures = self.photos(&bundle)?;
        let photos = pictures.len();
        if let Some(things) = &self.things {
            let captioner = Captioner::new(&bundle, &device())?;
            pictures.extend(Things::read(things)?.pictured(&bundle, &captioner)?);
        }
        let drawings = self.drawings(&bundle)?;
        let found = calibrate(&pictures, &drawings, bundle.labels(), thresholds, goals);
        if let Err(reason) = found.calibration.validate() {
            bail!("no usable calibration: {reason}");
        }
        if !self.dry_run {
            reconfigure(&self.bundle, |config| config.confidence = Some(found.calibration.clone()))?;
        }
        let declined = found.declined.iter().map(|(kind, share)| (kind.name(), *share)).collect();
        let [told_plainly, told_with_doubt, not_told] = told(&found.rungs);
        let printed = Printed {
            photos,
            things: pictures.len() - photos,
            reliability: &found.reliability,
            sources: found.by_source.iter().map(|(source, own)| (source.as_str(), own)).collect(),
            rungs: &found.rungs,
            told_plainly,
            told_with_doubt,
            not_told,
            declined,
        };
        say(&if self.json { serde_json::to_string(&printed)? } else { table(&printed) })?;
        Ok(ExitCode::SUCCESS)
    }

    /// Captions the split; a sentence is right where enough of its content words are supported.
    fn photos(&self, bundle: &Bundle) -> anyhow::Result<Vec<Pictured>> {
        let device = device();
        let examination = Examination::open(bundle, &self.data, self.split, &self.cache, &device)?;
        let (targets, speaker) = (&examination.targets, examination.speaker());
        let places: Vec<usize> = (0..targets.photos.len()).collect();
        let found = speaker.find_all(&places, &bundle.config().decoding)?;
        let texts = tokenize(&found.iter().map(Found::sentence).collect::<Vec<String>>());
        let mut pictures = Vec::with_capacity(found.len());
        let labels = bundle.labels();
        for (place, found) in found.into_iter().enumerate() {
            let references = targets.references.texts().nth(place).context("a photo without captions")?;
            pictures.push(Pictured {
                source: targets.photos[place].source.clone(),
                evidence: found.evidence(labels).context("a photo without a caption")?,
                right: Some(is_supported_by(&texts[place], references, self.goals.supported)),
                classes: found.classes,
                named: found.named,
                shown: labels.map(|labels| shown(labels, references)).unwrap_or_default(),
                is_of_one_thing: false,
            });
        }
        Ok(pictures)
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
                let evidence = found.first().and_then(|found| found.evidence(bundle.labels()));
                drawings.push(Drawing { kind, evidence: evidence.context("a drawing without a caption")? });
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        Ok(drawings)
    }
}

/// Which labels sentences of people name.
fn shown(labels: &Labels, references: &[String]) -> Vec<usize> {
    let named = references.iter().flat_map(|reference| {
        let words: Vec<&str> = reference.split_whitespace().collect();
        labels.mentions(&words)
    });
    let mut named: Vec<usize> = named.collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// Shares of all pictures that are told plainly, with doubt, and not at all.
fn told(rungs: &[Rungs]) -> [f64; 3] {
    let all = rungs.iter().map(|rungs| rungs.pictures).sum::<usize>().max(1) as f64;
    [showtell::Trust::Plain, showtell::Trust::Doubtful, showtell::Trust::Unable].map(|trust| {
        let own = rungs.iter().flat_map(|rungs| &rungs.told).filter(|told| told.rung.trust() == trust);
        own.map(|told| told.pictures).sum::<usize>() as f64 / all
    })
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn table(printed: &Printed<'_>) -> String {
    let Reliability { bins, error, brier, ranking, right } = printed.reliability;
    let mut lines = vec![
        format!("{} photos, {} of sentences right", printed.photos, percent(*right)),
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
    if printed.sources.len() > 1 {
        lines.push("\nsource          error   Brier   right".to_owned());
        lines.extend(printed.sources.iter().map(|(source, own)| {
            format!("{source:<14} {:>6.3} {:>7.3} {:>7}", own.error, own.brier, percent(own.right))
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
