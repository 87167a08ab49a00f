//! Computes the features of a data set's photos and keeps them.

use burn::tensor::Device;
use showtell::encoder::EncoderConfig;

use super::{Data, EncoderSource, JobError};
use crate::dataset::Split;
use crate::dataset::features::Features;
use crate::reporter::Reporter;

/// Computes the features of a data set's photos; broken off, it goes on where it stopped.
#[derive(Debug, Clone)]
pub struct ComputeFeatures {
    /// The photos.
    pub data: Data,
    /// What encodes them.
    pub encoder: EncoderConfig,
    /// Where its weights come from.
    pub weights: EncoderSource,
    /// Splits to encode.
    pub splits: Vec<Split>,
    /// Where it computes.
    pub device: Device,
}

impl ComputeFeatures {
    /// Computes what is missing. Returns the number of photos whose features are there.
    ///
    /// # Errors
    /// [`JobError`]; what was computed before is kept.
    pub fn run(&self, reporter: &dyn Reporter) -> Result<usize, JobError> {
        let dataset = self.data.open(reporter)?;
        let frozen = self.weights.load(&self.encoder, &self.device)?;
        for &split in &self.splits {
            Features::open(&dataset, split, &frozen, &self.data.cache, &self.device, reporter)?;
        }
        Ok(self.splits.iter().map(|&split| dataset.len(split)).sum())
    }
}
