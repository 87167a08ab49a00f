//! Writing files so that a crash leaves the old one or the new one, never half of either, and
//! taking their digest on the way.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

pub use showtell_cli::files::{read_photo, write_atomically};

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
