//! `cargo xtask pages`: `showtell alt` on a site of thousands of pages, each byte checked.

mod second;
mod site;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::memory::watch;
use crate::shell::{command, run, target};
use site::Site;

/// What a run of the program came to.
struct Run {
    time: Duration,
    /// In kB.
    peak: u64,
    report: Value,
}

/// Prints a Markdown table: the first run, and the second, which does nothing.
pub fn pages(pages: usize, images: usize) -> anyhow::Result<()> {
    // With the tests, so that what they were built of serves.
    run(&mut command("cargo", &["build", "--release", "--bins", "--examples", "--tests"]))?;
    let folder = TempDir::new().context("cannot make a temporary folder")?;
    let root = folder.path().join("site");
    let site = site::make(&root, pages, images)?;
    let cache = folder.path().join("cache");
    println!(
        "| `showtell alt --write` on {pages} pages, {images} images | first run | second run |\n|---|---|---|"
    );
    let first = fill(&root, &cache, &folder.path().join("first.json"))?;
    let changed = check(&root, &site, &first.report)?;
    let before = stamps(&site)?;
    let second = fill(&root, &cache, &folder.path().join("second.json"))?;
    ensure!(number(&second.report, "written") == 0, "the second run has written something");
    ensure!(before == stamps(&site)?, "the second run has touched a page");

    let row =
        |what: &str, of: &dyn Fn(&Run) -> String| println!("| {what} | {} | {} |", of(&first), of(&second));
    row("time", &|run| format!("{:.1} s", run.time.as_secs_f64()));
    row("peak memory", &|run| format!("{} MB", run.peak.div_ceil(1000)));
    for what in ["written", "person", "told"] {
        row(what, &|run| number(&run.report, what).to_string());
    }
    row("declined by the captioner", &|run| declined(&run.report).to_string());
    eprintln!(
        "{changed} alt texts written to {} images without; no other byte of {pages} pages changed",
        site.poor
    );
    Ok(())
}

fn number(report: &Value, what: &str) -> u64 {
    report["summary"][what].as_u64().unwrap_or_default()
}

/// Images whose picture the captioner does not dare to describe.
fn declined(report: &Value) -> usize {
    let reason = |finding: &&Value| {
        finding["reason"].as_str().is_some_and(|reason| reason.starts_with("the captioner"))
    };
    report["findings"].as_array().map_or(0, |findings| findings.iter().filter(reason).count())
}

/// Runs the program. What it prints goes to a file: a pipe would fill up while its memory is watched.
fn fill(site: &Path, cache: &Path, report: &Path) -> anyhow::Result<Run> {
    let mut command = Command::new(target().join("release/showtell"));
    command.args(["alt", "--write", "--format", "json"]).arg(site).arg("--cache").arg(cache);
    command.stdout(fs::File::create(report).context("cannot write the report")?).stdin(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let (status, peak) = watch(&mut child)?;
    let time = start.elapsed();
    // 1 says that some images take a person.
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("{command:?}: {status}");
    }
    let peak = peak.context("the kernel does not tell the peak of a program's memory here")?;
    let report = serde_json::from_slice(&fs::read(report)?).context("no report")?;
    Ok(Run { time, peak, report })
}

/// Checks each page against what it was: by another parser, and byte by byte; returns how many texts there are
/// more.
fn check(root: &Path, site: &Site, report: &Value) -> anyhow::Result<usize> {
    let mut written: HashMap<PathBuf, Vec<(&str, Option<&str>)>> = HashMap::new();
    for finding in report["findings"].as_array().context("no findings")? {
        if finding["outcome"] == "written" {
            let file = finding["file"].as_str().context("no file")?;
            let text = finding["suggestion"]["text"].as_str().context("no text")?;
            written.entry(PathBuf::from(file)).or_default().push((text, finding["alt"].as_str()));
        }
    }
    let mut changed = 0;
    for (path, old) in &site.pages {
        let wrong = || format!("{}", path.strip_prefix(root).unwrap_or(path).display());
        let new = fs::read(path).with_context(wrong)?;
        let texts = written.remove(path).unwrap_or_default();
        let markdown = path.extension().is_some_and(|ending| ending == "md");
        let differ = second::compare(markdown, old, &new).with_context(wrong)?;
        ensure!(differ == texts.len(), "{}: {differ} texts differ, {} were reported", wrong(), texts.len());
        ensure!(without(old, &new, &texts), "{}: bytes outside the alt texts have changed", wrong());
        changed += differ;
    }
    ensure!(written.is_empty(), "a page was written that is no part of the site");
    ensure!(changed as u64 == number(report, "written"), "the report counts otherwise");
    Ok(changed)
}

/// Whether a new page without the texts written, each with the text before it, is the old page.
fn without(old: &[u8], new: &[u8], texts: &[(&str, Option<&str>)]) -> bool {
    let (mut old, mut new) = (old, new);
    for (text, was) in texts {
        // Captions are plain words: nothing in them is escaped.
        let forms = match was {
            None => vec![
                (format!(" alt=\"{text}\" "), String::new()),
                (format!(" alt=\"{text}\""), String::new()),
                ((*text).to_owned(), String::new()),
            ],
            Some(was) => {
                vec![(format!("\"{text}\""), (*was).to_owned()), ((*text).to_owned(), (*was).to_owned())]
            }
        };
        let matching = forms.iter().find_map(|(written, was)| {
            let at = new.windows(written.len()).position(|part| part == written.as_bytes())?;
            let kept = old.get(..at + was.len())?;
            // The quotes of `alt=\"image\"` were there before.
            let fits = kept[..at] == new[..at] && kept[at..] == *was.as_bytes();
            let rest = (&old[at + was.len()..], &new[at + written.len()..]);
            let same = rest.0.iter().zip(rest.1).take(2).all(|(one, other)| one == other);
            (fits && same).then_some(rest)
        });
        let Some((rest_old, rest_new)) = matching else { return false };
        (old, new) = (rest_old, rest_new);
    }
    old == new
}

/// When each page was written, and what it holds.
fn stamps(site: &Site) -> anyhow::Result<Vec<(SystemTime, Vec<u8>)>> {
    let stamp = |path: &PathBuf| Ok((fs::metadata(path)?.modified()?, fs::read(path)?));
    site.pages.iter().map(|(path, _)| stamp(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_bytes_are_noticed() {
        let same = |old: &str, new: &str, was| without(old.as_bytes(), new.as_bytes(), &[("A dog.", was)]);
        assert!(same("<img src=a>", "<img src=a alt=\"A dog.\">", None));
        assert!(same("<img src='a'id=b>", "<img src='a' alt=\"A dog.\" id=b>", None));
        assert!(same("![](a)", "![A dog.](a)", None));
        assert!(same("<img alt=image>", "<img alt=\"A dog.\">", Some("image")));
        assert!(same("<img alt='image'>", "<img alt='A dog.'>", Some("image")));
        assert!(!same("<img src=a>", "<img src=a alt=\"A dog.\"/>", None));
        assert!(!same("<img  src=a>", "<img src=a alt=\"A dog.\">", None));
        assert!(!same("<img src=a> ", "<img src=a alt=\"A dog.\">", None));
    }
}
