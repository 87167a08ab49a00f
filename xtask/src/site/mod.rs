//! Makes of what trunk built the site that is served: no inline script, a list of files for the
//! service worker, and compressed copies.

mod compress;
mod digest;
mod index;
mod precache;

use std::path::Path;
use std::{fs, io};

use anyhow::Context;
use walkdir::WalkDir;

pub use index::{INDEX, policy};

use crate::shell::{root, target};

/// Finishes the folder that `trunk build` leaves. Finishing it again changes nothing.
///
/// # Errors
/// When the folder is not what trunk makes of this project, or cannot be written.
pub fn finish(dist: &Path) -> anyhow::Result<()> {
    finish_with(dist, &target().join("compressed"))
}

/// `kept` is where compressed copies are kept from one build to the next.
fn finish_with(dist: &Path, kept: &Path) -> anyhow::Result<()> {
    let worker = read(&root().join("assets/offline").join(precache::WORKER))?;
    index::finish(dist)?;
    compress::write(dist, kept)?;
    // What is sent is known once it has been compressed.
    index::tell_sizes(dist)?;
    precache::write_worker(dist, &worker)?;
    compress::write(dist, kept)
}

/// Paths of all files below a folder, with `/` between their parts, in order.
fn files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let parts = entry.path().strip_prefix(folder)?.iter();
            paths.push(parts.map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        }
    }
    Ok(paths)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file unless it holds these bytes already: its time would change, and with it what
/// browsers keep of it.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Removes a file that may be gone already.
fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tempfile::TempDir;

    use super::*;

    /// As trunk leaves it, with a bundle beside the one that ships.
    fn built() -> TempDir {
        let dist = TempDir::new().unwrap();
        let put = |path: &str, text: &str| {
            let path = dist.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("index.html", index::tests::BUILT);
        put("page-0123456789abcdef.js", &"export default async () => {};\n".repeat(50));
        put("photos/boats.jpg", "no text");
        put("worker_bg.wasm", &"program ".repeat(500));
        for bundle in ["bundle", "forms/init"] {
            put(&format!("{bundle}/SHA256SUMS"), "");
            put(&format!("{bundle}/config.json"), &"{}\n".repeat(50));
        }
        dist
    }

    fn content(dist: &Path) -> BTreeMap<String, Vec<u8>> {
        files(dist)
            .unwrap()
            .into_iter()
            .map(|path| (path.clone(), fs::read(dist.join(path)).unwrap()))
            .collect()
    }

    #[test]
    fn a_finished_site_stays_as_it_is() {
        let (dist, kept) = (built(), TempDir::new().unwrap());
        finish_with(dist.path(), kept.path()).unwrap();
        let first = content(dist.path());
        finish_with(dist.path(), kept.path()).unwrap();
        assert_eq!(content(dist.path()), first);
        let start = first.keys().find(|path| path.starts_with("start-") && path.ends_with(".js")).unwrap();
        let html = String::from_utf8_lossy(&first["index.html"]);
        assert!(html.contains(&format!("src=\"{start}\"")), "{html}");
        let sent = first["worker_bg.wasm.br"].len();
        assert!(html.contains(&format!("<meta name=\"program\" content=\"4000 {sent}\">")), "{html}");
        let worker = String::from_utf8_lossy(&first["sw.js"]);
        for path in ["./", start, "page-0123456789abcdef.js", "photos/boats.jpg"] {
            assert!(worker.contains(&format!("[\"{path}\",\"sha256-")), "{path} in {worker}");
        }
        for path in ["sw.js\"", "index.html\"", ".br\"", "config.json\""] {
            assert!(!worker.contains(&format!("{path},\"sha256-")), "{path} in {worker}");
        }
        assert!(first.contains_key("forms/init/config.json.br"));
        assert!(!first.contains_key("photos/boats.jpg.br"));
    }

    #[test]
    fn leftovers_of_an_earlier_build_go() {
        let (dist, kept) = (built(), TempDir::new().unwrap());
        for old in ["start-0000000000000000.js", "start-0000000000000000.js.br", "gone.css.gz"] {
            fs::write(dist.path().join(old), "old").unwrap();
        }
        finish_with(dist.path(), kept.path()).unwrap();
        let left = content(dist.path());
        assert!(!left.keys().any(|path| path.contains("0000000000000000") || path.starts_with("gone")));
    }
}
