//! Flickr30k (Young, Lai, Hodosh and Hockenmaier 2014) in both published forms.
//!
//! - the original: `results_20130124.token`, lines of `name.jpg#k<TAB>caption`;
//! - the later copy: `results.csv`, parted by `|`, first line `image_name| comment_number| comment`.
//!
//! The text lies in the folder itself or in `flickr30k_images`; photos in `flickr30k-images`,
//! `flickr30k_images` (which some copies hold twice, one in the other), `Images` or beside the
//! text. Flickr30k came without splits: the SHA-256 of a photo's name decides, as for Flickr8k.
//! For the splits that papers use, put Karpathy's `dataset_flickr30k.json` beside it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::DatasetError;
use super::draft::{Draft, read_text, token_file};

/// What the form is told by.
pub const SIGNS: &str = "results_20130124.token or results.csv (Flickr30k)";
const TOKENS: &str = "results_20130124.token";
const TABLE: &str = "results.csv";
/// Where photos, and in copies the text as well, may lie.
pub(super) const FOLDERS: [&str; 4] =
    ["flickr30k-images", "flickr30k_images", "flickr30k_images/flickr30k_images", "Images"];

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    [folder.join(name), folder.join(FOLDERS[1]).join(name)].into_iter().find(|path| path.is_file())
}

/// Whether a folder holds either form.
#[must_use]
pub fn is_here(folder: &Path) -> bool {
    find(folder, TOKENS).or_else(|| find(folder, TABLE)).is_some()
}

/// Reads a folder in either form.
///
/// # Errors
/// [`DatasetError`] for unreadable files and malformed lines.
pub fn read(folder: &Path) -> Result<Draft, DatasetError> {
    let mut draft = Draft::default();
    if let Some(path) = find(folder, TOKENS) {
        token_file(&path, &mut draft)?;
    } else if let Some(path) = find(folder, TABLE) {
        table_file(&path, &mut draft)?;
    }
    Ok(draft.with_images(folder, &FOLDERS))
}

fn table_file(path: &Path, draft: &mut Draft) -> Result<(), DatasetError> {
    let text = read_text(path)?;
    let malformed =
        |line: usize, expected: &'static str| DatasetError::Line { path: path.to_owned(), line, expected };
    let mut lines = (1..).zip(text.lines());
    let header = lines.next().map_or("", |(_, header)| header);
    if header.split('|').map(str::trim).ne(["image_name", "comment_number", "comment"]) {
        return Err(malformed(1, "the header image_name| comment_number| comment"));
    }
    let mut seen = BTreeSet::new();
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let fields =
            row(line).ok_or_else(|| malformed(number, "an image name, a number and a caption, parted by |"));
        let (image, count, caption) = fields?;
        if seen.insert((image, count)) {
            draft.caption(image, caption);
        } else {
            draft.report.duplicate_captions.push(format!("{image}: {caption}"));
        }
    }
    Ok(())
}

/// Name, number and caption. One line of the published copy lacks its second bar
/// (`2199200615.jpg| 4   A dog runs across the grass .`), so blanks may stand for it.
fn row(line: &str) -> Option<(&str, u32, &str)> {
    let (image, rest) = line.split_once('|')?;
    let rest = rest.trim_start();
    let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, caption) = rest.split_at(end);
    let caption = caption.trim_start();
    let caption = caption.strip_prefix('|').unwrap_or(caption).trim();
    let image = image.trim();
    (!image.is_empty()).then_some((image, number.parse().ok()?, caption))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Dataset, Photo, Report, Split};
    use crate::testing::folder;

    fn all(dataset: &Dataset) -> Vec<Photo> {
        Split::ALL.into_iter().flat_map(|split| dataset.photos(split).map(Result::unwrap)).collect()
    }

    #[test]
    fn the_original_form_is_read() {
        let here = folder(&[
            ("results_20130124.token", "1.jpg#0\tTwo men .\n1.jpg#1\tA hat .\n2.jpg#0\tA bike .\n"),
            ("flickr30k-images/1.jpg", ""),
        ]);
        let (dataset, report) = Dataset::open(here.path()).unwrap();
        let photos = all(&dataset);
        assert_eq!(photos.len(), 1);
        assert_eq!(photos[0].captions, ["Two men .", "A hat ."]);
        assert_eq!(report.missing_photos, ["2.jpg"]);
    }

    #[test]
    fn the_table_is_read_with_its_known_fault() {
        let table = "image_name| comment_number| comment\n1.jpg| 0| Two men , one | hat .\n\
                     1.jpg| 4   A dog runs .\n1.jpg| 0| Again .\n";
        let here = folder(&[
            ("flickr30k_images/results.csv", table),
            ("flickr30k_images/flickr30k_images/1.jpg", ""),
        ]);
        let (dataset, report) = Dataset::open(here.path()).unwrap();
        assert_eq!(all(&dataset)[0].captions, ["Two men , one | hat .", "A dog runs ."]);
        assert_eq!(report, Report { duplicate_captions: vec!["1.jpg: Again .".into()], ..Report::default() });
    }

    #[test]
    fn bad_lines_are_named() {
        let here = folder(&[("results.csv", "image_name| comment_number| comment\n1.jpg| x| A dog\n")]);
        assert!(matches!(read(here.path()), Err(DatasetError::Line { line: 2, .. })));
        let here = folder(&[("results.csv", "image,caption\n")]);
        assert!(matches!(read(here.path()), Err(DatasetError::Line { line: 1, .. })));
        let here = folder(&[("results_20130124.token", "1.jpg Two men\n")]);
        assert!(matches!(read(here.path()), Err(DatasetError::Line { line: 1, .. })));
    }
}
