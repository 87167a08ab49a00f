//! The queue as files: CSV, JSON, and a ZIP of Markdown; one photo as text, HTML and Markdown.

mod archive;
mod copy;
pub mod lines;
mod markup;
mod save;

use serde::Serialize;
use showtell_types::alt::{Purpose, Remark};
use showtell_types::{Rung, Trust};

use crate::desk::{Entry, Outgoing, Progress, Review};

pub use archive::archive;
pub use copy::copy;
pub use markup::{html, markdown};
pub use save::save;

/// A photo's line in an export.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Where the file lay in the folder that was given; its name where none was.
    pub path: String,
    /// The file's name.
    pub file: String,
    /// How far the text has come.
    #[serde(serialize_with = "named")]
    pub state: Review,
    /// What the image is for.
    pub purpose: Purpose,
    /// The alt text that a person has accepted or written, empty for decoration; nothing where it is still open.
    pub alt: Option<String>,
    /// The text that nobody has looked at yet, with as much doubt as it deserves.
    pub draft: Option<String>,
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
    pub fn new(entry: &Entry, problem: impl Fn(&showtell_protocol::Refusal, &str) -> String) -> Self {
        use leptos::prelude::{GetUntracked, WithUntracked, untrack};
        let draft = entry.draft.get_untracked();
        let size = entry.look.with_untracked(|look| look.as_ref().map(|look| look.size));
        let outgoing = entry.outgoing();
        let written = outgoing.text().is_some();
        let (alt, unread) = match outgoing {
            Outgoing::Finished(text) => (Some(text), None),
            Outgoing::Silent => (Some(String::new()), None),
            Outgoing::Draft(text) => (None, Some(text)),
            Outgoing::Nothing => (None, None),
        };
        let mut row = Self {
            path: entry.path.clone(),
            file: entry.name().to_owned(),
            state: untrack(|| entry.review()),
            purpose: draft.purpose,
            alt,
            draft: unread,
            suggestion: None,
            confidence: None,
            trust: None,
            rung: None,
            candidates: Vec::new(),
            remarks: if written { draft.remarks(entry.name()) } else { Vec::new() },
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
            Progress::Refused(refusal) => row.problem = Some(problem(refusal, &row.path)),
            Progress::Waiting | Progress::Working => {}
        });
        row
    }
}

/// The columns of a table.
const COLUMNS: [&str; 10] =
    ["path", "alt", "state", "draft", "purpose", "suggestion", "trust", "confidence", "remarks", "problem"];

/// How far a suggestion is to be trusted, as JSON has it.
fn trust(trust: Trust) -> String {
    serde_json::to_value(trust).ok().and_then(|name| name.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

fn named<S: serde::Serializer>(state: &Review, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.name())
}

/// The queue as CSV (RFC 4180), a byte order mark first: spreadsheets take it for Latin-1 otherwise.
///
/// # Errors
/// None that a list in memory would cause.
pub fn csv(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".into());
    writer.write_record(COLUMNS)?;
    for row in rows {
        let confidence = row.confidence.map_or(String::new(), |share| format!("{share:.3}"));
        let remarks: Vec<String> = row.remarks.iter().map(ToString::to_string).collect();
        let cells = [
            row.path.as_str(),
            row.alt.as_deref().unwrap_or_default(),
            row.state.name(),
            row.draft.as_deref().unwrap_or_default(),
            row.purpose.name(),
            row.suggestion.as_deref().unwrap_or_default(),
            &row.trust.map(trust).unwrap_or_default(),
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
            path: file.to_owned(),
            file: file.rsplit('/').next().unwrap_or_default().to_owned(),
            state: if alt.is_some() { Review::Accepted } else { Review::Suggested },
            draft: alt.is_none().then(|| "Perhaps a dog runs.".to_owned()),
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
            "\u{feff}path,alt,state,draft,purpose,suggestion,trust,confidence,remarks,problem\r\n\
             \"a,\"\"b\"\".jpg\",\"two\nlines\",accepted,,informative,A dog runs.,plain,0.250,,\r\n\
             '=1+1.jpg,,suggested,Perhaps a dog runs.,informative,A dog runs.,plain,0.250,,\r\n"
        );
    }

    #[test]
    fn what_is_open_is_null() {
        let read: serde_json::Value =
            serde_json::from_slice(&json(&[row("b/a.jpg", None)]).unwrap()).unwrap();
        assert_eq!(read[0]["alt"], serde_json::Value::Null);
        assert_eq!(read[0]["purpose"], "informative");
        assert_eq!(read[0]["trust"], "plain");
        assert_eq!(
            [&read[0]["path"], &read[0]["file"], &read[0]["state"]],
            ["b/a.jpg", "a.jpg", "suggested"]
        );
    }
}
