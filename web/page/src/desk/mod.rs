//! What lies on the desk: photos with their captions, the captioner's state, the visitor's settings.
//! Components read and write these; [`Link`](crate::link::Link) moves photos through the worker.

mod entry;
mod keep;
mod settings;

use std::collections::HashMap;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use showtell_protocol::{BundleReport, DeviceReport};
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

pub use entry::{Draft, Entry, Finding, Look, Progress};
pub use keep::Keeper;
pub use settings::{Remembered, Settings};

/// What the captioner is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// The worker starts.
    Starting,
    /// Weights come in: bytes so far and in all.
    Loading(u64, u64),
    /// The device is made ready.
    Warming,
    /// It can take a photo.
    Ready,
    /// It will never be ready; why.
    Failed(String),
}

/// Something worth saying that is no photo's own affair. The page words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// What was dropped or pasted holds no file.
    NoFile,
    /// A folder held so many files that are no pictures.
    Skipped(usize),
    /// The captioner broke and was started again; whether on the CPU from now on.
    Restarted {
        /// The GPU is given up.
        on_cpu: bool,
    },
    /// The browser's storage takes no more.
    NotKept,
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
}

/// Photos, and what to call when some have been put on the desk.
type Early = Vec<(Vec<(String, Blob)>, Box<dyn Fn()>)>;

/// What the page knows.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    /// Photos in the order they came.
    pub entries: RwSignal<Vec<Entry>>,
    /// The photo that is shown.
    pub selected: RwSignal<Option<u32>>,
    /// Whether the queue waits for the visitor.
    pub stopped: RwSignal<bool>,
    /// What the captioner is doing.
    pub stage: RwSignal<Stage>,
    /// Where it computes, once known.
    pub device: RwSignal<Option<DeviceReport>>,
    /// The bundle, once known.
    pub bundle: RwSignal<Option<BundleReport>>,
    /// The word pointed at, whose attention is shown.
    pub word: RwSignal<Option<usize>>,
    /// What has to be said.
    pub notice: RwSignal<Option<Notice>>,
    /// What is read out to those who do not see the page.
    pub said: RwSignal<String>,
    /// What the visitor wants.
    pub settings: Remembered,
    files: StoredValue<HashMap<u32, Blob>, LocalStorage>,
    /// Photos that came before those of an earlier visit were back; nothing once they are.
    early: StoredValue<Option<Early>, LocalStorage>,
    next: StoredValue<u32>,
    /// Keeps the queue over a reload.
    pub keeper: Keeper,
}

impl Desk {
    /// An empty desk with the settings of the last visit.
    #[must_use]
    pub fn new() -> Self {
        Self {
            entries: RwSignal::new(Vec::new()),
            selected: RwSignal::new(None),
            stopped: RwSignal::new(false),
            stage: RwSignal::new(Stage::Starting),
            device: RwSignal::new(None),
            bundle: RwSignal::new(None),
            word: RwSignal::new(None),
            notice: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            settings: Remembered::new(),
            files: StoredValue::new_local(HashMap::new()),
            early: StoredValue::new_local(Some(Vec::new())),
            next: StoredValue::new(1),
            keeper: Keeper::new(),
        }
    }

    /// Puts photos at the queue's end and shows the first of them; a few at a time, so that the page
    /// answers meanwhile. `some` is called whenever some have been put.
    pub fn add(self, photos: Vec<(String, Blob)>, some: impl Fn() + 'static) {
        const FEW: usize = 4;
        // Numbers are given once those of an earlier visit are known.
        if self.early.with_value(Option::is_some) {
            self.early.update_value(|early| early.get_or_insert_default().push((photos, Box::new(some))));
            return;
        }
        let mut photos = photos.into_iter().peekable();
        let mut put = move || {
            let first = self.next.get_value();
            let few: Vec<Entry> = photos
                .by_ref()
                .take(FEW)
                .zip(first..)
                .map(|((name, file), id)| {
                    self.files.update_value(|files| drop(files.insert(id, file)));
                    Entry::new(id, name)
                })
                .collect();
            self.next.set_value(first + few.len() as u32);
            self.entries.update(|entries| entries.extend(few.iter().cloned()));
            for entry in few {
                self.keeper.put_file(self, entry.id);
            }
            (first, photos.peek().is_some())
        };
        let (first, mut more) = put();
        self.notice.set(None);
        self.stopped.set(false);
        self.select(first);
        some();
        if more {
            spawn_local(async move {
                while more {
                    TimeoutFuture::new(0).await;
                    (_, more) = put();
                    some();
                }
            });
        }
    }

    /// Lets photos onto the desk, first those that came too early.
    fn open(self) {
        let early = self.early.try_update_value(Option::take).flatten();
        for (photos, some) in early.unwrap_or_default() {
            self.add(photos, some);
        }
    }

    /// Puts one photo on the desk as it is.
    pub fn put(self, entry: Entry, file: Blob) {
        let id = entry.id;
        self.next.update_value(|next| *next = (*next).max(id + 1));
        self.files.update_value(|files| drop(files.insert(id, file)));
        self.entries.update(|entries| entries.push(entry));
    }

    /// The photo of an entry.
    #[must_use]
    pub fn file(self, id: u32) -> Option<Blob> {
        self.files.with_value(|files| files.get(&id).cloned())
    }

    /// An entry.
    #[must_use]
    pub fn entry(self, id: u32) -> Option<Entry> {
        self.entries.with_untracked(|entries| entries.iter().find(|entry| entry.id == id).cloned())
    }

    /// The entry that is shown; tracked.
    #[must_use]
    pub fn shown(self) -> Option<Entry> {
        let id = self.selected.get()?;
        self.entries.with(|entries| entries.iter().find(|entry| entry.id == id).cloned())
    }

    /// Shows a photo.
    pub fn select(self, id: u32) {
        self.word.set(None);
        self.selected.set(Some(id));
    }

    /// Takes a photo off the desk. The one after it, or else before it, is shown in its place.
    pub fn remove(self, id: u32) {
        let Some(place) = self.entries.with_untracked(|entries| entries.iter().position(|e| e.id == id))
        else {
            return;
        };
        let entry = self.entries.try_update(|entries| entries.remove(place));
        if let Some(entry) = entry {
            entry.release();
        }
        self.files.update_value(|files| drop(files.remove(&id)));
        self.keeper.remove(self, id);
        if self.selected.get_untracked() == Some(id) {
            self.word.set(None);
            self.selected.set(
                self.entries
                    .with_untracked(|entries| entries.get(place).or(entries.last()).map(|entry| entry.id)),
            );
        }
    }

    /// Takes all photos off the desk.
    pub fn clear(self) {
        let all: Vec<u32> = self.entries.with_untracked(|entries| entries.iter().map(|e| e.id).collect());
        self.selected.set(None);
        for id in all {
            self.remove(id);
        }
    }

    /// The photo to caption next: the shown one first, since somebody is looking at it.
    #[must_use]
    pub fn next_waiting(self) -> Option<Entry> {
        let waits = |entry: &&Entry| entry.progress.with_untracked(|p| matches!(p, Progress::Waiting));
        let shown = self.selected.get_untracked().and_then(|id| self.entry(id));
        shown
            .filter(|entry| waits(&entry))
            .or_else(|| self.entries.with_untracked(|entries| entries.iter().find(waits).cloned()))
    }

    /// How many photos are done, of how many; tracked.
    #[must_use]
    pub fn counts(self) -> (usize, usize) {
        self.entries.with(|entries| {
            let open =
                |entry: &&Entry| entry.progress.with(|p| matches!(p, Progress::Waiting | Progress::Working));
            (entries.len() - entries.iter().filter(open).count(), entries.len())
        })
    }

    /// Keeps what is known of a photo for a reload.
    pub fn save(self, id: u32) {
        self.keeper.put_note(self, id);
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}
