//! Features of a split's photos, computed once by a frozen encoder and kept as float16 on disk, so
//! that memory stays flat however many photos there are.
//!
//! There is one store ([`RecordFile`]) for each encoder, data set and split, a slot of
//! `[regions, channels]` for each photo.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use half::f16;
use half::slice::HalfFloatSliceExt;
use rayon::prelude::*;
use showtell::bundle::sums::digest;
use showtell::bundle::tensors::{Precision, Tensors, apply, collect, write_safetensors};
use showtell::encoder::{Encoder, EncoderConfig};
use showtell::{Preprocessing, preprocess};

use super::slots::{RecordFile, place};
use super::view::View;
use super::{Dataset, Record, Split, StoreError};
use crate::reporter::Reporter;

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
    /// The weights of its own classifier, where they came along.
    pub classifier: Option<Tensors>,
}

impl FrozenEncoder {
    /// Freezes an encoder at the precision of a published bundle, so that the decoder is trained
    /// on exactly the features that its users' encoder will give.
    ///
    /// # Errors
    /// When the weights cannot be read back from the device.
    pub fn new(config: &EncoderConfig, encoder: Encoder, device: &Device) -> Result<Self, StoreError> {
        let mut tensors = collect(&encoder)?;
        for value in tensors.values_mut().flat_map(|tensor| &mut tensor.values) {
            *value = f16::from_f32(*value).to_f32();
        }
        let encoder = apply(encoder, tensors.clone(), device)?;
        let preprocessing = config.preprocessing();
        Ok(Self { config: config.clone(), encoder, tensors, preprocessing, classifier: None })
    }

    /// Freezes an encoder that comes from a bundle, as it is.
    ///
    /// # Errors
    /// When the weights cannot be read back from the device.
    pub fn published(config: &EncoderConfig, encoder: Encoder) -> Result<Self, StoreError> {
        let tensors = collect(&encoder)?;
        let preprocessing = config.preprocessing();
        Ok(Self { config: config.clone(), encoder, tensors, preprocessing, classifier: None })
    }

    /// The same with its own classifier.
    #[must_use]
    pub fn with_classifier(self, classifier: Option<Tensors>) -> Self {
        Self { classifier, ..self }
    }

    /// The same encoder up to what goes into one of its blocks; none where features cannot be taken
    /// there.
    ///
    /// # Errors
    /// When the weights do not fit, which those of this encoder do.
    pub fn before(&self, block: &str, device: &Device) -> Result<Option<Self>, StoreError> {
        let Some(config) = self.config.before(block) else { return Ok(None) };
        let untrained = config.init(device);
        let mut tensors = collect(&untrained)?;
        for (name, tensor) in &mut tensors {
            let published =
                self.tensors.get(name).ok_or_else(|| StoreError::Weights { name: name.clone() })?;
            tensor.clone_from(published);
        }
        let encoder = apply(untrained, tensors.clone(), device)?;
        let preprocessing = self.preprocessing.clone();
        Ok(Some(Self { config, encoder, tensors, preprocessing, classifier: None }))
    }

    /// The same encoder for photos of another side, its map averaged to the rows and columns of its own.
    ///
    /// # Errors
    /// When the network has no map for that side.
    pub fn sized(&self, side: usize, device: &Device) -> Result<Self, StoreError> {
        let config = self.config.clone().with_side(self.preprocessing.side).resized(side);
        config.validate()?;
        let preprocessing = Preprocessing { side, ..self.preprocessing.clone() };
        let encoder = apply(config.init(device), self.tensors.clone(), device)?;
        let (tensors, classifier) = (self.tensors.clone(), self.classifier.clone());
        Ok(Self { config, encoder, tensors, preprocessing, classifier })
    }

    /// A name for what this encoder computes of a view when configured as `config`.
    fn key(&self, config: &EncoderConfig, view: View) -> Result<String, StoreError> {
        let mut bytes = match view {
            // Named as before there were views, so that what was kept then is found.
            View::Whole => serde_json::to_vec(&(config, &self.preprocessing))?,
            view => serde_json::to_vec(&(config, &self.preprocessing, view))?,
        };
        bytes.extend(write_safetensors(&self.tensors, Precision::exact_for(&self.tensors)));
        Ok(digest(&bytes)[..16].to_owned())
    }

    /// Regions and channels of the features.
    fn shape(&self, config: &EncoderConfig) -> (usize, usize) {
        let config = config.clone().with_side(self.preprocessing.side);
        (config.regions(), config.channels())
    }
}

/// Cached features, by the photo's place in the split.
#[derive(Debug)]
pub struct Features {
    slots: RecordFile,
    regions: usize,
    channels: usize,
}

impl Features {
    /// Opens the features of a split under `cache`, computing what is absent: by pooling, where the
    /// same network's whole map has been kept, or by encoding photos.
    ///
    /// # Errors
    /// A photo that cannot be read is named; the rest of the work is kept.
    pub fn open(
        dataset: &Dataset,
        split: Split,
        frozen: &FrozenEncoder,
        cache: &Path,
        device: &Device,
        reporter: &dyn Reporter,
    ) -> Result<Self, StoreError> {
        Self::open_view(dataset, split, frozen, View::Whole, cache, device, reporter)
    }

    /// The same of photos shown in some way.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_view(
        dataset: &Dataset,
        split: Split,
        frozen: &FrozenEncoder,
        view: View,
        cache: &Path,
        device: &Device,
        reporter: &dyn Reporter,
    ) -> Result<Self, StoreError> {
        if let View::Sized { side } = view {
            let sized = frozen.sized(side, device)?;
            return Self::open_view(dataset, split, &sized, View::Whole, cache, device, reporter);
        }
        let config = &frozen.config;
        let folder = |config| place(cache, frozen.config.name(), &frozen.key(config, view)?, dataset, split);
        let at = |folder: &Path, config| {
            let (regions, channels) = frozen.shape(config);
            Self::at(folder, dataset.len(split), regions, channels)
        };
        let features = at(&folder(config)?, config)?;
        let (plain, missing) = (config.map(), features.slots.missing()?);
        let map = folder(&plain)?;
        if missing > 0 && plain != *config && map.is_dir() {
            let map = at(&map, &plain)?;
            if map.slots.missing()? == 0 {
                features.derive_from(&map, |regions| config.pool(regions), device)?;
            }
        }
        features
            .slots
            .fill(dataset, split, "encoding photos", reporter, |batch| frozen.encode(batch, view, device))?;
        Ok(features)
    }

    /// Opens a store in a folder, made empty if absent.
    ///
    /// # Errors
    /// When the disk refuses or the store has another shape.
    pub fn at(folder: &Path, photos: usize, regions: usize, channels: usize) -> Result<Self, StoreError> {
        let slots = RecordFile::open(folder, photos, regions * channels * size_of::<f16>())?;
        Ok(Self { slots, regions, channels })
    }

    /// Fills what is missing by turning the features of another store of the same photos into
    /// these, as pooling does; no photo is encoded again. `[photos, regions, channels]` in, the
    /// same number of photos in this store's regions and channels out.
    ///
    /// # Errors
    /// When the other store is of other photos or not complete, or the shape is not this store's.
    pub fn derive_from(
        &self,
        other: &Self,
        turn: impl Fn(Tensor<3>) -> Tensor<3>,
        device: &Device,
    ) -> Result<(), StoreError> {
        if other.slots.len() != self.slots.len() || other.slots.missing()? > 0 {
            return Err(StoreError::Incomplete { photos: self.slots.len() });
        }
        self.slots.fill_from(|slots| {
            let turned = turn(other.batch(slots, device)?);
            let (found, expected) = (turned.dims(), [slots.len(), self.regions, self.channels]);
            if found != expected {
                return Err(StoreError::Shape { expected, found });
            }
            slot_bytes(turned, slots.len())
        })
    }

    /// Features of photos, by their places in the split.
    ///
    /// # Shapes
    /// `[photos, regions, channels]`.
    ///
    /// # Errors
    /// When a place is not in the store or the disk refuses.
    pub fn batch(&self, photos: &[usize], device: &Device) -> Result<Tensor<3>, StoreError> {
        let chosen: Vec<(&Self, usize)> = photos.iter().map(|&photo| (self, photo)).collect();
        let shape = [photos.len(), self.regions, self.channels];
        Self::read(&chosen, shape, device)
    }

    /// Features of photos from several stores of one shape, by their places in the split.
    ///
    /// # Shapes
    /// `[photos, regions, channels]`.
    ///
    /// # Errors
    /// When there are no photos, a place is not in its store or the disk refuses.
    pub fn gather(chosen: &[(&Self, usize)], device: &Device) -> Result<Tensor<3>, StoreError> {
        let (first, _) = chosen.first().ok_or(StoreError::NoPhotos)?;
        Self::read(chosen, [chosen.len(), first.regions, first.channels], device)
    }

    fn read(chosen: &[(&Self, usize)], shape: [usize; 3], device: &Device) -> Result<Tensor<3>, StoreError> {
        let area = shape[1] * shape[2];
        let mut values = vec![0.0; chosen.len() * area];
        values.par_chunks_exact_mut(area).zip(chosen).try_for_each(|(to, (store, photo))| {
            let mut stored = vec![f16::ZERO; area];
            store.slots.read(*photo, bytemuck::cast_slice_mut(&mut stored))?;
            stored.convert_to_f32_slice(to);
            Ok::<_, StoreError>(())
        })?;
        Ok(Tensor::from_data(TensorData::new(values, shape), device))
    }
}

impl FrozenEncoder {
    /// The slots of a batch of photos.
    fn encode(&self, batch: &[Record], view: View, device: &Device) -> Result<Vec<Vec<u8>>, StoreError> {
        let side = self.preprocessing.side;
        let inputs: Vec<Vec<f32>> = batch
            .par_iter()
            .map(|record| {
                let photo =
                    preprocess::decode(&record.bytes).map_err(StoreError::photo(&record.photo.image))?;
                Ok(self.preprocessing.pixels(&view.show(record.index, photo)))
            })
            .collect::<Result<_, StoreError>>()?;
        let data = TensorData::new(inputs.concat(), [batch.len(), 3, side, side]);
        let map = self.encoder.map(Tensor::from_data(data, device));
        // Rounded before it is pooled, so that pooling a map that was kept gives the same.
        slot_bytes(self.config.pool(rounded(map)?), batch.len())
    }
}

/// Values as float16 has them.
fn rounded(features: Tensor<3>) -> Result<Tensor<3>, StoreError> {
    let (shape, device) = (features.dims(), features.device());
    let mut values = features.try_into_vec_as::<f32>().map_err(|_| StoreError::Device)?;
    values.iter_mut().for_each(|value| *value = f16::from_f32(*value).to_f32());
    Ok(Tensor::from_data(TensorData::new(values, shape), &device))
}

/// `[photos, regions, channels]` as the bytes of slots, float16.
fn slot_bytes(features: Tensor<3>, photos: usize) -> Result<Vec<Vec<u8>>, StoreError> {
    let values = features.try_into_vec_as::<f32>().map_err(|_| StoreError::Device)?;
    let area = values.len() / photos.max(1);
    let bytes = |values: &[f32]| {
        let halves: Vec<f16> = values.iter().map(|&value| f16::from_f32(value)).collect();
        bytemuck::cast_slice(&halves).to_vec()
    };
    Ok(values.chunks_exact(area.max(1)).map(bytes).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_derived_from_others() {
        let here = tempfile::tempdir().unwrap();
        let device = Device::flex();
        let plain = Features::at(&here.path().join("plain"), 11, 4, 3).unwrap();
        let pooled = Features::at(&here.path().join("pooled"), 11, 1, 3).unwrap();
        let pool = |map: Tensor<3>| map.mean_dim(1);
        assert!(pooled.derive_from(&plain, pool, &device).is_err(), "the map is not complete");
        plain
            .slots
            .fill_from(|slots| {
                let values: Vec<f32> =
                    slots.iter().flat_map(|&slot| (0..12).map(move |n| (slot * 12 + n) as f32)).collect();
                slot_bytes(
                    Tensor::from_data(TensorData::new(values, [slots.len(), 4, 3]), &device),
                    slots.len(),
                )
            })
            .unwrap();
        assert!(pooled.derive_from(&plain, |map| map, &device).is_err(), "another shape");
        pooled.derive_from(&plain, pool, &device).unwrap();
        let found = pooled.batch(&[10, 0], &device).unwrap();
        assert_eq!(found.dims(), [2, 1, 3]);
        let values = found.try_into_vec_as::<f32>().unwrap();
        assert_eq!(values, [124.5, 125.5, 126.5, 4.5, 5.5, 6.5]);
        assert!(pooled.batch(&[11], &device).is_err());
    }
}
