//! What could be better about an alt text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Characters above which a text is noted as long: some screen readers part texts there.
pub const LONG: usize = 125;
/// Characters above which a text is too long to be heard in one go.
pub const TOO_LONG: usize = 200;

/// How much a remark matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look.
    Note,
    /// Hardly ever meant.
    Warning,
}

/// Something about an alt text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Remark {
    /// Nothing but spaces, where something has to be said.
    Empty,
    /// More than [`LONG`] characters.
    Long {
        /// How many.
        characters: usize,
    },
    /// More than [`TOO_LONG`] characters.
    TooLong {
        /// How many.
        characters: usize,
    },
    /// Begins by saying that it is an image, which readers hear anyway.
    Opening {
        /// The words it begins with.
        words: String,
    },
    /// The name of a file.
    FileName,
    /// A word that stands where a text should: "image", "untitled".
    Placeholder,
    /// A word or a run of words follows itself.
    Repetition {
        /// What stands twice.
        words: String,
    },
}

impl Remark {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Long { .. } | Self::Opening { .. } | Self::Repetition { .. } => Severity::Note,
            Self::Empty | Self::TooLong { .. } | Self::FileName | Self::Placeholder => Severity::Warning,
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "There is no text yet."),
            Self::Long { characters } => {
                write!(f, "{characters} characters: most alt texts do with {LONG}.")
            }
            Self::TooLong { characters } => {
                write!(f, "{characters} characters: too long. Put details beside the image instead.")
            }
            Self::Opening { words } => write!(f, "\u{201c}{words}\u{201d} can go: readers hear that anyway."),
            Self::FileName => write!(f, "This is a file name."),
            Self::Placeholder => write!(f, "This says nothing about the image."),
            Self::Repetition { words } => write!(f, "\u{201c}{words}\u{201d} stands twice in a row."),
        }
    }
}

/// Openings that only say what an `img` element says already.
const OPENINGS: [&str; 14] = [
    "an image of",
    "a image of",
    "image of",
    "a picture of",
    "picture of",
    "a photo of",
    "photo of",
    "a photograph of",
    "photograph of",
    "a graphic of",
    "graphic of",
    "an icon of",
    "icon of",
    "this is",
];

/// Whole texts that stand where a text should.
const PLACEHOLDERS: [&str; 19] = [
    "image",
    "img",
    "picture",
    "pic",
    "photo",
    "photograph",
    "graphic",
    "icon",
    "logo",
    "banner",
    "spacer",
    "bullet",
    "thumbnail",
    "screenshot",
    "untitled",
    "alt",
    "alt text",
    "placeholder",
    "null",
];

/// Endings that give a file name away.
const EXTENSIONS: [&str; 12] =
    ["jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "svg", "bmp", "tif", "tiff", "ico"];

/// What could be better about the alt text of an image that has something to say; nothing for a
/// sound one. `file` is the image's file name, where there is one.
#[must_use]
pub fn remarks(text: &str, file: Option<&str>) -> Vec<Remark> {
    let text = text.trim();
    if text.is_empty() {
        return vec![Remark::Empty];
    }
    let mut found = Vec::new();
    if is_file_name(text, file) {
        found.push(Remark::FileName);
    } else if is_placeholder(text) {
        found.push(Remark::Placeholder);
    } else {
        found.extend(opening(text).map(|words| Remark::Opening { words }));
    }
    let characters = text.chars().count();
    if characters > TOO_LONG {
        found.push(Remark::TooLong { characters });
    } else if characters > LONG {
        found.push(Remark::Long { characters });
    }
    found.extend(repetition(text).map(|words| Remark::Repetition { words }));
    found
}

/// The words that a text begins with and could do without.
fn opening(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let found = OPENINGS.iter().find(|opening| {
        lower.strip_prefix(**opening).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })?;
    Some(text.chars().take(found.chars().count()).collect())
}

fn is_placeholder(text: &str) -> bool {
    let lower = text.to_lowercase();
    // "image 12", "photo-3" and "Image." say no more than "image".
    let bare = lower.trim_end_matches(|c: char| c.is_ascii_digit() || " -_.()#".contains(c));
    PLACEHOLDERS.contains(&bare) || (!text.is_empty() && bare.is_empty())
}

fn is_file_name(text: &str, file: Option<&str>) -> bool {
    let stem = |name: &str| {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
        name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.to_owned())
    };
    if let Some((_, ending)) = text.rsplit_once('.')
        && EXTENSIONS.contains(&ending.to_lowercase().as_str())
    {
        return true;
    }
    // A name that reads as words, as "Red kite.jpg" does, may well be the text.
    if file.is_some_and(|file| {
        let (stem, lower) = (stem(file), text.to_lowercase());
        stem == lower && !stem.contains(' ') && !stem.chars().all(char::is_alphabetic)
    }) {
        return true;
    }
    // IMG_2031, DSC01234, PXL_20240101: what cameras write.
    let mut letters = text.chars().skip_while(char::is_ascii_alphabetic);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    !text.contains(' ')
        && digits >= 3
        && letters.all(|c| c.is_ascii_digit() || "_-".contains(c))
        && text.chars().take_while(char::is_ascii_alphabetic).count() >= 3
}

/// The longest run of at most four words that follows itself.
fn repetition(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain: Vec<String> =
        words.iter().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect();
    let twice = |length: usize| {
        plain.windows(2 * length).position(|run| {
            run[..length] == run[length..] && run[..length].iter().any(|word| !word.is_empty())
        })
    };
    let (length, start) = (1..=4).rev().find_map(|length| twice(length).map(|start| (length, start)))?;
    Some(words[start..start + length].join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str, file: Option<&str>) -> Vec<&'static str> {
        let name = |remark: &Remark| match remark {
            Remark::Empty => "empty",
            Remark::Long { .. } => "long",
            Remark::TooLong { .. } => "too long",
            Remark::Opening { .. } => "opening",
            Remark::FileName => "file",
            Remark::Placeholder => "placeholder",
            Remark::Repetition { .. } => "repetition",
        };
        remarks(text, file).iter().map(name).collect()
    }

    #[test]
    fn sound_texts_pass() {
        for text in [
            "A dog runs through tall grass.",
            "Two boats in a harbour",
            "Imagine",
            "Logo of the Red Cross",
            "Area 51",
            "B2B",
            "That that is, is",
            "Red kite",
        ] {
            let allowed: &[&str] = if text.starts_with("That") { &["repetition"] } else { &[] };
            assert_eq!(kinds(text, Some("Red kite.jpg")), allowed, "{text}");
        }
    }

    #[test]
    fn poor_texts_are_told() {
        for (text, found) in [
            ("", &["empty"][..]),
            (" \n", &["empty"]),
            ("Image of a dog", &["opening"]),
            ("A photo of two boats", &["opening"]),
            ("image", &["placeholder"]),
            ("Photo 3", &["placeholder"]),
            ("42", &["placeholder"]),
            ("dog.jpg", &["file"]),
            ("a dog.JPEG", &["file"]),
            ("IMG_2031", &["file"]),
            ("DSC01234", &["file"]),
            ("hero-banner-2", &["file"]),
            ("a dog dog runs", &["repetition"]),
            ("in the park in the park", &["repetition"]),
        ] {
            assert_eq!(kinds(text, Some("x/hero-banner-2.png")), found, "{text}");
        }
        assert_eq!(remarks("a dog, dog runs", None), [Remark::Repetition { words: "dog,".into() }]);
        assert_eq!(remarks("Photo of a dog", None), [Remark::Opening { words: "Photo of".into() }]);
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        // Words that differ, so that nothing repeats.
        let text =
            |length: usize| -> String { (0..length).map(|i| char::from(b'a' + (i % 26) as u8)).collect() };
        assert_eq!(kinds(&text(LONG), None), [""; 0]);
        assert_eq!(kinds(&text(LONG + 1), None), ["long"]);
        assert_eq!(kinds(&text(TOO_LONG), None), ["long"]);
        assert_eq!(kinds(&text(TOO_LONG + 1), None), ["too long"]);
        assert_eq!(kinds(&"é".repeat(LONG), None), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_judged(text in ".*", file in proptest::option::of(".*")) {
            let found = remarks(&text, file.as_deref());
            proptest::prop_assert_eq!(found.contains(&Remark::Empty), text.trim().is_empty());
            proptest::prop_assert!(found.iter().all(|remark| !remark.to_string().is_empty()));
        }
    }
}
