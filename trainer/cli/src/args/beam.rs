//! `--beam` and the other settings of a search.

use clap::Args;
use showtell::beam::{BeamConfig, BeamError, SamplingConfig};

use super::rules::RulesArgument;

/// `--beam` and the other settings of a search.
#[derive(Debug, Args)]
pub struct BeamArgument {
    /// Width of the beam search; 1 is greedy [default: the bundle's]
    #[arg(long, value_name = "WIDTH")]
    beam: Option<usize>,
    /// Scores are divided by length to this power; more favours longer captions [default: the
    /// bundle's]
    #[arg(long, alias = "length-exponent", value_name = "NUMBER")]
    length_penalty: Option<f32>,
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
    /// The settings named, over others.
    ///
    /// # Errors
    /// When no such search can be done.
    pub fn over(&self, defaults: &BeamConfig) -> Result<BeamConfig, BeamError> {
        let beam = BeamConfig {
            width: self.sample.or(self.beam).unwrap_or(defaults.width),
            length_penalty: self.length_penalty.unwrap_or(defaults.length_penalty),
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
