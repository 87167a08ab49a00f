//! The queue as files: CSV, JSON, and a ZIP of Markdown; one photo as text, HTML and Markdown.

mod archive;
mod markup;
mod save;

use serde::Serialize;
use showtell_types::alt::{Purpose, Remark};
use showtell_types::{Rung, Trust};

use crate::desk::{Entry, Progress};

pub use archive::archive;
pub use markup::{html, markdown};
pub use save::save;

/// A photo's line in an export.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The file's name.
    pub file: String,
    /// What the image is for.
    pub purpose: Purpose,
    /// The alt text; nothing where it is still open.
    pub alt: Option<String>,
    /// What the captioner suggested.
    pub suggestion: Option<String>,
    /// The probability that the suggestion is right, where it was measured.
    pub confidence: Option<f32>,
    /// How far the suggestion is to be trusted.
    pub trust: Option<Trust>,
    /// How much the suggestion says.
    pub rung: Option<Rung>,
    /// Other sentences.
    pub candidates: Vec<String>,
    /// What could be better about the alt text.
    pub remarks: Vec<Remark>,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// Why there is no suggestion.
    pub problem: Option<String>,
}

impl Row {
    /// A photo as it stands; `problem` words a refusal.
    #[must_use]
    pub fn new(entry: &Entry, problem: impl Fn(&showtell_protocol::Refusal) -> String) -> Self {
        use leptos::prelude::{GetUntracked, WithUntracked};
        let draft = entry.draft.get_untracked();
        let size = entry.look.with_untracked(|look| look.as_ref().map(|look| look.size));
        let decided = draft.purpose == Purpose::Decorative || !draft.alt().trim().is_empty();
        let mut row = Self {
            file: entry.name.clone(),
            purpose: draft.purpose,
            alt: decided.then(|| draft.alt().trim().to_owned()),
            suggestion: None,
            confidence: None,
            trust: None,
            rung: None,
            candidates: Vec::new(),
            remarks: if decided { draft.remarks(&entry.name) } else { Vec::new() },
            width: size.map(|(width, _)| width),
            height: size.map(|(_, height)| height),
            problem: None,
        };
        entry.progress.with_untracked(|progress| match progress {
            Progress::Done(finding) => {
                let caption = &finding.caption;
                row.suggestion = Some(caption.text.clone());
                let measured = caption.confidence.is_calibrated();
                row.confidence = caption.confidence.probability();
                row.trust = measured.then_some(caption.trust);
                row.rung = measured.then_some(caption.answer.rung);
                row.candidates = caption.alternatives.iter().map(|other| other.text.clone()).collect();
            }
            Progress::Refused(refusal) => row.problem = Some(problem(refusal)),
            Progress::Waiting | Progress::Working => {}
        });
        row
    }
}

/// The queue as CSV (RFC 4180), a byte order mark first: spreadsheets take it for Latin-1 otherwise.
///
/// # Errors
/// None that a list in memory would cause.
pub fn csv(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".into());
    writer.write_record(["file", "alt", "purpose", "suggestion", "confidence", "remarks", "problem"])?;
    for row in rows {
        let confidence = row.confidence.map_or(String::new(), |share| format!("{share:.3}"));
        let remarks: Vec<String> = row.remarks.iter().map(ToString::to_string).collect();
        let cells = [
            row.file.as_str(),
            row.alt.as_deref().unwrap_or_default(),
            row.purpose.name(),
            row.suggestion.as_deref().unwrap_or_default(),
            &confidence,
            &remarks.join(" "),
            row.problem.as_deref().unwrap_or_default(),
        ];
        writer.write_record(cells.map(defused))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV injection").
fn defused(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// The queue as a JSON array.
///
/// # Errors
/// None that plain data would cause.
pub fn json(rows: &[Row]) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec_pretty(rows)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn row(file: &str, alt: Option<&str>) -> Row {
        Row {
            file: file.to_owned(),
            purpose: Purpose::Informative,
            alt: alt.map(ToOwned::to_owned),
            suggestion: Some("A dog runs.".to_owned()),
            confidence: Some(0.25),
            trust: Some(Trust::Plain),
            rung: Some(Rung::Sentence),
            candidates: vec!["A brown dog runs.".to_owned()],
            remarks: Vec::new(),
            width: Some(640),
            height: Some(480),
            problem: None,
        }
    }

    #[test]
    fn tables_are_quoted_and_defused() {
        let text = csv(&[row("a,\"b\".jpg", Some("two\nlines")), row("=1+1.jpg", None)]).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(
            text,
            "\u{feff}file,alt,purpose,suggestion,confidence,remarks,problem\r\n\
             \"a,\"\"b\"\".jpg\",\"two\nlines\",informative,A dog runs.,0.250,,\r\n\
             '=1+1.jpg,,informative,A dog runs.,0.250,,\r\n"
        );
    }

    #[test]
    fn what_is_open_is_null() {
        let read: serde_json::Value = serde_json::from_slice(&json(&[row("a.jpg", None)]).unwrap()).unwrap();
        assert_eq!(read[0]["alt"], serde_json::Value::Null);
        assert_eq!(read[0]["purpose"], "informative");
        assert_eq!(read[0]["trust"], "plain");
    }
}
