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
