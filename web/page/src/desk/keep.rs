//! Keeps the queue in the browser's IndexedDB, so that a reload loses nothing.
//!
//! Photos, small pictures of them and notes about them lie apart: a note changes with every key
//! pressed, a photo never. Changes are written a few at a time, so that the page stays quick. One tab at a time
//! keeps its queue; others are told.

use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use showtell_protocol::{pack, unpack};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

use super::{Desk, Draft, Entry, Inscription, Look, Notice, Progress};

const DATABASE: &str = "showtell";
const FILES: &str = "files";
const LOOKS: &str = "looks";
const NOTES: &str = "notes";
const STORES: [&str; 3] = [FILES, LOOKS, NOTES];
/// Held by the tab that keeps its queue.
const LOCK: &str = "showtell-queue";
/// Changes written at once; more would hold up the page.
const BATCH: usize = 8;

/// What is known of a photo, but for what it looks like.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    name: String,
    progress: Progress,
    draft: Draft,
    #[serde(default)]
    carried: Option<String>,
    #[serde(default)]
    inscription: Inscription,
}

/// A change to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// A photo has come.
    File(u32),
    /// It has been read.
    Look(u32),
    /// Something else of it has changed.
    Note(u32),
    /// It has gone.
    Gone(u32),
}

/// The queue's place in the browser.
#[derive(Debug, Clone, Copy)]
pub struct Keeper {
    database: StoredValue<Option<Rc<Database>>, LocalStorage>,
    changes: StoredValue<VecDeque<Change>>,
    writing: StoredValue<bool>,
    /// Whether the browser has been asked to keep for long.
    asked: StoredValue<bool>,
}

impl Keeper {
    /// Keeps nothing until it is opened.
    #[must_use]
    pub fn new() -> Self {
        Self {
            database: StoredValue::new_local(None),
            changes: StoredValue::new(VecDeque::new()),
            writing: StoredValue::new(false),
            asked: StoredValue::new(false),
        }
    }

    /// Whether changes are kept.
    #[must_use]
    pub fn keeps(self) -> bool {
        self.database.with_value(Option::is_some)
    }

    /// Keeps nothing any more, and deletes what was kept.
    pub async fn forget(self) {
        self.changes.update_value(VecDeque::clear);
        if let Some(database) = self.database.try_update_value(Option::take).flatten() {
            database.close();
        }
        let gone = async { Factory::new()?.delete(DATABASE)?.await };
        if let Err(error) = gone.await {
            web_sys::console::warn_1(&format!("what was kept is still there: {error}").into());
        }
    }

    /// Keeps from now on, beginning with what lies on the desk.
    pub fn begin(self, desk: Desk) {
        spawn_local(async move {
            let Ok(true) = own_the_queue().await else { return };
            let Ok(database) = open_database().await else { return };
            self.database.set_value(Some(Rc::new(database)));
            for entry in desk.entries.get_untracked() {
                self.put_file(desk, entry.id);
                self.put_look(desk, entry.id);
            }
        });
    }

    /// Brings back what was kept, and keeps from now on; `ready` is called either way.
    pub fn open(self, desk: Desk, ready: impl FnOnce() + 'static) {
        spawn_local(async move {
            if desk.settings.read.with_untracked(|settings| settings.forgetful) {
                desk.open();
                return ready();
            }
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
            desk.open();
            ready();
        });
    }

    async fn restore(self, desk: Desk) -> Result<usize, idb::Error> {
        let database = open_database().await?;
        let transaction = database.transaction(&STORES, TransactionMode::ReadOnly)?;
        let (files, looks) = (transaction.object_store(FILES)?, transaction.object_store(LOOKS)?);
        let notes = transaction.object_store(NOTES)?;
        let keys = notes.get_all_keys(None, None)?.await?;
        let kept = notes.get_all(None, None)?.await?;
        let mut count = 0;
        for (key, note) in keys.into_iter().zip(kept) {
            let note = note.as_string().and_then(|note| serde_json::from_str::<Note>(&note).ok());
            let (Some(id), Some(note)) = (key.as_f64(), note) else { continue };
            let file = files.get(key.clone())?.await?.and_then(|file| file.dyn_into::<Blob>().ok());
            let Some(file) = file else { continue };
            let entry = Entry::new(id as u32, note.name);
            if let Some(look) = looks.get(key)?.await?.and_then(|look| unpack::<Look>(look).ok()) {
                entry.see(look);
            }
            // What was being worked on when the page went has to begin again.
            entry.progress.set(match note.progress {
                Progress::Working => Progress::Waiting,
                progress => progress,
            });
            entry.draft.set(note.draft);
            entry.carried.set(note.carried);
            entry.inscription.set(match note.inscription {
                Inscription::Reading => Inscription::Unread,
                inscription => inscription,
            });
            desk.put(entry, file);
            count += 1;
        }
        self.database.set_value(Some(Rc::new(database)));
        if let Some(first) = desk.entries.with_untracked(|entries| entries.first().map(|entry| entry.id)) {
            desk.select(first);
        }
        Ok(count)
    }

    /// Keeps a photo that has come.
    pub fn put_file(self, desk: Desk, id: u32) {
        if self.keeps() && !self.asked.get_value() {
            self.asked.set_value(true);
            super::persist::persist();
        }
        self.change(desk, Change::File(id));
        self.change(desk, Change::Note(id));
    }

    /// Keeps what a photo looks like.
    pub fn put_look(self, desk: Desk, id: u32) {
        self.change(desk, Change::Look(id));
    }

    /// Keeps what is known of a photo and written about it.
    pub fn put_note(self, desk: Desk, id: u32) {
        self.change(desk, Change::Note(id));
    }

    /// Forgets a photo.
    pub fn remove(self, desk: Desk, id: u32) {
        self.change(desk, Change::Gone(id));
    }

    fn change(self, desk: Desk, change: Change) {
        let Some(database) = self.database.get_value() else { return };
        self.changes.update_value(|changes| {
            // The last of several keys pressed is enough.
            if !changes.contains(&change) {
                changes.push_back(change);
            }
        });
        if self.writing.get_value() {
            return;
        }
        self.writing.set_value(true);
        spawn_local(async move {
            // Lets the page draw first.
            TimeoutFuture::new(0).await;
            while let Some(batch) = self.next_batch() {
                if let Err(error) = write(desk, &database, &batch).await {
                    web_sys::console::warn_1(&format!("photos are not kept: {error}").into());
                    desk.notice.set(Some(Notice::NotKept));
                }
                TimeoutFuture::new(0).await;
            }
            self.writing.set_value(false);
        });
    }

    fn next_batch(self) -> Option<Vec<Change>> {
        let taken = self.changes.try_update_value(|changes| {
            let count = changes.len().min(BATCH);
            changes.drain(..count).collect::<Vec<_>>()
        });
        taken.filter(|batch| !batch.is_empty())
    }
}

async fn open_database() -> Result<Database, idb::Error> {
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

/// Writes changes as things stand now.
async fn write(desk: Desk, database: &Database, batch: &[Change]) -> Result<(), idb::Error> {
    let transaction = database.transaction(&STORES, TransactionMode::ReadWrite)?;
    for change in batch {
        let (store, id, value) = match *change {
            Change::File(id) => (FILES, id, desk.file(id).map(JsValue::from)),
            Change::Look(id) => {
                let look = desk.entry(id).and_then(|entry| entry.look.get_untracked());
                (LOOKS, id, look.and_then(|look| pack(&look).ok()))
            }
            Change::Note(id) => (NOTES, id, desk.entry(id).and_then(|entry| note(&entry))),
            Change::Gone(id) => {
                for store in STORES {
                    transaction.object_store(store)?.delete(JsValue::from(id))?;
                }
                continue;
            }
        };
        // What has gone since will be forgotten by a change of its own.
        if let Some(value) = value {
            transaction.object_store(store)?.put(&value, Some(&id.into()))?;
        }
    }
    transaction.commit()?.await?;
    Ok(())
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
