//! Reading shards as a stream.

use std::fs::File;
use std::path::PathBuf;

use parquet::data_type::ByteArray;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::column::{Column, read};
use super::{Shard, Shards};
use crate::dataset::{DatasetError, Photo, Record, Split};

/// Rows of a split in order, a row group in memory at a time. The first error is the last item.
pub struct Rows<'a> {
    all: &'a Shards,
    split: Split,
    shards: std::slice::Iter<'a, Shard>,
    /// Which rows to read with their bytes; without it all rows, without bytes.
    wanted: Option<Box<dyn Fn(usize) -> bool + Send + 'a>>,
    open: Option<Open>,
    ready: std::vec::IntoIter<Record>,
    /// Place of the next row group's first row.
    next: usize,
}

/// The shard that is being read.
struct Open {
    path: PathBuf,
    reader: SerializedFileReader<File>,
    group: usize,
}

impl<'a> Rows<'a> {
    pub fn new(
        all: &'a Shards,
        split: Split,
        wanted: Option<Box<dyn Fn(usize) -> bool + Send + 'a>>,
    ) -> Self {
        let ready = Vec::new().into_iter();
        let shards = all.manifest.part(split).shards.iter();
        Self { all, split, shards, wanted, open: None, ready, next: 0 }
    }

    fn open(&mut self, shard: &Shard) -> Result<Option<Open>, DatasetError> {
        // A shard in which nothing is wanted is not even opened.
        if !self.wants(shard.photos) {
            self.next += shard.photos;
            return Ok(None);
        }
        self.all.compare(shard)?;
        let path = self.all.folder.join(&shard.file);
        let file = File::open(&path).map_err(DatasetError::read(&path))?;
        let reader = SerializedFileReader::new(file).map_err(DatasetError::parquet(&path))?;
        let metadata = reader.metadata().file_metadata();
        let columns: Vec<String> =
            metadata.schema_descr().columns().iter().map(|column| column.path().string()).collect();
        let expected = ["image.bytes", "image.path", "captions.list.element", "split", "source"];
        // Shards of before there were sources have no such column.
        if columns != expected && columns != expected[..4] {
            let (expected, found) = (expected.join(", "), columns.join(", "));
            return Err(DatasetError::Shard { path, expected: format!("the columns {expected}"), found });
        }
        let rows = metadata.num_rows();
        if usize::try_from(rows).ok() != Some(shard.photos) {
            let expected = format!("{} photos", shard.photos);
            return Err(DatasetError::Shard { path, expected, found: rows.to_string() });
        }
        Ok(Some(Open { path, reader, group: 0 }))
    }

    /// Whether any of the next rows is wanted.
    fn wants(&self, rows: usize) -> bool {
        self.wanted.as_ref().is_none_or(|wanted| (self.next..self.next + rows).any(wanted))
    }

    /// Reads the next row group of the open shard, or closes it at its end.
    fn advance(&mut self, mut open: Open) -> Result<(), DatasetError> {
        if open.group == open.reader.num_row_groups() {
            return Ok(());
        }
        let rows = open.reader.metadata().row_group(open.group).num_rows();
        let rows = usize::try_from(rows).unwrap_or_default();
        if self.wants(rows) {
            self.ready = self.group(&open)?.into_iter();
        }
        self.next += rows;
        open.group += 1;
        self.open = Some(open);
        Ok(())
    }

    fn group(&self, open: &Open) -> Result<Vec<Record>, DatasetError> {
        let parquet = || DatasetError::parquet(&open.path);
        let group = open.reader.get_row_group(open.group).map_err(parquet())?;
        let paths = read(&*group, Column::Path).map_err(parquet())?;
        let captions = read(&*group, Column::Captions).map_err(parquet())?;
        let mut bytes = match &self.wanted {
            Some(_) => read(&*group, Column::Bytes).map_err(parquet())?.into_iter(),
            None => Vec::new().into_iter(),
        };
        let sourced = group.num_columns() > Column::Source as usize;
        let mut sources = match sourced {
            true => read(&*group, Column::Source).map_err(parquet())?.into_iter(),
            false => Vec::new().into_iter(),
        };
        let mut records = Vec::new();
        for (index, (path, captions)) in (self.next..).zip(paths.into_iter().zip(captions)) {
            let bytes = bytes.next().and_then(|mut bytes| bytes.pop());
            let source = sources.next().and_then(|mut source| source.pop());
            if self.wanted.as_ref().is_some_and(|wanted| !wanted(index)) {
                continue;
            }
            let absent = |what: &str| DatasetError::Shard {
                path: open.path.clone(),
                expected: format!("{what} in every row"),
                found: format!("none in row {index} of {}", self.split),
            };
            let text = |text: &ByteArray| text.as_utf8().map(str::to_owned).map_err(parquet());
            let image = text(path.first().ok_or_else(|| absent("a name"))?)?;
            let captions = captions.iter().map(text).collect::<Result<_, _>>()?;
            let bytes = match (&self.wanted, bytes) {
                (None, _) => Vec::new(),
                (Some(_), bytes) => bytes.ok_or_else(|| absent("a photo"))?.data().to_vec(),
            };
            let source = source.as_ref().map(text).transpose()?.unwrap_or_default();
            let photo = Photo { image, split: self.split, captions, source };
            records.push(Record { index, photo, bytes });
        }
        Ok(records)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Record, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.ready.next() {
                return Some(Ok(record));
            }
            let step = match self.open.take() {
                Some(open) => self.advance(open),
                None => {
                    let shard = self.shards.next()?;
                    self.open(shard).map(|open| self.open = open)
                }
            };
            if let Err(error) = step {
                self.shards = [].iter();
                self.open = None;
                return Some(Err(error));
            }
        }
    }
}
