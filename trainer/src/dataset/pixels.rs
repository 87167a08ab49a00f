//! A split's photos resized to an encoder's input and kept as bytes, for training the encoder
//! itself: decoding and resizing happen once, normalising and flipping with each batch.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use image::RgbImage;
use rayon::prelude::*;
use showtell::bundle::sums::digest;
use showtell::{Preprocessing, preprocess};

use super::slots::{RecordFile, place};
use super::view::View;
use super::{Dataset, Split, StoreError};
use crate::reporter::Reporter;

/// Photos of `[side, side, 3]` bytes, by their place in the split.
#[derive(Debug)]
pub struct Pixels {
    slots: RecordFile,
    preprocessing: Preprocessing,
}

impl Pixels {
    /// Opens the photos of a split under `cache`, decoding and resizing what is absent. The store
    /// is the same for all encoders of one input size.
    ///
    /// # Errors
    /// A photo that cannot be read is named; the rest of the work is kept.
    pub fn open(
        dataset: &Dataset,
        split: Split,
        preprocessing: &Preprocessing,
        cache: &Path,
        reporter: &dyn Reporter,
    ) -> Result<Self, StoreError> {
        let side = preprocessing.side;
        let key = &digest(side.to_string().as_bytes())[..16];
        let folder = place(cache, &format!("pixels-{side}"), key, dataset, split)?;
        let slots = RecordFile::open(&folder, dataset.len(split), side * side * 3)?;
        slots.fill(dataset, split, "resizing photos", reporter, |batch| {
            batch
                .par_iter()
                .map(|record| {
                    let photo =
                        preprocess::decode(&record.bytes).map_err(StoreError::photo(&record.photo.image))?;
                    Ok(preprocessing.resize(&photo))
                })
                .collect()
        })?;
        Ok(Self { slots, preprocessing: preprocessing.clone() })
    }

    /// Normalised photos, each shown in its view.
    ///
    /// # Shapes
    /// `[photos, 3, side, side]`.
    ///
    /// # Errors
    /// When a place is not in the store, or there is not one view for each photo.
    pub fn batch(&self, photos: &[usize], views: &[View], device: &Device) -> Result<Tensor<4>, StoreError> {
        if photos.len() != views.len() {
            return Err(StoreError::Views { expected: photos.len(), found: views.len() });
        }
        let side = self.preprocessing.side;
        let mut planes = vec![0.0; photos.len() * side * side * 3];
        planes.par_chunks_exact_mut(side * side * 3).zip(photos.par_iter().zip(views)).try_for_each(
            |(plane, (&photo, &view))| {
                let mut pixels = vec![0; side * side * 3];
                self.slots.read(photo, &mut pixels)?;
                if view != View::Whole {
                    let picture = RgbImage::from_raw(side as u32, side as u32, pixels);
                    let shown = view.show(photo, picture.ok_or(StoreError::Side { side })?);
                    pixels = self.preprocessing.resize(&shown);
                }
                plane.copy_from_slice(&self.preprocessing.normalise(&pixels));
                Ok::<_, StoreError>(())
            },
        )?;
        Ok(Tensor::from_data(TensorData::new(planes, [photos.len(), 3, side, side]), device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reporter::Silent;
    use crate::testing::folder;
    use image::Rgb;

    #[test]
    fn photos_come_back_normalised_and_flipped() {
        let here = folder(&[("captions.csv", "image,caption,split\na.png,x,train\nb.png,y,train\n")]);
        let photo = RgbImage::from_fn(4, 4, |x, y| Rgb([x as u8 * 10, y as u8 * 10, 5]));
        photo.save(here.path().join("a.png")).unwrap();
        RgbImage::from_pixel(9, 7, Rgb([1, 2, 3])).save(here.path().join("b.png")).unwrap();
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        let preprocessing = Preprocessing { side: 4, mean: [10.0, 0.0, 0.0], std: [2.0, 1.0, 1.0] };
        let cache = here.path().join("cache");
        let pixels = Pixels::open(&dataset, Split::Train, &preprocessing, &cache, &Silent).unwrap();
        let device = Device::flex();
        let batch =
            pixels.batch(&[1, 0, 0], &[View::Mirrored, View::Whole, View::Mirrored], &device).unwrap();
        assert_eq!(batch.dims(), [3, 3, 4, 4]);
        let values = batch.try_into_vec_as::<f32>().unwrap();
        let plain = preprocessing.pixels(&photo);
        assert_eq!(values[48..96], plain);
        assert_eq!(values[96..100], [10.0, 5.0, 0.0, -5.0]);
        assert_eq!(values[..2], [-4.5; 2]);
        assert!(pixels.batch(&[2], &[View::Whole], &device).is_err());
        assert!(pixels.batch(&[0], &[], &device).is_err());
        // Once made, the photos are not needed.
        std::fs::write(
            here.path().join("a.png"),
            std::fs::read(here.path().join("a.png")).unwrap().iter().map(|_| 0).collect::<Vec<u8>>(),
        )
        .unwrap();
        Pixels::open(&dataset, Split::Train, &preprocessing, &cache, &Silent).unwrap();
    }
}
