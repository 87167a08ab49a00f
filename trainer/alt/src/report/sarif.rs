//! The report for code review: [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
//!
//! Of the standard only what is used here. What has been written is no result any more; a suggestion is a
//! fix that a reviewer may take.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};
use showtell_types::shown;

use super::{Report, file};
use crate::Kind;
use crate::edit::written;
use crate::lint::Rule;
use crate::position::Position;
use crate::survey::{Finding, Outcome};

/// One run with its results.
///
/// # Errors
/// Never in practice.
pub fn sarif(report: &Report<'_>) -> serde_json::Result<String> {
    let rules: Vec<Value> = Rule::ALL
        .into_iter()
        .map(|rule| {
            json!({
                "id": rule.name(),
                "shortDescription": { "text": rule.description() },
                "defaultConfiguration": { "level": rule.level().name() },
            })
        })
        .collect();
    let results: Vec<Value> = report
        .pages
        .iter()
        .flat_map(|page| page.findings.iter().map(move |finding| (&page.file, finding)))
        .filter(|(_, finding)| !matches!(finding.outcome, Outcome::Written { .. }))
        .flat_map(|(page, finding)| results(&address(&file(&page.path)), page.kind, finding))
        .collect();
    let notes: Vec<Value> = report
        .complaints
        .iter()
        .map(|complaint| {
            json!({
                "level": "error",
                "message": { "text": complaint.message },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": address(&complaint.file) } } }],
            })
        })
        .collect();
    let run = json!({
        "tool": { "driver": {
            "name": "showtell alt",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        } },
        "columnKind": "unicodeCodePoints",
        "invocations": [{ "executionSuccessful": notes.is_empty(), "toolExecutionNotifications": notes }],
        "results": results,
    });
    serde_json::to_string_pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

fn region([start, end]: [Position; 2]) -> Region {
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

/// One result for each problem; the fix is with the first.
fn results(address: &str, kind: Kind, finding: &Finding) -> Vec<Value> {
    let suggestion = match &finding.outcome {
        Outcome::Suggested { suggestion } => Some(suggestion),
        _ => None,
    };
    let artifact = json!({ "uri": address });
    let each = finding.problems.iter().enumerate().map(|(place, problem)| {
        let mut text = problem.message.clone();
        match &finding.outcome {
            Outcome::Suggested { suggestion } => {
                text += &format!(" Suggested: \u{201c}{}\u{201d}.", suggestion.text.trim_end_matches('.'));
            }
            Outcome::Person { reason, .. } => text += &format!(" It takes a person: {reason}."),
            Outcome::Skipped { reason } => text += &format!(" Skipped: {reason}."),
            _ => {}
        }
        let skipped = matches!(finding.outcome, Outcome::Skipped { .. });
        let mut result = json!({
            "ruleId": problem.rule.name(),
            "ruleIndex": Rule::ALL.iter().position(|rule| *rule == problem.rule),
            "level": if skipped { "note" } else { problem.level.name() },
            "message": { "text": shown::line(&text) },
            "locations": [{ "physicalLocation": {
                "artifactLocation": artifact,
                "region": region(finding.span),
            } }],
        });
        if let Some(suggestion) = suggestion.filter(|_| place == 0) {
            result["fixes"] = json!([{
                "description": { "text": format!("Write \u{201c}{}\u{201d}.", shown::line(suggestion.text.trim_end_matches('.'))) },
                "artifactChanges": [{
                    "artifactLocation": artifact,
                    "replacements": [{
                        "deletedRegion": region(finding.slot),
                        "insertedContent": { "text": written(kind, &finding.form, &suggestion.text, None) },
                    }],
                }],
            }]);
        }
        result
    });
    each.collect()
}

/// What stands for itself in an address (RFC 3986, 2.3), and the slash.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A file's address.
fn address(file: &str) -> String {
    let encoded = utf8_percent_encode(file, PLAIN);
    if file.starts_with('/') { format!("file://{encoded}") } else { encoded.to_string() }
}
