//! `showtell alt`.

mod arguments;

use std::io::{self, ErrorKind::BrokenPipe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

use anyhow::Context;
use showtell::{AttentionMaps, CaptionOptions};
use showtell_alt::report::{Complaint, json, sarif, text};
use showtell_alt::{Captions, Describer, Goal, Links, PageFiles, Policy, Site, review};

use crate::args::cache_root;
use crate::files::write_atomically;
use crate::terminal::bar;
use crate::{device, say, shown};

pub use arguments::Alt;
use arguments::Format;

/// Something is left to do.
const REMAINS: u8 = 1;
/// Something went wrong.
const WRONG: u8 = 2;

impl Alt {
    /// Finds, describes and writes as asked, and prints the report.
    ///
    /// # Errors
    /// When whoever read stdout has gone away; anything else is said here and becomes the exit status.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.done() {
            // Whoever reads our report has stopped: no failure of ours, as `main` knows.
            Err(error)
                if error.downcast_ref().is_some_and(|error: &io::Error| error.kind() == BrokenPipe) =>
            {
                Err(error)
            }
            Err(error) => {
                eprintln!("error: {}", shown::lines(&format!("{error:#}")));
                Ok(ExitCode::from(WRONG))
            }
            Ok(code) => Ok(ExitCode::from(code)),
        }
    }

    fn done(self) -> anyhow::Result<u8> {
        let links = if self.follow { Links::Anywhere } else { Links::Inside };
        let files = PageFiles::find_with(&self.paths, links);
        for fault in &files.warnings {
            let path = shown::line(&fault.path.display().to_string());
            eprintln!("warning: {path}: {}", shown::lines(&fault.reason));
        }
        match &self.apply {
            Some(table) => apply(table, files),
            None => self.report(files),
        }
    }

    fn report(&self, files: PageFiles) -> anyhow::Result<u8> {
        let goal = if self.check { Goal::Lint } else { Goal::Describe };
        let mut site = files.survey(self.root.as_deref(), goal)?;
        if !self.check {
            self.suggest(&mut site)?;
        }
        if self.write {
            site.write();
        }
        if let Some(table) = &self.review {
            write_atomically(table, &review::table(&site.pages)?)
                .with_context(|| format!("cannot write {}", table.display()))?;
        }
        let report = site.report();
        say(&match self.format {
            Format::Text => text(&report),
            Format::Json => json(&report)?,
            Format::Sarif => sarif(&report)?,
        })?;
        complain(&site.complaints);
        let remains = if report.summary().remaining > 0 { REMAINS } else { 0 };
        Ok(if site.complaints.is_empty() { remains } else { WRONG })
    }

    fn suggest(&self, site: &mut Site) -> anyhow::Result<()> {
        let policy = Policy { doubt: self.doubt.into(), language: self.language.clone() };
        let pictures = site.pictures();
        if pictures.is_empty() {
            // What pictures say of themselves takes no captioner.
            site.suggest(&policy, &Captions::new());
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
        #[cfg(not(feature = "reader"))]
        let describer = Describer::new(&bundle, options, &device(), &cache)?;
        #[cfg(feature = "reader")]
        let describer = match self.text {
            true => Describer::reading(self.reader.load()?, &bundle, options, &device(), &cache)?,
            false => Describer::new(&bundle, options, &device(), &cache)?,
        };
        let shown = OnceLock::new();
        let captions = describer.describe(&pictures, |done, of| {
            shown.get_or_init(|| bar(of, "photos")).set_position(done as u64);
        })?;
        shown.into_inner().iter().for_each(indicatif::ProgressBar::finish_and_clear);
        site.suggest(&policy, &captions);
        Ok(())
    }
}

fn apply(table: &Path, files: PageFiles) -> anyhow::Result<u8> {
    let rows = review::read(table).with_context(|| table.display().to_string())?;
    let applied = files.apply(&rows)?;
    let (written, left, refused) = (applied.written, applied.left, applied.refused.len());
    say(&format!("{written} written, {left} left as they are, {refused} refused"))?;
    complain(&applied.refused);
    Ok(if refused == 0 { 0 } else { WRONG })
}

fn complain(complaints: &[Complaint]) {
    for Complaint { file, message } in complaints {
        eprintln!("error: {}: {}", shown::line(file), shown::lines(message));
    }
}
