//! What has to be said that is no photo's own affair.

use crate::intake::address::AddressError;

/// Something worth saying that is no photo's own affair. The page words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// What was dropped or pasted holds no file.
    NoFile,
    /// A folder held files that are no pictures; their paths.
    Skipped(Vec<String>),
    /// The captioner broke and was started again; whether on the CPU from now on.
    Restarted {
        /// The GPU is given up.
        on_cpu: bool,
    },
    /// The browser's storage is full: so many photos, and texts, will not be there after a reload.
    NotKept {
        /// Photos.
        photos: usize,
        /// Texts.
        texts: usize,
    },
    /// The browser's storage cannot be used.
    NothingKept,
    /// Another tab keeps its queue.
    OtherTab,
    /// Photos of an earlier visit are here again.
    Restored(usize),
    /// The clipboard is closed to pages.
    NoClipboard,
    /// An address of another origin.
    ForeignAddress(String),
    /// An address that gave no picture.
    BadAddress(String),
    /// No camera, or none allowed.
    NoCamera,
    /// A new version waits.
    NewVersion,
    /// So many photos were taken off the desk.
    Removed(usize),
    /// A text took the place of one that the visitor wrote.
    Replaced,
    /// The bundle of the visitor's choice could not be loaded, and the page's own takes its place; why.
    BundleGivenUp(String),
}

impl From<AddressError> for Notice {
    fn from(error: AddressError) -> Self {
        match error {
            AddressError::Bad(address) => Self::BadAddress(address),
            AddressError::Foreign(origin) => Self::ForeignAddress(origin),
        }
    }
}

impl Notice {
    /// Whether it tells of something that can be taken back.
    #[must_use]
    pub fn can_be_undone(&self) -> bool {
        matches!(self, Self::Removed(_) | Self::Replaced)
    }
}
