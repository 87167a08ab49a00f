//! What was left out of a data set, and why.

use serde::{Deserialize, Serialize};

/// What was left out of a data set, and why. Nothing is dropped without a line here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Photos that captions or split lists name but whose file is not there.
    pub missing_photos: Vec<String>,
    /// Photos whose file does not decode, as `image: reason`. Only `prepare` looks.
    pub unreadable_photos: Vec<String>,
    /// Photos that a split list names but nobody captioned.
    pub without_captions: Vec<String>,
    /// Captioned photos that stand in no split.
    pub without_split: Vec<String>,
    /// Captions without a word in them, as `image: caption`.
    pub empty_captions: Vec<String>,
    /// Captions whose number was used before, as `image: caption`.
    pub duplicate_captions: Vec<String>,
    /// Captions too long to be any, as `image: beginning`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub long_captions: Vec<String>,
    /// Image files and caption files that nothing names.
    pub unused_files: Vec<String>,
    /// Photos that equal an earlier one byte for byte, as `image = image`. They stay in: published
    /// figures count them. Only `prepare` looks.
    pub equal_photos: Vec<String>,
}

impl Report {
    /// Adds what was left out of another data set.
    pub fn extend(&mut self, other: Self) {
        self.missing_photos.extend(other.missing_photos);
        self.unreadable_photos.extend(other.unreadable_photos);
        self.without_captions.extend(other.without_captions);
        self.without_split.extend(other.without_split);
        self.empty_captions.extend(other.empty_captions);
        self.duplicate_captions.extend(other.duplicate_captions);
        self.long_captions.extend(other.long_captions);
        self.unused_files.extend(other.unused_files);
        self.equal_photos.extend(other.equal_photos);
    }

    /// One line for each kind of fault, with a count and the first few names.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        [
            ("photos named but not found", &self.missing_photos),
            ("photos that cannot be read", &self.unreadable_photos),
            ("photos in a split without captions", &self.without_captions),
            ("captioned photos in no split", &self.without_split),
            ("captions without a word", &self.empty_captions),
            ("captions whose number was used before", &self.duplicate_captions),
            ("captions longer than any", &self.long_captions),
            ("files that nothing names", &self.unused_files),
            ("photos equal to another, kept", &self.equal_photos),
        ]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| {
            let shown = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
            let more = if names.len() > 3 { ", ..." } else { "" };
            format!("{} {what}: {shown}{more}", names.len())
        })
        .collect()
    }
}
