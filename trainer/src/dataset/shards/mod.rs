//! What `showtell prepare` writes: Parquet shards and a `dataset.json` that lists them.
//!
//! `train-00000-of-00012.parquet` and so on hold one photo a row: `image`, a struct of `bytes` and
//! `path` as Hugging Face's `Image` feature has it, `captions`, a list of texts, `split` and `source`. Polars,
//! DuckDB and `datasets` read them. `dataset.json` names each shard with its rows, size and
//! SHA-256; `report.json` says what was left out.
//!
//! Shards are written and read as a stream. What is in memory at a time is a row group: at most
//! [`GROUP_PHOTOS`] photos and about [`GROUP_BYTES`].

mod column;
mod read;
mod write;

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use showtell::bundle::sums::digest;

use super::{DatasetError, Photo, Record, Split};
use crate::files::{Hashing, MAX_LIST, read as read_file};
use read::Rows;
pub use write::{WriteError, Writer};

/// What the form is told by.
pub const SIGNS: &str = "dataset.json (made by `showtell prepare`)";
/// The list of shards.
pub const MANIFEST: &str = "dataset.json";
/// What was left out.
pub const REPORT: &str = "report.json";
/// Version of the folder's layout. Version 1 pointed at the photos and had no number.
const FORMAT: u32 = 2;

/// The most photos in a row group.
pub const GROUP_PHOTOS: usize = 256;
/// A row group ends with the photo that takes it to this size, in bytes.
pub const GROUP_BYTES: usize = 16 << 20;
/// The most photos in a shard, so that a shard's own list of row groups stays small.
pub const SHARD_PHOTOS: usize = 16_384;

/// The content of `dataset.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// Learnt from.
    pub train: Part,
    /// Settings are chosen on it.
    pub dev: Part,
    /// Looked at once.
    pub test: Part,
}

/// One split.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Photos in all shards.
    pub photos: usize,
    /// Captions of all photos.
    pub captions: usize,
    /// The files, in order.
    pub shards: Vec<Shard>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Its name in the folder.
    pub file: String,
    /// Rows.
    pub photos: usize,
    /// Size.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// A split.
    #[must_use]
    pub fn part(&self, split: Split) -> &Part {
        match split {
            Split::Train => &self.train,
            Split::Dev => &self.dev,
            Split::Test => &self.test,
        }
    }

    fn part_mut(&mut self, split: Split) -> &mut Part {
        match split {
            Split::Train => &mut self.train,
            Split::Dev => &mut self.dev,
            Split::Test => &mut self.test,
        }
    }
}

/// A folder of shards.
#[derive(Debug)]
pub struct Shards {
    folder: PathBuf,
    manifest: Manifest,
    /// Names of shards whose digests have been compared.
    compared: Mutex<HashSet<String>>,
}

impl Shards {
    /// Whether a folder has the list.
    #[must_use]
    pub fn is_here(folder: &Path) -> bool {
        folder.join(MANIFEST).is_file()
    }

    /// Opens a folder and checks that every shard is there in its size. A shard's digest is compared when it is first
    /// read.
    ///
    /// # Errors
    /// [`DatasetError`].
    pub fn open(folder: &Path) -> Result<Self, DatasetError> {
        let path = folder.join(MANIFEST);
        let bytes = read_file(&path, MAX_LIST).map_err(DatasetError::read(&path))?;
        let json = |source| DatasetError::Json { path: path.clone(), source };
        let value: Value = serde_json::from_slice(&bytes).map_err(json)?;
        let format = value.get("format");
        if format.and_then(Value::as_u64) != Some(FORMAT.into()) {
            let found = format.map_or("none".to_owned(), ToString::to_string);
            return Err(DatasetError::Version { path, expected: FORMAT, found });
        }
        let manifest: Manifest = serde_json::from_value(value).map_err(json)?;
        for split in Split::ALL {
            let part = manifest.part(split);
            for shard in &part.shards {
                let path = folder.join(&shard.file);
                if Path::new(&shard.file).file_name() != Some(shard.file.as_ref()) {
                    let (expected, found) = ("names of files in its folder".to_owned(), shard.file.clone());
                    return Err(DatasetError::Shard { path: folder.join(MANIFEST), expected, found });
                }
                let size = fs::metadata(&path).map_err(DatasetError::read(&path))?.len();
                if size != shard.bytes {
                    let (expected, found) = (format!("{} bytes", shard.bytes), format!("{size}"));
                    return Err(DatasetError::Shard { path, expected, found });
                }
            }
            let rows: usize = part.shards.iter().map(|shard| shard.photos).sum();
            if rows != part.photos {
                let (expected, found) =
                    (format!("{} {split} photos", part.photos), format!("{rows} in shards"));
                return Err(DatasetError::Shard { path, expected, found });
            }
        }
        Ok(Self { folder: folder.to_owned(), manifest, compared: Mutex::default() })
    }

    /// Holds a shard against its digest, once.
    fn compare(&self, shard: &Shard) -> Result<(), DatasetError> {
        let mut compared = self.compared.lock().unwrap_or_else(PoisonError::into_inner);
        if compared.contains(&shard.file) {
            return Ok(());
        }
        let path = self.folder.join(&shard.file);
        let mut file = showtell_files::read::open(&path).map_err(DatasetError::read(&path))?;
        let mut hash = Hashing::new(io::sink());
        io::copy(&mut file, &mut hash).map_err(DatasetError::read(&path))?;
        let (_, _, found) = hash.finish();
        if found != shard.sha256 {
            let expected = format!("SHA-256 {}", shard.sha256);
            return Err(DatasetError::Shard { path, expected, found });
        }
        compared.insert(shard.file.clone());
        Ok(())
    }

    /// Number of photos in a split.
    #[must_use]
    pub fn len(&self, split: Split) -> usize {
        self.manifest.part(split).photos
    }

    /// Names and captions of a split; the column of bytes is passed over.
    pub fn photos(&self, split: Split) -> impl Iterator<Item = Result<Photo, DatasetError>> + Send + '_ {
        Rows::new(self, split, None).map(|row| Ok(row?.photo))
    }

    /// Wanted photos of a split with their bytes.
    pub fn records<'a>(
        &'a self,
        split: Split,
        wanted: Box<dyn Fn(usize) -> bool + Send + 'a>,
    ) -> impl Iterator<Item = Result<Record, DatasetError>> + Send + 'a {
        Rows::new(self, split, Some(wanted))
    }

    /// One photo. Reads its row group.
    ///
    /// # Errors
    /// [`DatasetError`].
    pub fn read(&self, split: Split, index: usize) -> Result<Record, DatasetError> {
        let photos = self.len(split);
        self.records(split, Box::new(move |at| at == index))
            .next()
            .unwrap_or(Err(DatasetError::NoSuchPhoto { split, index, photos }))
    }

    /// A digest of the shards' digests.
    #[must_use]
    pub fn identity(&self, split: Split) -> String {
        let shards = &self.manifest.part(split).shards;
        let digests: Vec<&str> = shards.iter().map(|shard| shard.sha256.as_str()).collect();
        digest(format!("{split}\n{}", digests.join("\n")).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Dataset, Report};

    fn write(folder: &Path, shard_bytes: usize, counts: [usize; 3]) -> Manifest {
        let mut writer = Writer::create(folder, shard_bytes).unwrap();
        for (split, count) in Split::ALL.into_iter().zip(counts) {
            for index in 0..count {
                let photo = Photo {
                    image: format!("{split}/{index}.jpg"),
                    split,
                    captions: (0..index % 4 + 1).map(|n| format!("caption {n} of {index}")).collect(),
                    source: if index % 2 == 0 { "web".into() } else { String::new() },
                };
                writer.push(photo, vec![index as u8; 10 + index % 7]).unwrap();
            }
        }
        writer.finish(&Report::default()).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let here = tempfile::tempdir().unwrap();
        let manifest = write(here.path(), 1 << 20, [600, 3, 0]);
        assert_eq!(manifest.train.shards[0].file, "train-00000-of-00001.parquet");
        let (dataset, report) = Dataset::open(here.path()).unwrap();
        assert_eq!(report, Report::default());
        assert_eq!(dataset.counts(), "train 600, dev 3, test 0");
        let mut count = 0;
        for (index, record) in dataset.records(Split::Train).enumerate() {
            let record = record.unwrap();
            assert_eq!((record.index, record.photo.split), (index, Split::Train));
            assert_eq!(record.photo.image, format!("train/{index}.jpg"));
            assert_eq!(record.photo.captions.len(), index % 4 + 1);
            assert_eq!(record.photo.captions[0], format!("caption 0 of {index}"));
            assert_eq!(record.bytes, vec![index as u8; 10 + index % 7]);
            count += 1;
        }
        assert_eq!(count, 600);
        let names: Vec<String> = dataset.photos(Split::Dev).map(|photo| photo.unwrap().image).collect();
        assert_eq!(names, ["dev/0.jpg", "dev/1.jpg", "dev/2.jpg"]);
        for index in [0, 255, 256, 599] {
            assert_eq!(dataset.read(Split::Train, index).unwrap().photo.image, format!("train/{index}.jpg"));
        }
        assert!(matches!(dataset.read(Split::Train, 600), Err(DatasetError::NoSuchPhoto { .. })));
        let wanted: Vec<usize> = dataset
            .records_where(Split::Train, |index| index % 200 == 10)
            .map(|record| record.unwrap().index)
            .collect();
        assert_eq!(wanted, [10, 210, 410]);
    }

    #[test]
    fn shards_are_cut_and_what_was_there_before_is_replaced() {
        let here = tempfile::tempdir().unwrap();
        let first = write(here.path(), 300, [50, 2, 2]);
        assert!(first.train.shards.len() > 2, "{first:?}");
        assert_eq!(Shards::open(here.path()).unwrap().len(Split::Train), 50);
        // A broken-off run leaves a part behind.
        fs::write(here.path().join("train-00000.parquet.part"), "half").unwrap();
        let second = write(here.path(), 1 << 20, [5, 1, 0]);
        let mut names: Vec<String> = fs::read_dir(here.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected =
            ["dataset.json", "dev-00000-of-00001.parquet", "report.json", "train-00000-of-00001.parquet"];
        assert_eq!(names, expected);
        // The same photos give the same files, other photos others.
        assert_eq!(write(here.path(), 1 << 20, [5, 1, 0]), second);
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        let before = dataset.identity(Split::Train).unwrap();
        write(here.path(), 1 << 20, [6, 1, 0]);
        assert_ne!(Dataset::open(here.path()).unwrap().0.identity(Split::Train).unwrap(), before);
    }

    #[test]
    fn damage_is_named() {
        let here = tempfile::tempdir().unwrap();
        write(here.path(), 1 << 20, [20, 1, 0]);
        let path = here.path().join("train-00000-of-00001.parquet");
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(matches!(Shards::open(here.path()), Err(DatasetError::Shard { .. })));
        fs::write(&path, vec![7; whole.len()]).unwrap();
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        assert!(matches!(dataset.photos(Split::Train).next(), Some(Err(DatasetError::Shard { .. }))));
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        fs::write(&path, &flipped).unwrap();
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        let found = dataset.records(Split::Train).next().unwrap().unwrap_err().to_string();
        assert!(found.contains("expected SHA-256 "), "{found}");
        assert!(dataset.photos(Split::Train).count() == 1, "an error ends the stream");
        // Another split's shard in its place.
        let other = here.path().join("dev-00000-of-00001.parquet");
        let manifest = fs::read_to_string(here.path().join(MANIFEST)).unwrap();
        fs::copy(&other, &path).unwrap();
        let size = fs::metadata(&other).unwrap().len();
        fs::write(here.path().join(MANIFEST), manifest.replace(&whole.len().to_string(), &size.to_string()))
            .unwrap();
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        assert!(matches!(dataset.photos(Split::Train).next(), Some(Err(DatasetError::Shard { .. }))));
        fs::remove_file(&path).unwrap();
        assert!(matches!(Shards::open(here.path()), Err(DatasetError::Read { .. })));
        fs::write(here.path().join(MANIFEST), r#"{"images": "x", "photos": []}"#).unwrap();
        let message = Dataset::open(here.path()).unwrap_err().to_string();
        assert!(message.contains("run `showtell prepare` again"), "{message}");
    }
}
