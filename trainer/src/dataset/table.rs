//! A plain folder: photos and a table of captions, CSV or one JSON object a line.
//!
//! `captions.csv`, `captions.jsonl`, `metadata.csv` or `metadata.jsonl` (the last two as in Hugging
//! Face's imagefolder) in the folder, or one in each of `train`, `dev` or `validation`, and `test`.
//! Columns: `image`, `file_name` or `filename`, relative to the table or to `images` beside it;
//! `caption`, `captions` or `text`, in JSON one text or a list; and, where wanted, `split` and `source`,
//! a word for where the photo comes from. A photo may have any number of rows. Without splits the SHA-256 of a photo's name decides.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::draft::{Draft, read_text};
use super::{DatasetError, Split};

/// What the form is told by.
pub const SIGNS: &str = "captions.csv, captions.jsonl, metadata.csv or metadata.jsonl, here or in train, dev \
                         and test (a plain folder)";
const TABLES: [&str; 4] = ["captions.csv", "captions.jsonl", "metadata.csv", "metadata.jsonl"];
const FOLDERS: [&str; 6] = ["train", "dev", "val", "valid", "validation", "test"];
const IMAGE: [&str; 3] = ["image", "file_name", "filename"];
const CAPTION: [&str; 3] = ["caption", "captions", "text"];
const IMAGE_FOLDERS: [&str; 2] = ["images", "Images"];

fn find(folder: &Path) -> Option<PathBuf> {
    TABLES.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

fn parts(folder: &Path) -> impl Iterator<Item = (&'static str, PathBuf)> + '_ {
    FOLDERS.into_iter().filter_map(|name| Some((name, find(&folder.join(name))?)))
}

/// Whether a folder holds a table, or its splits' folders do.
#[must_use]
pub fn is_here(folder: &Path) -> bool {
    find(folder).is_some() || parts(folder).next().is_some()
}

/// Reads the table or those of the splits.
///
/// # Errors
/// [`DatasetError`] for unreadable files, lines out of form and photos in two splits.
pub fn read(folder: &Path) -> Result<Draft, DatasetError> {
    let mut draft = Draft::default();
    if let Some(path) = find(folder) {
        let used = path.file_name();
        let others = TABLES.iter().filter(|name| Some(name.as_ref()) != used);
        draft.report.unused_files =
            others.filter(|name| folder.join(name).is_file()).map(ToString::to_string).collect();
        rows(&path, |row| row.put("", None, &mut draft))?;
        return Ok(draft.with_images(folder, &IMAGE_FOLDERS));
    }
    for (name, path) in parts(folder) {
        draft.has_splits();
        rows(&path, |row| row.put(&format!("{name}/"), name.parse().ok(), &mut draft))?;
    }
    Ok(draft.with_images(folder, &[]))
}

/// One row of either form.
struct Row {
    image: String,
    captions: Vec<String>,
    split: Option<Split>,
    source: Option<String>,
}

impl Row {
    fn put(self, prefix: &str, split: Option<Split>, draft: &mut Draft) -> Result<(), DatasetError> {
        let image = format!("{prefix}{}", self.image.strip_prefix("./").unwrap_or(&self.image));
        draft.photo(&image);
        self.captions.iter().for_each(|caption| draft.caption(&image, caption));
        self.source.map_or(Ok(()), |source| draft.source(&image, &source))?;
        self.split.or(split).map_or(Ok(()), |split| draft.split(&image, split))
    }
}

fn rows(path: &Path, mut put: impl FnMut(Row) -> Result<(), DatasetError>) -> Result<(), DatasetError> {
    let text = read_text(path)?;
    let malformed = |line: usize, expected| DatasetError::Line { path: path.to_owned(), line, expected };
    if path.extension().is_some_and(|extension| extension == "jsonl") {
        for (line, text) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let object: Map<String, Value> =
                serde_json::from_str(text).map_err(|_| malformed(line, "a JSON object"))?;
            put(json_row(&object).map_err(|expected| malformed(line, expected))?)?;
        }
        return Ok(());
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| malformed(1, "a header"))?.clone();
    let column = |names: &[&str]| header.iter().position(|name| names.contains(&name.trim()));
    let (Some(image), Some(caption)) = (column(&IMAGE), column(&CAPTION)) else {
        return Err(malformed(1, "a header with image or file_name, and caption, captions or text"));
    };
    let (split, source) = (column(&["split"]), column(&["source"]));
    for record in reader.records() {
        let record = record.map_err(|error| {
            malformed(error.position().map_or(1, |at| at.line() as usize), "as many fields as the header has")
        })?;
        let line = record.position().map_or(1, |at| at.line() as usize);
        let named = record.get(image).map(str::trim).filter(|image| !image.is_empty());
        let row = Row {
            image: named.ok_or_else(|| malformed(line, "the name of an image"))?.to_owned(),
            captions: record.get(caption).map(str::to_owned).into_iter().collect(),
            split: read_split(split.and_then(|split| record.get(split)))
                .map_err(|expected| malformed(line, expected))?,
            source: named_source(source.and_then(|source| record.get(source))),
        };
        put(row)?;
    }
    Ok(())
}

fn json_row(object: &Map<String, Value>) -> Result<Row, &'static str> {
    let value = |names: &[&str]| names.iter().find_map(|name| object.get(*name));
    let image = value(&IMAGE).and_then(Value::as_str).filter(|image| !image.is_empty());
    let captions = match value(&CAPTION) {
        Some(Value::String(caption)) => Some(vec![caption.clone()]),
        Some(Value::Array(captions)) => {
            captions.iter().map(|caption| caption.as_str().map(str::to_owned)).collect()
        }
        _ => None,
    };
    let split = match object.get("split") {
        None | Some(Value::Null) => None,
        Some(split) => Some(split.as_str().ok_or(SPLIT)?),
    };
    let source = match object.get("source") {
        None | Some(Value::Null) => None,
        Some(source) => named_source(Some(source.as_str().ok_or(SOURCE)?)),
    };
    Ok(Row {
        image: image.ok_or("a name under image or file_name")?.to_owned(),
        captions: captions.ok_or("a text or a list of texts under caption, captions or text")?,
        split: read_split(split)?,
        source,
    })
}

const SOURCE: &str = "a text as the source";
const SPLIT: &str = "train, dev or test as the split";

fn named_source(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn read_split(text: Option<&str>) -> Result<Option<Split>, &'static str> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|_| SPLIT)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Dataset, Photo};
    use crate::testing::folder;

    fn photos(dataset: &Dataset, split: Split) -> Vec<Photo> {
        dataset.photos(split).map(Result::unwrap).collect()
    }

    #[test]
    fn csv_and_json_lines_give_the_same() {
        let csv = "split,file_name,text\ntrain,a.jpg,\"A dog, running\"\nval,b.png,A cat\ntrain,a.jpg,A pet\n,c.jpg,Lost\n";
        let json = "{\"image\": \"./a.jpg\", \"captions\": [\"A dog, running\", \"A pet\"], \"split\": \"train\"}\n\n\
                    {\"file_name\": \"b.png\", \"caption\": \"A cat\", \"split\": \"dev\"}\n\
                    {\"file_name\": \"c.jpg\", \"caption\": \"Lost\", \"split\": null}\n";
        for (name, text, prefix) in [
            ("captions.csv", csv, ""),
            ("metadata.csv", csv, "images/"),
            ("captions.jsonl", json, ""),
            ("metadata.jsonl", json, "images/"),
        ] {
            let images = ["a.jpg", "b.png", "c.jpg"].map(|image| format!("{prefix}{image}"));
            let here = folder(&[(name, text), (&images[0], ""), (&images[1], ""), (&images[2], "")]);
            let (dataset, report) = Dataset::open(here.path()).unwrap();
            assert_eq!(photos(&dataset, Split::Train)[0].captions, ["A dog, running", "A pet"], "{name}");
            assert_eq!(photos(&dataset, Split::Dev)[0].image, "b.png");
            assert_eq!(report.without_split, ["c.jpg"]);
        }
    }

    #[test]
    fn folders_of_splits_are_read() {
        let here = folder(&[
            ("train/metadata.csv", "file_name,text\na.jpg,A dog\n"),
            ("train/a.jpg", ""),
            ("validation/metadata.jsonl", "{\"file_name\": \"a.jpg\", \"text\": \"A cat\"}\n"),
            ("validation/a.jpg", ""),
        ]);
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        assert_eq!(dataset.counts(), "train 1, dev 1, test 0");
        assert_eq!(photos(&dataset, Split::Dev)[0].image, "validation/a.jpg");
    }

    #[test]
    fn bad_rows_are_named() {
        for (name, text, line) in [
            ("captions.csv", "photo,words\n", 1),
            ("captions.csv", "image,caption\na.jpg,A dog\nb.jpg\n", 3),
            ("captions.csv", "image,caption,split\na.jpg,A dog,later\n", 2),
            ("captions.csv", "image,caption\n,A dog\n", 2),
            ("captions.jsonl", "[1]\n", 1),
            ("captions.jsonl", "{\"image\": \"a\", \"caption\": \"b\"}\n{\"image\": \"a\"}\n", 2),
            ("captions.jsonl", "{\"image\": \"a\", \"captions\": [1]}\n", 1),
            ("captions.jsonl", "{\"image\": \"a\", \"caption\": \"b\", \"split\": 3}\n", 1),
            ("captions.jsonl", "{\"image\": \"a\", \"caption\": \"b\", \"source\": 3}\n", 1),
        ] {
            let here = folder(&[(name, text)]);
            let error = Dataset::open(here.path()).unwrap_err();
            assert!(
                matches!(&error, DatasetError::Line { line: found, .. } if *found == line),
                "{text}: {error}"
            );
        }
    }
}
