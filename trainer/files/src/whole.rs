//! A file is the old one or the new one at any moment.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::rights::carry;
use crate::temporary::{self, Unfinished};

/// A file that will take a place, written beside it.
#[derive(Debug)]
pub struct Beside {
    file: File,
    unfinished: Unfinished,
    place: PathBuf,
}

impl Beside {
    /// Begins a file for a place. Where there is a file already, the new one gets its rights.
    ///
    /// # Errors
    /// When the folder is missing or not writable.
    pub fn new(place: &Path) -> io::Result<Self> {
        // Through a link to the file itself.
        let place = place.canonicalize().unwrap_or_else(|_| place.to_owned());
        let (file, unfinished) = temporary::file(around(&place))?;
        if place.is_file() {
            carry(&place, unfinished.path(), &file)?;
        }
        Ok(Self { file, unfinished, place })
    }

    /// Writes all bytes, and sees that they are on the disk.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn fill(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_all()
    }

    /// Takes the place.
    ///
    /// # Errors
    /// When the system refuses; the old file stays then.
    pub fn take_place(self) -> io::Result<()> {
        self.unfinished.finish(|path| std::fs::rename(path, &self.place))?;
        settle(around(&self.place));
        Ok(())
    }
}

/// Writes a whole file beside its place and renames it there. A new file's rights are those of any new file, one that
/// takes another's place has its rights.
///
/// # Errors
/// When the folder is missing or not writable, or the disk is full.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut beside = Beside::new(path)?;
    beside.fill(bytes)?;
    beside.take_place()
}

/// The folder that a path lies in.
pub(crate) fn around(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new name is on disk once its folder is. Not every file system can say so.
pub(crate) fn settle(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_has_the_rights_of_any_other_and_one_that_replaces_keeps_them() {
        let here = tempfile::tempdir().unwrap();
        let [plain, ours] = ["plain", "ours"].map(|name| here.path().join(name));
        fs::write(&plain, "").unwrap();
        write(&ours, b"new").unwrap();
        assert_eq!(mode(&ours), mode(&plain));
        fs::set_permissions(&ours, fs::Permissions::from_mode(0o600)).unwrap();
        let marked = xattr::set(&ours, "user.showtell", b"kept").is_ok();
        write(&ours, b"newer").unwrap();
        assert_eq!((mode(&ours), fs::read(&ours).unwrap()), (0o600, b"newer".to_vec()));
        if marked {
            assert_eq!(xattr::get(&ours, "user.showtell").unwrap().unwrap(), b"kept");
        }
        assert_eq!(fs::read_dir(here.path()).unwrap().count(), 2);
        assert!(write(&here.path().join("gone/x"), b"").is_err());
    }
}
