//! What is dropped or pasted: files, and folders with all that is in them.

use std::collections::VecDeque;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

use super::is_picture;

/// What a transfer holds: files that lie in it themselves, and folders.
#[derive(Debug, Default)]
pub struct Transfer {
    files: Vec<(String, File)>,
    folders: Vec<FileSystemEntry>,
}

impl Transfer {
    /// Reads a transfer. To be called while its event is handled: it is empty afterwards.
    #[must_use]
    pub fn new(transfer: &DataTransfer) -> Self {
        let mut found = Self::default();
        let items = transfer.items();
        for index in 0..items.length() {
            let Some(item) = items.get(index).filter(|item| item.kind() == "file") else { continue };
            match item.webkit_get_as_entry() {
                Ok(Some(entry)) if entry.is_directory() => found.folders.push(entry),
                _ => found.files.extend(item.get_as_file().ok().flatten().map(|file| (file.name(), file))),
            }
        }
        found
    }

    /// Whether there is neither file nor folder.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }

    /// All files with their paths, those of folders only if they are pictures, and the paths of others that were passed over.
    pub async fn open(self) -> (Vec<(String, File)>, Vec<String>) {
        let Self { mut files, folders } = self;
        let (mut open, mut skipped) = (VecDeque::from(folders), Vec::new());
        while let Some(entry) = open.pop_front() {
            if entry.is_directory() {
                open.extend(children(entry.unchecked_into()).await);
                continue;
            }
            let path = entry.full_path().trim_start_matches('/').to_owned();
            if let Some(file) = file(entry.unchecked_into()).await {
                if is_picture(&file) { files.push((path, file)) } else { skipped.push(path) }
            }
        }
        (files, skipped)
    }
}

/// What lies in a folder; the browser gives a hundred at a time.
async fn children(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut found = Vec::new();
    loop {
        let batch = promised(|resolve, reject| {
            drop(
                reader
                    .read_entries_with_callback_and_callback(resolve.unchecked_ref(), reject.unchecked_ref()),
            );
        });
        // A folder that cannot be read is left out.
        let batch: Array = match batch.await {
            Ok(batch) => batch.unchecked_into(),
            Err(_) => return found,
        };
        if batch.length() == 0 {
            return found;
        }
        found.extend(batch.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn file(entry: FileSystemFileEntry) -> Option<File> {
    let file = promised(|resolve, reject| {
        entry.file_with_callback_and_callback(resolve.unchecked_ref(), reject.unchecked_ref());
    });
    file.await.ok().map(JsCast::unchecked_into)
}

/// Waits for one of two callbacks.
async fn promised(mut ask: impl FnMut(&Function, &Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut |resolve, reject| ask(&resolve, &reject))).await
}
