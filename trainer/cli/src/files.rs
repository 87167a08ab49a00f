//! Files of bundles and photos, read within bounds; and files written so that a crash leaves the old one or the new one,
//! never half of either.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind::NotFound};
use std::path::{Path, PathBuf};

use showtell::bundle::{CARD, CONFIG, NEEDED, OPTIONAL, SUMS, sizes};
use showtell::image::RgbImage;
use showtell::preprocess::MAX_BYTES;
use showtell::{Bundle, BundleError, PhotoError, preprocess};
use showtell_files::folder::recover;
use showtell_files::{Refused, read};

pub use showtell_files::write as write_atomically;

/// The most bytes of a bundle's configuration and of its list of checksums, which nothing declares.
const MAX_SMALL: u64 = 1 << 20;
/// The most bytes of its card.
const MAX_CARD: u64 = 4 << 20;

/// Why a bundle or a photo cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A folder without any file of a bundle.
    #[error("{} is no bundle", folder.display())]
    NoBundle {
        /// The folder.
        folder: PathBuf,
    },
    /// A bundle that is not sound.
    #[error("bundle {}", folder.display())]
    Unsound {
        /// Its folder.
        folder: PathBuf,
        /// What is wrong.
        source: BundleError,
    },
    /// A photo's file that cannot be read.
    #[error("{}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A photo that does not decode.
    #[error("{}", path.display())]
    Photo {
        /// The file.
        path: PathBuf,
        /// Why.
        source: PhotoError,
    },
    /// The bundle that ships is not beside the program.
    #[error("no bundle found: name one with --bundle DIR")]
    NotShipped,
}

/// Reads the files of a bundle, no more of each than the configuration declares, and checks them.
///
/// # Errors
/// The file at fault and the reason.
pub fn read_bundle(folder: &Path) -> Result<Bundle, ReadError> {
    // A run that was killed while it changed the folder may have left it under another name, on some systems.
    recover(folder).map_err(|source| ReadError::File { path: folder.to_owned(), source })?;
    let unsound = |source| ReadError::Unsound { folder: folder.to_owned(), source };
    let mut files = BTreeMap::new();
    let mut declared = BTreeMap::new();
    let others = NEEDED.into_iter().filter(|name| ![CONFIG, SUMS].contains(name));
    for name in [CONFIG, SUMS].into_iter().chain(others).chain(OPTIONAL).chain([CARD]) {
        let path = folder.join(name);
        let most = declared.get(name).copied().unwrap_or(if name == CARD { MAX_CARD } else { MAX_SMALL });
        match read(&path, most) {
            Ok(bytes) => drop(files.insert(name.to_owned(), bytes)),
            // The bundle itself says which file is missing, and whether that matters.
            Err(error) if error.kind() == NotFound => {}
            Err(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(&Refused::TooLarge { most, found }) if declared.contains_key(name) => {
                    return Err(unsound(BundleError::Size { file: name.to_owned(), expected: most, found }));
                }
                _ => return Err(ReadError::File { path, source: error }),
            },
        }
        if name == CONFIG
            && let Some(config) = files.get(CONFIG)
        {
            declared = sizes(config).map_err(unsound)?;
        }
    }
    if files.is_empty() {
        return Err(ReadError::NoBundle { folder: folder.to_owned() });
    }
    Bundle::from_files(files).map_err(unsound)
}

/// Reads and decodes a photo, naming the file when that fails.
///
/// # Errors
/// The file and the reason.
pub fn read_photo(path: &Path) -> Result<RgbImage, ReadError> {
    let bytes =
        read(path, MAX_BYTES).map_err(|source| ReadError::Unreadable { path: path.to_owned(), source })?;
    preprocess::decode(&bytes).map_err(|source| ReadError::Photo { path: path.to_owned(), source })
}
