//! From captions to alt texts: what is suggested, what is left to a person, what is written.

use std::collections::HashSet;
use std::path::PathBuf;

use rayon::prelude::*;
use showtell_files::read;
use showtell_types::Trust;

use crate::cache::{Captions, Kept, Undescribed};
use crate::edit::{Edit, fitting, replace, tidy};
use crate::embedded::Description;
use crate::survey::{Finding, Outcome, Suggestion, Surveyed};
use crate::{MAX_PAGE, PageError, digest};

/// What becomes of captions that may be wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Doubt {
    /// They say so: "Perhaps a dog runs."
    #[default]
    Hedged,
    /// They are taken as they are.
    Plain,
    /// They are left to a person.
    Left,
}

/// What may be written.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Of captions that may be wrong.
    pub doubt: Doubt,
    /// The language of captions, as a tag of BCP 47: pages in another are left to a person.
    pub language: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self { doubt: Doubt::default(), language: "en".to_owned() }
    }
}

impl Policy {
    /// Turns captions of pictures into suggestions.
    pub fn suggest(&self, pages: &mut [Surveyed], captions: &Captions) {
        for page in pages {
            let (whole, writes) = (page.language.clone(), &self.language);
            let foreign = |finding: &Finding| {
                let language = finding.language.as_ref().filter(|language| !self.speaks(language))?;
                let what =
                    if whole.as_ref() == Some(language) { "the page is" } else { "this part of the page is" };
                Some(format!(
                    "{what} in \u{201c}{language}\u{201d}, the captioner writes \u{201c}{writes}\u{201d}"
                ))
            };
            for finding in &mut page.findings {
                if let Some(outcome) = self.described(finding, foreign(finding)) {
                    finding.outcome = outcome;
                } else if let Some(caption) =
                    finding.picture.as_ref().and_then(|picture| captions.get(picture))
                {
                    finding.outcome = self.outcome(caption, foreign(finding).as_ref());
                }
            }
        }
    }

    /// What comes of a description in the picture's own file, which somebody has written: it comes before captions.
    fn described(&self, finding: &Finding, foreign: Option<String>) -> Option<Outcome> {
        let here = finding.language.as_deref().filter(|language| !main(language).is_empty());
        let here = main(here.unwrap_or(&self.language));
        let fits =
            |said: &&Description| said.language.as_deref().is_none_or(|language| main(language) == here);
        // Of one field in several languages the one of the place.
        let named = |said: &&Description| said.language.is_some();
        let first = finding.described.iter().find(fits)?;
        let same = finding.described.iter().filter(|said| said.field == first.field).filter(fits);
        let said = same.clone().find(named).unwrap_or(first);
        let (text, embedded) = (said.text.clone(), Some(said.field));
        let suggestion = Suggestion { text, confidence: 1.0, trust: Trust::Plain, embedded };
        // One that names no language may be in any.
        Some(match foreign.filter(|_| said.language.is_none()) {
            Some(reason) => Outcome::Person { reason, suggestion: Some(suggestion) },
            None => Outcome::Suggested { suggestion },
        })
    }

    fn outcome(&self, caption: &Result<Kept, Undescribed>, foreign: Option<&String>) -> Outcome {
        let person = |reason: String, suggestion| Outcome::Person { reason, suggestion };
        let kept = match caption {
            Ok(kept) => kept,
            Err(reason) => return person(format!("its picture cannot be read: {reason}"), None),
        };
        let text = if self.doubt == Doubt::Hedged { kept.hedged() } else { kept.text.clone() };
        let (text, confidence, trust) = (tidy(&text), kept.confidence, kept.trust);
        let suggestion = Suggestion { text, confidence, trust, embedded: None };
        match (kept.trust, foreign) {
            (Trust::Unable, _) => person("the captioner cannot describe this picture well".to_owned(), None),
            (_, Some(foreign)) => person(foreign.clone(), Some(suggestion)),
            (Trust::Doubtful, None) if self.doubt == Doubt::Left => {
                person("the captioner is in doubt".to_owned(), Some(suggestion))
            }
            _ => Outcome::Suggested { suggestion },
        }
    }

    /// Whether a page in this language may have the captions: `en-GB` may have `en`.
    fn speaks(&self, language: &str) -> bool {
        main(language).is_empty() || main(language) == main(&self.language)
    }
}

/// The language of a tag, without its country.
fn main(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().trim().to_lowercase()
}

/// Writes what is suggested into the pages, on every core. A page that cannot be written stays as it is and
/// is named; a text that fits nowhere is left to a person.
#[must_use]
pub fn write(pages: &mut [Surveyed]) -> Vec<(PathBuf, PageError)> {
    let written =
        pages.par_iter_mut().filter_map(|page| Some((page.file.path.clone(), page_written(page).err()?)));
    written.collect()
}

fn page_written(page: &mut Surveyed) -> Result<(), PageError> {
    let mut wanted: Vec<(&mut Finding, Edit)> = Vec::new();
    for finding in &mut page.findings {
        if let Outcome::Suggested { suggestion } = &finding.outcome {
            let edit = Edit { image: finding.image, text: suggestion.text.clone() };
            wanted.push((finding, edit));
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let old = read(&page.file.place, MAX_PAGE)?;
    if digest(&old) != page.digest {
        return Err(PageError::Changed);
    }
    let edits: Vec<Edit> = wanted.iter().map(|(_, edit)| edit.clone()).collect();
    let (new, unfit) = fitting(page.file.kind, &old, &edits)?;
    if new != old {
        replace(&page.file.place, &old, &new)?;
    }
    let unfit: HashSet<usize> = unfit.into_iter().collect();
    for (finding, edit) in wanted {
        let Outcome::Suggested { suggestion } = &finding.outcome else { continue };
        let suggestion = suggestion.clone();
        finding.outcome = if unfit.contains(&edit.image) {
            let reason = "the suggestion cannot be put there without changing more".to_owned();
            Outcome::Person { reason, suggestion: Some(suggestion) }
        } else {
            Outcome::Written { suggestion }
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::fs;

    use showtell_types::{Answer, Rung};

    use super::*;

    use crate::Links;
    use crate::survey::Survey;
    use crate::testing::folder;
    use crate::walk::walk;
    use crate::{Goal, PageFiles};

    fn outcome(doubt: Doubt, trust: Trust, language: &str) -> Outcome {
        let policy = Policy { doubt, language: "en".to_owned() };
        let kept = Kept { text: "A dog runs.".to_owned(), confidence: 0.5, trust, answer: None };
        let foreign = (!policy.speaks(language)).then(|| "foreign".to_owned());
        policy.outcome(&Ok(kept), foreign.as_ref())
    }

    #[test]
    fn doubt_and_language_decide() {
        let text = |outcome: Outcome| match outcome {
            Outcome::Suggested { suggestion } => suggestion.text,
            Outcome::Person { reason, suggestion } => {
                format!("{reason}; {}", suggestion.map_or("-".into(), |s| s.text))
            }
            other => format!("{other:?}"),
        };
        assert_eq!(text(outcome(Doubt::Hedged, Trust::Plain, "en-GB")), "A dog runs.");
        assert_eq!(text(outcome(Doubt::Hedged, Trust::Doubtful, "")), "Perhaps a dog runs.");
        assert_eq!(text(outcome(Doubt::Plain, Trust::Doubtful, "EN")), "A dog runs.");
        assert_eq!(
            text(outcome(Doubt::Left, Trust::Doubtful, "en")),
            "the captioner is in doubt; A dog runs."
        );
        assert_eq!(text(outcome(Doubt::Left, Trust::Plain, "en")), "A dog runs.");
        let thing = |doubt| {
            let answer = Some(Answer::new(Rung::Thing, "A scorpion.", 0.7));
            let kept = Kept { text: "A scorpion.".into(), confidence: 0.7, trust: Trust::Doubtful, answer };
            text(Policy { doubt, language: "en".to_owned() }.outcome(&Ok(kept), None))
        };
        assert_eq!(thing(Doubt::Hedged), "May show a scorpion.");
        assert_eq!(thing(Doubt::Plain), "A scorpion.");
        assert_eq!(thing(Doubt::Left), "the captioner is in doubt; A scorpion.");
        assert_eq!(text(outcome(Doubt::Hedged, Trust::Plain, "de")), "foreign; A dog runs.");
        let unable = "the captioner cannot describe this picture well; -";
        assert_eq!(text(outcome(Doubt::Plain, Trust::Unable, "en")), unable);
    }

    #[test]
    fn what_a_picture_says_of_itself_comes_first() {
        let svg = |language: &str, text: &str| format!("<svg{language}><title>{text}</title></svg>");
        let site = folder(&[
            (
                "a.html",
                "<html lang=de><img src=x.svg><img lang=en src=x.svg><img lang=en src=y.svg><img src=z.svg><img src=none.svg>",
            ),
            ("x.svg", &svg("", "Two boats")),
            ("y.svg", &svg(" xml:lang='de-AT'", "Zwei Boote")),
            ("z.svg", &svg(" xml:lang='de-AT'", "Zwei Boote")),
            ("none.svg", "<svg/>"),
        ]);
        let mut read = PageFiles::find(&[site.path().to_owned()]).survey(None, Goal::Describe).unwrap();
        let pictures = read.pictures();
        let names: Vec<_> = pictures.iter().map(|path| path.file_name().unwrap()).collect();
        assert_eq!(names, ["y.svg", "z.svg"]);
        read.suggest(&Policy::default(), &HashMap::new());
        let outcome = |finding: &Finding| match &finding.outcome {
            Outcome::Suggested { suggestion } => suggestion.text.clone(),
            Outcome::Person { suggestion: Some(suggestion), .. } => format!("perhaps {}", suggestion.text),
            Outcome::Person { reason, suggestion: None } => reason.clone(),
            other => format!("{other:?}"),
        };
        let outcomes: Vec<String> = read.pages[0].findings.iter().map(outcome).collect();
        let none = "it is a drawing (SVG) without a title";
        assert_eq!(outcomes, ["perhaps Two boats", "Two boats", "Fillable", "Zwei Boote", none]);
    }

    #[test]
    fn suggestions_are_written_and_a_page_that_has_changed_is_not() {
        let site = folder(&[("a.html", "<img src=x.jpg>"), ("b.md", "![image](x.jpg)"), ("x.jpg", "x")]);
        let survey = Survey { root: None, inline: None, links: Links::Inside };
        let mut pages: Vec<Surveyed> = survey
            .pages(walk(&[site.path().to_owned()], Links::Inside).0)
            .into_iter()
            .map(Result::unwrap)
            .collect();
        let picture = pages[0].findings[0].picture.clone().unwrap();
        let kept =
            Kept { text: "A dog runs.".to_owned(), confidence: 0.5, trust: Trust::Plain, answer: None };
        let policy = Policy { doubt: Doubt::Hedged, language: "en".to_owned() };
        policy.suggest(&mut pages, &HashMap::from([(picture, Ok(kept))]));
        fs::write(site.path().join("b.md"), "![image](x.jpg) more").unwrap();
        let faults = write(&mut pages);
        assert!(matches!(faults[..], [(_, PageError::Changed)]), "{faults:?}");
        let read = |name: &str| fs::read_to_string(site.path().join(name)).unwrap();
        assert_eq!(read("a.html"), "<img src=x.jpg alt=\"A dog runs.\">");
        assert_eq!(read("b.md"), "![image](x.jpg) more");
        assert!(!pages[0].findings[0].remains() && pages[1].findings[0].remains());
    }
}
