//! Flickr8k (Hodosh, Young and Hockenmaier 2013) in both published forms.
//!
//! - the original: `Flickr8k.token.txt`, lines of `name.jpg#k<TAB>caption`, and the split lists
//!   `Flickr_8k.{train,dev,test}Images.txt`;
//! - the later copy: `captions.txt`, comma-separated, first line `image,caption`.
//!
//! Photos lie in `Images`, `Flicker8k_Dataset` or `Flickr8k_Dataset`, or beside the text. Where
//! there is no split list, the SHA-256 of a photo's name decides: three quarters train, an eighth
//! dev, an eighth test, the same on every machine.

use std::path::Path;

use super::draft::{Draft, read_text, token_file};
use super::{DatasetError, Split};

/// What the form is told by.
pub const SIGNS: &str = "Flickr8k.token.txt or captions.txt (Flickr8k)";
const TOKENS: &str = "Flickr8k.token.txt";
const TABLE: &str = "captions.txt";
const LISTS: [(Split, &str); 3] = [
    (Split::Train, "Flickr_8k.trainImages.txt"),
    (Split::Dev, "Flickr_8k.devImages.txt"),
    (Split::Test, "Flickr_8k.testImages.txt"),
];
const IMAGE_FOLDERS: [&str; 3] = ["Images", "Flicker8k_Dataset", "Flickr8k_Dataset"];

/// Whether a folder holds either form.
#[must_use]
pub fn is_here(folder: &Path) -> bool {
    folder.join(TOKENS).is_file() || folder.join(TABLE).is_file()
}

/// Reads a folder in either form.
///
/// # Errors
/// [`DatasetError`] for unreadable files, malformed lines and photos in two lists. What can be
/// left out is reported instead.
pub fn read(folder: &Path) -> Result<Draft, DatasetError> {
    let mut draft = Draft::default();
    if folder.join(TOKENS).is_file() {
        token_file(&folder.join(TOKENS), &mut draft)?;
    } else {
        table_file(&folder.join(TABLE), &mut draft)?;
    }
    for (split, name) in LISTS {
        let path = folder.join(name);
        if !path.is_file() {
            continue;
        }
        draft.has_splits();
        for image in read_text(&path)?.lines().map(str::trim).filter(|line| !line.is_empty()) {
            draft.split(image, split)?;
        }
    }
    Ok(draft.with_images(folder, &IMAGE_FOLDERS))
}

fn table_file(path: &Path, draft: &mut Draft) -> Result<(), DatasetError> {
    let text = read_text(path)?;
    let malformed = |line: usize| DatasetError::Line {
        path: path.to_owned(),
        line,
        expected: "an image name, a comma and a caption",
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| malformed(1))?;
    if header.get(0) != Some("image") || header.get(1) != Some("caption") {
        return Err(DatasetError::Line {
            path: path.to_owned(),
            line: 1,
            expected: "the header image,caption",
        });
    }
    for record in reader.records() {
        let record =
            record.map_err(|error| malformed(error.position().map_or(1, |at| at.line() as usize)))?;
        let line = record.position().map_or(1, |at| at.line() as usize);
        let mut fields = record.iter();
        let image = fields.next().filter(|image| !image.is_empty()).ok_or_else(|| malformed(line))?;
        // Copies are about that forgot to quote captions with commas in them.
        let caption: Vec<&str> = fields.collect();
        if caption.is_empty() {
            return Err(malformed(line));
        }
        draft.caption(image, &caption.join(","));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Dataset, Photo, Report};
    use crate::testing::folder;

    fn train(dataset: &Dataset) -> Vec<Photo> {
        dataset.photos(Split::Train).map(Result::unwrap).collect()
    }

    #[test]
    fn the_original_form_reports_every_fault() {
        let here = folder(&[
            (
                "Flickr8k.token.txt",
                "a.jpg#0\tA dog .\na.jpg#1\tA dog runs .\na.jpg#1\tAgain .\nb.jpg#0\t .\nc.jpg#0\tA cat .\n\
                 gone.jpg#0\tA man .\n",
            ),
            ("Flickr_8k.trainImages.txt", "a.jpg\nb.jpg\nmute.jpg\n"),
            ("Flickr_8k.devImages.txt", "gone.jpg\n"),
            ("Images/a.jpg", ""),
            ("Images/b.jpg", ""),
            ("Images/c.jpg", ""),
            ("Images/mute.jpg", ""),
            ("Images/stray.jpg", ""),
            ("Images/readme.txt", ""),
        ]);
        let (dataset, report) = Dataset::open(here.path()).unwrap();
        assert_eq!(dataset.counts(), "train 1, dev 0, test 0");
        assert_eq!(train(&dataset)[0].captions, ["A dog .", "A dog runs ."]);
        assert_eq!(report.missing_photos, ["gone.jpg"]);
        assert_eq!(report.without_captions, ["b.jpg", "mute.jpg"]);
        assert_eq!(report.without_split, ["c.jpg"]);
        assert_eq!(report.empty_captions, ["b.jpg: ."]);
        assert_eq!(report.duplicate_captions, ["a.jpg: Again ."]);
        assert_eq!(report.unused_files, ["stray.jpg"]);
    }

    #[test]
    fn the_table_form_takes_commas_quotes_and_a_mark_at_the_start() {
        let here = folder(&[
            (
                "captions.txt",
                "\u{feff}image,caption\r\na.jpg,\"A big, black dog .\"\r\na.jpg,A small, white dog .\r\n",
            ),
            ("Images/a.jpg", ""),
        ]);
        let (dataset, report) = Dataset::open(here.path()).unwrap();
        assert_eq!(train(&dataset)[0].captions, ["A big, black dog .", "A small, white dog ."]);
        assert_eq!(report, Report::default());
    }

    #[test]
    fn bad_lines_and_double_splits_are_named() {
        let here = folder(&[("Flickr8k.token.txt", "a.jpg#0\tA dog .\noops\n")]);
        assert!(matches!(read(here.path()), Err(DatasetError::Line { line: 2, .. })));
        let here = folder(&[("captions.txt", "photo,text\n")]);
        assert!(matches!(read(here.path()), Err(DatasetError::Line { line: 1, .. })));
        let here = folder(&[
            ("Flickr8k.token.txt", "a.jpg#0\tA dog .\n"),
            ("Flickr_8k.trainImages.txt", "a.jpg\n"),
            ("Flickr_8k.devImages.txt", "a.jpg\n"),
        ]);
        assert!(matches!(read(here.path()), Err(DatasetError::TwoSplits { .. })));
    }
}
