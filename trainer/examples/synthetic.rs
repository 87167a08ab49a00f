//! Writes a prepared data set of drawn photos, through the same writer as `showtell prepare`:
//! `synthetic FOLDER PHOTOS`. `cargo xtask memory` measures with it.
//!
//! PHOTOS training photos and 64 dev photos of 32 x 32 pixels, each with five random captions. What
//! is drawn depends on the photo's number alone, so that a larger set begins as a smaller one.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, bail};
use image::{ImageFormat, Rgb, RgbImage};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use showtell_trainer::dataset::shards::Writer;
use showtell_trainer::dataset::{Photo, Report, Split};

const SIDE: u32 = 32;
const DEV: usize = 64;
const CAPTIONS: usize = 5;
/// Different words. Fixed, as a vocabulary's size hardly follows that of a large data set.
const WORDS: u32 = 1000;
const SHARD_BYTES: usize = 64_000_000;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, photos] = arguments.as_slice() else { bail!("usage: synthetic FOLDER PHOTOS") };
    let photos: usize = photos.parse().context("PHOTOS is a number")?;
    let mut writer = Writer::create(Path::new(folder), SHARD_BYTES)?;
    for (split, count) in [(Split::Train, photos), (Split::Dev, DEV)] {
        for index in 0..count {
            let mut random = ChaCha8Rng::seed_from_u64(index as u64 * 2 + u64::from(split == Split::Dev));
            let captions = (0..CAPTIONS).map(|_| caption(&mut random)).collect();
            let image = format!("{index:06}.png");
            writer.push(Photo { image, split, captions, source: String::new() }, picture(&mut random)?)?;
        }
    }
    writer.finish(&Report::default())?;
    Ok(())
}

/// Between 5 and 15 words.
fn caption(random: &mut ChaCha8Rng) -> String {
    let words: Vec<String> = (0..random.random_range(5..=15))
        .map(|_| {
            // Squared, so that some words are common and some rare.
            let draw: f64 = random.random();
            format!("word{}", (draw * draw * f64::from(WORDS)) as u32)
        })
        .collect();
    words.join(" ")
}

/// A disc on plain ground, PNG.
fn picture(random: &mut ChaCha8Rng) -> anyhow::Result<Vec<u8>> {
    let [ground, disc] = [(); 2].map(|()| Rgb(random.random::<[u8; 3]>()));
    let [x, y, reach] = [(); 3].map(|()| random.random_range(4..SIDE as i32 - 4));
    let inside = |at: u32, to: u32| (at as i32 - x).pow(2) + (to as i32 - y).pow(2) < (reach / 2).pow(2);
    let picture = RgbImage::from_fn(SIDE, SIDE, |at, to| if inside(at, to) { disc } else { ground });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}
