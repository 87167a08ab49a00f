//! The service worker's list of what it keeps, and the version that follows from it.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::compress;
use super::digest::Digest;
use super::index::INDEX;
use super::{files, write};

/// The service worker's name, in `assets/offline` and in the site. It must lie beside the page, whose
/// requests it answers.
pub const WORKER: &str = "sw.js";
/// A folder with this file is a bundle.
const BUNDLE_SIGN: &str = "SHA256SUMS";

/// Files that not every visit needs: the program that reads words.
const LATER: [&str; 2] = ["reader.js", "reader_bg.wasm"];

/// Writes the service worker into the site.
pub fn write_worker(dist: &Path, template: &str) -> anyhow::Result<()> {
    let paths = files(dist)?;
    let (mut list, mut later) = (Vec::new(), Vec::new());
    for path in shell(&paths) {
        let file = dist.join(path);
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        // Some servers redirect the file's own name to the folder, and a redirected answer may not be
        // given to a navigation.
        let address = if path == INDEX { "./" } else { path };
        let part = if LATER.contains(&path) { &mut later } else { &mut list };
        part.push((address, Digest::of(&bytes).integrity()));
    }
    write(&dist.join(WORKER), filled(template, &list, &later)?.as_bytes())
}

/// What the page is made of: all but the bundles, whose files the page's worker keeps by their hashes.
fn shell(paths: &[String]) -> Vec<&str> {
    let bundles: Vec<&str> = paths
        .iter()
        .filter_map(|path| path.strip_suffix(BUNDLE_SIGN))
        .filter(|folder| folder.ends_with('/'))
        .collect();
    let kept = |path: &&str| {
        *path != WORKER
            && compress::source(path).is_none()
            && !bundles.iter().any(|folder| path.starts_with(folder))
            // Trunk's working folder and what editors and systems leave.
            && !path.split('/').any(|part| part.starts_with('.'))
    };
    paths.iter().map(String::as_str).filter(kept).collect()
}

/// Puts the lists and their version in the places of the marks.
fn filled(template: &str, list: &[(&str, String)], later: &[(&str, String)]) -> anyhow::Result<String> {
    let (shell, later) = (serde_json::to_string(list)?, serde_json::to_string(later)?);
    let version = Digest::of(format!("{shell}{later}").as_bytes()).short();
    let lines = |list: String| list.replace("],[", "],\n[");
    let mut text = template.to_owned();
    let marks = [
        ("/*SHELL*/ []", lines(shell)),
        ("/*LATER*/ []", lines(later)),
        ("/*VERSION*/ ''", format!("'{version}'")),
    ];
    for (mark, value) in marks {
        if text.matches(mark).count() != 1 {
            bail!("{WORKER} should have the mark {mark} once");
        }
        text = text.replace(mark, &value);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "const SHELL = new Map(/*SHELL*/ []);\nconst LATER = new Map(/*LATER*/ []);\nconst VERSION = /*VERSION*/ '';\n";

    #[test]
    fn the_shell_is_all_but_bundles_and_copies() {
        let paths = [
            ".stage/page.js",
            "bundle/SHA256SUMS",
            "bundle/model.safetensors",
            "forms/init/SHA256SUMS",
            "forms/init/config.json",
            "forms/note.txt",
            "index.html",
            "index.html.br",
            "page.js",
            "page.js.gz",
            "photos/boats.jpg",
            "sw.js",
        ];
        let paths = paths.map(String::from);
        assert_eq!(shell(&paths), ["forms/note.txt", "index.html", "page.js", "photos/boats.jpg"]);
    }

    #[test]
    fn list_and_version_take_the_places_of_the_marks() {
        let filled = |hash: &str, later: &str| {
            let list = [("./", hash.to_owned()), ("a.js", "y".to_owned())];
            super::filled(TEMPLATE, &list, &[("reader.js", later.to_owned())]).unwrap()
        };
        let list = |hash: &str| filled(hash, "r");
        let text = list("x");
        assert!(text.starts_with("const SHELL = new Map([[\"./\",\"x\"],\n[\"a.js\",\"y\"]]);\n"), "{text}");
        let version = |text: &str| text.split('\'').nth(1).unwrap().to_owned();
        assert_eq!(version(&text).len(), 16);
        assert!(text.contains("const LATER = new Map([[\"reader.js\",\"r\"]]);\n"), "{text}");
        assert_ne!(version(&text), version(&list("z")));
        assert_ne!(version(&text), version(&filled("x", "s")));
    }

    #[test]
    fn a_worker_without_its_marks_is_refused() {
        for template in ["", "/*SHELL*/ []", &TEMPLATE.repeat(2)] {
            assert!(filled(template, &[], &[]).unwrap_err().to_string().contains("should have the mark"));
        }
    }

    #[test]
    fn the_worker_that_ships_has_its_marks() {
        let template = include_str!("../../../assets/offline/sw.js");
        assert!(filled(template, &[("./", "x".to_owned())], &[]).unwrap().contains("[[\"./\",\"x\"]]"));
    }
}
