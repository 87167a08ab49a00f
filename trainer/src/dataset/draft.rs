//! What all readers of published data sets share: captions are gathered by photo, then compared
//! with the files that are there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use showtell::bundle::sums::digest;

use super::folder::Folder;
use super::{DatasetError, Photo, Report, Split, text};
use crate::files::{MAX_CAPTION, MAX_LIST, read};

/// A data set as its text describes it, before anyone has looked for the photos.
#[derive(Debug, Default)]
pub struct Draft {
    /// Folder that the names are relative to.
    images: PathBuf,
    captions: BTreeMap<String, Vec<String>>,
    /// Nothing where the data set has no splits of its own.
    splits: Option<BTreeMap<String, Split>>,
    /// Where photos come from, as far as the data set says.
    sources: BTreeMap<String, String>,
    /// What the reader left out already.
    pub report: Report,
}

impl Draft {
    /// Adds a caption of a photo; one longer than [`MAX_CAPTION`] is reported and left out.
    pub fn caption(&mut self, image: &str, caption: &str) {
        let caption = caption.trim();
        if caption.len() > MAX_CAPTION {
            let start: String = caption.chars().take(40).collect();
            self.report.long_captions.push(format!("{image}: {start}\u{2026} ({} bytes)", caption.len()));
            self.photo(image);
            return;
        }
        self.captions.entry(image.to_owned()).or_default().push(caption.to_owned());
    }

    /// Names a photo, with or without captions.
    pub fn photo(&mut self, image: &str) {
        self.captions.entry(image.to_owned()).or_default();
    }

    /// Says that the data set has splits of its own: photos that are put in none are left out.
    pub fn has_splits(&mut self) {
        self.splits.get_or_insert_default();
    }

    /// Puts a photo into a split.
    ///
    /// # Errors
    /// [`DatasetError::TwoSplits`].
    pub fn split(&mut self, image: &str, split: Split) -> Result<(), DatasetError> {
        match self.splits.get_or_insert_default().insert(image.to_owned(), split) {
            Some(first) if first != split => {
                Err(DatasetError::TwoSplits { image: image.to_owned(), first, second: split })
            }
            _ => Ok(()),
        }
    }

    /// Says where a photo comes from.
    ///
    /// # Errors
    /// [`DatasetError::TwoSources`].
    pub fn source(&mut self, image: &str, source: &str) -> Result<(), DatasetError> {
        match self.sources.insert(image.to_owned(), source.to_owned()) {
            Some(first) if first != source => {
                let second = source.to_owned();
                Err(DatasetError::TwoSources { image: image.to_owned(), first, second })
            }
            _ => Ok(()),
        }
    }

    /// Looks for the photos in folders under `root`, `root` itself last, and settles on the first
    /// that holds any of them.
    #[must_use]
    pub fn with_images(mut self, root: &Path, candidates: &[&str]) -> Self {
        let folders = || candidates.iter().map(|name| root.join(name)).filter(|path| path.is_dir());
        let holds = |folder: &PathBuf| self.captions.keys().any(|image| folder.join(image).is_file());
        self.images = folders()
            .chain([root.to_owned()])
            .find(holds)
            .or_else(|| folders().next())
            .unwrap_or_else(|| root.to_owned());
        self
    }

    /// Compares the text with the files.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when the folder of images cannot be listed.
    pub fn finish(self) -> Result<(Folder, Report), DatasetError> {
        let Self { images, captions, splits, mut sources, mut report } = self;
        let files = listing(&images, captions.keys())?;
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
                Some(split) => {
                    let captions = captions.into_iter().cloned().collect();
                    let source = sources.remove(image).unwrap_or_default();
                    photos.push(Photo { image: image.clone(), split, captions, source });
                }
            }
        }
        let unnamed = |image: &&String| !captions.contains_key(*image);
        for image in splits.iter().flatten().map(|(image, _)| image).filter(unnamed) {
            let list =
                if files.contains(image) { &mut report.without_captions } else { &mut report.missing_photos };
            list.push(image.clone());
        }
        let listed = |image: &&String| splits.as_ref().is_some_and(|splits| splits.contains_key(*image));
        report.unused_files.extend(files.iter().filter(unnamed).filter(|file| !listed(file)).cloned());
        Ok((Folder::new(images, photos), report))
    }
}

/// Image files in the folders that `names` point into, as the names write them.
fn listing<'a>(
    root: &Path,
    names: impl Iterator<Item = &'a String>,
) -> Result<BTreeSet<String>, DatasetError> {
    // Nothing outside the data set is a part of it.
    let inside = |folder: &&Path| folder.components().all(|part| matches!(part, Component::Normal(_)));
    let mut folders: BTreeSet<&Path> =
        names.filter_map(|name| Path::new(name).parent()).filter(inside).collect();
    folders.insert(Path::new(""));
    let mut files = BTreeSet::new();
    for folder in folders {
        let path = root.join(folder);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            // Its photos are missing, and are reported as that.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(source) => return Err(DatasetError::Read { path, source }),
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let prefix = folder.to_str().filter(|prefix| !prefix.is_empty());
        files.extend(
            names
                .filter(|name| is_image(name))
                .map(|name| prefix.map_or_else(|| name.clone(), |prefix| format!("{prefix}/{name}"))),
        );
    }
    Ok(files)
}

/// Whether a file's name ends as those of JPEG, PNG and WebP do.
fn is_image(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        ["jpg", "jpeg", "png", "webp"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// The split of a photo whose data set has none: by the SHA-256 of its name, three quarters train,
/// an eighth dev, an eighth test, the same on every machine.
fn split_of_name(image: &str) -> Split {
    match digest(image.as_bytes()).as_bytes()[0] {
        b'0' | b'1' => Split::Dev,
        b'2' | b'3' => Split::Test,
        _ => Split::Train,
    }
}

/// Reads a text file as UTF-8, without a byte order mark; broken characters become U+FFFD.
///
/// # Errors
/// [`DatasetError::Read`].
pub fn read_text(path: &Path) -> Result<String, DatasetError> {
    let bytes = read(path, MAX_LIST).map_err(DatasetError::read(path))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Reads lines of `name.jpg#k<TAB>caption`, as Flickr8k and Flickr30k were published. A number
/// that a photo has had before is a duplicate and is reported.
///
/// # Errors
/// [`DatasetError::Read`] and [`DatasetError::Line`].
pub fn token_file(path: &Path, draft: &mut Draft) -> Result<(), DatasetError> {
    let text = read_text(path)?;
    let mut seen = BTreeSet::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let malformed = || DatasetError::Line {
            path: path.to_owned(),
            line: index + 1,
            expected: "name.jpg#number, a tab and a caption",
        };
        let (key, caption) = line.split_once('\t').ok_or_else(malformed)?;
        let (image, _) = key.rsplit_once('#').filter(|(image, _)| !image.is_empty()).ok_or_else(malformed)?;
        if seen.insert(key) {
            draft.caption(image, caption);
        } else {
            draft.report.duplicate_captions.push(format!("{image}: {}", caption.trim()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_outside_are_missing() {
        let here = tempfile::tempdir().unwrap();
        fs::create_dir_all(here.path().join("data/sub")).unwrap();
        for name in ["outside.jpg", "data/in.jpg", "data/sub/deep.png"] {
            fs::write(here.path().join(name), "").unwrap();
        }
        let mut draft = Draft::default();
        let outside = here.path().join("outside.jpg");
        for image in ["../outside.jpg", outside.to_str().unwrap(), "in.jpg", "sub/deep.png"] {
            draft.caption(image, "a dog");
            draft.split(image, Split::Dev).unwrap();
        }
        let (folder, report) = draft.with_images(&here.path().join("data"), &[]).finish().unwrap();
        let names: Vec<&str> = folder.photos(Split::Dev).iter().map(|photo| photo.image.as_str()).collect();
        assert_eq!(names, ["in.jpg", "sub/deep.png"]);
        assert_eq!(report.missing_photos.len(), 2);
    }

    #[test]
    fn without_splits_the_name_decides_the_same_everywhere() {
        let names: Vec<String> = (0..800).map(|number| format!("{number}.jpg")).collect();
        let count = |split| names.iter().filter(|name| split_of_name(name) == split).count();
        assert!((550..650).contains(&count(Split::Train)), "{}", count(Split::Train));
        assert!(count(Split::Dev) > 60 && count(Split::Test) > 60);
        assert_eq!(split_of_name("a.jpg"), split_of_name("a.jpg"));
    }
}
