//! `showtell alt`.

use std::io::{self, ErrorKind::BrokenPipe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use showtell::{AttentionMaps, CaptionOptions};

use super::args::{BeamArgument, BundleArgument, cache_root};
use super::terminal::bar;
use super::{device, say};
use crate::files::write_atomically;
use crate::pages::captions::Describer;
use crate::pages::fill::{Doubt, Policy, write};
use crate::pages::report::{Complaint, Report, json, sarif, text};
use crate::pages::review;
use crate::pages::survey::{Survey, Surveyed};
use crate::pages::walk::{Sheet, walk};

/// Find images without alt text in HTML and Markdown pages, and fill them in
///
/// Lists images whose alt text is missing or poor, each with a suggestion. What an author has said is left
/// alone: any text that says something, alt="", role="presentation", aria-hidden, aria-label, title.
/// With --write, suggestions take the place of missing texts, of file names and of words like "image"; no
/// other byte of a page changes. Other poor texts are only listed, and so is what takes a person: links and
/// buttons, pictures that are not on this machine, and those the captioner cannot describe.
///
/// Exit status: 0 where nothing is left to do, 1 where something is, 2 where something went wrong.
#[derive(Debug, Args)]
pub struct Alt {
    /// Folders, files, or globs in quotes: 'site/**/*.html'
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Only find and judge: no captions, fast
    #[arg(long, conflicts_with_all = ["write", "review", "apply"])]
    check: bool,
    /// Write suggestions into the pages
    #[arg(long, conflicts_with_all = ["review", "apply"])]
    write: bool,
    /// Write a table of what was found, to edit and to give to --apply
    #[arg(long, value_name = "FILE.csv", conflicts_with = "apply")]
    review: Option<PathBuf>,
    /// Write the texts of such a table into the pages, one row at a time: `decision` is write, decorative
    /// or leave
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["format", "doubt", "language"])]
    apply: Option<PathBuf>,
    /// How to print the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Where addresses that begin with a slash start [default: each folder that was named]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// What to do with captions that may be wrong
    #[arg(long, value_name = "HOW", default_value = "tell")]
    doubt: Doubtful,
    /// The language that the bundle writes; pages in another are left to a person
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: String,
    #[command(flatten)]
    bundle: BundleArgument,
    #[command(flatten)]
    beam: BeamArgument,
    /// Where captions are kept, so that no photo is described twice [default: SHOWTELL_CACHE, or the user's cache]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For code review: SARIF 2.1.0, with suggestions as fixes
    Sarif,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Doubtful {
    /// Say so: "Perhaps a dog runs."
    Tell,
    /// Take them as they are
    Plain,
    /// Leave them to a person
    Leave,
}

/// Something is left to do.
const REMAINS: u8 = 1;
/// Something went wrong.
const WRONG: u8 = 2;

impl Alt {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.done() {
            // Whoever reads our report has stopped: no failure of ours, as `main` knows.
            Err(error)
                if error.downcast_ref().is_some_and(|error: &io::Error| error.kind() == BrokenPipe) =>
            {
                Err(error)
            }
            Err(error) => {
                eprintln!("error: {error:#}");
                Ok(ExitCode::from(WRONG))
            }
            Ok(code) => Ok(ExitCode::from(code)),
        }
    }

    fn done(self) -> anyhow::Result<u8> {
        let (sheets, faults) = walk(&self.paths);
        let mut complaints: Vec<Complaint> = Vec::new();
        for fault in faults {
            if fault.lossy {
                complaints.push(Complaint::new(&fault.path, fault.reason));
            } else {
                eprintln!("warning: {}: {}", fault.path.display(), fault.reason);
            }
        }
        if sheets.is_empty() && complaints.is_empty() {
            bail!(
                "no HTML or Markdown page found: name a folder with .html, .htm, .xhtml, .md or .markdown files"
            );
        }
        match &self.apply {
            Some(table) => apply(table, &sheets, complaints),
            None => self.report(sheets, complaints),
        }
    }

    fn report(&self, sheets: Vec<Sheet>, mut complaints: Vec<Complaint>) -> anyhow::Result<u8> {
        let named = |folder: &PathBuf| {
            folder.canonicalize().with_context(|| format!("no folder {} for --root", folder.display()))
        };
        let root = self.root.as_ref().map(named).transpose()?;
        let inline = tempfile::tempdir().context("cannot make a temporary folder")?;
        let survey = Survey { root: root.as_deref(), inline: (!self.check).then(|| inline.path()) };
        let mut pages = Vec::with_capacity(sheets.len());
        for read in survey.pages(sheets) {
            match read {
                Ok(page) => pages.push(page),
                Err((sheet, error)) => complaints.push(Complaint::new(&sheet.path, error)),
            }
        }
        if !self.check {
            self.suggest(&mut pages)?;
        }
        if self.write {
            let failed = write(&mut pages);
            complaints.extend(failed.iter().map(|(path, error)| Complaint::new(path, error)));
        }
        if let Some(table) = &self.review {
            write_atomically(table, &review::table(&pages)?)
                .with_context(|| format!("cannot write {}", table.display()))?;
        }
        let report = Report { pages: &pages, complaints: &complaints };
        say(&match self.format {
            Format::Text => text(&report),
            Format::Json => json(&report)?,
            Format::Sarif => sarif(&report)?,
        })?;
        complain(&complaints);
        let remaining = report.summary().remaining;
        Ok(if !complaints.is_empty() {
            WRONG
        } else if remaining > 0 {
            REMAINS
        } else {
            0
        })
    }

    fn suggest(&self, pages: &mut [Surveyed]) -> anyhow::Result<()> {
        let pictures =
            || pages.iter().flat_map(|page| &page.findings).filter_map(|finding| finding.picture.clone());
        let mut pictures: Vec<PathBuf> = pictures().collect();
        pictures.sort();
        pictures.dedup();
        if pictures.is_empty() {
            return Ok(());
        }
        let bundle = self.bundle.read()?;
        let defaults = &bundle.config().decoding;
        let options = CaptionOptions { beam: self.beam.over(defaults)?, attention: AttentionMaps::Dropped };
        if bundle.config().confidence.is_none() || options.beam != *defaults {
            eprintln!(
                "warning: how far captions can be trusted is only known with a calibrated bundle and its own \
                 search: all are taken as doubtful"
            );
        }
        let cache = self.cache.clone().unwrap_or_else(|| cache_root().join("alt"));
        let describer = Describer::new(&bundle, options, &device(), &cache)?;
        let captions = describer.describe(&pictures, |length| bar(length, "photos"))?;
        let doubt = match self.doubt {
            Doubtful::Tell => Doubt::Told,
            Doubtful::Plain => Doubt::Plain,
            Doubtful::Leave => Doubt::Left,
        };
        Policy { doubt, language: self.language.clone() }.suggest(pages, &captions);
        Ok(())
    }
}

fn apply(table: &Path, sheets: &[Sheet], mut complaints: Vec<Complaint>) -> anyhow::Result<u8> {
    let rows = review::read(table).with_context(|| table.display().to_string())?;
    let applied = review::apply(&rows, sheets);
    complaints.extend(applied.refused);
    say(&format!(
        "{} written, {} left as they are, {} refused",
        applied.written,
        applied.left,
        complaints.len()
    ))?;
    complain(&complaints);
    Ok(if complaints.is_empty() { 0 } else { WRONG })
}

fn complain(complaints: &[Complaint]) {
    for Complaint { file, message } in complaints {
        eprintln!("error: {file}: {message}");
    }
}
