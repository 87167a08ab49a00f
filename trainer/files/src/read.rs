//! Reading files that strangers may have put there: regular files only, and no more than was agreed.
//!
//! A pipe may never end or never begin, a device never ends, and a file may be larger than memory. Each is refused before
//! anything is read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Why a file is not read. Comes as the source of an [`io::Error`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// A folder, a pipe, a socket or a device.
    #[error("it is {what}: only regular files are read")]
    NotRegular {
        /// What it is.
        what: &'static str,
    },
    /// Larger than agreed.
    #[error("it has {found} bytes, over the limit of {most}")]
    TooLarge {
        /// The limit, in bytes.
        most: u64,
        /// Bytes in it, as far as was looked.
        found: u64,
    },
    /// Not UTF-8.
    #[error("it is not UTF-8")]
    NotText,
}

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        let kind = match refused {
            Refused::NotRegular { .. } => io::ErrorKind::InvalidInput,
            Refused::TooLarge { .. } => io::ErrorKind::FileTooLarge,
            Refused::NotText => io::ErrorKind::InvalidData,
        };
        Self::new(kind, refused)
    }
}

/// Opens a regular file for reading. Never waits for a pipe's writer.
///
/// # Errors
/// [`Refused::NotRegular`], or the system's reason.
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Otherwise opening a pipe waits until somebody writes to it.
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    // Opening some devices does something already.
    check(&path.metadata()?)?;
    let file = options.open(path)?;
    check(&file.metadata()?)?;
    Ok(file)
}

fn check(meta: &std::fs::Metadata) -> io::Result<()> {
    let kind = meta.file_type();
    if kind.is_file() {
        return Ok(());
    }
    #[cfg(unix)]
    let what = {
        use std::os::unix::fs::FileTypeExt;
        match () {
            () if kind.is_dir() => "a folder",
            () if kind.is_fifo() => "a pipe",
            () if kind.is_socket() => "a socket",
            () => "a device",
        }
    };
    #[cfg(not(unix))]
    let what = if kind.is_dir() { "a folder" } else { "a device" };
    Err(Refused::NotRegular { what }.into())
}

/// Reads a regular file of at most so many bytes.
///
/// # Errors
/// [`Refused`], or the system's reason.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let length = file.metadata()?.len();
    if length > most {
        return Err(Refused::TooLarge { most, found: length }.into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // It may grow meanwhile, and some files of the system say that they have no length.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        found if found > most => Err(Refused::TooLarge { most, found }.into()),
        _ => Ok(bytes),
    }
}

/// Reads a regular file of text of at most so many bytes.
///
/// # Errors
/// [`Refused`], or the system's reason.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|_| Refused::NotText.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn refused(error: &io::Error) -> Option<&Refused> {
        error.get_ref()?.downcast_ref()
    }

    #[test]
    fn files_are_read_up_to_the_limit() {
        let here = tempfile::tempdir().unwrap();
        let path = here.path().join("a");
        fs::write(&path, "four").unwrap();
        assert_eq!(read(&path, 4).unwrap(), b"four");
        let error = read(&path, 3).unwrap_err();
        assert_eq!(refused(&error), Some(&Refused::TooLarge { most: 3, found: 4 }));
        // A file without blocks may be as long as it likes.
        File::options().write(true).open(&path).unwrap().set_len(8 << 30).unwrap();
        assert!(matches!(refused(&read(&path, 1 << 20).unwrap_err()), Some(Refused::TooLarge { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn pipes_devices_and_folders_are_refused_at_once() {
        let here = tempfile::tempdir().unwrap();
        let pipe = here.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let link = here.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for (path, expected) in [
            (pipe.as_path(), "a pipe"),
            (&link, "a device"),
            (Path::new("/dev/urandom"), "a device"),
            (here.path(), "a folder"),
        ] {
            let error = read(path, u64::MAX).unwrap_err();
            assert_eq!(refused(&error), Some(&Refused::NotRegular { what: expected }));
        }
        std::os::unix::fs::symlink("round", here.path().join("round")).unwrap();
        assert!(read(&here.path().join("round"), 1).is_err());
    }
}
