//! Keeps the queue in the browser's IndexedDB, so that a reload loses nothing.
//!
//! Photos, small pictures of them and notes about them lie apart: a note changes with every key
//! pressed, a photo never. Changes are written a few at a time, so that the page stays quick. One tab at a time
//! keeps its queue; others are told.

mod lock;
mod store;

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use idb::{Database, Factory, TransactionMode};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use showtell_protocol::{Refusal, unpack};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::{Desk, Draft, Entry, Inscription, Look, Notice, Progress};
use lock::own_the_queue;
use store::{Change, DATABASE, FILES, LOOKS, NOTES, STORES, open_database, write};

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

/// The queue's place in the browser.
#[derive(Debug, Clone, Copy)]
pub struct Keeper {
    database: StoredValue<Option<Rc<Database>>, LocalStorage>,
    changes: StoredValue<VecDeque<Change>>,
    writing: StoredValue<bool>,
    /// What could not be written: for photos and texts alike there may be no room.
    lost: StoredValue<BTreeSet<Change>>,
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
            lost: StoredValue::new(BTreeSet::new()),
            asked: StoredValue::new(false),
        }
    }

    /// Whether changes are kept.
    #[must_use]
    pub fn keeps(self) -> bool {
        self.database.with_value(Option::is_some)
    }

    /// Whether texts are on the desk alone, since there was no room to keep them.
    #[must_use]
    pub fn has_lost_texts(self) -> bool {
        self.lost.with_value(|lost| lost.iter().any(|change| matches!(change, Change::Note(_))))
    }

    /// Keeps nothing any more, and deletes what was kept.
    pub async fn forget(self) {
        self.changes.update_value(VecDeque::clear);
        self.lost.update_value(BTreeSet::clear);
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
                        desk.notice.set(Some(Notice::NothingKept));
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
            let entry = Entry::new(id as u32, note.name);
            if let Some(look) = looks.get(key)?.await?.and_then(|look| unpack::<Look>(look).ok()) {
                entry.see(look);
            }
            // What was being worked on when the page went has to begin again.
            entry.progress.set(match note.progress {
                // The text was kept, and there was no room for the photo.
                Progress::Working | Progress::Waiting if file.is_none() => {
                    Progress::Refused(Refusal::Unreadable)
                }
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
                let written = batch.clone();
                let lost = write(desk, &database, batch).await;
                self.account(desk, &written, lost);
                TimeoutFuture::new(0).await;
            }
            self.writing.set_value(false);
        });
    }

    /// Remembers what could not be kept, says so where that is more than before, and tries photos again once others
    /// have gone.
    fn account(self, desk: Desk, written: &[Change], failed: Vec<Change>) {
        let before = self.lost.get_value();
        let mut lost: BTreeSet<Change> =
            before.difference(&written.iter().copied().collect()).copied().collect();
        // A small picture that is missing is made anew with the next caption.
        lost.extend(failed.into_iter().filter(|change| matches!(change, Change::Note(_) | Change::File(_))));
        lost.retain(|change| {
            let (Change::Gone(id) | Change::Note(id) | Change::Look(id) | Change::File(id)) = *change;
            desk.entry(id).is_some()
        });
        if written.iter().any(|change| matches!(change, Change::Gone(_))) {
            self.changes.update_value(|changes| changes.extend(&lost));
        }
        if !lost.is_subset(&before) {
            let photos = lost.iter().filter(|change| matches!(change, Change::File(_))).count();
            let texts = lost.len() - photos;
            desk.notice.set(Some(Notice::NotKept { photos, texts }));
        }
        self.lost.set_value(lost);
    }

    fn next_batch(self) -> Option<Vec<Change>> {
        let taken = self.changes.try_update_value(|changes| {
            let count = changes.len().min(BATCH);
            changes.drain(..count).collect::<Vec<_>>()
        });
        taken.filter(|batch| !batch.is_empty())
    }
}

impl Default for Keeper {
    fn default() -> Self {
        Self::new()
    }
}
