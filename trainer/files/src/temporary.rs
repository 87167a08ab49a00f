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

/// How often it is tried to take a folder away into which somebody still writes.
const REMOVALS: usize = 100;

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
    /// Makes a path and watches over it, in one: a signal comes before there is anything, or finds it.
    fn new<T>(make: impl FnOnce() -> io::Result<(T, PathBuf)>) -> io::Result<(T, Self)> {
        watch();
        let mut unfinished = locked(&UNFINISHED);
        let (made, path) = make()?;
        unfinished.insert(path.clone());
        Ok((made, Self { path, held: None }))
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the path another name, by which it is finished. A signal comes before that or after it: what is being taken
    /// away never gets a name.
    ///
    /// # Errors
    /// What `rename` says.
    pub(crate) fn finish(mut self, rename: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        let mut unfinished = locked(&UNFINISHED);
        let renamed = rename(&self.path);
        if renamed.is_ok() {
            unfinished.remove(&self.path);
            self.path = PathBuf::new();
        }
        drop(unfinished);
        renamed
    }

    /// Gives the path another name while what had that name gets this one, which is to go then; says no where that cannot
    /// be. A signal comes before that or after it.
    ///
    /// # Errors
    /// What `exchange` says.
    pub(crate) fn exchange(&self, exchange: impl FnOnce(&Path) -> io::Result<bool>) -> io::Result<bool> {
        let _unfinished = locked(&UNFINISHED);
        exchange(&self.path)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            remove(&self.path);
            locked(&UNFINISHED).remove(&self.path);
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
        let (file, mut unfinished) =
            Unfinished::new(|| builder.tempfile_in(folder)?.keep().map_err(|error| error.error))?;
        if let Some(held) = held(&file, &unfinished.path)? {
            unfinished.held = held;
            return Ok((file, unfinished));
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
        let ((), mut unfinished) = Unfinished::new(|| Ok(((), builder.tempdir_in(around)?.keep())))?;
        // Windows opens no folders.
        let Ok(open) = File::open(&unfinished.path) else { return Ok(unfinished) };
        if let Some(held) = held(&open, &unfinished.path)? {
            unfinished.held = held;
            return Ok(unfinished);
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
                    // Held to the end: nothing new begins meanwhile, and nothing gets its name.
                    let unfinished = locked(&UNFINISHED);
                    for path in unfinished.iter() {
                        // Others write into folders still, until they find them gone.
                        (0..REMOVALS).take_while(|_| path.exists()).for_each(|_| remove(path));
                    }
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

    #[test]
    fn a_signal_comes_before_a_name_is_given_or_after() {
        let here = tempfile::tempdir().unwrap();
        let (kept, made) = (here.path().join("kept"), here.path().join("made"));
        fs::create_dir(&made).unwrap();
        let unfinished = folder(here.path(), ".showtell-x-").unwrap();
        // As whoever takes everything unfinished away holds it.
        let taken_away = locked(&UNFINISHED);
        let to = kept.clone();
        let naming = std::thread::spawn(move || unfinished.finish(|path| fs::rename(path, to)));
        let around = made.clone();
        let making = std::thread::spawn(move || file(&around).map(drop));
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(!kept.exists(), "half of it may have gone");
        assert_eq!(names(&made), Vec::<String>::new(), "nobody would take it away");
        drop(taken_away);
        naming.join().unwrap().unwrap();
        making.join().unwrap().unwrap();
        assert!(kept.exists());
    }
}
