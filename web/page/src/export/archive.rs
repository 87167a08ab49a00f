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
        let name = free(&row.file, &mut taken);
        writer.start_file(name.as_str(), options)?;
        writer.write_all(page(row).as_bytes())?;
        let alt = row.alt.as_deref().unwrap_or("(open)");
        let alt = if alt.is_empty() { "(decorative)" } else { alt };
        index += &format!("- {}: {}\n", link(&row.file, &name), alt.replace(['\n', '\r'], " "));
    }
    writer.start_file("index.md", options)?;
    writer.write_all(index.as_bytes())?;
    Ok(writer.finish()?.into_inner())
}

fn link(text: &str, name: &str) -> String {
    // The same escapes as an image, without the mark that makes it one.
    markdown(name, text, showtell_types::alt::Purpose::Informative).trim_start_matches('!').to_owned()
}

/// A photo's page.
fn page(row: &Row) -> String {
    let mut lines = vec![
        markdown(&row.file, row.alt.as_deref().unwrap_or_default(), row.purpose),
        String::new(),
        format!("- Purpose: {}", row.purpose.name()),
    ];
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

/// A name in the archive for a photo's page, another for each, that every system can unpack.
fn free(file: &str, taken: &mut BTreeSet<String>) -> String {
    let forbidden = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    let stem: String = file.chars().map(|c| if forbidden(c) { '-' } else { c }).collect();
    let stem = stem.trim_matches(['.', ' ']);
    let stem = if stem.is_empty() { "photo" } else { stem };
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
        ];
        let mut archive = zip::ZipArchive::new(Cursor::new(archive(&rows).unwrap())).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        for name in ["dog.jpg.md", "DOG.jpg 2.md", "-..-etc-passwd.md", "photo.md", "index.md"] {
            assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
        }
        let mut text = String::new();
        archive.by_name("dog.jpg.md").unwrap().read_to_string(&mut text).unwrap();
        assert!(
            text.starts_with("![A dog.](dog.jpg)\n\n- Purpose: informative\n- Suggestion: A dog runs.\n")
        );
        let mut index = String::new();
        archive.by_name("index.md").unwrap().read_to_string(&mut index).unwrap();
        assert!(index.contains("- [dog.jpg](dog.jpg.md): A dog.\n"), "{index}");
        assert!(index.contains("- [DOG.jpg](DOG.jpg%202.md): (open)\n"), "{index}");
    }
}
