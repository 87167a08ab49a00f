//! What is wrong with the alt text of an image.

use serde::Serialize;
use showtell_types::alt::{Remark, remarks};

use crate::image::{Image, Standing};
use crate::{name, source};

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// There is no alt text.
    Missing,
    /// It is the name of a file.
    FileName,
    /// It says no more than "image".
    Placeholder,
    /// It is nothing but spaces.
    Blank,
    /// Too long to be heard in one go.
    TooLong,
    /// Another picture of the page has the same.
    Duplicate,
    /// Longer than most.
    Long,
    /// It begins with "image of".
    Opening,
    /// Words stand twice in a row.
    Repetition,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth a look.
    Note,
    /// Hardly ever meant.
    Warning,
    /// Readers are told nothing.
    Error,
}

impl Level {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Missing,
        Self::FileName,
        Self::Placeholder,
        Self::Blank,
        Self::TooLong,
        Self::Duplicate,
        Self::Long,
        Self::Opening,
        Self::Repetition,
    ];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::FileName => "file-name",
            Self::Placeholder => "placeholder",
            Self::Blank => "blank",
            Self::TooLong => "too-long",
            Self::Duplicate => "duplicate",
            Self::Long => "long",
            Self::Opening => "opening",
            Self::Repetition => "repetition",
        }
    }

    /// What it asks of a page.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Missing => "Every image has an alt text, or an empty one where it is decoration.",
            Self::FileName => "An alt text is not the name of a file.",
            Self::Placeholder => "An alt text says something about its image.",
            Self::Blank => "An alt text is not blank: it is empty where the image is decoration.",
            Self::TooLong => "An alt text can be heard in one go.",
            Self::Duplicate => "Different pictures of a page have different alt texts.",
            Self::Long => "Most alt texts do with 125 characters.",
            Self::Opening => "An alt text does not say that it is an image: readers hear that anyway.",
            Self::Repetition => "No words stand twice in a row.",
        }
    }

    /// How much it matters.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::Missing | Self::FileName | Self::Placeholder => Level::Error,
            Self::Blank | Self::TooLong | Self::Duplicate => Level::Warning,
            Self::Long | Self::Opening | Self::Repetition => Level::Note,
        }
    }
}

/// Something wrong, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What.
    pub rule: Rule,
    /// How much it matters.
    pub level: Level,
    /// For people.
    pub message: String,
}

impl Problem {
    /// A problem, worded.
    #[must_use]
    pub fn new(rule: Rule, message: impl Into<String>) -> Self {
        Self { rule, level: rule.level(), message: message.into() }
    }
}

impl Problem {
    /// Whether a suggestion may take the text's place: it surely says nothing.
    #[must_use]
    pub fn says_nothing(&self) -> bool {
        self.level == Level::Error
    }

    /// The same, where the text may well be meant: people are told, and nobody writes over it.
    fn in_doubt(self) -> Self {
        let message = match self.rule {
            Rule::FileName => "This may be the name of a file.",
            Rule::Placeholder => "This may say nothing about the image.",
            _ => return self,
        };
        Self { level: Level::Note, ..Self::new(self.rule, message) }
    }
}

/// What is wrong with an image's alt text by itself; nothing where its author has decided.
#[must_use]
pub fn problems(image: &Image) -> Vec<Problem> {
    if image.standing.is_decided() {
        return Vec::new();
    }
    let text = match &image.alt {
        None => return vec![Problem::new(Rule::Missing, "There is no alt text.")],
        // The author's word: decoration. A template may write anything.
        Some(text) if text.is_empty() || image.standing == Standing::Templated => return Vec::new(),
        Some(text) => text,
    };
    let address = image.sources.first().map(String::as_str);
    let file = address.and_then(source::name);
    let sure = name::surely(text, address);
    let mut found = remarks(text, file.as_deref());
    // Names of many words, which look like texts.
    if sure
        && !found
            .iter()
            .any(|remark| matches!(remark, Remark::FileName | Remark::Placeholder | Remark::Empty))
    {
        found.insert(0, Remark::FileName);
    }
    found.iter().map(problem).map(|problem| if sure { problem } else { problem.in_doubt() }).collect()
}

fn problem(remark: &Remark) -> Problem {
    let rule = match remark {
        Remark::Empty => {
            return Problem::new(Rule::Blank, "The alt text is blank: empty it, or say something.");
        }
        Remark::TooLong { .. } => Rule::TooLong,
        Remark::Long { .. } => Rule::Long,
        Remark::Opening { .. } => Rule::Opening,
        Remark::FileName => Rule::FileName,
        Remark::Placeholder => Rule::Placeholder,
        Remark::Repetition { .. } => Rule::Repetition,
    };
    Problem::new(rule, remark.to_string())
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;
    use crate::html;

    fn rules(html: &str) -> Vec<&'static str> {
        let page = html::find(html.as_bytes(), UTF_8).unwrap().page;
        problems(&page.images[0]).iter().map(|problem| problem.rule.name()).collect()
    }

    #[test]
    fn texts_are_judged_and_authors_heard() {
        for (html, expected) in [
            ("<img src=a.jpg>", &["missing"][..]),
            ("<img src=a.jpg alt='dog.jpg'>", &["file-name"]),
            ("<img src=/x/hero-2.jpg alt='hero-2'>", &["file-name"]),
            ("<img src=a.jpg alt=Image>", &["placeholder"]),
            ("<img src=a.jpg alt='Photo 51'>", &["placeholder"]),
            ("<img src=a.jpg alt=' '>", &["blank"]),
            ("<img src=a.jpg alt='Photo of a dog dog'>", &["opening", "repetition"]),
            ("<a href=x><img src=a.jpg alt=logo></a>", &["placeholder"]),
            ("<img src=a.jpg alt='A dog'>", &[]),
            ("<img src=a.jpg alt=''>", &[]),
            ("<img src=a.jpg alt>", &[]),
            ("<img src=a.jpg role=none>", &[]),
            ("<img src=a.jpg aria-label='A dog'>", &[]),
            ("<img src=a.jpg aria-hidden=true alt=image>", &[]),
            ("<img src=a.jpg alt='{{ page.alt }}'>", &[]),
            ("<img src='{{ a }}'>", &["missing"]),
        ] {
            assert_eq!(rules(html), expected, "{html}");
        }
        let level =
            |html: &str| problems(&html::find(html.as_bytes(), UTF_8).unwrap().page.images[0])[0].level;
        assert_eq!(level("<img src=a.jpg alt=image>"), Level::Error);
        assert_eq!(level("<img src=a.jpg alt='Photo 51'>"), Level::Note);
        assert_eq!(level("<img src=coca-cola.jpg alt='Coca-Cola'>"), Level::Note);
        let long = |length: usize| format!("<img src=a alt='{}'>", "é".repeat(length));
        assert_eq!(rules(&long(126)), ["long"]);
        assert_eq!(rules(&long(201)), ["too-long"]);
    }

    #[test]
    fn names_are_the_same_in_every_form() {
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.name());
            assert_eq!(serde_json::to_value(rule.level()).unwrap(), rule.level().name());
        }
    }
}
