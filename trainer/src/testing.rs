//! What unit tests share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::Device;

/// Seeds the device, and keeps its random stream for the one test that holds the result.
///
/// Burn's CPU device has one stream for the whole process: tests that run side by side would
/// otherwise take each other's numbers, and a fixed seed would fix nothing.
pub fn seeded(device: &Device, seed: u64) -> MutexGuard<'static, ()> {
    static STREAM: Mutex<()> = Mutex::new(());
    let guard = STREAM.lock().unwrap_or_else(PoisonError::into_inner);
    device.seed(seed);
    guard
}

/// A temporary folder with text files in it, folders made as needed.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}
