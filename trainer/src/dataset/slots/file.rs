//! One file of a store, and the checksum of a slot.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use positioned_io::WriteAt;

use crate::dataset::StoreError;

/// Bytes of a slot's checksum.
pub(super) const CHECK: usize = 4;

/// The checksum (CRC-32C) of a slot, which is another one at another place.
pub(super) fn check(slot: usize, values: &[u8]) -> [u8; CHECK] {
    crc32c::crc32c_append(crc32c::crc32c(&(slot as u64).to_le_bytes()), values).to_le_bytes()
}

/// Writes at an offset. Through a handle of its own, since writing takes one to itself.
pub(super) fn write_at(file: &File, at: u64, bytes: &[u8]) -> io::Result<()> {
    file.try_clone()?.write_all_at(at, bytes)
}

/// Opens a file for reading and, where that is allowed, writing, at its full length; says whether it had that. New parts
/// read as zero.
pub(super) fn open(path: &Path, length: u64) -> Result<(File, bool), StoreError> {
    let found = path.metadata().map_or(0, |meta| meta.len());
    let mut options = OpenOptions::new();
    options.read(true);
    match options.clone().write(true).create(true).truncate(false).open(path) {
        Ok(file) => {
            file.set_len(length).map_err(StoreError::disk("make room in", path))?;
            Ok((file, found == length))
        }
        // Somebody else's, or on a disk that cannot be written: what is whole can be read still.
        Err(error)
            if found == length
                && matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
        {
            Ok((options.open(path).map_err(StoreError::disk("open", path))?, true))
        }
        Err(error) => Err(StoreError::disk("open", path)(error)),
    }
}
