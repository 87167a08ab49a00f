//! Files of bundles and photos, read; and files written so that a crash leaves the old one or the new one, never half
//! of either.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind::NotFound, Write};
use std::path::{Path, PathBuf};

use showtell::bundle::{CARD, NEEDED, OPTIONAL};
use showtell::image::RgbImage;
use showtell::{Bundle, BundleError, PhotoError, preprocess};
use tempfile::NamedTempFile;

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

/// Reads the files of a bundle and checks them.
///
/// # Errors
/// The file at fault and the reason.
pub fn read_bundle(folder: &Path) -> Result<Bundle, ReadError> {
    let mut files = BTreeMap::new();
    for name in NEEDED.into_iter().chain(OPTIONAL).chain([CARD]) {
        let path = folder.join(name);
        match fs::read(&path) {
            Ok(bytes) => drop(files.insert(name.to_owned(), bytes)),
            // The bundle itself says which file is missing, and whether that matters.
            Err(error) if error.kind() == NotFound => {}
            Err(source) => return Err(ReadError::File { path, source }),
        }
    }
    if files.is_empty() {
        return Err(ReadError::NoBundle { folder: folder.to_owned() });
    }
    Bundle::from_files(files).map_err(|source| ReadError::Unsound { folder: folder.to_owned(), source })
}

/// Reads and decodes a photo, naming the file when that fails.
///
/// # Errors
/// The file and the reason.
pub fn read_photo(path: &Path) -> Result<RgbImage, ReadError> {
    let bytes = fs::read(path).map_err(|source| ReadError::Unreadable { path: path.to_owned(), source })?;
    preprocess::decode(&bytes).map_err(|source| ReadError::Photo { path: path.to_owned(), source })
}

/// Writes a whole file beside its place and renames it there.
///
/// # Errors
/// When the folder is missing or not writable, or the disk is full.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // A temporary file is private; what we write is as public as any other file.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}
