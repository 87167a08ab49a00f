//! Where Chromium or Chrome is.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::bail;

use crate::shell;

/// Names on the PATH.
const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Applications of macOS, which are on no PATH; in the system's folder or the user's.
const APPLICATIONS: [&str; 2] =
    ["Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium"];

/// The browser that `CHROME_PATH` names, or the first of the usual ones that is there.
pub fn find(named: Option<OsString>) -> anyhow::Result<Option<PathBuf>> {
    if let Some(named) = named.filter(|named| !named.is_empty()).map(PathBuf::from) {
        if !named.is_file() {
            bail!("CHROME_PATH names no file: {}", named.display());
        }
        return Ok(Some(named));
    }
    Ok(PROGRAMS.into_iter().find_map(shell::find).or_else(application))
}

fn application() -> Option<PathBuf> {
    let folders =
        [Some(PathBuf::from("/Applications")), dirs::home_dir().map(|home| home.join("Applications"))];
    let mut paths =
        folders.into_iter().flatten().flat_map(|folder| APPLICATIONS.map(|name| folder.join(name)));
    paths.find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use tempfile::NamedTempFile;

    use super::*;

    #[test]
    fn chrome_path_comes_first_and_has_to_be_a_file() {
        let file = NamedTempFile::new().unwrap();
        let found = find(Some(file.path().into())).unwrap();
        assert_eq!(found.unwrap(), file.path());
        let absent = find(Some("/nowhere/chrome".into())).unwrap_err();
        assert!(absent.to_string().contains("/nowhere/chrome"), "{absent}");
        // An empty variable names nothing.
        assert_eq!(find(Some("".into())).unwrap(), find(None).unwrap());
    }
}
