//! The command line: one module per verb. Data goes to stdout, progress and complaints to stderr.

mod alt;
mod average;
mod calibrate;
mod caption;
mod chain;
mod detector;
mod evaluate;
mod examination;
mod features;
mod figures;
mod kinds;
mod model;
mod novelty;
mod prepare;
mod processor;
mod publish;
mod rewrite;
mod score;
mod things;
mod train;
mod tune;
mod verify;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use burn::tensor::Device;
use clap::{Args, Parser, Subcommand};
use showtell::Bundle;
use showtell::beam::{BeamConfig, SamplingConfig, SupportConfig};
use showtell::bundle::tensors::{apply, collect};
use showtell::bundle::{CARD, NEEDED, OPTIONAL};
use showtell::encoder::{EncoderConfig, Network, UnknownNetwork};

use crate::dataset::features::FrozenEncoder;
use crate::dataset::{Dataset, Report};
use crate::weights;

/// Train, score and publish small image captioners, and caption photos with them.
#[derive(Debug, Parser)]
#[command(name = "showtell", version, about)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Alt(alt::Alt),
    Calibrate(calibrate::Calibrate),
    Caption(caption::Caption),
    Chain(chain::Follow),
    Detector(detector::Detector),
    Evaluate(evaluate::Evaluate),
    Features(features::Features),
    Kinds(kinds::Kinds),
    Novelty(novelty::Novelty),
    Prepare(prepare::Prepare),
    Publish(publish::Publish),
    Score(score::Score),
    Train(train::Train),
    Tune(tune::Tune),
    Verify(verify::Verify),
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// What stopped it, with its causes.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            Verb::Alt(command) => command.run(),
            Verb::Calibrate(command) => command.run(),
            Verb::Caption(command) => command.run(),
            Verb::Chain(command) => command.run(),
            Verb::Detector(command) => command.run(),
            Verb::Evaluate(command) => command.run(),
            Verb::Features(command) => command.run(),
            Verb::Kinds(command) => command.run(),
            Verb::Novelty(command) => command.run(),
            Verb::Prepare(command) => command.run(),
            Verb::Publish(command) => command.run(),
            Verb::Score(command) => command.run(),
            Verb::Train(command) => command.run(),
            Verb::Tune(command) => command.run(),
            Verb::Verify(command) => command.run(),
        }
    }
}

/// Prints data. A reader that has gone away, as `head` does, is no failure of ours: `main` ends
/// quietly on that error.
///
/// # Errors
/// When stdout cannot be written.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Where models caption: the CPU.
fn device() -> Device {
    Device::flex()
}

/// The bundle that ships, found beside the working directory or the program.
const SHIPPED: &str = "assets/showtell-everyday";

/// `--bundle`.
#[derive(Debug, Args)]
struct BundleArgument {
    /// Folder of the bundle [default: assets/showtell-everyday here or above the program]
    #[arg(long, value_name = "DIR")]
    bundle: Option<PathBuf>,
}

impl BundleArgument {
    fn folder(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.bundle {
            return Ok(folder.clone());
        }
        let program = std::env::current_exe().ok();
        let above = program.iter().flat_map(|path| path.ancestors().skip(1));
        let found = std::iter::once(Path::new("."))
            .chain(above)
            .map(|root| root.join(SHIPPED))
            .find(|path| path.is_dir());
        found.context("no bundle found: name one with --bundle DIR")
    }

    fn read(&self) -> anyhow::Result<Bundle> {
        read_bundle(&self.folder()?)
    }
}

/// Reads the files of a bundle and checks them.
///
/// # Errors
/// The file at fault and the reason.
pub fn read_bundle(folder: &Path) -> anyhow::Result<Bundle> {
    let mut files = BTreeMap::new();
    for name in NEEDED.into_iter().chain(OPTIONAL).chain([CARD]) {
        match fs::read(folder.join(name)) {
            Ok(bytes) => drop(files.insert(name.to_owned(), bytes)),
            // The bundle itself says which file is missing, and whether that matters.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", folder.join(name).display()));
            }
        }
    }
    if files.is_empty() {
        bail!("{} is no bundle", folder.display());
    }
    Bundle::from_files(files).with_context(|| format!("bundle {}", folder.display()))
}

/// The rules that a search keeps.
#[derive(Debug, Default, Args)]
struct RulesArgument {
    /// The fewest words in a caption [default: the bundle's]
    #[arg(long, value_name = "WORDS")]
    min_words: Option<usize>,
    /// No run of so many words stands twice in a caption, and no shorter one twice in a row; 0 lets them
    /// [default: the bundle's]
    #[arg(long, value_name = "WORDS")]
    no_repeat: Option<usize>,
    /// Words such as "on": what stands right before one is not said again right after it ("a boat on a
    /// boat"); parted by commas, an empty text allows everything [default: the bundle's]
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    no_echo: Option<Vec<String>>,
    /// How much log-probability a content word costs that the caption has already, words for people and colours
    /// excepted; 0 lets them repeat [default: the bundle's]
    #[arg(long, value_name = "COST")]
    repetition_penalty: Option<f32>,
    /// Words that no caption ends with, parted by commas; an empty text allows all [default: the
    /// bundle's]
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    bad_endings: Option<Vec<String>>,
    /// Take the caption that the others found agree with most, where this is above 0: the larger, the
    /// more do unlikely ones count; 0 takes the one with the best score [default: the bundle's]
    #[arg(long, value_name = "TEMPERATURE")]
    consensus: Option<f32>,
    /// How far a caption gains whose words the bundle's detector expects of the photo; 0 asks no detector
    /// [default: the bundle's]
    #[arg(long, value_name = "WEIGHT")]
    support: Option<f32>,
    /// With support: how far words that are rare in captions gain on others, 0 to 1 [default: the bundle's]
    #[arg(long, value_name = "SHARE")]
    rarity: Option<f32>,
    /// With support: how far it guides the search besides, 0 not at all [default: the bundle's]
    #[arg(long, value_name = "WEIGHT")]
    guide: Option<f32>,
    /// With support: how far it counts besides what the bundle's classifier sees, 0 not at all [default: the
    /// bundle's]
    #[arg(long, value_name = "WEIGHT")]
    labels: Option<f32>,
    /// With labels: things less probable than this do not count [default: the bundle's]
    #[arg(long, value_name = "SHARE")]
    label_from: Option<f32>,
    /// With labels: things of at least this probability get their own word in the place of a broader one
    /// [default: the bundle's]
    #[arg(long, value_name = "SHARE")]
    put_from: Option<f32>,
    /// Say "person" and "child" unless the detector's log-odds of "man", "woman", "boy" or "girl" are so far
    /// above the other's; a number below 0 leaves words as they are [default: the bundle's]
    #[arg(long, value_name = "LOG-ODDS", allow_negative_numbers = true)]
    people: Option<f32>,
}

/// The words named, or where none are the usual ones; an empty text is no word.
fn words(named: &Option<Vec<String>>, usual: &[String]) -> Vec<String> {
    let named = named.as_deref().unwrap_or(usual);
    named.iter().map(|word| word.trim()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

impl RulesArgument {
    fn over(&self, defaults: &BeamConfig) -> BeamConfig {
        BeamConfig {
            min_words: self.min_words.unwrap_or(defaults.min_words),
            no_repeat: self.no_repeat.unwrap_or(defaults.no_repeat),
            no_echo: words(&self.no_echo, &defaults.no_echo),
            repetition_penalty: self.repetition_penalty.unwrap_or(defaults.repetition_penalty),
            bad_endings: words(&self.bad_endings, &defaults.bad_endings),
            consensus: match self.consensus {
                Some(0.0) => None,
                named => named.or(defaults.consensus),
            },
            support: self.support(defaults),
            people: self.people.or(defaults.people).filter(|margin| *margin >= 0.0),
            ..defaults.clone()
        }
    }

    fn support(&self, defaults: &BeamConfig) -> Option<SupportConfig> {
        let Self { support, rarity, guide, labels, label_from, put_from, .. } = *self;
        let usual = defaults.support;
        let named = [support, rarity, guide, labels, label_from, put_from].iter().any(Option::is_some);
        if support == Some(0.0) || usual.is_none() && !named {
            return None;
        }
        let usual = usual.unwrap_or(SUPPORT);
        Some(SupportConfig {
            weight: support.unwrap_or(usual.weight),
            rarity: rarity.unwrap_or(usual.rarity),
            guide: guide.unwrap_or(usual.guide),
            labels: labels.unwrap_or(usual.labels),
            label_from: label_from.unwrap_or(usual.label_from),
            put_from: put_from.unwrap_or(usual.put_from),
        })
    }
}

/// What is best on Flickr8k's dev photos; where a bundle gets its first detector.
const SUPPORT: SupportConfig =
    SupportConfig { weight: 0.05, rarity: 0.5, guide: 0.5, labels: 0.0, label_from: 0.2, put_from: 0.5 };

/// `--beam` and the other settings of a search.
#[derive(Debug, Args)]
struct BeamArgument {
    /// Width of the beam search; 1 is greedy [default: the bundle's]
    #[arg(long, value_name = "WIDTH")]
    beam: Option<usize>,
    /// Scores are divided by length to this power; more favours longer captions [default: the
    /// bundle's]
    #[arg(long, value_name = "NUMBER")]
    length_exponent: Option<f32>,
    #[command(flatten)]
    rules: RulesArgument,
    /// Draw so many captions word by word instead of searching, and take the best by score
    #[arg(long, value_name = "CAPTIONS", conflicts_with = "beam")]
    sample: Option<usize>,
    /// With --sample: below 1 likely words become likelier [default: 1]
    #[arg(long, value_name = "NUMBER", requires = "sample")]
    temperature: Option<f32>,
    /// With --sample: draw from the likeliest words only, so many [default: all]
    #[arg(long, value_name = "WORDS", requires = "sample")]
    top_k: Option<usize>,
    /// With --sample: draw from the likeliest words that reach this probability [default: 1]
    #[arg(long, value_name = "SHARE", requires = "sample")]
    top_p: Option<f32>,
    /// With --sample: another seed, other captions [default: 0]
    #[arg(long, value_name = "NUMBER", requires = "sample")]
    seed: Option<u64>,
}

impl BeamArgument {
    fn over(&self, defaults: &BeamConfig) -> anyhow::Result<BeamConfig> {
        let beam = BeamConfig {
            width: self.sample.or(self.beam).unwrap_or(defaults.width),
            length_exponent: self.length_exponent.unwrap_or(defaults.length_exponent),
            // A width asked for is a beam's, whatever the bundle does.
            sampling: if self.beam.is_some() { None } else { self.sampling(defaults) },
            ..self.rules.over(defaults)
        };
        beam.validate()?;
        Ok(beam)
    }

    fn sampling(&self, defaults: &BeamConfig) -> Option<SamplingConfig> {
        if self.sample.is_none() {
            return defaults.sampling.clone();
        }
        let usual = defaults.sampling.clone().unwrap_or_default();
        Some(SamplingConfig {
            temperature: self.temperature.unwrap_or(usual.temperature),
            top_k: self.top_k.unwrap_or(usual.top_k),
            top_p: self.top_p.unwrap_or(usual.top_p),
            seed: self.seed.unwrap_or(usual.seed),
        })
    }
}

/// `--data`.
#[derive(Debug, Clone, Args)]
struct DataArgument {
    /// Folder of the data set: Flickr8k, Flickr30k, COCO or IAPR TC-12 as published, a folder of
    /// photos with captions.csv or captions.jsonl, or what `showtell prepare` wrote. Named several times, all
    /// of them together
    #[arg(long, value_name = "DIR", required = true)]
    data: Vec<PathBuf>,
}

impl DataArgument {
    /// Opens the data set and tells what was left out.
    fn open(&self) -> anyhow::Result<Dataset> {
        let (dataset, reports) = Dataset::open_all(&self.data)?;
        reports.iter().for_each(tell);
        Ok(dataset)
    }

    /// The folders, for people.
    fn named(&self) -> String {
        let names: Vec<String> = self.data.iter().map(|folder| folder.display().to_string()).collect();
        names.join(" and ")
    }
}

fn tell(report: &Report) {
    for line in report.lines() {
        eprintln!("warning: {line}");
    }
}

/// `--weights` and `--cache`.
#[derive(Debug, Clone, Args)]
struct EncoderArguments {
    /// Published weights of the encoder (.safetensors, .pth, .pt), or a bundle folder to take it from
    /// [default: the bundle that ships]
    #[arg(long, value_name = "PATH")]
    weights: Option<PathBuf>,
    #[command(flatten)]
    cache: CacheArgument,
}

/// `--cache`.
#[derive(Debug, Clone, Args)]
struct CacheArgument {
    /// Where features are kept [default: SHOWTELL_CACHE, or the user's cache]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

/// Where features are kept unless the user says otherwise.
fn default_cache() -> PathBuf {
    let own = std::env::var_os("SHOWTELL_CACHE").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let usual = || dirs::cache_dir().unwrap_or_else(std::env::temp_dir).join("showtell");
    own.unwrap_or_else(usual).join("features")
}

impl CacheArgument {
    fn folder(&self) -> PathBuf {
        self.cache.clone().unwrap_or_else(default_cache)
    }
}

impl EncoderArguments {
    /// Whether the weights come from a bundle.
    fn is_bundle(&self) -> bool {
        self.weights.as_ref().is_none_or(|path| path.is_dir())
    }

    fn load(&self, config: &EncoderConfig, device: &Device) -> anyhow::Result<FrozenEncoder> {
        let path = match &self.weights {
            Some(path) => path.clone(),
            None => BundleArgument { bundle: None }.folder().with_context(|| needed(config))?,
        };
        if path.is_dir() {
            let bundle = read_bundle(&path)?;
            let found = &bundle.config().model.encoder;
            // Side, grid and pooling have no weights.
            if (found.network(), found.layer()) != (config.network(), config.layer()) {
                let misfit =
                    format!("{} holds {}, expected {}", path.display(), described(found), described(config));
                bail!(if self.weights.is_some() { misfit } else { format!("{}: {misfit}", needed(config)) });
            }
            let model = bundle.model(device)?;
            let tensors = collect(&model.encoder)?;
            let classifier = model.classifier.map(|classifier| collect(&classifier)).transpose()?;
            let frozen = FrozenEncoder::published(config, apply(config.init(device), tensors, device)?)?;
            return Ok(frozen.with_classifier(classifier));
        }
        let wrong = || format!("{} does not hold {}", path.display(), config.name());
        let tensors = weights::read(&path).with_context(wrong)?;
        let classifier = config.published_classifier(&tensors);
        let encoder = config.load_published(tensors, device).with_context(wrong)?;
        Ok(FrozenEncoder::new(config, encoder, device)?.with_classifier(classifier))
    }
}

/// An encoder's network and layer.
fn described(encoder: &EncoderConfig) -> String {
    format!("{} up to {}", encoder.name(), encoder.layer())
}

fn needed(encoder: &EncoderConfig) -> String {
    format!("name a file with the published weights of {} with --weights", encoder.name())
}

/// Reads an encoder's name as recipes write it.
fn network_name(text: &str) -> Result<Network, UnknownNetwork> {
    text.parse()
}
