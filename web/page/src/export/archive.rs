//! The queue as a ZIP of Markdown files, one a photo, and an index of them.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Row, markdown};

/// Packs the queue.
///
/// # Errors
/// None that a list in memory would cause.
pub fn archive(rows: &[Row]) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    // A few lines a photo: not worth a compressor in the page.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut taken = BTreeSet::from(["index.md".to_owned()]);
    let mut index = String::from("# Alt texts\n\n");
    for row in rows {
        let name = free(&row.path, &mut taken);
        writer.start_file(name.as_str(), options)?;
        writer.write_all(page(row, &name).as_bytes())?;
        let said = match (row.alt.as_deref(), row.draft.as_deref()) {
            (Some(""), _) => "(decorative)".to_owned(),
            (Some(alt), _) => alt.to_owned(),
            (None, Some(draft)) => format!("(not looked at) {draft}"),
            (None, None) => "(open)".to_owned(),
        };
        index += &format!("- {}: {}\n", link(&row.path, &name), said.replace(['\n', '\r'], " "));
    }
    writer.start_file("index.md", options)?;
    writer.write_all(index.as_bytes())?;
    Ok(writer.finish()?.into_inner())
}

fn link(text: &str, name: &str) -> String {
    // The same escapes as an image, without the mark that makes it one.
    markdown(name, text).trim_start_matches('!').to_owned()
}

/// A photo's page, which lies beside where the photo lay.
fn page(row: &Row, name: &str) -> String {
    // A folder whose name had to change has the photo elsewhere.
    let beside = name.rsplit_once('/').map(|(folder, _)| folder)
        == row.path.rsplit_once('/').map(|(folder, _)| folder);
    let source = if beside { &row.file } else { &row.path };
    let mut lines = Vec::new();
    if let Some(alt) = &row.alt {
        lines.extend([markdown(source, alt), String::new()]);
    }
    lines.push(format!("- State: {}", row.state.name()));
    lines.push(format!("- Purpose: {}", row.purpose.name()));
    if let Some(draft) = &row.draft {
        lines.push(format!("- Draft: {draft}"));
    }
    if let Some(suggestion) = &row.suggestion {
        lines.push(format!("- Suggestion: {suggestion}"));
    }
    if let Some(confidence) = row.confidence {
        lines.push(format!("- Confidence: {:.0} %", confidence * 100.0));
    }
    lines.extend(row.problem.iter().map(|problem| format!("- Problem: {problem}")));
    lines.extend(row.remarks.iter().map(|remark| format!("- Remark: {remark}")));
    lines.push(String::new());
    lines.join("\n")
}

/// A path in the archive for a photo's page, another for each, that every system can unpack: the folders stay.
fn free(path: &str, taken: &mut BTreeSet<String>) -> String {
    let forbidden = |c: char| c.is_control() || "\\:*?\"<>|".contains(c);
    let part = |part: &str| {
        let part: String = part.chars().map(|c| if forbidden(c) { '-' } else { c }).collect();
        part.trim_matches(['.', ' ']).to_owned()
    };
    // Nothing climbs out of the folder that it is unpacked in.
    let parts: Vec<String> = path.split('/').map(part).filter(|part| !part.is_empty()).collect();
    let stem = if parts.is_empty() { "photo".to_owned() } else { parts.join("/") };
    let name = |number: usize| match number {
        1 => format!("{stem}.md"),
        _ => format!("{stem} {number}.md"),
    };
    // Systems that do not tell cases apart would put one over the other.
    let found = (1..).map(name).find(|name| taken.insert(name.to_lowercase()));
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::super::tests::row;
    use super::*;

    #[test]
    fn every_photo_has_a_page() {
        let rows = [
            row("dog.jpg", Some("A dog.")),
            row("DOG.jpg", None),
            row("../../etc/passwd", Some("")),
            row("", Some("x")),
            row("trip/day 1/header.jpg", Some("A hill.")),
            row("trip/day 2/header.jpg", None),
        ];
        let mut archive = zip::ZipArchive::new(Cursor::new(archive(&rows).unwrap())).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        for name in [
            "dog.jpg.md",
            "DOG.jpg 2.md",
            "etc/passwd.md",
            "photo.md",
            "trip/day 1/header.jpg.md",
            "trip/day 2/header.jpg.md",
            "index.md",
        ] {
            assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
        }
        let mut text = String::new();
        archive.by_name("dog.jpg.md").unwrap().read_to_string(&mut text).unwrap();
        assert!(
            text.starts_with(
                "![A dog.](dog.jpg)\n\n- State: accepted\n- Purpose: informative\n- Suggestion:"
            ),
            "{text}"
        );
        let mut text = String::new();
        archive.by_name("trip/day 1/header.jpg.md").unwrap().read_to_string(&mut text).unwrap();
        assert!(text.starts_with("![A hill.](header.jpg)\n"), "{text}");
        let mut text = String::new();
        archive.by_name("trip/day 2/header.jpg.md").unwrap().read_to_string(&mut text).unwrap();
        // A photo that nobody has looked at gets no image that says something, or nothing, of it.
        assert!(text.starts_with("- State: suggested\n") && !text.contains("!["), "{text}");
        assert!(text.contains("- Draft: Perhaps a dog runs.\n"), "{text}");
        let mut index = String::new();
        archive.by_name("index.md").unwrap().read_to_string(&mut index).unwrap();
        assert!(index.contains("- [dog.jpg](dog.jpg.md): A dog.\n"), "{index}");
        assert!(
            index.contains("- [DOG.jpg](DOG.jpg%202.md): (not looked at) Perhaps a dog runs.\n"),
            "{index}"
        );
    }
}
