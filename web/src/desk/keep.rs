//! Keeps the queue in the browser's IndexedDB, so that a reload loses nothing.
//!
//! Photos and notes about them lie apart: a note changes with every key pressed, a photo never. One
//! tab at a time keeps its queue; others are told.

use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

use super::{Desk, Draft, Entry, Look, Notice, Progress};
use crate::protocol::{pack, unpack};

const DATABASE: &str = "showtell";
const FILES: &str = "files";
const NOTES: &str = "notes";
/// Held by the tab that keeps its queue.
const LOCK: &str = "showtell-queue";

/// What is known of a photo.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    name: String,
    progress: Progress,
    look: Option<Look>,
    draft: Draft,
}

/// The queue's place in the browser.
#[derive(Debug, Clone, Copy)]
pub struct Keeper {
    database: StoredValue<Option<std::rc::Rc<Database>>, LocalStorage>,
}

impl Keeper {
    /// Keeps nothing until it is opened.
    #[must_use]
    pub fn new() -> Self {
        Self { database: StoredValue::new_local(None) }
    }

    /// Brings back what was kept, and keeps from now on; `ready` is called either way.
    pub fn open(self, desk: Desk, ready: impl FnOnce() + 'static) {
        spawn_local(async move {
            match own_the_queue().await {
                Ok(true) => match self.restore(desk).await {
                    Ok(0) => {}
                    Ok(count) => desk.notice.set(Some(Notice::Restored(count))),
                    Err(error) => {
                        web_sys::console::warn_1(&format!("the queue is not kept: {error}").into());
                        desk.notice.set(Some(Notice::NotKept));
                    }
                },
                Ok(false) => desk.notice.set(Some(Notice::OtherTab)),
                // Browsers without locks cannot tell tabs apart: nothing is kept there.
                Err(_) => {}
            }
            ready();
        });
    }

    async fn restore(self, desk: Desk) -> Result<usize, idb::Error> {
        let mut request = Factory::new()?.open(DATABASE, Some(1))?;
        request.on_upgrade_needed(|event| {
            if let Ok(database) = event.database() {
                for store in [FILES, NOTES] {
                    // Exists only if an earlier attempt got as far.
                    let _ = database.create_object_store(store, ObjectStoreParams::new());
                }
            }
        });
        let database = request.await?;
        let transaction = database.transaction(&[FILES, NOTES], TransactionMode::ReadOnly)?;
        let (files, notes) = (transaction.object_store(FILES)?, transaction.object_store(NOTES)?);
        let keys = notes.get_all_keys(None, None)?.await?;
        let kept = notes.get_all(None, None)?.await?;
        let mut count = 0;
        for (key, note) in keys.into_iter().zip(kept) {
            let (Some(id), Ok(note)) = (key.as_f64(), unpack::<Note>(note)) else { continue };
            let Some(file) = files.get(key)?.await?.and_then(|file| file.dyn_into::<Blob>().ok()) else {
                continue;
            };
            let entry = Entry::new(id as u32, note.name);
            if let Some(look) = note.look {
                entry.see(look);
            }
            // What was being worked on when the page went has to begin again.
            entry.progress.set(match note.progress {
                Progress::Working => Progress::Waiting,
                progress => progress,
            });
            entry.draft.set(note.draft);
            desk.put(entry, file);
            count += 1;
        }
        self.database.set_value(Some(std::rc::Rc::new(database)));
        if let Some(first) = desk.entries.with_untracked(|entries| entries.first().map(|entry| entry.id)) {
            desk.select(first);
        }
        Ok(count)
    }

    /// Keeps a photo.
    pub fn put_file(self, desk: Desk, id: u32, file: Blob) {
        self.put(desk, FILES, id, file.into());
    }

    /// Keeps what is known of a photo.
    pub fn put_note(self, desk: Desk, entry: &Entry) {
        let note = Note {
            name: entry.name.clone(),
            progress: entry.progress.get_untracked(),
            look: entry.look.get_untracked(),
            draft: entry.draft.get_untracked(),
        };
        // Plain data always has a form in JavaScript.
        if let Ok(note) = pack(&note) {
            self.put(desk, NOTES, entry.id, note);
        }
    }

    fn put(self, desk: Desk, store: &'static str, id: u32, value: JsValue) {
        let Some(database) = self.database.get_value() else { return };
        spawn_local(async move {
            let put = async {
                let transaction = database.transaction(&[store], TransactionMode::ReadWrite)?;
                transaction.object_store(store)?.put(&value, Some(&id.into()))?.await?;
                transaction.commit()?.await
            };
            if let Err(error) = put.await {
                web_sys::console::warn_1(&format!("a photo is not kept: {error}").into());
                desk.notice.set(Some(Notice::NotKept));
            }
        });
    }

    /// Forgets a photo.
    pub fn remove(self, id: u32) {
        let Some(database) = self.database.get_value() else { return };
        spawn_local(async move {
            let remove = async {
                let transaction = database.transaction(&[FILES, NOTES], TransactionMode::ReadWrite)?;
                for store in [FILES, NOTES] {
                    transaction.object_store(store)?.delete(JsValue::from(id))?.await?;
                }
                transaction.commit()?.await
            };
            if let Err(error) = remove.await {
                web_sys::console::warn_1(&format!("a photo is not forgotten: {error}").into());
            }
        });
    }
}

impl Default for Keeper {
    fn default() -> Self {
        Self::new()
    }
}

/// Asks the browser whether this tab may keep the queue; it then does for as long as it lives.
async fn own_the_queue() -> Result<bool, JsValue> {
    // Not among the bindings that are called stable: asked for by name.
    let navigator = web_sys::window().ok_or("no window")?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into())?;
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE)?;
    let answered = Promise::new(&mut |resolve, reject| {
        let asked = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let owned = !lock.is_null();
            // A resolver takes any value.
            let _ = resolve.call1(&JsValue::UNDEFINED, &owned.into());
            // A promise that is never settled: the lock is given back when the tab closes.
            if owned { Promise::new(&mut |_, _| ()).into() } else { JsValue::UNDEFINED }
        });
        if request.call3(&locks, &LOCK.into(), &options, &asked).is_err() {
            let _ = reject.call0(&JsValue::UNDEFINED);
        }
    });
    Ok(JsFuture::from(answered).await?.is_truthy())
}
