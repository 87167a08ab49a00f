//! How photos come in: files and folders, dropped, chosen or pasted; addresses; the camera.

pub mod address;
pub mod camera;
pub mod transfer;

use std::cmp::Ordering;

use js_sys::Reflect;
use leptos::callback::Callback;
use web_sys::{Blob, File, FileList};

/// The formats a file dialog offers. Others may be dropped; what cannot be read is told.
pub const ACCEPTED: &str =
    "image/jpeg,image/png,image/webp,image/avif,image/heic,image/heif,image/gif,image/bmp";

/// A photo that has come: where its file lay, and the file.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Its path in the folder that was given, with `/` between the parts; its name where none was.
    pub path: String,
    /// Its bytes.
    pub file: Blob,
}

/// What components do with photos that come: puts them on the desk and lets the captioner begin.
pub type Receive = Callback<Vec<Photo>>;

impl Photo {
    /// A photo that lay in no folder.
    #[must_use]
    pub fn new(name: impl Into<String>, file: impl Into<Blob>) -> Self {
        Self { path: name.into(), file: file.into() }
    }
}

/// The files of a list, each with its path in the folder that was chosen.
#[must_use]
pub fn listed(files: &FileList) -> Vec<(String, File)> {
    let found = (0..files.length()).filter_map(|index| files.get(index));
    found.map(|file| (path(&file), file)).collect()
}

/// Where a file lay in the folder that was chosen; its name where it was chosen by itself.
fn path(file: &File) -> String {
    // Not among the bindings that are called stable: asked for by name.
    let path = Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
}

/// Files as photos, those of folders in the order of their paths.
#[must_use]
pub fn photos(mut files: Vec<(String, File)>) -> Vec<Photo> {
    if files.iter().any(|(path, _)| path.contains('/')) {
        files.sort_by(|(one, _), (other, _)| natural(one, other));
    }
    files.into_iter().map(|(path, file)| Photo::new(path, file)).collect()
}

/// Compares paths part by part as people sort them: capitals count for nothing, and 2 comes before 10.
fn natural(one: &str, other: &str) -> Ordering {
    let parts = |path: &str| path.to_lowercase().split('/').map(runs).collect::<Vec<_>>();
    parts(one).cmp(&parts(other)).then_with(|| one.cmp(other))
}

/// A name as runs of digits, each as a number, and of what is between them.
fn runs(name: &str) -> Vec<(u64, String)> {
    let mut found: Vec<(u64, String)> = Vec::new();
    let mut digits = String::new();
    for letter in name.chars().chain(['\0']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if !digits.is_empty() {
            // Before letters, as digits are in every alphabet.
            found.push((digits.parse().unwrap_or(u64::MAX - 1), String::new()));
            digits.clear();
        }
        match found.last_mut() {
            Some((u64::MAX, text)) => text.push(letter),
            _ => found.push((u64::MAX, letter.into())),
        }
    }
    found
}

/// Whether a file of a folder is a picture, by the type that the browser sees in its name.
#[must_use]
pub fn is_picture(file: &File) -> bool {
    let named = |ending: &str| file.name().to_lowercase().ends_with(ending);
    // Vector drawings are no photos, and browsers know no type for HEIC.
    (file.type_().starts_with("image/") && file.type_() != "image/svg+xml")
        || [".heic", ".heif", ".avif"].into_iter().any(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_sorted_as_people_sort_them() {
        let mut paths = ["b/1.jpg", "a/photo-10.jpg", "a/photo-2.jpg", "a/c/1.jpg", "A/Photo-3.jpg", "a.jpg"];
        paths.sort_by(|one, other| natural(one, other));
        assert_eq!(
            paths,
            ["a/c/1.jpg", "a/photo-2.jpg", "A/Photo-3.jpg", "a/photo-10.jpg", "a.jpg", "b/1.jpg"]
        );
    }
}
