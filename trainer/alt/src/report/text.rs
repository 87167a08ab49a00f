//! The report for people.

use std::fmt::Write;

use showtell_types::shown;

use super::{Report, file};
use crate::survey::{Finding, Outcome, Suggestion};

/// A block for each page with something wrong, and a line of counts.
#[must_use]
pub fn text(report: &Report<'_>) -> String {
    let mut text = String::new();
    for page in report.pages.iter().filter(|page| !page.findings.is_empty()) {
        let _ = writeln!(text, "{}", shown::line(&file(&page.file.path)));
        for finding in &page.findings {
            let _ = writeln!(text, "{}", line(finding));
        }
        text.push('\n');
    }
    let counts = report.summary();
    let parts = [
        (counts.written, "written"),
        (counts.suggested, "suggested"),
        (counts.fillable, "to be filled"),
        (counts.person, "for a person"),
        (counts.listed, "could be better"),
        (counts.skipped, "skipped"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let what = if parts.is_empty() { "nothing to say".to_owned() } else { parts.join(", ") };
    let _ = write!(text, "{}, {}: {what}", many(counts.pages, "page"), many(counts.images, "image"));
    text
}

fn many(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What comes of an image, in lines of ours alone.
fn line(finding: &Finding) -> String {
    let problems: Vec<String> =
        finding.problems.iter().map(|problem| shown::line(&problem.message)).collect();
    let alt = finding.alt.as_deref().map(|alt| format!(" \u{201c}{}\u{201d}", shown::line(&short(alt))));
    let alt = alt.unwrap_or_default();
    let [start, _] = finding.span;
    let source = if finding.source.is_empty() { "(no address)" } else { &shown::line(&finding.source) };
    let level = finding.level().name();
    let head = format!("  {}:{} {level} {source}{alt}: {}", start.line, start.column, problems.join(" "));
    let worded = |suggestion: &Suggestion| match suggestion.embedded {
        Some(field) => format!("\u{201c}{}\u{201d} (the picture's {field})", shown::line(&suggestion.text)),
        None => {
            let text = shown::line(&suggestion.text);
            format!("\u{201c}{text}\u{201d} ({:.0} %)", suggestion.confidence * 100.0)
        }
    };
    match &finding.outcome {
        Outcome::Listed => head,
        Outcome::Fillable => head + "\n      a suggestion can be made",
        Outcome::Suggested { suggestion } => format!("{head}\n      suggested: {}", worded(suggestion)),
        Outcome::Written { suggestion } => format!("{head}\n      written: {}", worded(suggestion)),
        Outcome::Person { reason, suggestion: None } => {
            format!("{head}\n      for a person: {}", shown::line(reason))
        }
        Outcome::Person { reason, suggestion: Some(suggestion) } => {
            format!("{head}\n      for a person: {}; perhaps {}", shown::line(reason), worded(suggestion))
        }
        Outcome::Skipped { reason } => format!("{head}\n      skipped: {}", shown::line(reason)),
    }
}

/// The beginning of a long text, in one line.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 60 { line } else { line.chars().take(59).chain(['\u{2026}']).collect() }
}
