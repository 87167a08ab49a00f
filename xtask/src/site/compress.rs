//! Compressed copies beside files, for servers that send what lies there.
//!
//! The worker's program takes many seconds, and trunk empties its folder at each build. So copies are
//! kept by the hash of what they were made of.

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::digest::Digest;
use super::{files, remove};

/// What to compress, by the end of its name; pictures are compressed already.
const KINDS: [&str; 8] = ["html", "js", "css", "wasm", "json", "svg", "webmanifest", "safetensors"];
/// How long a copy is kept that no build uses: a day of switching between two versions.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A way to compress that browsers understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// What the copy's name has more than the file's.
    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// How hard it tries. Brotli's best takes a megabyte of program seconds and saves an eighth of it over 9; it saves
    /// nothing of weights.
    fn quality(self, path: &str) -> u32 {
        match self {
            Self::Brotli if path.ends_with(".safetensors") => 9,
            Self::Brotli => 11,
            Self::Gzip => Compression::best().level(),
        }
    }

    fn compress(self, bytes: &[u8], quality: u32) -> anyhow::Result<Vec<u8>> {
        let mut out = Vec::new();
        match self {
            Self::Brotli => {
                // The window is the largest that browsers take.
                let params = BrotliEncoderParams {
                    quality: i32::try_from(quality)?,
                    lgwin: 24,
                    size_hint: bytes.len(),
                    ..BrotliEncoderParams::default()
                };
                brotli::BrotliCompress(&mut Cursor::new(bytes), &mut out, &params)?;
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(out, Compression::new(quality));
                encoder.write_all(bytes)?;
                out = encoder.finish()?;
            }
        }
        Ok(out)
    }
}

/// The file that a compressed copy was made of, if the name is that of one.
pub fn source(path: &str) -> Option<&str> {
    Encoding::ALL.iter().find_map(|encoding| path.strip_suffix(encoding.suffix()))
}

/// Writes copies beside all files that shrink, and removes any other. `kept` is where they are kept.
pub fn write(dist: &Path, kept: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(kept).with_context(|| format!("cannot make {}", kept.display()))?;
    let paths = files(dist)?;
    for (copy, source) in paths.iter().filter_map(|path| Some((path, source(path)?))) {
        if !is_candidate(source) || !dist.join(source).is_file() {
            remove(&dist.join(copy))?;
        }
    }
    for path in paths.iter().filter(|path| is_candidate(path)) {
        beside(dist, path, kept).with_context(|| format!("cannot compress {path}"))?;
    }
    forget(kept)
}

fn is_candidate(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, kind)| KINDS.contains(&kind))
}

/// Whether the copy is worth the work of unpacking it.
fn saves(copy: usize, source: usize) -> bool {
    copy * 100 <= source * 97
}

fn beside(dist: &Path, path: &str, kept: &Path) -> anyhow::Result<()> {
    let source = dist.join(path);
    let bytes = fs::read(&source)?;
    let modified = fs::metadata(&source)?.modified()?;
    let hash = Digest::of(&bytes).hex();
    for encoding in Encoding::ALL {
        let made = kept.join(format!("{hash}-{}{}", encoding.quality(path), encoding.suffix()));
        let copy = match fs::read(&made) {
            Ok(copy) => copy,
            Err(_) => make(encoding, path, &bytes, &made)?,
        };
        File::options().append(true).open(&made)?.set_modified(SystemTime::now())?;
        let place = dist.join(format!("{path}{}", encoding.suffix()));
        if copy.is_empty() {
            remove(&place)?;
        } else {
            super::write(&place, &copy)?;
            // A browser asks by time what has changed, whichever form it has got.
            File::options().append(true).open(&place)?.set_modified(modified)?;
        }
    }
    Ok(())
}

/// Compresses and keeps the result; nothing stands for a file that does not shrink.
fn make(encoding: Encoding, path: &str, bytes: &[u8], made: &Path) -> anyhow::Result<Vec<u8>> {
    if bytes.len() > 1_000_000 {
        eprintln!("compressing {path} for its {} copy", encoding.suffix());
    }
    let mut copy = encoding.compress(bytes, encoding.quality(path))?;
    if !saves(copy.len(), bytes.len()) {
        copy.clear();
    }
    // Beside its place and renamed: half a copy would be taken for a whole one.
    let mut file = tempfile::NamedTempFile::new_in(made.parent().unwrap_or(Path::new(".")))?;
    file.write_all(&copy)?;
    file.persist(made)?;
    Ok(copy)
}

/// Removes what no build has used of late.
fn forget(kept: &Path) -> anyhow::Result<()> {
    for path in files(kept)? {
        let path = kept.join(path);
        let unused =
            fs::metadata(&path).and_then(|data| data.modified()).ok().and_then(|time| time.elapsed().ok());
        if unused.is_some_and(|unused| unused > KEPT) {
            remove(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use sha2::{Digest as _, Sha256};
    use tempfile::TempDir;

    use super::*;

    /// Bytes that nothing compresses.
    fn noise(length: usize) -> Vec<u8> {
        (0..).flat_map(|place: u32| Sha256::digest(place.to_le_bytes())).take(length).collect()
    }

    #[test]
    fn copies_unpack_to_their_source_and_have_its_time() {
        let (dist, kept) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let text = "A dog runs over the grass. ".repeat(200);
        let source = dist.path().join("page.js");
        fs::write(&source, &text).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        File::options().append(true).open(&source).unwrap().set_modified(time).unwrap();
        write(dist.path(), kept.path()).unwrap();

        let [br, gz] = ["page.js.br", "page.js.gz"].map(|name| dist.path().join(name));
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut Cursor::new(fs::read(&br).unwrap()), &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
        let mut unpacked = String::new();
        GzDecoder::new(File::open(&gz).unwrap()).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        for copy in [br, gz] {
            assert_eq!(fs::metadata(copy).unwrap().modified().unwrap(), time);
        }
    }

    #[test]
    fn what_does_not_shrink_or_is_a_picture_gets_no_copy() {
        let (dist, kept) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        fs::write(dist.path().join("model.safetensors"), noise(5000)).unwrap();
        fs::write(dist.path().join("small.js"), "a()").unwrap();
        fs::write(dist.path().join("photo.jpg"), "a".repeat(5000)).unwrap();
        write(dist.path(), kept.path()).unwrap();
        assert_eq!(files(dist.path()).unwrap(), ["model.safetensors", "photo.jpg", "small.js"]);
    }

    #[test]
    fn a_changed_file_gets_new_copies_and_a_lost_one_none() {
        let (dist, kept) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let path = dist.path().join("page.css");
        fs::write(&path, "a".repeat(500)).unwrap();
        write(dist.path(), kept.path()).unwrap();
        let first = fs::read(dist.path().join("page.css.gz")).unwrap();
        fs::write(&path, "b".repeat(900)).unwrap();
        write(dist.path(), kept.path()).unwrap();
        assert_ne!(fs::read(dist.path().join("page.css.gz")).unwrap(), first);
        fs::write(&path, noise(900)).unwrap();
        write(dist.path(), kept.path()).unwrap();
        assert_eq!(files(dist.path()).unwrap(), ["page.css"]);
        fs::write(&path, "b".repeat(900)).unwrap();
        write(dist.path(), kept.path()).unwrap();
        fs::remove_file(&path).unwrap();
        write(dist.path(), kept.path()).unwrap();
        assert!(files(dist.path()).unwrap().is_empty());
    }

    #[test]
    fn three_per_cent_is_worth_it() {
        assert!(saves(97, 100) && !saves(98, 100));
    }
}
