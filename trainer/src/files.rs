//! Writing files so that a crash leaves the old one or the new one, never half of either, and
//! taking their digest on the way.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

pub use showtell::preprocess::MAX_BYTES as MAX_PHOTO;
pub use showtell_cli::files::{read_photo, write_atomically};
pub use showtell_files::{read, read_text};

/// The most bytes of a list of photos and captions. Those of COCO's 118,000 training photos take 92 MB.
pub const MAX_LIST: u64 = 512 << 20;
/// The most bytes of a caption: a sentence takes a hundred.
pub const MAX_CAPTION: usize = 10_000;
/// The most bytes of a recipe, a chain, a card and the like.
pub const MAX_TEXT: u64 = 4 << 20;
/// The most bytes of a weights file of a run.
pub const MAX_WEIGHTS: u64 = 2 << 30;

/// Passes bytes on and keeps their SHA-256.
#[derive(Debug)]
pub struct Hashing<W> {
    inner: W,
    hash: Sha256,
    written: u64,
}

impl<W> Hashing<W> {
    /// Passes everything to `inner`.
    pub fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), written: 0 }
    }

    /// What was written to, the number of bytes, and their SHA-256 in lower-case hexadecimal.
    pub fn finish(self) -> (W, u64, String) {
        let text = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        (self.inner, self.written, text)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(&bytes[..count]);
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
