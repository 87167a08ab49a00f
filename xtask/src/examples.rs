//! Puts the examples of `web/examples` together with the package that they embed, and serves them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

use crate::package::{self, clear};
use crate::server::Server;
use crate::setup;
use crate::shell::{root, target};

/// A folder each, which needs nothing outside of it once the package is in it.
const EXAMPLES: [&str; 4] = ["editor", "extension", "gallery", "offline"];
/// Those that show the sample photos.
const WITH_PHOTOS: [&str; 2] = ["editor", "gallery"];

/// The page that leads to them.
const INDEX: [&str; 2] = ["index.html", "index.css"];

/// Where the examples are put together.
pub fn folder() -> PathBuf {
    target().join("examples")
}

/// `cargo xtask examples`: prints the address and the extension's folder; until it is interrupted.
pub fn examples(port: u16) -> anyhow::Result<()> {
    package::build(setup::page()?)?;
    assemble()?;
    let server = Server::start(&folder(), port)?;
    println!("{}", server.address());
    println!("{}", std::path::absolute(folder().join("extension"))?.display());
    server.wait()
}

/// Puts them into [`folder`], from the package as it was built last.
pub fn assemble() -> anyhow::Result<()> {
    let out = folder();
    clear(&out)?;
    let sources = root().join("web/examples");
    for file in INDEX {
        same(&sources.join(file), &out.join(file))?;
    }
    for example in EXAMPLES {
        put(&sources.join(example), &out.join(example))?;
        put(&package::folder(), &out.join(example).join("showtell"))?;
    }
    for example in WITH_PHOTOS {
        put(&root().join("assets/photos"), &out.join(example).join("photos"))?;
    }
    Ok(())
}

/// Puts all files of a folder into another.
fn put(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let place = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&place).with_context(|| format!("cannot make {}", place.display()))?;
        } else {
            same(entry.path(), &place)?;
        }
    }
    Ok(())
}

/// The package is 40 MB, four times: one file under several names where the disk knows such. No link
/// that points elsewhere: browsers do not follow those out of an extension.
fn same(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::hard_link(from, to)
        .or_else(|_| fs::copy(from, to).map(drop))
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_folder_is_put_into_another_with_all_that_is_in_it() {
        let (from, to) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        fs::create_dir(from.path().join("inner")).unwrap();
        fs::write(from.path().join("inner/file.js"), "1").unwrap();
        let place = to.path().join("made");
        put(from.path(), &place).unwrap();
        assert_eq!(fs::read_to_string(place.join("inner/file.js")).unwrap(), "1");
        // What is there already belongs to somebody.
        assert_eq!(fs::read_to_string(from.path().join("inner/file.js")).unwrap(), "1");
        let absent = put(&from.path().join("absent"), &place).unwrap_err();
        assert!(absent.to_string().contains("absent"));
    }

    #[test]
    fn every_example_says_what_it_is() {
        for example in EXAMPLES {
            let readme = root().join("web/examples").join(example).join("README.md");
            assert!(readme.is_file(), "{}", readme.display());
        }
    }
}
