//! A folder is the old one or the new one at any moment.
//!
//! The new one is built beside it: what changes is written, all else is linked from the old. Then their names are
//! exchanged, at once where the system can (Linux, macOS). Elsewhere the old one gets another name first; a run that is
//! killed between the two leaves it under that name, and [`recover`] gives it back.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::MARK;
use crate::rights::carry;
use crate::temporary::{self, Unfinished};
use crate::whole::{around, settle};

/// Puts files into a folder, all at once, in place of those of the same names; what else is there stays.
///
/// # Errors
/// When the folder around cannot be written, or the disk is full. The folder is as it was then.
pub fn change(place: &Path, files: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    let place = place.canonicalize().unwrap_or_else(|_| place.to_owned());
    fs::create_dir_all(around(&place))?;
    recover(&place)?;
    let new = temporary::folder(around(&place), &prefix(&place)?)?;
    if place.exists() {
        keep(&place, new.path(), files)?;
    }
    for (name, bytes) in files {
        let (to, old) = (new.path().join(name), place.join(name));
        fs::write(&to, bytes)?;
        let file = File::options().write(true).open(&to)?;
        if old.is_file() {
            carry(&old, &to, &file)?;
        }
        file.sync_all()?;
    }
    settle(new.path());
    if place.exists() {
        carry(&place, new.path(), &File::open(new.path())?)?;
    }
    take_place(new, &place)
}

/// What names of new folders for a place begin with.
fn prefix(place: &Path) -> io::Result<String> {
    let name = place.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    Ok(format!("{MARK}{}-", name.to_string_lossy()))
}

/// The name that the old folder has while a new one takes its place, where two names cannot be exchanged.
fn aside(place: &Path) -> io::Result<PathBuf> {
    let name = place.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    // It does not begin as leftovers do, which anybody takes away.
    Ok(around(place).join(format!(".{}.showtell-old", name.to_string_lossy())))
}

/// Puts what is in a folder into another, but for the files that come new: by a second name where that can be had, and
/// copied otherwise.
fn keep(from: &Path, to: &Path, new: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let (path, target) = (entry.path(), to.join(&name));
        if name.to_str().is_some_and(|name| new.contains_key(name)) {
            continue;
        }
        if kind.is_dir() {
            fs::create_dir(&target)?;
            keep(&path, &target, &BTreeMap::new())?;
            if let Ok(open) = File::open(&target) {
                carry(&path, &target, &open)?;
            }
        } else if fs::hard_link(&path, &target).is_err() {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn take_place(new: Unfinished, place: &Path) -> io::Result<()> {
    if !place.exists() {
        new.finish(|new| fs::rename(new, place))?;
    } else if new.exchange(|new| exchanged(new, place))? {
        // The old one has the other's name now, and goes with it.
        drop(new);
    } else {
        let old = aside(place)?;
        new.finish(|new| {
            fs::rename(place, &old)?;
            fs::rename(new, place).inspect_err(|_| drop(fs::rename(&old, place)))
        })?;
        fs::remove_dir_all(&old)?;
    }
    settle(around(place));
    Ok(())
}

/// Exchanges two names; says no where this system or file system cannot.
fn exchanged(new: &Path, place: &Path) -> io::Result<bool> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, new, CWD, place, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        let _ = (new, place);
        Ok(false)
    }
}

/// Puts a folder back into its place that a killed run had moved aside, and takes away what it left.
///
/// # Errors
/// When the system refuses.
pub fn recover(place: &Path) -> io::Result<()> {
    let Ok(aside) = aside(place) else { return Ok(()) };
    if aside.is_dir() {
        if place.exists() {
            fs::remove_dir_all(&aside)?;
        } else {
            fs::rename(&aside, place)?;
        }
    }
    temporary::sweep(around(place), &prefix(place)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> BTreeMap<String, Vec<u8>> {
        ["a", "b"].map(|name| (name.to_owned(), text.as_bytes().to_vec())).into()
    }

    fn read(place: &Path) -> Vec<String> {
        ["a", "b"].map(|name| fs::read_to_string(place.join(name)).unwrap_or_default()).to_vec()
    }

    #[test]
    fn a_folder_changes_at_once_and_keeps_what_else_it_has() {
        let here = tempfile::tempdir().unwrap();
        let place = here.path().join("bundle");
        change(&place, &files("old")).unwrap();
        fs::create_dir(place.join("sub")).unwrap();
        fs::write(place.join("sub/notes"), "mine").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(place.join("a"), fs::Permissions::from_mode(0o640)).unwrap();
            std::os::unix::fs::symlink("nowhere", place.join("link")).unwrap();
        }
        #[cfg(unix)]
        let before = fs::symlink_metadata(place.join("link")).unwrap();
        change(&place, &files("new")).unwrap();
        assert_eq!(read(&place), ["new", "new"]);
        assert_eq!(fs::read_to_string(place.join("sub/notes")).unwrap(), "mine");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(place.join("a")).unwrap().permissions().mode() & 0o777, 0o640);
            assert_eq!(fs::symlink_metadata(place.join("link")).unwrap().file_type(), before.file_type());
        }
        assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_a_killed_run_moved_aside_comes_back() {
        let here = tempfile::tempdir().unwrap();
        let place = here.path().join("bundle");
        change(&place, &files("old")).unwrap();
        // Killed between the two names, with a half new one beside.
        fs::rename(&place, aside(&place).unwrap()).unwrap();
        fs::create_dir(here.path().join(".showtell-bundle-half")).unwrap();
        recover(&place).unwrap();
        assert_eq!(read(&place), ["old", "old"]);
        // Killed after them.
        fs::create_dir(aside(&place).unwrap()).unwrap();
        change(&place, &files("new")).unwrap();
        assert_eq!(read(&place), ["new", "new"]);
        assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1);
    }
}
