//! COCO captions 2014 and 2017 (Lin et al. 2014, Chen et al. 2015) as published on cocodataset.org.
//!
//! `annotations/captions_{train,val}{2014,2017}.json` or the same files in the folder itself; photos
//! in `train2017`, `val2017` and so on, in the folder or in `images`. `val` becomes dev. Test
//! photos were published without captions, so there is no test split; for the one that papers use,
//! put Karpathy's `dataset_coco.json` into the folder. Where both years are there, 2017 is read.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::draft::Draft;
use super::{DatasetError, Split};
use crate::files::{MAX_LIST, read as read_file};

/// What the form is told by.
pub const SIGNS: &str =
    "captions_train2017.json, captions_val2017.json or those of 2014, in annotations or here (COCO)";
const YEARS: [&str; 2] = ["2017", "2014"];
const PARTS: [(Split, &str); 2] = [(Split::Train, "train"), (Split::Dev, "val")];

#[derive(Deserialize)]
struct Captions {
    images: Vec<Image>,
    annotations: Vec<Annotation>,
}

#[derive(Deserialize)]
struct Image {
    id: u64,
    file_name: String,
}

#[derive(Deserialize)]
struct Annotation {
    id: Option<u64>,
    image_id: u64,
    caption: String,
}

fn find(folder: &Path, part: &str, year: &str) -> Option<PathBuf> {
    let name = format!("captions_{part}{year}.json");
    [folder.join("annotations").join(&name), folder.join(&name)].into_iter().find(|path| path.is_file())
}

fn files<'a>(folder: &'a Path, year: &'a str) -> impl Iterator<Item = (Split, String, PathBuf)> + 'a {
    PARTS
        .iter()
        .filter_map(move |(split, part)| Some((*split, format!("{part}{year}"), find(folder, part, year)?)))
}

/// Whether a folder holds captions of either year.
#[must_use]
pub fn is_here(folder: &Path) -> bool {
    YEARS.iter().any(|year| files(folder, year).next().is_some())
}

/// Reads the newest year of a folder.
///
/// # Errors
/// [`DatasetError`] for files that cannot be read or understood.
pub fn read(folder: &Path) -> Result<Draft, DatasetError> {
    let mut draft = Draft::default();
    draft.has_splits();
    let mut years = YEARS.into_iter().filter(|year| files(folder, year).next().is_some());
    for (split, images, path) in years.next().into_iter().flat_map(|year| files(folder, year)) {
        read_part(&path, split, &images, &mut draft)?;
    }
    let unused = years.flat_map(|year| files(folder, year)).map(|(_, _, path)| path.display().to_string());
    draft.report.unused_files.extend(unused);
    Ok(draft.with_images(folder, &["images"]))
}

fn read_part(path: &Path, split: Split, images: &str, draft: &mut Draft) -> Result<(), DatasetError> {
    let file = read_file(path, MAX_LIST).map_err(DatasetError::read(path))?;
    let captions: Captions = serde_json::from_slice(&file)
        .map_err(|source| DatasetError::Json { path: path.to_owned(), source })?;
    let mut names = HashMap::new();
    for Image { id, file_name } in captions.images {
        let name = format!("{images}/{file_name}");
        draft.photo(&name);
        draft.split(&name, split)?;
        names.insert(id, name);
    }
    let mut seen = HashSet::new();
    for Annotation { id, image_id, caption } in captions.annotations {
        match names.get(&image_id) {
            None => draft.report.missing_photos.push(format!("image {image_id} of {images}")),
            Some(name) if id.is_some_and(|id| !seen.insert(id)) => {
                draft.report.duplicate_captions.push(format!("{name}: {}", caption.trim()));
            }
            Some(name) => draft.caption(name, &caption),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Dataset;
    use crate::testing::folder;

    const TRAIN: &str = r#"{"info": {}, "images": [{"id": 9, "file_name": "9.jpg"}, {"id": 8, "file_name": "8.jpg"}],
        "annotations": [
            {"id": 1, "image_id": 9, "caption": "A dog. "}, {"id": 2, "image_id": 9, "caption": "A pet"},
            {"id": 2, "image_id": 9, "caption": "A pet"}, {"id": 3, "image_id": 7, "caption": "Lost"},
            {"id": 4, "image_id": 8, "caption": "\n"}]}"#;
    const VAL: &str = r#"{"images": [{"id": 9, "file_name": "9.jpg"}],
        "annotations": [{"id": 1, "image_id": 9, "caption": "A cat"}]}"#;

    #[test]
    fn both_parts_are_read_and_faults_reported() {
        let here = folder(&[
            ("annotations/captions_train2017.json", TRAIN),
            ("captions_val2017.json", VAL),
            ("annotations/captions_val2014.json", VAL),
            ("images/train2017/9.jpg", ""),
            ("images/train2017/8.jpg", ""),
            ("images/val2017/9.jpg", ""),
        ]);
        let (dataset, report) = Dataset::open(here.path()).unwrap();
        assert_eq!(dataset.counts(), "train 1, dev 1, test 0");
        let photo = dataset.photos(Split::Train).next().unwrap().unwrap();
        assert_eq!(
            (photo.image.as_str(), &photo.captions[..]),
            ("train2017/9.jpg", &["A dog.".to_owned(), "A pet".to_owned()][..])
        );
        assert_eq!(dataset.photos(Split::Dev).next().unwrap().unwrap().captions, ["A cat"]);
        assert_eq!(report.missing_photos, ["image 7 of train2017"]);
        assert_eq!(report.duplicate_captions, ["train2017/9.jpg: A pet"]);
        assert_eq!(report.without_captions, ["train2017/8.jpg"]);
        assert_eq!(report.empty_captions, ["train2017/8.jpg: "]);
        assert!(report.unused_files[0].ends_with("captions_val2014.json"));
    }

    #[test]
    fn captions_without_photos_and_other_json_are_refused() {
        let here = folder(&[("captions_val2017.json", VAL)]);
        let message = Dataset::open(here.path()).unwrap_err().to_string();
        assert!(message.contains("1 photos named but not found: val2017/9.jpg"), "{message}");
        let here = folder(&[("captions_val2017.json", r#"{"images": [}"#)]);
        assert!(matches!(Dataset::open(here.path()), Err(DatasetError::Json { .. })));
        let here = folder(&[("captions_val2017.json", r#"{"images": []}"#)]);
        assert!(matches!(Dataset::open(here.path()), Err(DatasetError::Json { .. })));
    }
}
