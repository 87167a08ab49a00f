//! Pictures of strangers: damaged, and such as unpack to gigabytes.

use std::fs;
use std::path::Path;
use std::time::Duration;

use image::{ImageFormat, RgbImage};
use tempfile::TempDir;

use super::{Random, Tally, run};
use crate::{root, shipped, showtell};

/// Pictures that go through one run of the program.
const TOGETHER: usize = 20;

fn caption(pictures: &[std::path::PathBuf]) -> std::process::Command {
    let mut command = showtell();
    command.arg("caption").args(pictures).arg("--bundle").arg(shipped());
    command
}

/// Bytes of JPEG, PNG, WebP and animations changed.
pub fn mutated(tries: usize) -> Tally {
    let mut tally = Tally::new("pictures: bytes changed (JPEG, PNG, WebP, CMYK, animated), 20 a run");
    let mut random = Random::new(2);
    let small = RgbImage::from_fn(64, 48, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, 90]));
    let here = TempDir::new().unwrap();
    for (name, format) in
        [("a.png", ImageFormat::Png), ("b.webp", ImageFormat::WebP), ("c.jpg", ImageFormat::Jpeg)]
    {
        small.save_with_format(here.path().join(name), format).unwrap();
    }
    let own = ["a.png", "b.webp", "c.jpg"].map(|name| fs::read(here.path().join(name)).unwrap());
    let shared =
        ["tests/data/animated.webp", "tests/data/cmyk.jpg", "tests/data/rotated.jpg", "tests/data/grey.jpg"];
    let sources = [own.to_vec(), shared.map(|name| fs::read(root().join(name)).unwrap()).to_vec()].concat();
    for first in (0..tries).step_by(TOGETHER) {
        let pictures: Vec<_> = (first..(first + TOGETHER).min(tries))
            .map(|attempt| {
                let path = here.path().join(format!("{attempt}.jpg"));
                let source = &sources[random.below(sources.len())];
                fs::write(&path, random.mutated(source)).unwrap();
                path
            })
            .collect();
        let ran = run(&mut caption(&pictures));
        tally.count(&format!("from {first}"), &ran, None);
        tally.tried += pictures.len() - 1;
    }
    tally
}

/// A PNG of a head, chunks and an end.
fn png(width: u32, height: u32, kind: [u8; 2], chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &kind, &[0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", head)].iter().chain(chunks).chain(&[(b"IEND", Vec::new())]) {
        png.extend((data.len() as u32).to_be_bytes());
        let start = png.len();
        png.extend(*kind);
        png.extend(data);
        png.extend(crc32fast::hash(&png[start..]).to_be_bytes());
    }
    png
}

/// Zeros as zlib packs them: what the picture library makes of black.
fn packed(megabytes: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(1 << 10, megabytes << 10).write_to(&mut bytes, ImageFormat::Png).unwrap();
    let (bytes, mut at, mut data) = (bytes.into_inner(), 8, Vec::new());
    while at + 8 <= bytes.len() {
        let length = u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize;
        if &bytes[at + 4..at + 8] == b"IDAT" {
            data.extend(&bytes[at + 8..at + 8 + length]);
        }
        at += 12 + length;
    }
    data
}

/// Pictures that unpack to gigabytes, or whose sides are beyond bounds: in two seconds and 400 MB.
pub fn bombs() -> Tally {
    let mut tally =
        Tally::new("pictures: bombs (colour profile, text, 120,000,000 by 1, 16 bits, empty JPEG)");
    let here = TempDir::new().unwrap();
    let profile = [b"x\0\0".as_slice(), &packed(500)].concat();
    let black = png(1, 1, [8, 2], &[(b"IDAT", packed(1))]);
    let mut jpeg = std::io::Cursor::new(Vec::new());
    RgbImage::new(8, 8).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let mut jpeg = jpeg.into_inner();
    let frame = jpeg.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x2A, 0xCA, 0x2A, 0xCA]);
    let cases = [
        ("profile.png", png(10, 10, [8, 2], &[(b"iCCP", profile.clone()), (b"IDAT", packed(1))])),
        ("text.png", png(10, 10, [8, 2], &[(b"zTXt", profile), (b"IDAT", packed(1))])),
        ("wide.png", png(120_000_000, 1, [8, 2], &[(b"IDAT", packed(360))])),
        ("high.png", png(1, 120_000_000, [8, 2], &[(b"IDAT", packed(360))])),
        ("deep.png", png(10_900, 10_900, [16, 6], &[(b"IDAT", packed(900))])),
        ("tiny.png", black),
        ("empty.jpg", jpeg),
    ];
    for (name, bytes) in cases {
        let path: &Path = &here.path().join(name);
        fs::write(path, bytes).unwrap();
        let ran = run(&mut caption(&[path.to_owned()]));
        let slow = ran.fault((Duration::from_secs(2), 400_000));
        tally.count(name, &ran, slow);
    }
    tally
}
