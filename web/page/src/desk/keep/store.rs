//! The queue's place in IndexedDB: what a change writes, and what of it did not fit.

use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use leptos::prelude::*;
use showtell_protocol::pack;
use wasm_bindgen::prelude::*;

use super::Note;
use crate::desk::{Desk, Entry};

pub(super) const DATABASE: &str = "showtell";
pub(super) const FILES: &str = "files";
pub(super) const LOOKS: &str = "looks";
pub(super) const NOTES: &str = "notes";
pub(super) const STORES: [&str; 3] = [FILES, LOOKS, NOTES];

/// A change to be written. In this order: what frees room first, then texts, which are small and dear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// A photo has gone.
    Gone(u32),
    /// Something of it has changed, its text maybe.
    Note(u32),
    /// It has been read.
    Look(u32),
    /// It has come.
    File(u32),
}

/// Opens it, made where it is not there.
///
/// # Errors
/// What the browser says.
pub(super) async fn open_database() -> Result<Database, idb::Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            for store in STORES {
                // Exists only if an earlier attempt got as far.
                let _ = database.create_object_store(store, ObjectStoreParams::new());
            }
        }
    });
    request.await
}

/// Writes changes as things stand now; returns those that could not be written.
///
/// A transaction that does not fit is given up whole. So each photo has one of its own, and takes no text with it.
pub(super) async fn write(desk: Desk, database: &Database, mut batch: Vec<Change>) -> Vec<Change> {
    batch.sort_unstable();
    let mut lost = Vec::new();
    let (small, photos): (Vec<_>, Vec<_>) =
        batch.into_iter().partition(|change| matches!(change, Change::Gone(_) | Change::Note(_)));
    let singly = match attempt(desk, database, &small).await {
        Ok(()) => photos,
        Err(_) => small.into_iter().chain(photos).collect(),
    };
    for change in singly {
        if let Err(reason) = attempt(desk, database, &[change]).await {
            web_sys::console::warn_1(&format!("not kept: {change:?}: {reason}").into());
            lost.push(change);
        }
    }
    lost
}

/// Writes changes, all or none.
async fn attempt(desk: Desk, database: &Database, changes: &[Change]) -> Result<(), String> {
    let told = |error: idb::Error| error.to_string();
    if changes.is_empty() {
        return Ok(());
    }
    let transaction = database.transaction(&STORES, TransactionMode::ReadWrite).map_err(told)?;
    for change in changes {
        let (store, id, value) = match *change {
            Change::File(id) => (FILES, id, desk.file(id).map(JsValue::from)),
            Change::Look(id) => {
                let look = desk.entry(id).and_then(|entry| entry.look.get_untracked());
                (LOOKS, id, look.and_then(|look| pack(&look).ok()))
            }
            Change::Note(id) => (NOTES, id, desk.entry(id).and_then(|entry| note(&entry))),
            Change::Gone(id) => {
                for store in STORES {
                    transaction
                        .object_store(store)
                        .and_then(|store| store.delete(JsValue::from(id)))
                        .map_err(told)?;
                }
                continue;
            }
        };
        // What has gone since will be forgotten by a change of its own.
        if let Some(value) = value {
            transaction
                .object_store(store)
                .and_then(|store| store.put(&value, Some(&id.into())))
                .map_err(told)?;
        }
    }
    // A browser whose storage is full takes everything and gives it up at the end.
    let done = transaction.commit().map_err(told)?.await.map_err(told)?;
    if done.is_aborted() { Err("the browser gave it up".to_owned()) } else { Ok(()) }
}

/// A photo's note as JSON: one string crosses into the browser faster than a thousand numbers.
fn note(entry: &Entry) -> Option<JsValue> {
    let note = Note {
        name: entry.path.clone(),
        progress: entry.progress.get_untracked(),
        draft: entry.draft.get_untracked(),
        carried: entry.carried.get_untracked(),
        inscription: entry.inscription.get_untracked(),
    };
    serde_json::to_string(&note).ok().map(JsValue::from)
}
