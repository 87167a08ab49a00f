//! How photos come onto the desk.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use showtell_protocol::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::{Desk, Entry, Progress};
use crate::intake::Photo;

impl Desk {
    /// Puts photos at the queue's end and shows the first of them; a few at a time, so that the page
    /// answers meanwhile. `some` is called whenever some have been put.
    pub fn add(self, photos: Vec<Photo>, some: impl Fn() + 'static) {
        const FEW: usize = 4;
        // Numbers are given once those of an earlier visit are known.
        if self.early.with_value(Option::is_some) {
            self.early.update_value(|early| early.get_or_insert_default().push((photos, Box::new(some))));
            return;
        }
        let photos = self.give_back(photos);
        if photos.is_empty() {
            return some();
        }
        let mut photos = photos.into_iter().peekable();
        let mut put = move || {
            let first = self.next.get_value();
            let few: Vec<Entry> = photos
                .by_ref()
                .take(FEW)
                .zip(first..)
                .map(|(Photo { path, file }, id)| {
                    self.files.update_value(|files| drop(files.insert(id, file)));
                    Entry::new(id, path)
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
        self.stopped.set(false);
        // Who writes stays where they are.
        if self.selected.get_untracked().is_none() || !is_writing() {
            self.select(first);
        }
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

    /// Gives photos that could not be kept back to those whose texts were; returns the others.
    fn give_back(self, photos: Vec<Photo>) -> Vec<Photo> {
        let other = |Photo { path, file }: Photo| {
            let lone = |entry: &&Entry| entry.path == path && self.file(entry.id).is_none();
            let found = self.entries.with_untracked(|entries| entries.iter().find(lone).cloned());
            let Some(entry) = found else { return Some(Photo { path, file }) };
            self.files.update_value(|files| drop(files.insert(entry.id, file)));
            entry.progress.update(|progress| {
                if *progress == Progress::Refused(Refusal::Unreadable) {
                    *progress = Progress::Waiting;
                }
            });
            self.keeper.put_file(self, entry.id);
            self.select(entry.id);
            None
        };
        photos.into_iter().filter_map(other).collect()
    }

    /// Lets photos onto the desk, first those that came too early.
    pub(super) fn open(self) {
        let early = self.early.try_update_value(Option::take).flatten();
        for (photos, some) in early.unwrap_or_default() {
            self.add(photos, some);
        }
    }
}

/// Whether the visitor is writing a text.
fn is_writing() -> bool {
    let focused =
        web_sys::window().and_then(|window| window.document()).and_then(|page| page.active_element());
    focused.is_some_and(|element| element.tag_name() == "TEXTAREA")
}
