//! What the documents promise about themselves: the front page is short, its figures are of the bundle that ships, and
//! links lead somewhere.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Parser, Tag};
use showtell_tests::root;
use walkdir::WalkDir;

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Markdown files of the repository.
fn documents() -> Vec<PathBuf> {
    let ours = |name: &str| !["target", "node_modules", "dist"].contains(&name) && !name.starts_with('.');
    WalkDir::new(root())
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || entry.file_name().to_str().is_some_and(ours))
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

#[test]
fn the_front_page_is_short_and_its_figures_are_of_the_bundle_that_ships() {
    let readme = read(&root().join("README.md"));
    assert!(readme.len() <= 9000, "{} bytes", readme.len());
    let sums = read(&root().join("assets/showtell-everyday/SHA256SUMS"));
    let weights = sums.lines().find(|line| line.ends_with("model.safetensors")).unwrap();
    assert!(readme.contains(&weights[..12]), "the README has no figures of {}", &weights[..12]);
}

/// Each promise of SECURITY.md names the tests that hold it.
#[test]
fn promises_of_security_have_tests_of_these_names() {
    let text = read(&root().join("SECURITY.md"));
    let rows = text.lines().filter(|line| line.starts_with("| ") && line.contains('`'));
    let tests: Vec<&str> = rows
        .flat_map(|row| {
            row.trim_end_matches(" |").rsplit(" | ").next().unwrap().split('`').skip(1).step_by(2)
        })
        .collect();
    assert!(tests.len() > 10, "{tests:?}");
    let sources: String = ["shared", "trainer", "tests"]
        .into_iter()
        .flat_map(|folder| WalkDir::new(root().join(folder)))
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| !path.components().any(|part| part.as_os_str() == "node_modules"))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs" || extension == "mjs"))
        .map(|path| read(&path))
        .collect();
    let is_there = |test: &str| {
        ["fn NAME(", "test('NAME'"].iter().any(|form| sources.contains(&form.replace("NAME", test)))
    };
    let missing: Vec<_> = tests.into_iter().filter(|test| !is_there(test)).collect();
    assert!(missing.is_empty(), "SECURITY.md names tests that are not there: {missing:?}");
}

#[test]
fn links_lead_to_files_that_are_there() {
    let mut broken = Vec::new();
    for document in documents() {
        // Of the package as it is built, not as it lies here.
        let built = document.ends_with("web/js/README.md");
        let text = read(&document);
        let links = Parser::new(&text).filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url),
            _ => None,
        });
        for link in links {
            let link = link.split('#').next().unwrap_or_default();
            let elsewhere = link.is_empty() || link.contains("://") || link.starts_with("mailto:");
            let target = document.parent().unwrap().join(link);
            let is_there = target.exists() || built && link.starts_with("bundle/");
            if !elsewhere && !is_there {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
