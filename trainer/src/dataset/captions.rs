//! A split's captions as token ids, in a file: memory stays flat however many there are.
//!
//! The file is made anew for each start of a run. Numbers are little-endian. For each photo stand
//! its captions as written, then with left and right swapped, each time as a count (u32) and, for
//! every caption, its length (u32) and its ids (u32). Then the offset (u64) of each photo and of
//! the end of the last.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use positioned_io::ReadAt;
use tokenizers::Tokenizer;

use super::{Dataset, Split, StoreError, text};
use crate::files::Hashing;

/// Which way round a photo is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mirror {
    /// As it was taken.
    No,
    /// Flipped left to right, and so are its captions.
    Yes,
}

/// Captions by the photo's place in the split.
#[derive(Debug)]
pub struct CaptionStore {
    file: File,
    photos: usize,
    /// Where the list of offsets begins.
    offsets: u64,
}

impl CaptionStore {
    /// Tokenises the captions of a split into a file at `path`, one photo at a time.
    ///
    /// # Errors
    /// When the data set cannot be read, the tokenizer refuses a text or the disk is full.
    pub fn build(
        dataset: &Dataset,
        split: Split,
        tokenizer: &Tokenizer,
        path: &Path,
    ) -> Result<Self, StoreError> {
        let full = StoreError::disk("write", path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(&full)?;
        }
        let file = File::options().read(true).write(true).create(true).truncate(true).open(path);
        let mut file = BufWriter::new(file.map_err(&full)?);
        // Offsets gather in a file of their own until their place is known.
        let mut offsets = tempfile::tempfile().map_err(&full)?;
        let mut index = BufWriter::new(&offsets);
        let (mut at, mut photos) = (0_u64, 0);
        for photo in dataset.photos(split) {
            let photo = photo?;
            index.write_all(&at.to_le_bytes()).map_err(&full)?;
            let mirrored: Vec<String> = photo.captions.iter().map(|caption| text::mirror(caption)).collect();
            for captions in [&photo.captions, &mirrored] {
                let mut block = (captions.len() as u32).to_le_bytes().to_vec();
                for caption in captions {
                    let ids = text::encode(tokenizer, caption)?;
                    block.extend((ids.len() as u32).to_le_bytes());
                    block.extend(ids.iter().flat_map(|id| id.to_le_bytes()));
                }
                file.write_all(&block).map_err(&full)?;
                at += block.len() as u64;
            }
            photos += 1;
        }
        index.write_all(&at.to_le_bytes()).map_err(&full)?;
        index.flush().map_err(&full)?;
        drop(index);
        offsets.seek(SeekFrom::Start(0)).map_err(&full)?;
        std::io::copy(&mut (&offsets).take(u64::MAX), &mut file).map_err(&full)?;
        let file = file.into_inner().map_err(|error| error.into_error()).map_err(&full)?;
        Ok(Self { file, photos, offsets: at })
    }

    /// SHA-256 of all of it, hexadecimal.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn digest(&self) -> Result<String, StoreError> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(StoreError::captions)?;
        let mut hash = Hashing::new(std::io::sink());
        std::io::copy(&mut file, &mut hash).map_err(StoreError::captions)?;
        Ok(hash.finish().2)
    }

    /// Number of photos.
    #[must_use]
    pub fn len(&self) -> usize {
        self.photos
    }

    /// Whether there is no photo.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.photos == 0
    }

    /// The captions of a photo as token ids, without start and end tokens.
    ///
    /// # Errors
    /// When there is no such photo or the file has been damaged since.
    pub fn of(&self, photo: usize, mirror: Mirror) -> Result<Vec<Vec<u32>>, StoreError> {
        if photo >= self.photos {
            return Err(StoreError::NoCaptions { photo, photos: self.photos });
        }
        let mut ends = [0; 16];
        self.file.read_exact_at(self.offsets + 8 * photo as u64, &mut ends).map_err(StoreError::captions)?;
        let (ends, _) = ends.as_chunks::<8>();
        let [start, end] = [ends[0], ends[1]].map(u64::from_le_bytes);
        if start > end || end > self.offsets {
            return Err(StoreError::Captions { source: None });
        }
        let mut block = vec![0; (end - start) as usize];
        self.file.read_exact_at(start, &mut block).map_err(StoreError::captions)?;
        let (numbers, _) = block.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let mut captions = || {
            let count = numbers.next()?;
            (0..count)
                .map(|_| {
                    let length = numbers.next()? as usize;
                    let ids: Vec<u32> = numbers.by_ref().take(length).collect();
                    (ids.len() == length).then_some(ids)
                })
                .collect::<Option<Vec<_>>>()
        };
        let found = captions().and_then(|plain| match mirror {
            Mirror::No => Some(plain),
            Mirror::Yes => captions(),
        });
        found.ok_or(StoreError::Captions { source: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::text::{Contractions, Counter, TextRecipe};
    use crate::testing::folder;

    #[test]
    fn captions_are_read_by_place_and_mirrored() {
        let here = folder(&[
            (
                "captions.csv",
                "image,caption,split\na.png,A dog left,train\na.png,a,train\nb.png,Right,train\n",
            ),
            ("a.png", ""),
            ("b.png", ""),
        ]);
        let (dataset, _) = Dataset::open(here.path()).unwrap();
        let recipe =
            TextRecipe { min_count: 1, max_size: None, max_words: 9, contractions: Contractions::Split };
        let mut counter = Counter::new(&recipe).unwrap();
        ["a a dog left", "right"].into_iter().for_each(|caption| counter.add(caption));
        // Ids: a 4, dog 5, left 6, right 7.
        let tokenizer = counter.tokenizer().unwrap();
        let path = here.path().join("made/captions");
        let store = CaptionStore::build(&dataset, Split::Train, &tokenizer, &path).unwrap();
        assert_eq!(store.len(), 2);
        assert_eq!(store.of(0, Mirror::No).unwrap(), [vec![4, 5, 6], vec![4]]);
        assert_eq!(store.of(0, Mirror::Yes).unwrap(), [vec![4, 5, 7], vec![4]]);
        assert_eq!(store.of(1, Mirror::No).unwrap(), [vec![7]]);
        assert_eq!(store.of(1, Mirror::Yes).unwrap(), [vec![6]]);
        assert!(store.of(2, Mirror::No).is_err());
        let empty = CaptionStore::build(&dataset, Split::Dev, &tokenizer, &path).unwrap();
        assert!(empty.is_empty() && empty.of(0, Mirror::No).is_err());
    }
}
