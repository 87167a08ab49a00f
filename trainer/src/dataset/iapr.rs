//! IAPR TC-12 (Grubinger, Clough, Müller and Deselaers 2006), imageclef.org/photodata.
//!
//! Each photo `images/NN/M.jpg` has a file `annotations_complete_eng/NN/M.eng` (or `annotations`),
//! Latin-1, in tags that look like XML. Its `<DESCRIPTION>` is a list of statements that end with
//! `;`, from the most to the least salient: each becomes a caption. Titles and notes are left out.
//! There is no published split: the SHA-256 of a photo's name decides, as for Flickr8k.

use std::fs;
use std::path::{Path, PathBuf};

use super::DatasetError;
use super::draft::Draft;
use crate::files::{MAX_LIST, read as read_file};

/// What the form is told by.
pub const SIGNS: &str = "annotations_complete_eng or annotations with .eng files in them (IAPR TC-12)";
const ANNOTATIONS: [&str; 2] = ["annotations_complete_eng", "annotations"];

/// The folder of annotations, where one of its folders holds an `.eng` file.
fn find(folder: &Path) -> Option<PathBuf> {
    let holds = |path: &PathBuf| {
        let entries = |path: &Path| fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
        entries(path).any(|entry| {
            is_annotation(&entry.path()) || entries(&entry.path()).any(|e| is_annotation(&e.path()))
        })
    };
    ANNOTATIONS.iter().map(|name| folder.join(name)).find(holds)
}

fn is_annotation(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "eng")
}

/// Whether a folder holds annotations.
#[must_use]
pub fn is_here(folder: &Path) -> bool {
    find(folder).is_some()
}

/// Reads all annotations.
///
/// # Errors
/// [`DatasetError`] for files that cannot be read or have no description.
pub fn read(folder: &Path) -> Result<Draft, DatasetError> {
    let mut draft = Draft::default();
    if let Some(annotations) = find(folder) {
        walk(&annotations, &annotations, &mut draft)?;
    }
    Ok(draft.with_images(folder, &[]))
}

fn walk(top: &Path, folder: &Path, draft: &mut Draft) -> Result<(), DatasetError> {
    let listing = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut paths: Vec<PathBuf> =
        listing.map_err(DatasetError::read(folder))?.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(top, &path, draft)?;
        } else if is_annotation(&path) {
            let name = path.strip_prefix(top).unwrap_or(&path).with_extension("jpg");
            read_one(&path, &format!("images/{}", name.display()), draft)?;
        }
    }
    Ok(())
}

fn read_one(path: &Path, beside: &str, draft: &mut Draft) -> Result<(), DatasetError> {
    let bytes = read_file(path, MAX_LIST).map_err(DatasetError::read(path))?;
    // Latin-1: each byte is the code point of its character.
    let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    let Some(description) = field(&text, "DESCRIPTION") else {
        return Err(DatasetError::Line {
            path: path.to_owned(),
            line: text.lines().count().max(1),
            expected: "<DESCRIPTION> and </DESCRIPTION> by the end of the file",
        });
    };
    let image = field(&text, "IMAGE").map(str::trim).filter(|image| !image.is_empty()).unwrap_or(beside);
    draft.photo(image);
    for statement in description.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        // Line breaks inside a statement are layout.
        draft.caption(image, &statement.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    Ok(())
}

/// What stands between a tag and its end.
fn field<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once(&format!("</{tag}>"))?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Dataset, Photo, Split};
    use crate::testing::folder;

    #[test]
    fn statements_become_captions() {
        let first = "<DOC>\n<DOCNO>annotations/00/25.eng</DOCNO>\n<TITLE>Plaza</TITLE>\n<DESCRIPTION>a yellow building;\n \
                     two palms in\nfront; </DESCRIPTION>\n<IMAGE>images/00/25.jpg</IMAGE>\n</DOC>\n";
        let here = folder(&[
            ("annotations_complete_eng/00/25.eng", first),
            ("annotations_complete_eng/01/7.eng", "<DESCRIPTION></DESCRIPTION>"),
            ("images/00/25.jpg", ""),
            ("images/00/26.jpg", ""),
            ("images/01/7.jpg", ""),
        ]);
        // A Latin-1 ñ, which is no UTF-8.
        let latin = [b"<DESCRIPTION>a ni".as_slice(), &[0xF1], b"o;</DESCRIPTION>"].concat();
        fs::write(here.path().join("annotations_complete_eng/00/26.eng"), latin).unwrap();
        let (dataset, report) = Dataset::open(here.path()).unwrap();
        let mut photos: Vec<Photo> =
            Split::ALL.into_iter().flat_map(|split| dataset.photos(split).map(Result::unwrap)).collect();
        photos.sort_by(|a, b| a.image.cmp(&b.image));
        assert_eq!(photos[0].image, "images/00/25.jpg");
        assert_eq!(photos[0].captions, ["a yellow building", "two palms in front"]);
        assert_eq!(photos[1].captions, ["a niño"]);
        assert_eq!(report.without_captions, ["images/01/7.jpg"]);
    }

    #[test]
    fn an_annotation_without_description_is_named() {
        let here = folder(&[("annotations/00/1.eng", "<DOC>\n<DESCRIPTION>open")]);
        assert!(matches!(Dataset::open(here.path()), Err(DatasetError::Line { line: 2, .. })));
    }
}
