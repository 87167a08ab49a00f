//! The report for programs.

use serde::Serialize;

use super::{Complaint, Report, Summary, file};
use crate::lint::{Level, Problem};
use crate::position::Position;
use crate::survey::Outcome;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    summary: Summary,
    findings: Vec<Row<'a>>,
    errors: &'a [Complaint],
}

#[derive(Serialize)]
struct Row<'a> {
    file: String,
    #[serde(flatten)]
    start: Position,
    source: &'a str,
    alt: Option<&'a str>,
    level: Level,
    problems: &'a [Problem],
    #[serde(flatten)]
    outcome: &'a Outcome,
    remains: bool,
}

/// One object: `version`, `summary`, `findings` and `errors`.
///
/// # Errors
/// Never in practice.
pub fn json(report: &Report<'_>) -> serde_json::Result<String> {
    let findings = report.pages.iter().flat_map(|page| {
        page.findings.iter().map(|finding| Row {
            file: file(&page.file.path),
            start: finding.span[0],
            source: &finding.source,
            alt: finding.alt.as_deref(),
            level: finding.level(),
            problems: &finding.problems,
            outcome: &finding.outcome,
            remains: finding.remains(),
        })
    });
    let (summary, findings) = (report.summary(), findings.collect());
    serde_json::to_string_pretty(&Document { version: 1, summary, findings, errors: report.complaints })
}
