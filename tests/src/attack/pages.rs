//! Pages and tables of strangers: damaged, slow to read, and full of what a terminal would obey.

use std::fs;
use std::time::Duration;

use tempfile::TempDir;

use super::{Ran, Random, Tally, run};
use crate::{root, showtell};

/// Pages that go through one run of the program.
const TOGETHER: usize = 20;

fn alt(folder: &TempDir, arguments: &[&str]) -> Ran {
    run(showtell().current_dir(folder.path()).arg("alt").args(arguments))
}

/// Test cases of pages with bytes changed: written with what pictures say of themselves, and read again.
pub fn mutated(tries: usize) -> Tally {
    let mut tally = Tally::new("pages: bytes changed (HTML, XHTML, Markdown), written, 20 a run");
    let mut random = Random::new(3);
    let cases = fs::read_dir(root().join("trainer/alt/tests/cases")).unwrap();
    let mut cases: Vec<_> = cases.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let cases: Vec<Vec<u8>> = cases.iter().map(|path| fs::read(path).unwrap()).collect();
    for first in (0..tries).step_by(TOGETHER) {
        let site = TempDir::new().unwrap();
        fs::write(site.path().join("a.svg"), "<svg><title>Two boats</title></svg>").unwrap();
        for attempt in first..(first + TOGETHER).min(tries) {
            let ending = ["html", "md", "xhtml"][random.below(3)];
            let case = random.below(cases.len());
            let mut page = random.mutated(&cases[case]);
            page.extend(b"\n\n<img src=a.svg>\n");
            fs::write(site.path().join(format!("{attempt}.{ending}")), page).unwrap();
            tally.tried += 1;
        }
        let ran = alt(&site, &[".", "--write"]);
        let left = fs::read_dir(site.path()).unwrap();
        let left =
            left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
        let left = (left.count() > 0).then(|| "files were left behind".to_owned());
        // What is taken for a command by a log begins a line.
        let raw =
            ran.stderr.lines().any(|line| line.trim_start().starts_with("::") || line.contains('\u{1b}'));
        tally.tried -= 1;
        tally.count(&format!("from {first}"), &ran, left.or(raw.then(|| "printed as it stands".to_owned())));
    }
    tally
}

/// Pages on which work could grow with the square of their length.
pub fn slow() -> Tally {
    let mut tally = Tally::new("pages: thousands of sources, images, stray cells, texts that fit nowhere");
    let declaration = "<meta charset=koi8-r>";
    let head = format!("<img src=a.svg>{}{declaration}", " ".repeat(1024 - 15 - declaration.len()));
    let stray = "<td lang=de aria-hidden=true>x".repeat(20_000) + &"<img src=a.svg>".repeat(20_000);
    let cases = [
        format!("<picture>{}{}</picture>", "<source srcset=x.jpg>".repeat(12_000), "<img>".repeat(12_000)),
        head + &"<img src=a.svg>".repeat(8_000),
        stray,
        "<html lang=de>".repeat(20_000) + &"<img src=a.svg>".repeat(2_000),
        "<div>".repeat(100_000) + "<img src=a.svg>",
    ];
    for (place, page) in cases.iter().enumerate() {
        for write in ["--check", "--write"] {
            let site = TempDir::new().unwrap();
            fs::write(site.path().join("a.svg"), "<svg><title>Two boats</title></svg>").unwrap();
            fs::write(site.path().join("index.html"), page).unwrap();
            let ran = alt(&site, &["index.html", write]);
            tally.count(
                &format!("page {place}, {write}"),
                &ran,
                ran.fault((Duration::from_secs(10), 1_000_000)),
            );
        }
    }
    tally
}

/// Tables that come back damaged, empty, or of something else.
pub fn tables(tries: usize) -> Tally {
    let mut tally = Tally::new("tables of a review: bytes changed, empty, zeros");
    let mut random = Random::new(4);
    let site = TempDir::new().unwrap();
    let page = "<img src=a.svg>\n".repeat(8);
    fs::write(site.path().join("a.svg"), "<svg><title>Two boats</title></svg>").unwrap();
    fs::write(site.path().join("index.html"), &page).unwrap();
    let made = alt(&site, &["index.html", "--review", "table.csv"]);
    tally.count("a table is written", &made, None);
    let whole = fs::read(site.path().join("table.csv")).unwrap();
    for attempt in 0..tries {
        let (table, empty) = match attempt {
            0 => (Vec::new(), true),
            1 => (vec![0; 1000], true),
            _ => (random.mutated(&whole), false),
        };
        fs::write(site.path().join("table.csv"), table).unwrap();
        fs::write(site.path().join("index.html"), &page).unwrap();
        let ran = alt(&site, &["index.html", "--apply", "table.csv"]);
        let taken = (empty && ran.succeeded()).then(|| "nothing was taken for a table".to_owned());
        tally.count(&format!("table {attempt}"), &ran, taken);
    }
    tally
}
