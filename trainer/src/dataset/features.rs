//! Features of a data set's photos, computed once by a frozen encoder and kept as float16 in a
//! memory-mapped file, so that memory stays flat however many photos there are.
//!
//! A store is a folder named after the encoder's weights and the photos it covers:
//! `features.f16` (one slot of `[regions, channels]` per photo), `done` (a byte per photo, set
//! once its slot is on disk) and `index.json`. Work that was broken off goes on where it stopped.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use burn::tensor::{Device, Tensor, TensorData};
use half::f16;
use half::slice::HalfFloatSliceExt;
use image::RgbImage;
use memmap2::Mmap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use showtell::bundle::sums::digest;
use showtell::bundle::tensors::{Precision, Tensors, apply, collect, write_safetensors};
use showtell::encoder::{Encoder, EncoderConfig};
use showtell::{Preprocessing, preprocess};

use super::{Dataset, Photo, Split};
use crate::files::write_atomically;
use crate::progress;

/// Photos encoded together. More gains nothing on a CPU and holds more memory.
const BATCH: usize = 8;
/// The store's data reaches the disk after this many photos.
const FLUSH: usize = 32 * BATCH;

/// An encoder with its input and a key that names its weights.
#[derive(Debug)]
pub struct FrozenEncoder {
    /// Which network.
    pub config: EncoderConfig,
    /// The network.
    pub encoder: Encoder,
    /// Its weights, by name, as they ship.
    pub tensors: Tensors,
    /// How photos become its input.
    pub preprocessing: Preprocessing,
}

impl FrozenEncoder {
    /// Freezes an encoder at the precision of a published bundle, so that the decoder is trained
    /// on exactly the features that its users' encoder will give.
    ///
    /// # Errors
    /// When the weights cannot be read back from the device.
    pub fn new(config: &EncoderConfig, encoder: Encoder, device: &Device) -> anyhow::Result<Self> {
        let mut tensors = collect(&encoder)?;
        for value in tensors.values_mut().flat_map(|tensor| &mut tensor.values) {
            *value = f16::from_f32(*value).to_f32();
        }
        let encoder = apply(encoder, tensors.clone(), device)?;
        Ok(Self { config: config.clone(), encoder, tensors, preprocessing: config.preprocessing() })
    }

    /// A name for what this encoder computes.
    fn key(&self) -> anyhow::Result<String> {
        let mut bytes = serde_json::to_vec(&(&self.config, &self.preprocessing))?;
        bytes.extend(write_safetensors(&self.tensors, Precision::F16));
        Ok(digest(&bytes)[..16].to_owned())
    }

    /// Regions and channels of the features.
    fn shape(&self) -> (usize, usize) {
        let config = self.config.clone().with_side(self.preprocessing.side);
        (config.regions(), config.channels())
    }
}

/// What a store holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Index {
    regions: usize,
    channels: usize,
    /// Name and size in bytes of each photo's file, by slot.
    photos: Vec<(String, u64)>,
}

/// Cached features, by photo.
#[derive(Debug)]
pub struct Features {
    map: Mmap,
    slots: HashMap<String, usize>,
    regions: usize,
    channels: usize,
}

impl Features {
    /// Opens the features of some splits of a data set under `cache`, computing what is absent.
    ///
    /// # Errors
    /// A photo that cannot be read is named; the rest of the work is kept.
    pub fn open(
        dataset: &Dataset,
        splits: &[Split],
        frozen: &FrozenEncoder,
        cache: &Path,
        device: &Device,
    ) -> anyhow::Result<Self> {
        let (regions, channels) = frozen.shape();
        let photos = sizes(dataset)?;
        let identity = serde_json::to_vec(&(fs::canonicalize(&dataset.images)?, &photos))?;
        let folder =
            cache.join(format!("{}-{}-{}", frozen.config.name(), frozen.key()?, &digest(&identity)[..16]));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;

        let index = Index { regions, channels, photos };
        let slot_bytes = regions * channels * size_of::<f16>();
        let data = open(&folder.join("features.f16"), index.photos.len() * slot_bytes)?;
        let done = open(&folder.join("done"), index.photos.len())?;
        write_atomically(&folder.join("index.json"), &serde_json::to_vec(&index)?)?;

        let slots: HashMap<String, usize> = index.photos.into_iter().map(|(name, _)| name).zip(0..).collect();
        let marks = fs::read(folder.join("done"))?;
        let missing: Vec<&Photo> = dataset
            .photos
            .iter()
            .filter(|photo| splits.contains(&photo.split) && marks[slots[&photo.image]] == 0)
            .collect();
        if !missing.is_empty() {
            encode_all(
                dataset,
                &missing,
                frozen,
                device,
                |photo, values| {
                    let slot = slots[&photo.image];
                    data.write_all_at(bytemuck::cast_slice(values), (slot * slot_bytes) as u64)
                },
                |photos| {
                    data.sync_data()?;
                    photos.iter().try_for_each(|photo| done.write_all_at(&[1], slots[&photo.image] as u64))
                },
            )?;
        }
        // The file is written by this program alone, into slots that are not read before `done`.
        #[expect(unsafe_code, reason = "memory-mapping a file is unsafe by nature")]
        let map = unsafe { Mmap::map(&data) }?;
        Ok(Self { map, slots, regions, channels })
    }

    /// Features of photos.
    ///
    /// # Shapes
    /// `[photos, regions, channels]`.
    ///
    /// # Errors
    /// When a photo is not in the store.
    pub fn batch<'a>(
        &self,
        photos: impl IntoIterator<Item = &'a str>,
        device: &Device,
    ) -> anyhow::Result<Tensor<3>> {
        let area = self.regions * self.channels;
        let stored: &[f16] = bytemuck::cast_slice(&self.map);
        let slots: Vec<usize> = photos
            .into_iter()
            .map(|photo| self.slots.get(photo).copied().with_context(|| format!("no features of {photo}")))
            .collect::<anyhow::Result<_>>()?;
        let mut values = vec![0.0; slots.len() * area];
        values.par_chunks_exact_mut(area).zip(&slots).for_each(|(to, slot)| {
            stored[slot * area..(slot + 1) * area].convert_to_f32_slice(to);
        });
        let data = TensorData::new(values, [slots.len(), self.regions, self.channels]);
        Ok(Tensor::from_data(data, device))
    }
}

/// Name and size of every photo's file.
fn sizes(dataset: &Dataset) -> anyhow::Result<Vec<(String, u64)>> {
    dataset
        .photos
        .iter()
        .map(|photo| {
            let path = dataset.path(photo);
            let size = fs::metadata(&path).with_context(|| format!("cannot read {}", path.display()))?.len();
            Ok((photo.image.clone(), size))
        })
        .collect()
}

/// Opens a file for reading and writing at its full length; new parts read as zero.
fn open(path: &Path, length: usize) -> anyhow::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    file.set_len(length as u64)?;
    Ok(file)
}

/// Encodes photos, hands each one's values to `store`, and calls `settle` with the photos stored
/// since the last time.
fn encode_all(
    dataset: &Dataset,
    photos: &[&Photo],
    frozen: &FrozenEncoder,
    device: &Device,
    mut store: impl FnMut(&Photo, &[f16]) -> io::Result<()>,
    mut settle: impl FnMut(&[&Photo]) -> io::Result<()>,
) -> anyhow::Result<()> {
    let (regions, channels) = frozen.shape();
    let side = frozen.preprocessing.side;
    let bar = progress::bar(photos.len(), "encoding photos");
    for group in photos.chunks(FLUSH) {
        for batch in group.chunks(BATCH) {
            let inputs: Vec<Vec<f32>> = batch
                .par_iter()
                .map(|photo| Ok(frozen.preprocessing.pixels(&read_photo(&dataset.path(photo))?)))
                .collect::<anyhow::Result<_>>()?;
            let data = TensorData::new(inputs.concat(), [batch.len(), 3, side, side]);
            let features = frozen.encoder.forward(Tensor::from_data(data, device));
            let values = features.try_into_vec_as::<f32>().context("the device gave no features")?;
            for (photo, values) in batch.iter().zip(values.chunks_exact(regions * channels)) {
                let halves: Vec<f16> = values.iter().map(|&value| f16::from_f32(value)).collect();
                store(photo, &halves).context("cannot write features")?;
            }
            bar.inc(batch.len() as u64);
        }
        settle(group).context("cannot write features")?;
    }
    bar.finish();
    Ok(())
}

/// Reads and decodes a photo, naming the file when that fails.
///
/// # Errors
/// The file and the reason.
pub fn read_photo(path: &Path) -> anyhow::Result<RgbImage> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    preprocess::decode(&bytes).with_context(|| path.display().to_string())
}

/// Where features are kept unless the user says otherwise: under the user's cache.
#[must_use]
pub fn default_cache() -> PathBuf {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(home)
        .unwrap_or_else(std::env::temp_dir)
        .join("showtell")
        .join("features")
}
