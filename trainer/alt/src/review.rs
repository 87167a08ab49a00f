//! A table for a person to edit: written as CSV that spreadsheets open, read as they save it, and applied
//! to the pages row by row.
//!
//! A row is known by file, line, column, address and the text as it was. One whose place says something else
//! by now is refused; the others are applied.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};
use serde::{Deserialize, Serialize};

use crate::edit::{Edit, fitting, replace, tidy};
use crate::image::Image;
use crate::position::{Position, Positions};
use crate::report::{Complaint, file};
use crate::source::shown;
use crate::survey::{Outcome, Surveyed};
use crate::walk::PageFile;
use crate::{MAX_PAGE, PageError};

/// The most bytes of a table.
const MAX_TABLE: u64 = 64 << 20;

/// What is to be done about an image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Write the text, where there is one.
    #[default]
    #[serde(alias = "")]
    Write,
    /// Say that it is decoration: `alt=""`.
    Decorative,
    /// Leave it as it is.
    Leave,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The page's file, as the report names it.
    pub file: String,
    /// Where the image begins.
    pub line: usize,
    /// Where in the line.
    pub column: usize,
    /// Its address, short.
    pub source: String,
    /// What is wrong, in words.
    pub problem: String,
    /// The text as it was.
    pub was: String,
    /// What the captioner would say, as a percentage of confidence.
    pub confidence: String,
    /// Why it takes a person, where it does.
    pub note: String,
    /// What to do.
    #[serde(deserialize_with = "decision")]
    pub decision: Decision,
    /// The text to write.
    pub alt: String,
}

/// People write in capitals and beside spaces.
fn decision<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Decision, D::Error> {
    let text = String::deserialize(from)?.trim().to_lowercase();
    Decision::deserialize(serde::de::value::StrDeserializer::new(&text))
}

/// Why a table could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReviewError {
    /// The file cannot be read.
    #[error("cannot read the table")]
    File(#[from] io::Error),
    /// It is in another encoding.
    #[error("the table is not UTF-8: save it as \u{201c}CSV UTF-8\u{201d}")]
    Utf8,
    /// It has no row of titles: it is empty, or no table at all.
    #[error("the table has no titles: expected the columns that --review writes")]
    Untitled,
    /// It is no such table.
    #[error("no table of alt texts")]
    Table(#[from] csv::Error),
}

/// The findings as a table: UTF-8 with a byte order mark and CRLF, as spreadsheets expect it.
///
/// # Errors
/// Never in practice.
pub fn table(pages: &[Surveyed]) -> Result<Vec<u8>, csv::Error> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xef\xbb\xbf".to_vec());
    for page in pages {
        for finding in &page.findings {
            let (suggestion, note) = match &finding.outcome {
                Outcome::Written { .. } | Outcome::Skipped { .. } => continue,
                Outcome::Suggested { suggestion } => (Some(suggestion), ""),
                Outcome::Person { reason, suggestion } => (suggestion.as_ref(), reason.as_str()),
                Outcome::Listed | Outcome::Fillable => (None, ""),
            };
            let problems: Vec<&str> =
                finding.problems.iter().map(|problem| problem.message.as_str()).collect();
            let safe = |text: &str| guarded(text);
            let field = suggestion.and_then(|suggestion| suggestion.embedded);
            let captioned = suggestion.filter(|_| field.is_none());
            let decided = matches!(finding.outcome, Outcome::Suggested { .. });
            writer.serialize(Row {
                file: safe(&file(&page.file.path)),
                line: finding.span[0].line,
                column: finding.span[0].column,
                source: safe(&finding.source),
                problem: safe(&problems.join(" ")),
                was: safe(finding.alt.as_deref().unwrap_or_default()),
                confidence: captioned.map(|s| format!("{:.0}", s.confidence * 100.0)).unwrap_or_default(),
                note: safe(&field.map_or_else(
                    || note.to_owned(),
                    |field| format!("{note} the picture's {field}").trim().to_owned(),
                )),
                decision: if decided { Decision::Write } else { Decision::Leave },
                alt: suggestion.map(|suggestion| safe(&suggestion.text)).unwrap_or_default(),
            })?;
        }
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// Reads a table that a spreadsheet has saved: with commas, semicolons or tabs, any line ends, UTF-8 with or
/// without a byte order mark, or UTF-16 with one.
///
/// # Errors
/// [`ReviewError`].
pub fn read(path: &Path) -> Result<Vec<Row>, ReviewError> {
    let bytes = showtell_files::read(path, MAX_TABLE)?;
    let (encoding, mark) = Encoding::for_bom(&bytes).unwrap_or((UTF_8, 0));
    let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
    if damaged {
        return Err(ReviewError::Utf8);
    }
    let head = text.lines().next().unwrap_or_default();
    if !["file", "line", "decision", "alt"].iter().all(|title| head.contains(title)) {
        return Err(ReviewError::Untitled);
    }
    let count = |mark: u8| head.bytes().filter(|&byte| byte == mark).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|&mark| count(mark)).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let rows = reader.deserialize::<Row>().map(|row| {
        row.map(|row| Row {
            file: unguarded(&row.file).to_owned(),
            source: unguarded(&row.source).to_owned(),
            was: unguarded(&row.was).to_owned(),
            alt: tidy(unguarded(&row.alt)),
            ..row
        })
    });
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A cell that no spreadsheet takes for a formula.
fn guarded(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// What came of a table.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Applied {
    /// Texts written.
    pub written: usize,
    /// Rows left as they are.
    pub left: usize,
    /// Rows that could not be applied, and why.
    pub refused: Vec<Complaint>,
}

/// Applies rows to the pages among `files` that they name. A page is written once, with all its rows.
#[must_use]
pub fn apply(rows: &[Row], files: &[PageFile]) -> Applied {
    let mut applied = Applied::default();
    let known: BTreeMap<String, &PageFile> = files.iter().map(|page| (file(&page.path), page)).collect();
    let mut pages: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        if row.decision == Decision::Leave || (row.decision == Decision::Write && row.alt.is_empty()) {
            applied.left += 1;
        } else {
            pages.entry(&row.file).or_default().push(row);
        }
    }
    for (name, rows) in pages {
        let result = match known.get(name) {
            Some(file) => page(file, &rows, &mut applied),
            None => Err("it is not among the pages: name the same paths as for --review".to_owned()),
        };
        if let Err(reason) = result {
            applied.refused.push(Complaint { file: name.to_owned(), message: reason });
        }
    }
    applied
}

fn page(file: &PageFile, rows: &[&Row], applied: &mut Applied) -> Result<(), String> {
    let worded = |error: PageError| error.to_string();
    let old = showtell_files::read(&file.place, MAX_PAGE).map_err(|error| error.to_string())?;
    let (page, encoding) = file.kind.read(&old).map_err(worded)?;
    let mut positions = Positions::new(&old, encoding);
    let places: HashMap<Position, usize> = page
        .images
        .iter()
        .enumerate()
        .map(|(place, image)| (positions.at(image.span.start), place))
        .collect();
    let mut edits: Vec<Edit> = Vec::new();
    let mut wanting: HashMap<usize, &Row> = HashMap::new();
    let refuse = |row: &Row, reason: &str, applied: &mut Applied| {
        let message = format!("{}:{}: {reason}", row.line, row.column);
        applied.refused.push(Complaint { file: row.file.clone(), message });
    };
    for row in rows {
        let wanted = if row.decision == Decision::Decorative { "" } else { row.alt.as_str() };
        let position = Position { line: row.line, column: row.column };
        let found = places.get(&position).copied();
        let reason = match found.map(|place| (place, &page.images[place])) {
            Some((place, image)) if same(row, image) => {
                let edit = Edit { image: place, text: wanted.to_owned() };
                if wanted.is_empty() && !image.slot.form.can_be_decorative() {
                    "Markdown cannot say that a picture is decoration: write it as HTML, with alt=\"\""
                } else if let Entry::Vacant(free) = wanting.entry(place) {
                    free.insert(row);
                    edits.push(edit);
                    continue;
                } else {
                    "another row says the same image"
                }
            }
            // Applied before.
            Some((_, image)) if image.alt.as_deref() == Some(wanted) => {
                applied.left += 1;
                continue;
            }
            _ => "the page has changed there since the table was written",
        };
        refuse(row, reason, applied);
    }
    let (new, unfit) = fitting(file.kind, &old, &edits).map_err(worded)?;
    for row in unfit.iter().filter_map(|place| wanting.get(place)) {
        refuse(row, "the text cannot be put there without changing more", applied);
    }
    if edits.len() == unfit.len() {
        return Ok(());
    }
    replace(&file.place, &old, &new).map_err(worded)?;
    applied.written += edits.len() - unfit.len();
    Ok(())
}

/// Whether an image is the one that a row was written for. Spreadsheets may change line ends within a cell.
fn same(row: &Row, image: &Image) -> bool {
    let was = match &image.alt {
        // Its author has decided since.
        Some(alt) if alt.is_empty() => return false,
        alt => alt.as_deref().unwrap_or_default(),
    };
    let source = image.sources.first().map(|source| shown(source)).unwrap_or_default();
    tidy(was) == tidy(&row.was) && tidy(&source) == tidy(&row.source)
}
