//! Writing shards as a stream.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;

use super::column::{Column, properties, schema, write};
use super::{FORMAT, GROUP_BYTES, GROUP_PHOTOS, MANIFEST, Manifest, REPORT, SHARD_PHOTOS, Shard};
use crate::dataset::{Photo, Report, Split};
use crate::files::{Hashing, write_atomically};

/// Ends the name of a shard that is not whole yet.
const UNFINISHED: &str = ".parquet.part";

/// Why a data set cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The disk refused.
    #[error("cannot write {}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The Parquet library refused, which a full disk makes it do as well.
    #[error("cannot write {}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The library's reason.
        source: ParquetError,
    },
}

impl WriteError {
    fn disk(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Disk { path: path.to_owned(), source }
    }

    fn parquet(path: &Path) -> impl FnOnce(ParquetError) -> Self + '_ {
        move |source| Self::Parquet { path: path.to_owned(), source }
    }
}

/// Writes photos into shards, a row group at a time.
///
/// Shards get their names in [`finish`](Self::finish), when their number is known, and
/// `dataset.json` comes last: a folder that has it is whole.
pub struct Writer {
    folder: PathBuf,
    shard_bytes: usize,
    manifest: Manifest,
    current: Option<Current>,
}

/// The shard that is being written.
struct Current {
    split: Split,
    path: PathBuf,
    file: SerializedFileWriter<Hashing<BufWriter<File>>>,
    photos: usize,
    bytes: usize,
    /// The row group that is being gathered, and its size.
    group: Vec<(Photo, ByteArray)>,
    group_bytes: usize,
}

impl Writer {
    /// A writer into a folder, which is made if absent. Unfinished shards of an earlier run are
    /// removed. A shard ends with the photo that takes it to `shard_bytes`.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn create(folder: &Path, shard_bytes: usize) -> Result<Self, WriteError> {
        fs::create_dir_all(folder).map_err(WriteError::disk(folder))?;
        remove(folder, |name| name.ends_with(UNFINISHED))?;
        let manifest = Manifest { format: FORMAT, ..Manifest::default() };
        Ok(Self { folder: folder.to_owned(), shard_bytes, manifest, current: None })
    }

    /// Adds a photo with its file's bytes. A split's order is that of its photos here.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn push(&mut self, photo: Photo, bytes: Vec<u8>) -> Result<(), WriteError> {
        let split = photo.split;
        if self.current.as_ref().is_some_and(|shard| {
            shard.split != split || shard.bytes >= self.shard_bytes || shard.photos >= SHARD_PHOTOS
        }) {
            self.close()?;
        }
        let current = match &mut self.current {
            Some(current) => current,
            None => {
                let number = self.manifest.part(split).shards.len();
                let path = self.folder.join(format!("{split}-{number:05}{UNFINISHED}"));
                self.current.insert(Current::create(path, split)?)
            }
        };
        let part = self.manifest.part_mut(split);
        part.photos += 1;
        part.captions += photo.captions.len();
        current.push(photo, bytes)
    }

    /// Whether no photo has been added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Split::ALL.iter().all(|&split| self.manifest.part(split).photos == 0)
    }

    fn close(&mut self) -> Result<(), WriteError> {
        let Some(mut current) = self.current.take() else { return Ok(()) };
        current.flush()?;
        let Current { split, path, file, photos, .. } = current;
        let (buffer, bytes, sha256) = file.into_inner().map_err(WriteError::parquet(&path))?.finish();
        let file = buffer.into_inner().map_err(|error| WriteError::disk(&path)(error.into_error()))?;
        file.sync_all().map_err(WriteError::disk(&path))?;
        let shards = &mut self.manifest.part_mut(split).shards;
        shards.push(Shard { file: String::new(), photos, bytes, sha256 });
        Ok(())
    }

    /// Names the shards, removes those of an earlier data set and writes the lists.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn finish(mut self, report: &Report) -> Result<Manifest, WriteError> {
        self.close()?;
        let Self { folder, mut manifest, .. } = self;
        // From here to the new list, the folder is no data set.
        remove(&folder, |name| name == MANIFEST || name == REPORT || is_shard(name))?;
        for split in Split::ALL {
            let shards = &mut manifest.part_mut(split).shards;
            let count = shards.len();
            for (number, shard) in shards.iter_mut().enumerate() {
                shard.file = format!("{split}-{number:05}-of-{count:05}.parquet");
                let path = folder.join(&shard.file);
                fs::rename(folder.join(format!("{split}-{number:05}{UNFINISHED}")), &path)
                    .map_err(WriteError::disk(&path))?;
            }
        }
        let lists =
            [(REPORT, serde_json::to_vec_pretty(report)), (MANIFEST, serde_json::to_vec_pretty(&manifest))];
        for (name, json) in lists {
            let path = folder.join(name);
            let json = json.map_err(io::Error::from);
            json.and_then(|json| write_atomically(&path, &json)).map_err(WriteError::disk(&path))?;
        }
        Ok(manifest)
    }
}

impl Current {
    fn create(path: PathBuf, split: Split) -> Result<Self, WriteError> {
        let file = File::create(&path).map_err(WriteError::disk(&path))?;
        let sink = Hashing::new(BufWriter::new(file));
        let file = schema()
            .and_then(|schema| SerializedFileWriter::new(sink, schema, Arc::new(properties())))
            .map_err(WriteError::parquet(&path))?;
        Ok(Self { split, path, file, photos: 0, bytes: 0, group: Vec::new(), group_bytes: 0 })
    }

    fn push(&mut self, photo: Photo, bytes: Vec<u8>) -> Result<(), WriteError> {
        self.photos += 1;
        self.bytes += bytes.len();
        self.group_bytes += bytes.len();
        self.group.push((photo, ByteArray::from(bytes)));
        if self.group.len() >= GROUP_PHOTOS || self.group_bytes >= GROUP_BYTES {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes the row group.
    fn flush(&mut self) -> Result<(), WriteError> {
        let rows = std::mem::take(&mut self.group);
        self.group_bytes = 0;
        if rows.is_empty() {
            return Ok(());
        }
        let text = |text: &str| ByteArray::from(text.as_bytes().to_vec());
        let mut put = || {
            let mut group = self.file.next_row_group()?;
            write(&mut group, Column::Bytes, rows.iter().map(|(_, bytes)| vec![bytes.clone()]))?;
            write(&mut group, Column::Path, rows.iter().map(|(photo, _)| vec![text(&photo.image)]))?;
            let captions = rows.iter().map(|(photo, _)| photo.captions.iter().map(|c| text(c)).collect());
            write(&mut group, Column::Captions, captions)?;
            write(
                &mut group,
                Column::Split,
                rows.iter().map(|(photo, _)| vec![text(&photo.split.to_string())]),
            )?;
            write(&mut group, Column::Source, rows.iter().map(|(photo, _)| vec![text(&photo.source)]))?;
            group.close()?;
            Ok(self.file.flush()?)
        };
        put().map_err(WriteError::parquet(&self.path))
    }
}

/// Whether a file's name is one that [`Writer::finish`] gives.
fn is_shard(name: &str) -> bool {
    let rest = Split::ALL.iter().find_map(|split| name.strip_prefix(&format!("{split}-")));
    let numbers = rest.and_then(|rest| rest.strip_suffix(".parquet")?.split_once("-of-"));
    numbers.is_some_and(|(a, b)| [a, b].iter().all(|n| n.len() >= 5 && n.bytes().all(|b| b.is_ascii_digit())))
}

fn remove(folder: &Path, which: impl Fn(&str) -> bool) -> Result<(), WriteError> {
    let entries = fs::read_dir(folder).map_err(WriteError::disk(folder))?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.file_name().and_then(|name| name.to_str()).is_some_and(&which) {
            fs::remove_file(&path).map_err(WriteError::disk(&path))?;
        }
    }
    Ok(())
}
