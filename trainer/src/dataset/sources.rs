//! Several data sets as one, and where each photo comes from.
//!
//! A photo's source is what its data set says of it, or else the name of the folder: sources differ in how far
//! their sentences can be trusted, so they are weighed in training and scored each by itself.

use std::path::Path;
use std::sync::Arc;

use showtell::bundle::sums::digest;

use super::{Dataset, DatasetError, Photo, Record, Split};

/// Data sets one after the other.
#[derive(Debug)]
pub struct Sources {
    /// Each with the name of its folder, which is the source of photos that have none of their own.
    members: Vec<(String, Dataset)>,
}

impl Sources {
    /// Puts data sets together.
    ///
    /// # Errors
    /// [`DatasetError::SameName`] where two folders are called the same.
    pub fn new(members: Vec<(&Path, Dataset)>) -> Result<Self, DatasetError> {
        for (at, (folder, _)) in members.iter().enumerate() {
            if let Some((first, _)) = members[..at].iter().find(|(other, _)| name(other) == name(folder)) {
                let (first, second) = ((*first).to_owned(), (*folder).to_owned());
                return Err(DatasetError::SameName { name: name(folder), first, second });
            }
        }
        let named = |(folder, dataset)| (name(folder), dataset);
        Ok(Self { members: members.into_iter().map(named).collect() })
    }

    /// Number of photos in a split.
    #[must_use]
    pub fn len(&self, split: Split) -> usize {
        self.members.iter().map(|(_, dataset)| dataset.len(split)).sum()
    }

    /// Each data set with its name and the place of its first photo in the split.
    fn placed(&self, split: Split) -> impl Iterator<Item = (&str, usize, &Dataset)> + Send {
        let mut first = 0;
        self.members.iter().map(move |(name, dataset)| {
            let own = first;
            first += dataset.len(split);
            (name.as_str(), own, dataset)
        })
    }

    /// Names and captions of a split.
    pub fn photos(&self, split: Split) -> impl Iterator<Item = Result<Photo, DatasetError>> + Send + '_ {
        self.members.iter().flat_map(move |(name, dataset)| {
            dataset.photos(split).map(move |photo| Ok(sourced(photo?, name)))
        })
    }

    /// Wanted photos of a split with their bytes.
    pub fn records<'a>(
        &'a self,
        split: Split,
        wanted: Arc<dyn Fn(usize) -> bool + Send + Sync + 'a>,
    ) -> impl Iterator<Item = Result<Record, DatasetError>> + Send + 'a {
        self.placed(split).flat_map(move |(name, first, dataset)| {
            let wanted = wanted.clone();
            let records = dataset.records_where(split, move |place| wanted(first + place));
            records.map(move |record| record.map(|record| placed(record, name, first)))
        })
    }

    /// One photo.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&self, split: Split, index: usize) -> Result<Record, DatasetError> {
        let holds = |(_, first, dataset): &(&str, usize, &Dataset)| {
            (*first..first + dataset.len(split)).contains(&index)
        };
        let Some((name, first, dataset)) = self.placed(split).find(holds) else {
            return Err(DatasetError::NoSuchPhoto { split, index, photos: self.len(split) });
        };
        Ok(placed(dataset.read(split, index - first)?, name, first))
    }

    /// A digest of the data sets' own, in their order.
    ///
    /// # Errors
    /// When a file has gone.
    pub fn identity(&self, split: Split) -> Result<String, DatasetError> {
        let own = self.members.iter().map(|(_, dataset)| dataset.identity(split));
        Ok(digest(own.collect::<Result<Vec<_>, _>>()?.join("\n").as_bytes()))
    }
}

/// The name of a folder, whatever way leads to it.
fn name(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder
        .file_name()
        .map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn sourced(mut photo: Photo, name: &str) -> Photo {
    if photo.source.is_empty() {
        name.clone_into(&mut photo.source);
    }
    photo
}

fn placed(record: Record, name: &str, first: usize) -> Record {
    Record { index: first + record.index, photo: sourced(record.photo, name), ..record }
}

/// The source of each photo of a split, a byte for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceOf {
    names: Vec<String>,
    places: Vec<u8>,
}

impl SourceOf {
    /// Reads the names of a split's photos.
    ///
    /// # Errors
    /// When the data set cannot be read; [`DatasetError::TooManySources`] beyond 255.
    pub fn read(dataset: &Dataset, split: Split) -> Result<Self, DatasetError> {
        let mut found = Self::default();
        for photo in dataset.photos(split) {
            found.push(&photo?.source)?;
        }
        Ok(found)
    }

    /// Adds a photo's.
    ///
    /// # Errors
    /// [`DatasetError::TooManySources`].
    pub fn push(&mut self, source: &str) -> Result<(), DatasetError> {
        let place = match self.names.iter().position(|name| name == source) {
            Some(place) => place,
            None => {
                self.names.push(source.to_owned());
                self.names.len() - 1
            }
        };
        self.places.push(u8::try_from(place).map_err(|_| DatasetError::TooManySources)?);
        Ok(())
    }

    /// The names, in the order in which they were first met.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The source of a photo, by its place among the names; the first where the photo is not known.
    #[must_use]
    pub fn of(&self, photo: usize) -> usize {
        self.places.get(photo).copied().map_or(0, usize::from)
    }

    /// The photos of a source, by its place among the names.
    pub fn photos(&self, source: usize) -> impl Iterator<Item = usize> + '_ {
        let own = self.places.iter().enumerate().filter(move |(_, place)| usize::from(**place) == source);
        own.map(|(photo, _)| photo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::folder;

    fn folders() -> tempfile::TempDir {
        folder(&[
            (
                "one/captions.csv",
                "image,caption,split\na.jpg,a dog,train\nb.jpg,a cat,train\nc.jpg,a cow,dev\n",
            ),
            ("one/a.jpg", "A"),
            ("one/b.jpg", "B"),
            ("one/c.jpg", "C"),
            (
                "two/captions.jsonl",
                "{\"image\": \"a.jpg\", \"caption\": \"a hen\", \"split\": \"train\", \"source\": \"web\"}\n\
                 {\"image\": \"d.jpg\", \"caption\": \"a pig\", \"split\": \"train\"}\n",
            ),
            ("two/a.jpg", "D"),
            ("two/d.jpg", "E"),
        ])
    }

    #[test]
    fn photos_of_several_folders_keep_their_order_and_their_source() {
        let here = folders();
        let paths = [here.path().join("one"), here.path().join("two")];
        let (dataset, _) = Dataset::open_all(&paths).unwrap();
        assert_eq!(dataset.counts(), "train 4, dev 1, test 0");
        let photos: Vec<Photo> = dataset.photos(Split::Train).map(Result::unwrap).collect();
        let sources: Vec<&str> = photos.iter().map(|photo| photo.source.as_str()).collect();
        assert_eq!(sources, ["one", "one", "web", "two"]);
        let bytes = |records: Vec<Record>| -> Vec<(usize, u8)> {
            records.iter().map(|record| (record.index, record.bytes[0])).collect()
        };
        let all = dataset.records(Split::Train).collect::<Result<_, _>>().unwrap();
        assert_eq!(bytes(all), [(0, b'A'), (1, b'B'), (2, b'D'), (3, b'E')]);
        let some = dataset.records_where(Split::Train, |place| place % 2 == 1).collect::<Result<_, _>>();
        assert_eq!(bytes(some.unwrap()), [(1, b'B'), (3, b'E')]);
        let read = dataset.read(Split::Train, 2).unwrap();
        assert_eq!((read.index, read.bytes[0], read.photo.source.as_str()), (2, b'D', "web"));
        assert!(matches!(dataset.read(Split::Train, 4), Err(DatasetError::NoSuchPhoto { photos: 4, .. })));

        let sources = SourceOf::read(&dataset, Split::Train).unwrap();
        assert_eq!(sources.names(), ["one", "web", "two"]);
        assert_eq!((sources.of(1), sources.of(3)), (0, 2));
        assert_eq!(sources.photos(0).collect::<Vec<_>>(), [0, 1]);
        let (alone, _) = Dataset::open_all(&paths[..1]).unwrap();
        assert!(alone.photos(Split::Train).all(|photo| photo.unwrap().source.is_empty()));
        assert_ne!(alone.identity(Split::Train).unwrap(), dataset.identity(Split::Train).unwrap());
    }

    #[test]
    fn folders_of_one_name_are_refused() {
        let here = folder(&[
            ("x/data/captions.csv", "image,caption\na.jpg,a dog\n"),
            ("x/data/a.jpg", ""),
            ("y/data/captions.csv", "image,caption\na.jpg,a dog\n"),
            ("y/data/a.jpg", ""),
        ]);
        let paths = ["x/data", "y/data"].map(|path| here.path().join(path));
        let message = Dataset::open_all(&paths).unwrap_err().to_string();
        assert!(message.contains("both called data"), "{message}");
    }
}
