//! What lies on the desk: photos with their captions, the captioner's state, the visitor's settings.
//! Components read and write these; [`Link`](crate::link::Link) moves photos through the worker.

mod arrive;
mod entry;
mod keep;
mod notice;
mod persist;
mod review;
mod settings;
mod stage;
mod undo;

use std::collections::HashMap;

use leptos::prelude::*;
use showtell_protocol::{BundleReport, DeviceReport};
use web_sys::Blob;

use crate::intake::Photo;

pub use entry::{Draft, Entry, Finding, Inscription, Look, Progress};
pub use keep::Keeper;
pub use notice::Notice;
pub use review::{Filter, Outgoing, Review, Tally};
pub use settings::{Remembered, Settings};
pub use stage::{Stage, Trouble};
pub use undo::Undo;

/// What is read out: words of the page, and after them words of the captioner, which speaks English.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// In the page's language.
    pub own: String,
    /// In English.
    pub english: String,
}

/// How photos are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Layout {
    /// One, with all that is known of it.
    #[default]
    Single,
    /// All, each with its text.
    List,
}

/// Photos, and what to call when some have been put on the desk.
type Early = Vec<(Vec<Photo>, Box<dyn Fn()>)>;

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
    /// Whether the lines of text that were found are shown, and which of them is pointed at.
    pub lines: RwSignal<Option<Option<usize>>>,
    /// What has to be said.
    pub notice: RwSignal<Option<Notice>>,
    /// What is read out to those who do not see the page.
    pub said: RwSignal<Said>,
    /// What the visitor wants.
    pub settings: Remembered,
    files: StoredValue<HashMap<u32, Blob>, LocalStorage>,
    /// Photos that came before those of an earlier visit were back; nothing once they are.
    early: StoredValue<Option<Early>, LocalStorage>,
    next: StoredValue<u32>,
    /// Keeps the queue over a reload.
    pub keeper: Keeper,
    /// Whether the captioner was never here before, once that is known.
    pub first: RwSignal<Option<bool>>,
    /// Whether it is the device that cannot be used.
    pub device_failed: RwSignal<bool>,
    /// How photos are shown.
    pub layout: RwSignal<Layout>,
    /// Which photos are listed.
    pub filter: RwSignal<Filter>,
    /// How many photos have come how far.
    pub tally: Memo<Tally>,
    /// The photo whose text gets the focus as soon as it is there.
    pub focus: RwSignal<Option<u32>>,
    /// What can be taken back.
    pub undo: Undo,
}

impl Desk {
    /// An empty desk with the settings of the last visit.
    #[must_use]
    pub fn new() -> Self {
        let entries = RwSignal::new(Vec::<Entry>::new());
        Self {
            entries,
            selected: RwSignal::new(None),
            stopped: RwSignal::new(false),
            stage: RwSignal::new(Stage::Starting),
            device: RwSignal::new(None),
            bundle: RwSignal::new(None),
            word: RwSignal::new(None),
            lines: RwSignal::new(None),
            notice: RwSignal::new(None),
            said: RwSignal::new(Said::default()),
            settings: Remembered::new(),
            files: StoredValue::new_local(HashMap::new()),
            early: StoredValue::new_local(Some(Vec::new())),
            next: StoredValue::new(1),
            keeper: Keeper::new(),
            first: RwSignal::new(None),
            device_failed: RwSignal::new(false),
            layout: RwSignal::new(Layout::default()),
            filter: RwSignal::new(Filter::default()),
            // Once for all that show it: it asks every photo.
            tally: Memo::new(move |_| entries.with(|entries| entries.iter().map(Entry::review).collect())),
            focus: RwSignal::new(None),
            undo: Undo::new(),
        }
    }

    /// Puts one photo on the desk as it is; of some only the text was kept.
    pub fn put(self, entry: Entry, file: Option<Blob>) {
        let id = entry.id;
        self.next.update_value(|next| *next = (*next).max(id + 1));
        if let Some(file) = file {
            self.files.update_value(|files| drop(files.insert(id, file)));
        }
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
        self.take_off(|entry| entry.id == id);
    }

    /// Takes all photos off the desk.
    pub fn clear(self) {
        self.take_off(|_| true);
    }

    /// Takes photos off the desk, to be put back if the visitor wants.
    fn take_off(self, goes: impl Fn(&Entry) -> bool) {
        let shown = self.selected.get_untracked();
        let (gone, left): (Vec<_>, Vec<_>) =
            self.entries.get_untracked().into_iter().enumerate().partition(|(_, entry)| goes(entry));
        if gone.is_empty() {
            return;
        }
        // The first behind the one shown, or else the last before it.
        let lost = gone.iter().find(|(_, entry)| Some(entry.id) == shown).map(|(place, _)| *place);
        let next = lost.map(|lost| {
            let behind = left.iter().find(|(place, _)| *place > lost);
            behind.or(left.last()).map(|(_, entry)| entry.id)
        });
        self.entries.set(left.into_iter().map(|(_, entry)| entry).collect());
        if let Some(next) = next {
            self.word.set(None);
            self.selected.set(next);
        }
        let count = gone.len();
        let photos = gone.into_iter().map(|(place, entry)| {
            let file = self.files.try_update_value(|files| files.remove(&entry.id)).flatten();
            self.keeper.remove(self, entry.id);
            (place, entry, file)
        });
        self.undo.removed(photos.collect());
        self.notice.set(Some(Notice::Removed(count)));
    }

    /// Puts photos back where they were.
    fn put_back(self, photos: Vec<(usize, Entry, Option<Blob>)>) {
        let ids: Vec<u32> = photos.iter().map(|(_, entry, _)| entry.id).collect();
        self.entries.update(|entries| {
            for (place, entry, file) in photos {
                if let Some(file) = file {
                    self.files.update_value(|files| drop(files.insert(entry.id, file)));
                }
                // The worker may have had it in hand when it went.
                entry.progress.update(|progress| {
                    if *progress == Progress::Working {
                        *progress = Progress::Waiting;
                    }
                });
                entries.insert(place.min(entries.len()), entry);
            }
        });
        for id in ids {
            self.keeper.put_file(self, id);
            self.keeper.put_look(self, id);
        }
    }

    /// Takes a photo's text as it stands; whether there is one.
    pub fn accept(self, id: u32) -> bool {
        let Some(entry) = self.entry(id) else { return false };
        let review = untrack(|| entry.review());
        if review == Review::Suggested {
            self.undo.written(id, entry.draft.get_untracked());
            entry.draft.update(|draft| draft.accepted = true);
            self.save(id);
        }
        review == Review::Suggested || review.is_reviewed()
    }

    /// The next photo, from one on and around, that waits for a person.
    #[must_use]
    pub fn next_open(self, after: u32) -> Option<u32> {
        self.entries.with_untracked(|entries| {
            let place = entries.iter().position(|entry| entry.id == after).map_or(0, |place| place + 1);
            let (before, behind) = entries.split_at(place);
            let open = |entry: &&Entry| entry.id != after && untrack(|| entry.review()).is_open();
            behind.iter().chain(before).find(open).map(|entry| entry.id)
        })
    }

    /// The photo that is listed so many places further on, or before, if it is another.
    #[must_use]
    pub fn listed(self, id: u32, step: isize) -> Option<u32> {
        let filter = self.filter.get_untracked();
        self.entries.with_untracked(|entries| {
            let listed = |entry: &&Entry| entry.id == id || filter.shows(untrack(|| entry.review()));
            let ids: Vec<u32> = entries.iter().filter(listed).map(|entry| entry.id).collect();
            let place = ids.iter().position(|listed| *listed == id)?;
            let next = place.saturating_add_signed(step).min(ids.len() - 1);
            ids.get(next).copied().filter(|next| *next != id)
        })
    }

    /// The photo to caption next: the shown one first, since somebody is looking at it.
    #[must_use]
    pub fn next_waiting(self) -> Option<Entry> {
        let waits = |entry: &&Entry| {
            entry.progress.with_untracked(|p| matches!(p, Progress::Waiting)) && self.file(entry.id).is_some()
        };
        let shown = self.selected.get_untracked().and_then(|id| self.entry(id));
        shown
            .filter(|entry| waits(&entry))
            .or_else(|| self.entries.with_untracked(|entries| entries.iter().find(waits).cloned()))
    }

    /// Has something read out.
    pub fn say(self, own: String) {
        self.said.set(Said { own, english: String::new() });
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
