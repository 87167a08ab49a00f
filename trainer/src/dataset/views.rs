//! Photos shown to a frozen encoder in several [ways](super::view). Features of each view are kept like those of the
//! photos themselves, so that a decoder learns from augmented photos without a single photo being encoded twice.

use std::path::Path;

use burn::tensor::{Device, Tensor};

use super::captions::Mirror;
use super::features::{Features, FrozenEncoder};
use super::view::{View, ViewRecipe};
use super::{Dataset, Split, StoreError};
use crate::reporter::Reporter;

/// Features of all views of a split's photos.
#[derive(Debug)]
pub struct Views {
    stores: Vec<(View, Features)>,
}

impl Views {
    /// Opens the features of each view under `cache`, computing what is absent.
    ///
    /// # Errors
    /// A photo that cannot be read is named; the rest of the work is kept.
    pub fn open(
        dataset: &Dataset,
        split: Split,
        frozen: &FrozenEncoder,
        recipe: &ViewRecipe,
        cache: &Path,
        device: &Device,
        reporter: &dyn Reporter,
    ) -> Result<Self, StoreError> {
        let open =
            |view| Ok((view, Features::open_view(dataset, split, frozen, view, cache, device, reporter)?));
        Ok(Self { stores: recipe.views().into_iter().map(open).collect::<Result<_, StoreError>>()? })
    }

    /// Views of photos that nothing else is known of.
    #[must_use]
    pub fn of(whole: Features) -> Self {
        Self { stores: vec![(View::Whole, whole)] }
    }

    /// How many ways photos are shown.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stores.len()
    }

    /// Never true: photos are always shown as they are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stores.is_empty()
    }

    /// Which way round a photo is shown in a view, both by their places.
    #[must_use]
    pub fn mirror(&self, view: usize, photo: usize) -> Mirror {
        self.stores.get(view).map_or(Mirror::No, |(view, _)| view.mirror(photo))
    }

    /// Features of photos, each in the view given beside it.
    ///
    /// # Shapes
    /// `[photos, regions, channels]`.
    ///
    /// # Errors
    /// When a place is in no store or the disk refuses.
    pub fn batch(&self, photos: &[usize], views: &[usize], device: &Device) -> Result<Tensor<3>, StoreError> {
        let chosen = |(&photo, &view): (&usize, &usize)| {
            let store = self.stores.get(view).map(|(_, features)| (features, photo));
            store.ok_or_else(|| StoreError::NoView { view, views: self.len() })
        };
        let chosen = photos.iter().zip(views).map(chosen).collect::<Result<Vec<_>, StoreError>>()?;
        Features::gather(&chosen, device)
    }
}
