//! A published data set: names and captions in memory, photos in files.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{DatasetError, Photo, Record, Split};
use crate::files::{Hashing, MAX_PHOTO, read};

/// Photos of a folder, by split.
#[derive(Debug)]
pub struct Folder {
    images: PathBuf,
    photos: [Vec<Photo>; 3],
}

impl Folder {
    /// Photos whose files lie under `images`; each split keeps their order.
    #[must_use]
    pub fn new(images: PathBuf, photos: Vec<Photo>) -> Self {
        let mut by_split = [Vec::new(), Vec::new(), Vec::new()];
        for photo in photos {
            by_split[photo.split as usize].push(photo);
        }
        Self { images, photos: by_split }
    }

    /// Photos of a split.
    #[must_use]
    pub fn photos(&self, split: Split) -> &[Photo] {
        &self.photos[split as usize]
    }

    fn path(&self, photo: &Photo) -> PathBuf {
        self.images.join(&photo.image)
    }

    /// One photo with its bytes.
    ///
    /// # Errors
    /// [`DatasetError::Read`].
    pub fn read(&self, split: Split, index: usize) -> Result<Record, DatasetError> {
        let photo = &self.photos(split)[index];
        let path = self.path(photo);
        let bytes = read(&path, MAX_PHOTO).map_err(DatasetError::read(&path))?;
        Ok(Record { index, photo: photo.clone(), bytes })
    }

    /// Digest of the folder's place and of names and sizes.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when a file has gone.
    pub fn identity(&self, split: Split) -> Result<String, DatasetError> {
        let canonical = fs::canonicalize(&self.images).map_err(DatasetError::read(&self.images))?;
        let mut hash = Hashing::new(io::sink());
        let mut put = |text: String| hash.write_all(text.as_bytes()).map_err(DatasetError::read(&canonical));
        put(format!("{}\n", canonical.display()))?;
        for photo in self.photos(split) {
            put(format!("{}\t{}\n", photo.image, size(&self.path(photo))?))?;
        }
        Ok(hash.finish().2)
    }
}

fn size(path: &Path) -> Result<u64, DatasetError> {
    Ok(fs::metadata(path).map_err(DatasetError::read(path))?.len())
}
