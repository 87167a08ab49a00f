//! A table of pictures that are no photos, each with the word for its kind.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::files::{MAX_LIST, read_text};
use serde::Deserialize;
use showtell::bundle::sums::digest;
use showtell::kind::MOST_KINDS;

/// A kind with fewer pictures is too rare to be learnt by itself.
pub const LEAST: usize = 8;
/// Parts that the pictures fall into; one is kept apart.
pub const FOLDS: u8 = 10;

/// The word right above others: what a kind is called where there are too few pictures of it, and a picture whose
/// kind is not sure.
const BROADER: [(&str, &str); 24] = [
    ("artwork", BROADEST),
    ("bar chart", "graph"),
    ("cartoon", "drawing"),
    ("chart", "graph"),
    ("comic", "cartoon"),
    ("drawing", "artwork"),
    ("engraving", "drawing"),
    ("etching", "engraving"),
    ("floor plan", "diagram"),
    ("flow chart", "diagram"),
    ("flowchart", "flow chart"),
    ("histogram", "bar chart"),
    ("illustration", "drawing"),
    ("infographic", "diagram"),
    ("line graph", "graph"),
    ("lithograph", "engraving"),
    ("painting", "artwork"),
    ("pie chart", "graph"),
    ("poster", "artwork"),
    ("scatter plot", "graph"),
    ("sketch", "drawing"),
    ("timeline", "diagram"),
    ("venn diagram", "diagram"),
    ("woodcut", "engraving"),
];
/// The word above all others.
pub const BROADEST: &str = "graphic";

/// The word right above a kind's; none above the broadest.
fn above(kind: &str) -> Option<&'static str> {
    let named = BROADER.iter().find(|(narrow, _)| *narrow == kind).map(|(_, broad)| *broad);
    named.or((kind != BROADEST).then_some(BROADEST))
}

/// Why a table of graphics cannot be learnt from.
#[derive(Debug, thiserror::Error)]
pub enum GraphicsError {
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A line that is not in the table's form.
    #[error("{}, line {line}: expected an object with image and kind, neither empty", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
    },
    /// A picture is named twice.
    #[error("{}, line {line}: {image} is named twice", path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// Line number of the second, from 1.
        line: usize,
        /// The picture.
        image: String,
    },
    /// Too few pictures or kinds to learn from, or too many kinds.
    #[error("{}: expected {expected}, found {found}", path.display())]
    Number {
        /// The file.
        path: PathBuf,
        /// What is needed.
        expected: String,
        /// What there is.
        found: usize,
    },
}

/// A picture that is no photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graphic {
    /// Its name, as the table writes it.
    pub image: String,
    /// Its kind's place among the names.
    pub kind: usize,
    /// Which of the [`FOLDS`] it falls into, by the SHA-256 of its name.
    pub fold: u8,
}

/// Pictures that are no photos, and the kinds there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graphics {
    folder: PathBuf,
    /// Words for the kinds, in order of the alphabet.
    pub names: Vec<String>,
    /// The pictures, in the table's order.
    pub pictures: Vec<Graphic>,
    /// Kinds that were too rare, and what they are called instead.
    pub merged: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Row {
    image: String,
    kind: String,
}

impl Graphics {
    /// Reads a table: a JSON object a line with `image`, relative to the table's folder, and `kind`; whatever else
    /// stands there is passed over.
    ///
    /// Kinds of fewer than [`LEAST`] pictures take the word above them ("woodcut", "engraving", "drawing"), the
    /// rarest first; where no word stands above, "graphic".
    ///
    /// # Errors
    /// [`GraphicsError`].
    pub fn read(path: &Path) -> Result<Self, GraphicsError> {
        let text = read_text(path, MAX_LIST)
            .map_err(|source| GraphicsError::Read { path: path.to_owned(), source })?;
        let mut rows: Vec<Row> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            let malformed = || GraphicsError::Line { path: path.to_owned(), line };
            let row: Row = serde_json::from_str(text).map_err(|_| malformed())?;
            let row = Row { image: row.image, kind: row.kind.trim().to_owned() };
            if row.image.is_empty() || row.kind.is_empty() {
                return Err(malformed());
            }
            if !seen.insert(row.image.clone()) {
                return Err(GraphicsError::Twice { path: path.to_owned(), line, image: row.image });
            }
            rows.push(row);
        }
        let number = |expected: &str, found| {
            Err(GraphicsError::Number { path: path.to_owned(), expected: expected.to_owned(), found })
        };
        if rows.len() < LEAST {
            return number(&format!("at least {LEAST} pictures"), rows.len());
        }
        let merged = merge(&mut rows);
        let mut names: Vec<String> = rows.iter().map(|row| row.kind.clone()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() > MOST_KINDS {
            return number(&format!("at most {MOST_KINDS} kinds"), names.len());
        }
        let pictures = rows.into_iter().map(|Row { image, kind }| Graphic {
            fold: fold(&image),
            kind: names.partition_point(|name| *name < kind),
            image,
        });
        let pictures = pictures.collect();
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self { folder, names, pictures, merged })
    }

    /// The words above those of the kinds.
    #[must_use]
    pub fn broader(&self) -> BTreeMap<String, String> {
        let chain = |name: &String| {
            std::iter::successors(Some(name.clone()), |word| above(word).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let chains = self.names.iter().map(chain);
        chains.flat_map(|words| words.clone().into_iter().zip(words.into_iter().skip(1))).collect()
    }

    /// Where a picture lies.
    #[must_use]
    pub fn path(&self, picture: &Graphic) -> PathBuf {
        self.folder.join(&picture.image)
    }
}

/// Gives rare kinds broader words until none is rare that has one; what they are called in the end.
fn merge(rows: &mut [Row]) -> BTreeMap<String, String> {
    let mut merged: BTreeMap<String, String> = BTreeMap::new();
    loop {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        rows.iter().for_each(|row| *counts.entry(&row.kind).or_default() += 1);
        let rare = counts.iter().filter(|(kind, count)| **count < LEAST && **kind != BROADEST);
        // The rarest first: what it joins may be rare no more.
        let Some(kind) = rare.min_by_key(|(_, count)| **count).map(|(kind, _)| (*kind).to_owned()) else {
            return merged;
        };
        let above = above(&kind).unwrap_or(BROADEST).to_owned();
        rows.iter_mut().filter(|row| row.kind == kind).for_each(|row| row.kind.clone_from(&above));
        merged.values_mut().filter(|word| **word == kind).for_each(|word| word.clone_from(&above));
        merged.insert(kind, above);
    }
}

/// Which part a picture falls into: the same whatever else the table holds.
fn fold(image: &str) -> u8 {
    let hash = digest(image.as_bytes());
    let first = hash.get(..8).and_then(|text| u32::from_str_radix(text, 16).ok()).unwrap_or_default();
    (first % u32::from(FOLDS)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::folder;

    fn read(text: &str) -> Result<Graphics, String> {
        let here = folder(&[("graphics.jsonl", text)]);
        Graphics::read(&here.path().join("graphics.jsonl")).map_err(|error| error.to_string())
    }

    fn rows(kinds: &[(&str, usize)]) -> String {
        let kinds = kinds.iter().flat_map(|&(kind, count)| std::iter::repeat_n(kind, count));
        kinds
            .enumerate()
            .map(|(n, kind)| format!("{{\"image\": \"{n}.png\", \"kind\": \"{kind}\"}}\n"))
            .collect()
    }

    #[test]
    fn rare_kinds_take_the_word_above_them() {
        let kinds = [("woodcut", 3), ("engraving", 6), ("map", 9), ("comic", 2), ("drawing", 8), ("rune", 2)];
        let found = read(&rows(&kinds)).unwrap();
        // Nine engravings are enough; two comics become cartoons, and these drawings.
        assert_eq!(found.names, ["drawing", "engraving", "graphic", "map"]);
        let pairs = found.merged.iter().map(|(kind, word)| (kind.as_str(), word.as_str()));
        let expected =
            [("cartoon", "drawing"), ("comic", "drawing"), ("rune", "graphic"), ("woodcut", "engraving")];
        assert_eq!(pairs.collect::<Vec<_>>(), expected);
        assert_eq!(found.pictures.iter().filter(|picture| picture.kind == 0).count(), 10);
        let pairs =
            [("artwork", "graphic"), ("drawing", "artwork"), ("engraving", "drawing"), ("map", "graphic")];
        assert_eq!(found.broader(), pairs.map(|(word, above)| (word.into(), above.into())).into());
    }

    #[test]
    fn parts_are_told_by_names_and_are_of_a_size() {
        let found = read(&rows(&[("map", 1000)])).unwrap();
        for fold in 0..FOLDS {
            let count = found.pictures.iter().filter(|picture| picture.fold == fold).count();
            assert!((70..130).contains(&count), "{count} in part {fold}");
        }
    }

    #[test]
    fn tables_out_of_form_are_refused() {
        let refused = |text: &str| read(text).unwrap_err();
        assert!(
            refused("{\"image\": \"a.png\"}")
                .ends_with("graphics.jsonl, line 1: expected an object with image and kind, neither empty")
        );
        assert!(refused("\n{\"image\": \"a.png\", \"kind\": \" \"}").contains("line 2"));
        let twice = rows(&[("map", 8)]) + "{\"image\": \"3.png\", \"kind\": \"chart\"}";
        assert!(refused(&twice).contains("line 9: 3.png is named twice"));
        assert!(refused(&rows(&[("map", 7)])).contains("expected at least 8 pictures, found 7"));
    }
}
