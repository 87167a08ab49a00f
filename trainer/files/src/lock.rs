//! One program at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Held by one program until it is dropped or the program ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why a lock is not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another program has it.
    #[error("another program is at work in {}: wait until it has ended", folder.display())]
    Taken {
        /// The folder.
        folder: PathBuf,
    },
    /// The file that is locked cannot be made or locked.
    #[error("cannot lock {}", folder.display())]
    File {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

/// The file that is locked in a folder. It stays, and means nothing by itself.
pub const NAME: &str = ".lock";

impl Lock {
    /// Locks a folder. File systems without locks let everybody in.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn folder(folder: &Path) -> Result<Self, LockError> {
        let refused = |source| LockError::File { folder: folder.to_owned(), source };
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(folder.join(NAME))
            .map_err(refused)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(LockError::Taken { folder: folder.to_owned() }),
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
                Err(refused(error))
            }
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Self { _file: file }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_by_one_and_free_afterwards() {
        let here = tempfile::tempdir().unwrap();
        let first = Lock::folder(here.path()).unwrap();
        let second = Lock::folder(here.path()).unwrap_err();
        assert!(second.to_string().starts_with("another program is at work in "), "{second}");
        drop(first);
        assert!(Lock::folder(here.path()).is_ok());
        assert!(matches!(Lock::folder(&here.path().join("gone")), Err(LockError::File { .. })));
    }
}
