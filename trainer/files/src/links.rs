//! Links that lead out of a folder: whoever made it may name any file of the machine by them.

use std::fs;
use std::path::{Path, PathBuf};

/// Where symbolic links may lead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Links {
    /// Within the folders that were named: whoever made what is in them may have put links there.
    #[default]
    Inside,
    /// Anywhere.
    Anywhere,
}

/// The links anywhere below a folder that lead out of it, in order. Such as lead nowhere, and folders that may not be
/// looked into, are left to whoever reads them.
#[must_use]
pub fn leading_out(folder: &Path) -> Vec<PathBuf> {
    let Ok(bound) = folder.canonicalize() else { return Vec::new() };
    let mut out = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_symlink()
                && entry.path().canonicalize().is_ok_and(|target| !target.starts_with(&bound))
            {
                out.push(entry.path());
            }
        }
    }
    out.sort();
    out
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_that_lead_out_of_a_folder_are_found_wherever_they_are() {
        let here = tempfile::tempdir().unwrap();
        let at = |name: &str| here.path().join(name);
        fs::create_dir_all(at("set/photos/more")).unwrap();
        fs::create_dir(at("other")).unwrap();
        fs::write(at("other/a.jpg"), "").unwrap();
        fs::write(at("set/photos/b.jpg"), "").unwrap();
        // A folder beside it whose name only begins in the same way is another one.
        fs::create_dir(at("set-aside")).unwrap();
        symlink("../../../other/a.jpg", at("set/photos/more/a.jpg")).unwrap();
        symlink(at("other"), at("set/folder")).unwrap();
        symlink("../set-aside", at("set/near")).unwrap();
        for (target, link) in
            [("photos/b.jpg", "own"), ("..", "photos/up"), ("nowhere", "gone"), ("round", "round")]
        {
            symlink(target, at("set").join(link)).unwrap();
        }
        let expected = ["folder", "near", "photos/more/a.jpg"];
        assert_eq!(leading_out(&at("set")), expected.map(|name| at("set").join(name)));
        // A folder may itself be named by a link.
        symlink("set", at("link")).unwrap();
        assert_eq!(leading_out(&at("link")).len(), 3);
        assert_eq!(leading_out(&at("absent")), Vec::<PathBuf>::new());
    }
}
