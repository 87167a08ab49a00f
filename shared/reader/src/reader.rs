//! From a picture to its text.

use std::collections::BTreeMap;

use image::RgbImage;
use showtell_types::reading::{Line, Reading};

use crate::crop::line;
use crate::error::ReaderError;
use crate::map::map;
use crate::models::Models;
use crate::order::order;
use crate::pixels::scaled;
use crate::recognize::recognize;
use crate::region::{Region, regions};
use crate::sure::{Read, read};

/// The most lines that are read of a picture: a page of 5,000 words has some 500.
pub const MOST_LINES: usize = 400;
/// The most pixels that are searched for text; larger pictures are made smaller first.
const MOST_PIXELS: f32 = 8_000_000.0;
/// Pictures with no side longer than this are made twice as large first.
const SMALL: u32 = 640;
/// Lines that are less sure than this may stand on their heads.
const REVERSED: f32 = 0.85;

/// Reads the words in pictures. May be shared between threads.
pub struct Reader {
    models: Models,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("identity", &self.identity()).finish_non_exhaustive()
    }
}

impl Reader {
    /// Makes a reader of its files, named as in [`NEEDED`](crate::NEEDED). Others are passed over.
    ///
    /// # Errors
    /// [`ReaderError`]: a file is missing, is damaged, or is no network.
    pub fn from_files(mut files: BTreeMap<String, Vec<u8>>) -> Result<Self, ReaderError> {
        Ok(Self { models: Models::from_files(&mut files)? })
    }

    /// What tells this reader from others: the digests of its files.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.models.identity
    }

    /// Reads a picture: lines upright or turned by quarters, in the order in which a person would read them.
    ///
    /// A picture without words gives none. Of more than [`MOST_LINES`] lines the largest are read, and
    /// [`Reading::more`] says so.
    ///
    /// # Errors
    /// [`ReaderError::Run`] or [`ReaderError::Characters`]: the networks are not what they should be.
    pub fn read(&self, picture: &RgbImage) -> Result<Reading, ReaderError> {
        let (width, height) = picture.dimensions();
        let mut found = self.find(picture)?;
        let more = found.len() > MOST_LINES;
        if more {
            found.sort_by(|a, b| b.height.total_cmp(&a.height));
            found.truncate(MOST_LINES);
        }
        let lines = self.lines(picture, &found)?;
        let (lines, text) = order(lines, width as f32, height as f32);
        Ok(Reading { text, lines, width, height, more })
    }

    /// Where lines are.
    fn find(&self, picture: &RgbImage) -> Result<Vec<Region>, ReaderError> {
        let (width, height) = picture.dimensions();
        let pixels = width as f32 * height as f32;
        let small = width.max(height) <= SMALL;
        let scale = if small { 2.0 } else { (MOST_PIXELS / pixels).sqrt().min(1.0) };
        if scale == 1.0 {
            return Ok(regions(&map(&self.models, picture)?, 1.0));
        }
        let side = |side: u32| ((side as f32 * scale).round() as u32).max(1);
        let whole = (0.0, 0.0, f64::from(width), f64::from(height));
        let smaller = scaled(picture, whole, side(width), side(height));
        Ok(regions(&map(&self.models, &smaller)?, scale))
    }

    /// What stands in them: unsure ones are tried from the other end as well.
    fn lines(&self, picture: &RgbImage, found: &[Region]) -> Result<Vec<Line>, ReaderError> {
        let ways = |regions: &[Region]| -> Result<Vec<Read>, ReaderError> {
            let cut: Vec<RgbImage> = regions.iter().map(|region| line(picture, region)).collect();
            Ok(recognize(&self.models, &cut)?.iter().map(|letters| read(letters)).collect())
        };
        let first = ways(found)?;
        let unsure: Vec<usize> =
            (0..found.len()).filter(|&index| first[index].confidence < REVERSED).collect();
        let reversed: Vec<Region> = unsure.iter().map(|&index| found[index].reversed()).collect();
        let second = ways(&reversed)?;
        let mut best: Vec<(Region, Read)> = found.iter().copied().zip(first).collect();
        for ((index, region), read) in unsure.into_iter().zip(reversed).zip(second) {
            if read.confidence > best[index].1.confidence {
                best[index] = (region, read);
            }
        }
        let sure = best.into_iter().filter_map(|(region, read)| {
            let text = read.sure()?;
            let (confidence, corners, turned) = (read.confidence, region.corners(), region.turned());
            Some(Line { text, confidence, corners, turned })
        });
        Ok(sure.collect())
    }
}
