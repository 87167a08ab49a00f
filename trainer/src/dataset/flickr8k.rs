//! Flickr8k (Hodosh, Young and Hockenmaier 2013) in both published forms.
//!
//! - the original: `Flickr8k.token.txt`, lines of `name.jpg#k<TAB>caption`, and the split lists
//!   `Flickr_8k.{train,dev,test}Images.txt`;
//! - the later copy: `captions.txt`, comma-separated, first line `image,caption`.
//!
//! Photos lie in `Images`, `Flicker8k_Dataset` or `Flickr8k_Dataset`, or beside the text. Where
//! there is no split list, the SHA-256 of a photo's name decides: three quarters train, an eighth
//! dev, an eighth test, the same on every machine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use showtell::bundle::sums::digest;

use super::{Dataset, DatasetError, Photo, Report, Split, text};

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
pub fn read(folder: &Path) -> Result<(Dataset, Report), DatasetError> {
    let captions = if folder.join(TOKENS).is_file() {
        token_file(&folder.join(TOKENS))?
    } else {
        table_file(&folder.join(TABLE))?
    };
    let splits = split_lists(folder)?;
    let images = IMAGE_FOLDERS
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_dir())
        .unwrap_or_else(|| folder.to_owned());
    assemble(images, captions, splits)
}

/// Captions by photo.
type Captions = BTreeMap<String, Vec<String>>;

fn read_text(path: &Path) -> Result<String, DatasetError> {
    let bytes = fs::read(path).map_err(|source| DatasetError::Read { path: path.to_owned(), source })?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn token_file(path: &Path) -> Result<Captions, DatasetError> {
    let mut captions = Captions::new();
    for (index, line) in read_text(path)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let malformed = || DatasetError::Line {
            path: path.to_owned(),
            line: index + 1,
            expected: "name.jpg#number, a tab and a caption",
        };
        let (key, caption) = line.split_once('\t').ok_or_else(malformed)?;
        let (image, _) = key.rsplit_once('#').ok_or_else(malformed)?;
        captions.entry(image.to_owned()).or_default().push(caption.trim().to_owned());
    }
    Ok(captions)
}

fn table_file(path: &Path) -> Result<Captions, DatasetError> {
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
    let mut captions = Captions::new();
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
        captions.entry(image.to_owned()).or_default().push(caption.join(",").trim().to_owned());
    }
    Ok(captions)
}

/// Splits by photo, or nothing where there are no lists.
fn split_lists(folder: &Path) -> Result<Option<BTreeMap<String, Split>>, DatasetError> {
    let mut splits = BTreeMap::new();
    let mut any = false;
    for (split, name) in LISTS {
        let path = folder.join(name);
        if !path.is_file() {
            continue;
        }
        any = true;
        for image in read_text(&path)?.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(first) = splits.insert(image.to_owned(), split)
                && first != split
            {
                return Err(DatasetError::TwoSplits { image: image.to_owned(), first, second: split });
            }
        }
    }
    Ok(any.then_some(splits))
}

fn split_of_name(image: &str) -> Split {
    match digest(image.as_bytes()).as_bytes()[0] {
        b'0' | b'1' => Split::Dev,
        b'2' | b'3' => Split::Test,
        _ => Split::Train,
    }
}

fn assemble(
    images: PathBuf,
    captions: Captions,
    splits: Option<BTreeMap<String, Split>>,
) -> Result<(Dataset, Report), DatasetError> {
    let listing =
        fs::read_dir(&images).map_err(|source| DatasetError::Read { path: images.clone(), source })?;
    let files: BTreeSet<String> = listing
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_image(name))
        .collect();

    let mut report = Report::default();
    let mut photos = Vec::new();
    for (image, captions) in &captions {
        let split = match &splits {
            None => Some(split_of_name(image)),
            Some(splits) => splits.get(image).copied(),
        };
        let (empty, captions): (Vec<&String>, Vec<&String>) =
            captions.iter().partition(|caption| text::words(caption).next().is_none());
        report.empty_captions.extend(empty.iter().map(|caption| format!("{image}: {caption}")));
        match split {
            _ if !files.contains(image) => report.missing_photos.push(image.clone()),
            None => report.without_split.push(image.clone()),
            Some(_) if captions.is_empty() => report.without_captions.push(image.clone()),
            Some(split) => photos.push(Photo {
                image: image.clone(),
                split,
                captions: captions.into_iter().cloned().collect(),
            }),
        }
    }
    for image in
        splits.iter().flatten().map(|(image, _)| image).filter(|image| !captions.contains_key(*image))
    {
        let list =
            if files.contains(image) { &mut report.without_captions } else { &mut report.missing_photos };
        list.push(image.clone());
    }
    let named =
        |file: &String| captions.contains_key(file) || splits.as_ref().is_some_and(|s| s.contains_key(file));
    report.unused_files = files.into_iter().filter(|file| !named(file)).collect();
    Ok((Dataset { images, photos }, report))
}

fn is_image(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("jpg" | "jpeg" | "png" | "webp"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("Images")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn the_original_form_reports_every_fault() {
        let here = folder(&[
            (
                "Flickr8k.token.txt",
                "a.jpg#0\tA dog .\na.jpg#1\tA dog runs .\nb.jpg#0\t .\nc.jpg#0\tA cat .\ngone.jpg#0\tA man .\n",
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
        let (dataset, report) = read(here.path()).unwrap();
        assert_eq!(dataset.photos.len(), 1);
        assert_eq!(dataset.photos[0].captions, ["A dog .", "A dog runs ."]);
        assert_eq!(report.missing_photos, ["gone.jpg"]);
        assert_eq!(report.without_captions, ["b.jpg", "mute.jpg"]);
        assert_eq!(report.without_split, ["c.jpg"]);
        assert_eq!(report.empty_captions, ["b.jpg: ."]);
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
        let (dataset, report) = read(here.path()).unwrap();
        assert_eq!(dataset.photos[0].captions, ["A big, black dog .", "A small, white dog ."]);
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
