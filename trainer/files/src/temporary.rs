//! What is not finished yet: locked while its writer lives, taken away when the program is interrupted, and found at
//! the next start.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};

use crate::MARK;

/// Paths that go when the program is interrupted.
static UNFINISHED: LazyLock<Mutex<HashSet<PathBuf>>> = LazyLock::new(Mutex::default);
/// Folders that have been looked through for what killed runs left.
static SWEPT: LazyLock<Mutex<HashSet<PathBuf>>> = LazyLock::new(Mutex::default);

/// What others did while they held it is a set of paths still.
fn locked(set: &Mutex<HashSet<PathBuf>>) -> MutexGuard<'_, HashSet<PathBuf>> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A path that goes when this does, when the program is interrupted, or at the next start.
#[derive(Debug)]
pub struct Unfinished {
    path: PathBuf,
    /// Holds the lock by which others know that somebody is at work.
    held: Option<File>,
}

impl Unfinished {
    /// Watches over a path that was just made. `held` is locked, where the system can do that.
    fn new(path: PathBuf, held: Option<File>) -> Self {
        watch();
        locked(&UNFINISHED).insert(path.clone());
        Self { path, held }
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lets go of the path, which is finished or has got another name.
    pub fn finished(mut self) {
        locked(&UNFINISHED).remove(&self.path);
        self.path = PathBuf::new();
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            locked(&UNFINISHED).remove(&self.path);
            remove(&self.path);
        }
        drop(self.held.take());
    }
}

fn remove(path: &Path) {
    // Nobody waits for the outcome: what stays is found at the next start.
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

/// A file beside a place, open for writing, under a name of its own.
///
/// # Errors
/// When the folder is missing or not writable.
pub(crate) fn file(folder: &Path) -> io::Result<(File, Unfinished)> {
    sweep_once(folder, MARK);
    loop {
        let mut builder = tempfile::Builder::new();
        builder.prefix(MARK);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new file has them: the umask takes away what it takes away.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let (file, path) = builder.tempfile_in(folder)?.keep().map_err(|error| error.error)?;
        if let Some(held) = held(&file, &path)? {
            return Ok((file, Unfinished::new(path, held)));
        }
    }
}

/// A folder beside a place, under a name that begins with `prefix`.
///
/// # Errors
/// When the folder around is missing or not writable.
pub(crate) fn folder(around: &Path, prefix: &str) -> io::Result<Unfinished> {
    sweep_once(around, prefix);
    loop {
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o777));
        }
        let path = builder.tempdir_in(around)?.keep();
        // Windows opens no folders.
        let Ok(open) = File::open(&path) else { return Ok(Unfinished::new(path, None)) };
        if let Some(held) = held(&open, &path)? {
            return Ok(Unfinished::new(path, held));
        }
    }
}

/// A folder among the system's temporary ones, for what is not to be kept.
///
/// # Errors
/// When there is no such place, or it is full.
pub fn scratch() -> io::Result<Unfinished> {
    folder(&std::env::temp_dir(), MARK)
}

/// Locks what was just made. Nothing where another took it for a leftover in that moment; no lock where the file system
/// has none.
fn held(file: &File, path: &Path) -> io::Result<Option<Option<File>>> {
    let kept = file.try_clone()?;
    match kept.try_lock() {
        Ok(()) if path.exists() => Ok(Some(Some(kept))),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(_)) => Ok(Some(None)),
    }
}

/// Takes away what killed runs left in a folder, once in a run.
fn sweep_once(folder: &Path, prefix: &str) {
    if locked(&SWEPT).insert(folder.join(prefix)) {
        sweep(folder, prefix);
    }
}

/// Takes away what begins with `prefix` in a folder, is one's own, and is held by nobody.
pub(crate) fn sweep(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(prefix);
        let Ok(kind) = entry.file_type() else { continue };
        if !ours || !(kind.is_file() || kind.is_dir()) || !is_own(&entry.path()) {
            continue;
        }
        // Whoever writes it holds it; where nothing can be held, nobody can tell.
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            remove(&entry.path());
        }
    }
}

/// Whether whoever runs the program made it. In a folder for everybody others may put things under any name.
fn is_own(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        static OWN: LazyLock<Option<u32>> = LazyLock::new(|| {
            tempfile::tempfile().and_then(|file| file.metadata()).ok().map(|meta| meta.uid())
        });
        fs::symlink_metadata(path).ok().map(|meta| meta.uid()) == *OWN
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        true
    }
}

/// Takes away everything unfinished when the program is asked to end, which it then does as it would have.
fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            // Without it there is what the next start finds.
            let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
                return;
            };
            std::thread::spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    // Held to the end: nothing new begins meanwhile.
                    let unfinished = locked(&UNFINISHED);
                    unfinished.iter().for_each(|path| remove(path));
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn what_a_killed_run_left_is_found_and_what_somebody_writes_is_not() {
        let here = tempfile::tempdir().unwrap();
        fs::write(here.path().join(".showtell-dead"), "half").unwrap();
        fs::create_dir_all(here.path().join(".showtell-gone/sub")).unwrap();
        fs::write(here.path().join("page.html"), "whole").unwrap();
        let living = File::create(here.path().join(".showtell-alive")).unwrap();
        living.lock().unwrap();
        let (_file, unfinished) = file(here.path()).unwrap();
        let mut expected = [".showtell-alive", "page.html"].map(str::to_owned).to_vec();
        expected.push(unfinished.path().file_name().unwrap().to_str().unwrap().to_owned());
        expected.sort();
        let mut found = names(here.path());
        found.sort();
        assert_eq!(found, expected);
        drop(unfinished);
        assert_eq!(names(here.path()).len(), 2);
    }
}
