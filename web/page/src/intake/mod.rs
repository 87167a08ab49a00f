//! How photos come in: files and folders, dropped, chosen or pasted; addresses; the camera.

pub mod address;
pub mod camera;
pub mod transfer;

use web_sys::{Blob, File, FileList};

/// The formats a file dialog offers. Others may be dropped; what cannot be read is told.
pub const ACCEPTED: &str =
    "image/jpeg,image/png,image/webp,image/avif,image/heic,image/heif,image/gif,image/bmp";

/// A photo's name and bytes.
pub type Photo = (String, Blob);

/// The files of a list.
#[must_use]
pub fn listed(files: &FileList) -> Vec<File> {
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}

/// Files as photos.
#[must_use]
pub fn photos(files: Vec<File>) -> Vec<Photo> {
    files.into_iter().map(|file| (file.name(), file.into())).collect()
}

/// Whether a file of a folder is a picture, by the type that the browser sees in its name.
#[must_use]
pub fn is_picture(file: &File) -> bool {
    let named = |ending: &str| file.name().to_lowercase().ends_with(ending);
    // Vector drawings are no photos, and browsers know no type for HEIC.
    (file.type_().starts_with("image/") && file.type_() != "image/svg+xml")
        || [".heic", ".heif", ".avif"].into_iter().any(named)
}
