//! The splits of Karpathy and Fei-Fei (2015), which most papers report on:
//! `dataset_flickr8k.json`, `dataset_flickr30k.json` or `dataset_coco.json` from
//! cs.stanford.edu/people/karpathy/deepimagesent, beside the photos of that data set.
//!
//! `images[]` holds `filename`, for COCO also `filepath` (`train2014`, `val2014`), `split` (`train`,
//! `restval`, `val`, `test`) and `sentences[].raw`. `restval` counts as train, `val` is dev.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::Error;

use super::draft::Draft;
use super::{DatasetError, Split, flickr30k};
use crate::files::{MAX_LIST, read as read_file};

/// What the form is told by.
pub const SIGNS: &str =
    "dataset_flickr8k.json, dataset_flickr30k.json or dataset_coco.json (Karpathy's splits)";
const FILES: [&str; 3] = ["dataset_flickr8k.json", "dataset_flickr30k.json", "dataset_coco.json"];
const IMAGE_FOLDERS: [&str; 4] = ["images", "Images", "Flicker8k_Dataset", "Flickr8k_Dataset"];

#[derive(Deserialize)]
struct Document {
    images: Vec<Image>,
}

#[derive(Deserialize)]
struct Image {
    filename: String,
    filepath: Option<String>,
    split: String,
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    raw: String,
    sentid: Option<u64>,
}

fn find(folder: &Path) -> Option<PathBuf> {
    FILES.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

/// Whether a folder holds one of the files.
#[must_use]
pub fn is_here(folder: &Path) -> bool {
    find(folder).is_some()
}

/// Reads the file.
///
/// # Errors
/// [`DatasetError`] when it cannot be read or understood, or puts a photo into two splits.
pub fn read(folder: &Path) -> Result<Draft, DatasetError> {
    let path = find(folder).unwrap_or_else(|| folder.join(FILES[0]));
    let file = read_file(&path, MAX_LIST).map_err(DatasetError::read(&path))?;
    let json = |source| DatasetError::Json { path: path.clone(), source };
    let document: Document = serde_json::from_slice(&file).map_err(json)?;

    let mut draft = Draft::default();
    draft.has_splits();
    let mut seen = std::collections::HashSet::new();
    for Image { filename, filepath, split, sentences } in document.images {
        let name = match filepath {
            Some(folder) if !folder.is_empty() => format!("{folder}/{filename}"),
            _ => filename,
        };
        let split: Split = split
            .parse()
            .map_err(|reason| json(serde_json::Error::custom(format!("split of {name}: {reason}"))))?;
        draft.photo(&name);
        draft.split(&name, split)?;
        for Sentence { raw, sentid } in sentences {
            if sentid.is_some_and(|id| !seen.insert(id)) {
                draft.report.duplicate_captions.push(format!("{name}: {}", raw.trim()));
            } else {
                draft.caption(&name, &raw);
            }
        }
    }
    let folders: Vec<&str> = IMAGE_FOLDERS.into_iter().chain(flickr30k::FOLDERS).collect();
    Ok(draft.with_images(folder, &folders))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Dataset;
    use crate::testing::folder;

    #[test]
    fn restval_is_trained_on_and_wins_over_the_original_captions() {
        let json = r#"{"dataset": "coco", "images": [
            {"filepath": "train2014", "filename": "1.jpg", "split": "train", "imgid": 0,
             "sentences": [{"tokens": ["a"], "raw": "A.", "imgid": 0, "sentid": 0}]},
            {"filepath": "val2014", "filename": "1.jpg", "split": "restval",
             "sentences": [{"raw": "B.", "sentid": 1}, {"raw": "B.", "sentid": 1}]},
            {"filepath": "val2014", "filename": "2.jpg", "split": "val", "sentences": [{"raw": "C."}]},
            {"filepath": "val2014", "filename": "3.jpg", "split": "test", "sentences": [{"raw": "D."}]}]}"#;
        let here = folder(&[
            ("dataset_coco.json", json),
            ("annotations/captions_val2014.json", "{}"),
            ("train2014/1.jpg", ""),
            ("val2014/1.jpg", ""),
            ("val2014/2.jpg", ""),
        ]);
        let (dataset, report) = Dataset::open(here.path()).unwrap();
        assert_eq!(dataset.counts(), "train 2, dev 1, test 0");
        let names: Vec<String> = dataset.photos(Split::Train).map(|photo| photo.unwrap().image).collect();
        assert_eq!(names, ["train2014/1.jpg", "val2014/1.jpg"]);
        assert_eq!(report.missing_photos, ["val2014/3.jpg"]);
        assert_eq!(report.duplicate_captions, ["val2014/1.jpg: B."]);
    }

    #[test]
    fn an_unknown_split_is_named() {
        let json = r#"{"images": [{"filename": "1.jpg", "split": "rest", "sentences": []}]}"#;
        let here = folder(&[("dataset_flickr8k.json", json)]);
        let error = anyhow::Error::new(Dataset::open(here.path()).unwrap_err());
        assert!(
            format!("{error:#}").contains("split of 1.jpg: expected train, dev or test, found rest"),
            "{error:#}"
        );
    }
}
