//! Reads all pages and says of each image what is wrong with its alt text and what can be done.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::digest;
use rayon::prelude::*;
use serde::Serialize;
use showtell_files::read;
use showtell_types::Trust;

use crate::embedded::{self, Description, Field};
use crate::image::{Form, Image, Page, Standing};
use crate::lint::{Level, Problem, Rule, problems};
use crate::position::{Position, Positions};
use crate::source::{Ground, Picture, TINY, Unseen, shown};
use crate::walk::PageFile;
use crate::{Links, MAX_PAGE, PageError, lint};

/// A suggestion for an alt text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// What would be written.
    pub text: String,
    /// See [`showtell_types::Caption::confidence`].
    pub confidence: f32,
    /// How far the captioner trusts it.
    pub trust: Trust,
    /// Where in the picture's own file it stands, where no captioner said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedded: Option<Field>,
}

/// What comes of an image.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
#[non_exhaustive]
pub enum Outcome {
    /// Its author may want to change the text.
    #[serde(rename = "told")]
    Listed,
    /// A suggestion may be written.
    Fillable,
    /// There is a suggestion.
    Suggested {
        /// The suggestion.
        suggestion: Suggestion,
    },
    /// The suggestion has been written.
    Written {
        /// The suggestion.
        suggestion: Suggestion,
    },
    /// It takes a person.
    Person {
        /// Why.
        reason: String,
        /// What the captioner would say.
        #[serde(skip_serializing_if = "Option::is_none")]
        suggestion: Option<Suggestion>,
    },
    /// Left out on purpose.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// An image with something wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which of the page's images.
    pub image: usize,
    /// Where it begins and ends.
    pub span: [Position; 2],
    /// Where its alt text goes.
    pub slot: [Position; 2],
    /// How it is written there.
    pub form: Form,
    /// Its address, short.
    pub source: String,
    /// Its alt text.
    pub alt: Option<String>,
    /// The language there, where the page says.
    pub language: Option<String>,
    /// What is wrong; never empty.
    pub problems: Vec<Problem>,
    /// What comes of it.
    pub outcome: Outcome,
    /// The picture, where a suggestion may be made.
    pub picture: Option<PathBuf>,
    /// What its file says of it, the best first.
    pub described: Vec<Description>,
}

impl Finding {
    /// How much the worst of its problems matters.
    #[must_use]
    pub fn level(&self) -> Level {
        self.problems.iter().map(|problem| problem.level).max().unwrap_or(Level::Note)
    }

    /// Whether something is left to do about it.
    #[must_use]
    pub fn remains(&self) -> bool {
        let settled = matches!(self.outcome, Outcome::Written { .. } | Outcome::Skipped { .. });
        !settled && self.level() > Level::Note
    }
}

/// A page as it was found.
#[derive(Debug)]
pub struct Surveyed {
    /// Its file.
    pub file: PageFile,
    /// SHA-256 of its bytes.
    pub digest: String,
    /// How many images it has.
    pub images: usize,
    /// The language it says it is in.
    pub language: Option<String>,
    /// Its images with something wrong.
    pub findings: Vec<Finding>,
}

/// How pages are read.
#[derive(Debug)]
pub struct Survey<'a> {
    /// Where addresses that begin with a slash start; by default the folder that was named.
    pub root: Option<&'a Path>,
    /// Where pictures that are in pages go until they have been captioned; without, they are only judged.
    pub inline: Option<&'a Path>,
    /// Where links may lead.
    pub links: Links,
}

impl Survey<'_> {
    /// Reads pages, on every core; in their order, each with what came of it.
    #[must_use]
    pub fn pages(&self, files: Vec<PageFile>) -> Vec<Result<Surveyed, (PageFile, PageError)>> {
        files
            .into_par_iter()
            .map(|file| match self.page(&file) {
                Ok(surveyed) => Ok(surveyed),
                Err(error) => Err((file, error)),
            })
            .collect()
    }

    fn page(&self, file: &PageFile) -> Result<Surveyed, PageError> {
        let bytes = read(&file.place, MAX_PAGE)?;
        let (page, encoding) = file.kind.read(&bytes)?;
        let pictures: Vec<_> = page.images.iter().map(|image| self.picture(file, &page, image)).collect();
        let doubles = doubles(&page.images, &pictures);
        let mut positions = Positions::new(&bytes, encoding);
        let mut findings = Vec::new();
        for (place, (image, picture)) in page.images.iter().zip(pictures).enumerate() {
            let mut problems = problems(image);
            if doubles.contains(&place) {
                let message = "Another picture of this page has the same alt text.";
                problems.push(Problem::new(Rule::Duplicate, message));
            }
            if problems.is_empty() {
                continue;
            }
            let [start, slot, after, end] =
                [image.span.start, image.slot.span.start, image.slot.span.end, image.span.end]
                    .map(|at| positions.at(at));
            let (outcome, picture) = self.outcome(image, &problems, picture)?;
            findings.push(Finding {
                image: place,
                span: [start, end],
                slot: [slot, after],
                form: image.slot.form.clone(),
                source: image.sources.first().map(|source| shown(source)).unwrap_or_default(),
                alt: image.alt.clone(),
                language: image.language.clone().or_else(|| page.language.clone()),
                problems,
                outcome,
                described: picture
                    .as_deref()
                    .filter(|_| self.inline.is_some())
                    .map(embedded::read)
                    .unwrap_or_default(),
                picture,
            });
        }
        let (file, digest) = (file.clone(), digest(&bytes));
        Ok(Surveyed { file, digest, images: page.images.len(), language: page.language, findings })
    }

    fn picture(&self, file: &PageFile, page: &Page, image: &Image) -> Result<Picture, String> {
        let ground = Ground {
            folder: file.place.parent().unwrap_or(&file.bound),
            root: self.root.unwrap_or(&file.bound),
            bound: &file.bound,
            base: page.base.as_deref(),
            links: self.links,
        };
        ground.locate(&image.sources).map_err(|reason| reason.to_string())
    }

    fn outcome(
        &self,
        image: &Image,
        problems: &[Problem],
        picture: Result<Picture, String>,
    ) -> Result<(Outcome, Option<PathBuf>), PageError> {
        let person =
            |reason: &str| Ok((Outcome::Person { reason: reason.to_owned(), suggestion: None }, None));
        if !problems.iter().any(Problem::says_nothing) {
            return Ok((Outcome::Listed, None));
        }
        let tiny = picture.as_ref().ok().and_then(Picture::is_tiny);
        if tiny.unwrap_or_else(|| spaces(image.size)) {
            let reason = format!("a spacer or a counter of visits, at most {TINY} pixels wide or high");
            return Ok((Outcome::Skipped { reason }, None));
        }
        match image.standing {
            Standing::Functional => {
                return person("it is a link or a control: say where it leads or what it does");
            }
            Standing::Templated => return person("a template writes part of it"),
            Standing::Code => return person("it is in the code of a template: write its text there"),
            Standing::Shown | Standing::Hidden | Standing::Ignored | Standing::Named => {}
        }
        match (picture, self.inline) {
            (Err(reason), _) => person(&reason),
            (Ok(Picture::File(path)), _) => Ok((Outcome::Fillable, Some(path))),
            (Ok(Picture::Drawing(path)), _) if embedded::read(&path).is_empty() => {
                person(&Unseen::Drawing.to_string())
            }
            (Ok(Picture::Drawing(path)), _) => Ok((Outcome::Fillable, Some(path))),
            (Ok(Picture::Inline(_)), None) => Ok((Outcome::Fillable, None)),
            (Ok(Picture::Inline(bytes)), Some(folder)) => {
                let path = folder.join(digest(&bytes));
                fs::write(&path, bytes)?;
                Ok((Outcome::Fillable, Some(path)))
            }
        }
    }
}

/// Whether a size in attributes is a spacer's or a counter's, of a picture whose own size nobody knows. Small numbers
/// that differ are a ratio: 4 to 3.
fn spaces(size: [Option<u32>; 2]) -> bool {
    /// Above it a number is no part of a ratio.
    const RATIO: u32 = 32;
    match size {
        [Some(width), Some(height)] if width != height && width.max(height) <= RATIO => {
            width.min(height) <= 1
        }
        size => size.into_iter().flatten().any(|pixels| pixels <= TINY),
    }
}

/// Images whose text stands for another picture of the page too.
fn doubles(images: &[Image], pictures: &[Result<Picture, String>]) -> Vec<usize> {
    let mut texts: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, image) in images.iter().enumerate() {
        let text = image.alt.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if let Some(text) = text.filter(|_| !says_nothing(image)) {
            texts.entry(text).or_default().push(place);
        }
    }
    let same = |one: usize, other: usize| match (&pictures[one], &pictures[other]) {
        (Ok(one), Ok(other)) => one == other,
        _ => images[one].sources == images[other].sources,
    };
    let differ = |places: &Vec<usize>| places.iter().any(|&place| !same(places[0], place));
    texts.into_values().filter(differ).flatten().collect()
}

fn says_nothing(image: &Image) -> bool {
    image.standing.is_decided() || lint::problems(image).iter().any(Problem::says_nothing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::folder;
    use crate::walk::walk;

    /// What comes of each image with something wrong, without captioner.
    fn outcomes(html: &str) -> Vec<String> {
        let site = folder(&[("index.html", html), ("a.jpg", "x"), ("b.jpg", "y")]);
        let survey = Survey { root: None, inline: None, links: Links::Inside };
        let mut read = survey.pages(walk(&[site.path().to_owned()], Links::Inside).0);
        let surveyed = read.remove(0).unwrap();
        let worded = |finding: &Finding| match &finding.outcome {
            Outcome::Person { reason, .. } | Outcome::Skipped { reason } => reason.clone(),
            Outcome::Listed => finding.problems[0].rule.name().to_owned(),
            _ => "fillable".to_owned(),
        };
        surveyed.findings.iter().map(worded).collect()
    }

    #[test]
    fn each_image_has_its_outcome() {
        for (html, expected) in [
            ("<img src=a.jpg>", &["fillable"][..]),
            ("<img src=a.jpg alt=image>", &["fillable"]),
            ("<img src=a.jpg width=1>", &["a spacer or a counter of visits, at most 3 pixels wide or high"]),
            (
                "<a href=x><img src=a.jpg></a>",
                &["it is a link or a control: say where it leads or what it does"],
            ),
            (
                "<img src=gone.jpg width=600 height=3>",
                &["a spacer or a counter of visits, at most 3 pixels wide or high"],
            ),
            ("<img src=https://x.org/a.jpg width=4 height=3>", &["its picture is not on this machine"]),
            ("<img src='{{ x }}'>", &["a template writes part of it"]),
            (
                "{{ \"<img src='a.jpg'>\" }}<?php echo '<img src=\"a.jpg\" alt=\"x\">' ?>",
                &["it is in the code of a template: write its text there"],
            ),
            ("<img src=https://x.org/a.jpg>", &["its picture is not on this machine"]),
            ("<img>", &["it has no address"]),
            ("<img src=a.jpg alt=' '>", &["blank"]),
            ("<img src=a.jpg alt='A dog'><img src=a.jpg?v=2 alt='A dog'>", &[]),
            ("<img src=a.jpg alt='A dog'><img src=b.jpg alt=' A dog'>", &["duplicate", "duplicate"]),
            ("<img src=a.jpg alt=''><img src=b.jpg alt=''>", &[]),
        ] {
            assert_eq!(outcomes(html), expected, "{html}");
        }
    }
}
