//! Several trained decoders made into one: the mean of their weights (Wortsman et al. 2022, "Model
//! soups"). Decoders that began from the same weights lie in one basin, and their mean often does
//! better than each; what is published is no larger for it.

use std::path::PathBuf;
use std::str::FromStr;

use burn::tensor::Device;
use showtell::bundle::tensors::Tensors;

use super::JobError;
use super::trained::{Trained, TrainedError};
use crate::training::average::mean;

/// A model with its share in the mean, where the published one's own is 1.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedModel {
    /// The model's folder: a bundle's or a run's.
    pub folder: PathBuf,
    /// Its share.
    pub share: f64,
}

impl FromStr for WeightedModel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((folder, share)) = text.rsplit_once('=') else {
            return Ok(Self { folder: text.into(), share: 1.0 });
        };
        match share.parse() {
            Ok(share) if f64::is_finite(share) && share > 0.0 => Ok(Self { folder: folder.into(), share }),
            _ => Err(format!("expected DIR=SHARE with a share above 0, found {share}")),
        }
    }
}

/// Puts the mean of the decoder's own weights and those of others in their place. The encoder stays.
///
/// # Errors
/// When another model cannot be read, or its decoder, its words or its network differ.
pub fn average(
    own: &Trained,
    others: &[WeightedModel],
    tensors: &mut Tensors,
    device: &Device,
) -> Result<(), JobError> {
    let total = 1.0 + others.iter().map(|portion| portion.share).sum::<f64>();
    let mut parts = vec![(1.0 / total, own.decoder_tensors())];
    for WeightedModel { folder, share } in others {
        let other = Trained::open(folder, device)?;
        let weights = other.decoder_for(folder, &own.config.encoder, &own.vocabulary)?;
        if other.config.decoder != own.config.decoder {
            let (folder, expected) = (folder.clone(), "the first one's");
            return Err(TrainedError::OtherDecoder { folder, expected }.into());
        }
        parts.push((share / total, weights));
    }
    for (name, mean) in mean(&parts)? {
        tensors.insert(format!("decoder.{name}"), mean);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn portions_are_read() {
        let portion = |folder: &str, share| WeightedModel { folder: folder.into(), share };
        assert_eq!("runs/a".parse(), Ok(portion("runs/a", 1.0)));
        assert_eq!("runs/a=b=0.5".parse(), Ok(portion("runs/a=b", 0.5)));
        for text in ["a=0", "a=-1", "a=x", "a="] {
            assert!(text.parse::<WeightedModel>().is_err(), "{text}");
        }
    }
}
