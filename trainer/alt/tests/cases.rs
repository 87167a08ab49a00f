//! Pages after what went wrong with other programs, and what is to come of them: a file for each kind in `cases/`.
//!
//! A file begins with what its pages have in common. Each page begins with a line `@@@ NAME EXPECTED`:
//!
//! | expected | |
//! |---|---|
//! | `U` | no byte changes |
//! | `U-` | and nothing is said |
//! | `UP` | no byte changes, and an image is left to a person |
//! | `F` | a text is written for one image, and no other byte changes |
//! | `F*` | a text takes the place of one that says nothing |
//! | `FT` | a text is written, or something is said |
//!
//! `⟨bom⟩` stands for a byte order mark and `⟨cr⟩` for a carriage return. With `CASE=NN`, only that kind is tried.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use showtell_alt::survey::{Finding, Outcome};
use showtell_alt::{Captions, Goal, Kept, PageFiles, Policy, Trust};

const TEXT: &str = "Two boats at a pier.";

struct Page {
    name: String,
    expected: String,
    text: String,
}

fn pages(file: &Path) -> Vec<Page> {
    let text = fs::read_to_string(file).unwrap();
    let parts = text.split("\n@@@ ").skip(1);
    let page = |part: &str| {
        let (head, text) = part.split_once('\n').unwrap();
        let (name, expected) = head.split_once(' ').unwrap();
        let text = text.replace("⟨bom⟩", "\u{feff}").replace("⟨cr⟩", "\r");
        Page { name: name.to_owned(), expected: expected.to_owned(), text: format!("{text}\n") }
    };
    parts.map(page).collect()
}

/// What is wrong with what came of a page.
fn fault(page: &Page, new: &str, said: &[&Finding]) -> Option<String> {
    let outcomes: Vec<&Outcome> = said.iter().map(|finding| &finding.outcome).collect();
    let person = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Person { .. }));
    let written = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Written { .. })).count();
    let same = new == page.text;
    // The text alone, or in an attribute, is all that has come in.
    let inserted = [
        format!(" alt=\"{TEXT}\" "),
        format!(" alt=\"{TEXT}\""),
        format!("|{TEXT}"),
        format!("{TEXT}|"),
        TEXT.into(),
    ];
    let only = inserted.iter().any(|text| new.replacen(text, "", 1) == page.text);
    let right = match page.expected.as_str() {
        "U" => same,
        "U-" => same && said.is_empty(),
        "UP" => same && person,
        "F" => written == 1 && only,
        "F*" => written == 1 && new.contains(TEXT),
        "FT" => (written == 1 && only) || (same && !said.is_empty()),
        other => return Some(format!("no such expectation: {other}")),
    };
    (!right).then(|| format!("expected {}, but {outcomes:?} and\n{new}", page.expected))
}

#[test]
fn every_page_comes_out_as_it_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let picture = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/grey.jpg")).unwrap();
    let only = std::env::var("CASE").unwrap_or_default();
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.file_name().unwrap().to_string_lossy().starts_with(&only));
    files.sort();
    let (mut count, mut faults) = (0, Vec::new());
    for file in files {
        let pages = pages(&file);
        let kind = file.file_stem().unwrap().to_string_lossy().into_owned();
        let site = tempfile::tempdir().unwrap();
        for name in ["photo.jpg", "photo2.jpg", "coca-cola.jpg"] {
            fs::write(site.path().join(name), &picture).unwrap();
        }
        for page in &pages {
            fs::write(site.path().join(&page.name), &page.text).unwrap();
        }
        let mut read = PageFiles::find(&[site.path().to_owned()]).survey(None, Goal::Describe).unwrap();
        let kept = Kept { text: TEXT.to_owned(), confidence: 0.9, trust: Trust::Plain, answer: None };
        let captions: Captions =
            read.pictures().into_iter().map(|picture| (picture, Ok(kept.clone()))).collect();
        read.suggest(&Policy::default(), &captions);
        read.write();
        faults.extend(read.complaints.iter().map(|complaint| format!("{kind}: {complaint:?}")));
        for page in pages {
            count += 1;
            let surveyed = read.pages.iter().find(|surveyed| surveyed.file.path.ends_with(&page.name));
            let said: Vec<&Finding> = surveyed.iter().flat_map(|surveyed| &surveyed.findings).collect();
            let new = fs::read_to_string(site.path().join(&page.name)).unwrap();
            let fault = fault(&page, &new, &said);
            faults.extend(fault.map(|fault| format!("{kind}/{}: {fault}", page.name)));
        }
    }
    assert!(faults.is_empty(), "{} faults in {count} pages:\n\n{}", faults.len(), faults.join("\n\n"));
    assert!(count > 0, "no page was tried");
}
