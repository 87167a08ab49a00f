//! The pictures that people judged: what docs/pictures says the program says of them must be what it
//! says.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::fs;

use showtell_tests::{json_lines, root, shipped, showtell, succeed};

/// A row of the table: file, what the program says, how a person judged it.
fn rows(page: &str) -> Vec<[String; 3]> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| !["));
    rows.map(|row| {
        let (_, rest) = row.split_once("](").unwrap();
        let (file, rest) = rest.split_once(") | ").unwrap();
        let cells: Vec<&str> = rest.split(" | ").collect();
        [file, cells[0], cells[1]].map(str::to_owned)
    })
    .collect()
}

#[test]
fn the_judged_pictures_are_described_as_the_page_says() {
    let folder = root().join("docs/pictures");
    let page = fs::read_to_string(folder.join("README.md")).unwrap();
    let rows = rows(&page);
    let pictures =
        fs::read_dir(&folder).unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut pictures: Vec<String> = pictures.filter(|name| name.ends_with(".jpg")).collect();
    pictures.sort();
    let mut judged: Vec<&String> = rows.iter().map(|[file, ..]| file).collect();
    judged.sort();
    assert_eq!(judged, pictures.iter().collect::<Vec<_>>());
    assert_eq!(rows.len(), 40);

    let mut command = showtell();
    command.args(["caption", "--json", "--bundle"]).arg(shipped());
    let output = succeed(command.args(rows.iter().map(|[file, ..]| folder.join(file))));
    for ([file, said, _], found) in rows.iter().zip(json_lines(&output)) {
        assert_eq!(found["told"].as_str().unwrap(), said, "{file}");
    }

    // The counts above the table are those of the table.
    let mut counts = BTreeMap::new();
    for [_, _, verdict] in &rows {
        *counts.entry(verdict.as_str()).or_insert(0) += 1;
    }
    for (verdict, count) in counts {
        let claim = format!("**{count} {verdict}**");
        assert!(page.contains(&claim), "{claim} is not on the page");
    }
}
