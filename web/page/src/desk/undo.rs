//! Taking back what removed photos or replaced texts.

use leptos::prelude::*;
use web_sys::Blob;

use super::{Desk, Draft, Entry};

/// Steps that can be taken back.
const STEPS: usize = 50;

/// Something that can be taken back.
#[derive(Debug)]
enum Step {
    /// Photos went: their places, what was known of them, and the files.
    Removed(Vec<(usize, Entry, Option<Blob>)>),
    /// What was made of a photo was another before; where a text took the place of one, what it is since.
    Written { id: u32, before: Draft, after: Option<String> },
}

/// What can be taken back, the last first.
#[derive(Debug, Clone, Copy)]
pub struct Undo(StoredValue<Vec<Step>, LocalStorage>);

impl Undo {
    /// Nothing to take back.
    #[must_use]
    pub fn new() -> Self {
        Self(StoredValue::new_local(Vec::new()))
    }

    /// Photos are going.
    pub fn removed(self, photos: Vec<(usize, Entry, Option<Blob>)>) {
        self.push(Step::Removed(photos));
    }

    /// A draft is about to be another.
    pub fn written(self, id: u32, before: Draft) {
        self.push(Step::Written { id, before, after: None });
    }

    /// A text is about to take the place of another.
    pub fn replaced_by(self, id: u32, before: Draft, after: &str) {
        self.push(Step::Written { id, before, after: Some(after.to_owned()) });
    }

    /// Whether the last step replaced this photo's text, which nobody has changed since.
    #[must_use]
    pub fn replaced(self, desk: Desk, id: u32) -> bool {
        let now = desk.entry(id).map(|entry| entry.draft.with_untracked(|draft| draft.alt().to_owned()));
        self.0.with_value(|steps| match steps.last() {
            Some(Step::Written { id: last, after, .. }) => *last == id && after.is_some() && *after == now,
            _ => false,
        })
    }

    /// Forgets everything.
    pub fn forget(self) {
        for step in self.0.try_update_value(std::mem::take).unwrap_or_default() {
            if let Step::Removed(photos) = step {
                photos.iter().for_each(|(_, entry, _)| entry.release());
            }
        }
    }

    fn push(self, step: Step) {
        self.0.update_value(|steps| {
            steps.push(step);
            if steps.len() > STEPS
                && let Step::Removed(photos) = steps.remove(0)
            {
                photos.iter().for_each(|(_, entry, _)| entry.release());
            }
        });
    }

    /// Takes the last step back and shows what it concerned; whether there was one.
    pub fn take_back(self, desk: Desk) -> bool {
        let Some(step) = self.0.try_update_value(Vec::pop).flatten() else { return false };
        match step {
            Step::Removed(photos) => {
                let first = photos.iter().map(|(_, entry, _)| entry.id).next();
                desk.put_back(photos);
                if let Some(first) = first {
                    desk.select(first);
                }
            }
            Step::Written { id, before, .. } => {
                if let Some(entry) = desk.entry(id) {
                    entry.draft.set(before);
                    desk.save(id);
                    desk.select(id);
                }
            }
        }
        true
    }
}

impl Default for Undo {
    fn default() -> Self {
        Self::new()
    }
}
