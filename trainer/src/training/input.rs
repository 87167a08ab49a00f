//! How an encoder takes part in training: what a step looks at, and what dev is judged by.

use std::fmt;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use showtell::encoder::{Encoder, EncoderConfig};

use super::kernel::convolve::convolve;
use super::memory::Memory;
use super::tuned::TunedEncoder;
use crate::dataset::StoreError;
use crate::dataset::captions::Mirror;
use crate::dataset::features::{Features, FrozenEncoder};
use crate::dataset::pixels::Pixels;
use crate::dataset::view::View;
use crate::dataset::views::Views;
use crate::evaluation::{FeatureSource, place};
use crate::recipe::FineTuneRecipe;

/// How an encoder takes part in training, with the photos to learn from and those to choose the best epoch on.
pub enum Input {
    /// It stays as it is, and its features are on disk.
    Cached {
        /// Of the training photos, shown in several ways.
        train: Views,
        /// Of the dev photos.
        dev: Features,
    },
    /// It learns, and looks at photos.
    Images {
        /// The training photos.
        train: Pixels,
        /// The dev photos.
        dev: Pixels,
        /// The encoder.
        tuned: TunedEncoder,
        /// How photos are shown to it.
        recipe: FineTuneRecipe,
    },
    /// Its first blocks stay as they are, and what they make of photos is on disk; the rest learns.
    Prefix {
        /// Of the training photos, shown in several ways.
        train: Views,
        /// Of the dev photos.
        dev: Features,
        /// The encoder up to the first block that learns.
        prefix: EncoderConfig,
        /// The whole encoder.
        tuned: TunedEncoder,
    },
}

/// The photos of a step as the decoder sees them.
#[derive(Debug, Clone)]
pub struct Batch {
    /// `[photos, regions, channels]`, on an autodiff device.
    pub features: Tensor<3>,
    /// Which way round each photo is.
    pub mirrors: Vec<Mirror>,
    /// What the encoder's classifier said of them before it learnt, `[photos, classes]`, where it is held to that.
    pub answers: Option<Tensor<2>>,
}

impl Input {
    /// The encoder, where it learns.
    #[must_use]
    pub fn tuned(&self) -> Option<&TunedEncoder> {
        match self {
            Self::Cached { .. } => None,
            Self::Images { tuned, .. } | Self::Prefix { tuned, .. } => Some(tuned),
        }
    }

    /// The same, to move its weights.
    pub fn tuned_mut(&mut self) -> Option<&mut TunedEncoder> {
        match self {
            Self::Cached { .. } => None,
            Self::Images { tuned, .. } | Self::Prefix { tuned, .. } => Some(tuned),
        }
    }

    /// Shows a step's photos, given by their places, each in a way drawn for it.
    ///
    /// # Errors
    /// When a photo is absent or the disk refuses.
    pub fn batch(
        &self,
        photos: &[usize],
        memory: Option<&Memory>,
        random: &mut ChaCha8Rng,
        device: &Device,
    ) -> Result<Batch, StoreError> {
        match self {
            Self::Cached { train, .. } => {
                let (features, mirrors) = draw(train, photos, random, device)?;
                Ok(Batch { features, mirrors, answers: None })
            }
            Self::Images { train, tuned, recipe, .. } => {
                let view = |random: &mut ChaCha8Rng| match recipe.smallest < 1.0 {
                    true => View::Window { seed: random.random(), smallest: recipe.smallest },
                    false if recipe.flips && random.random() => View::Mirrored,
                    false => View::Whole,
                };
                let views: Vec<View> = photos.iter().map(|_| view(random)).collect();
                let mirrors = photos.iter().zip(&views).map(|(&photo, view)| view.mirror(photo)).collect();
                let images = train.batch(photos, &views, device)?;
                let before = |memory: &Memory| {
                    memory.answers(memory.encoder().forward_by(images.clone().inner(), convolve))
                };
                let answers = memory.map(before);
                Ok(Batch { features: tuned.forward(images), mirrors, answers })
            }
            Self::Prefix { train, prefix, tuned, .. } => {
                let (kept, mirrors) = draw(train, photos, random, device)?;
                let before = |memory: &Memory| {
                    let features = go_on(memory.encoder(), prefix, kept.clone().inner())?;
                    Ok::<_, StoreError>(memory.answers(features))
                };
                let answers = memory.map(before).transpose()?;
                Ok(Batch { features: tuned.after(prefix, kept)?, mirrors, answers })
            }
        }
    }

    /// Features of the dev photos, the encoder being as it would be published now.
    ///
    /// # Errors
    /// When its weights cannot be read back from the device.
    pub fn dev_features(&self, config: &EncoderConfig) -> Result<Box<dyn FeatureSource + '_>, StoreError> {
        Ok(match self {
            Self::Cached { dev, .. } => Box::new(dev),
            Self::Images { dev, tuned, .. } => {
                let (encoder, own) = published(tuned, config)?;
                Box::new(Encoded(move |photos: &[usize]| {
                    let images = dev.batch(photos, &vec![View::Whole; photos.len()], &own)?;
                    Ok(encoder.forward_by(images, convolve))
                }))
            }
            Self::Prefix { dev, prefix, tuned, .. } => {
                let (encoder, own) = published(tuned, config)?;
                Box::new(Encoded(move |photos: &[usize]| go_on(&encoder, prefix, dev.batch(photos, &own)?)))
            }
        })
    }
}

/// Features of photos in views drawn for them, and which way round these are.
fn draw(
    train: &Views,
    photos: &[usize],
    random: &mut ChaCha8Rng,
    device: &Device,
) -> Result<(Tensor<3>, Vec<Mirror>), StoreError> {
    // Nothing is drawn where there is one view: recipes without views stay as they were.
    let mut view = || if train.len() == 1 { 0 } else { random.random_range(0..train.len()) };
    let views: Vec<usize> = photos.iter().map(|_| view()).collect();
    let mirrors = photos.iter().zip(&views).map(|(&photo, &view)| train.mirror(view, photo)).collect();
    Ok((train.batch(photos, &views, device)?, mirrors))
}

/// What an encoder makes of what its first blocks, those of `prefix`, made of photos.
fn go_on(encoder: &Encoder, prefix: &EncoderConfig, kept: Tensor<3>) -> Result<Tensor<3>, StoreError> {
    encoder.after(prefix, kept, convolve).ok_or(StoreError::Midst)
}

/// An encoder as it would be published, and where it is.
fn published(tuned: &TunedEncoder, config: &EncoderConfig) -> Result<(Encoder, Device), StoreError> {
    let encoder = tuned.encoder.valid();
    let own = place(&encoder);
    Ok((FrozenEncoder::new(config, encoder, &own)?.encoder, own))
}

/// Features that an encoder makes of photos when they are asked for.
struct Encoded<F>(F);

impl<F> fmt::Debug for Encoded<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Encoded")
    }
}

impl<F: Fn(&[usize]) -> Result<Tensor<3>, StoreError> + Sync> FeatureSource for Encoded<F> {
    fn features(&self, photos: &[usize], device: &Device) -> Result<Tensor<3>, StoreError> {
        Ok((self.0)(photos)?.to_device(device))
    }

    fn takes_every_core(&self) -> bool {
        true
    }
}
