//! The page's side of the worker that reads words: it starts with the first photo that is to be read, and ends when
//! none has been for a while.

use std::collections::VecDeque;
use std::time::Duration;

use leptos::prelude::*;
use showtell_protocol::session::{Effect, Event, PATIENCE, Session};
use showtell_protocol::{BundleAddress, Reply, Request, unpack};
use wasm_bindgen::prelude::*;
use web_sys::Url;

use super::listener::{Listener, Watch};
use crate::desk::{Desk, Inscription};
use crate::visits;

/// The worker's name, which says which program it is.
const READER: &str = "reader";
/// The reader's files, beside the page.
const FOLDER: &str = "reader";
/// How long a worker is kept that reads nothing: it holds memory.
const IDLE: Duration = Duration::from_secs(120);

/// The worker that reads, and the photos that wait for it.
#[derive(Clone, Copy)]
pub struct Reader {
    desk: Desk,
    worker: StoredValue<Option<Listener>, LocalStorage>,
    session: StoredValue<Session>,
    watch: Watch,
    waiting: StoredValue<VecDeque<u32>>,
}

impl Reader {
    /// A reader that has not begun.
    pub(super) fn new(desk: Desk) -> Self {
        Self {
            desk,
            worker: StoredValue::new_local(None),
            session: StoredValue::new(Session::new()),
            watch: Watch::new(),
            waiting: StoredValue::new(VecDeque::new()),
        }
    }

    /// Reads the words in a photo, after those that wait already.
    pub fn ask(self, id: u32) {
        let Some(entry) = self.desk.entry(id) else { return };
        if entry.inscription.with_untracked(|known| *known == Inscription::Reading) {
            return;
        }
        entry.inscription.set(Inscription::Reading);
        self.waiting.update_value(|waiting| waiting.push_back(id));
        if self.worker.with_value(Option::is_none) {
            self.session.set_value(Session::new());
            self.on(Event::Open);
        }
        self.pump();
    }

    /// Hands the worker the next photo, if it is free and one waits.
    fn pump(self) {
        while self.session.with_value(Session::is_free) {
            match self.waiting.try_update_value(VecDeque::pop_front).flatten() {
                // Taken off the desk meanwhile.
                Some(id) if self.desk.file(id).is_none() => {}
                Some(id) => self.on(Event::Ask(id)),
                None => return self.watch.set(IDLE, move || self.stop()),
            }
        }
    }

    fn on(self, event: Event) {
        self.act(event, None);
    }

    fn act(self, event: Event, reply: Option<Reply>) {
        let mut reply = reply;
        let effects = self.session.try_update_value(|session| session.on(event)).unwrap_or_default();
        for effect in effects {
            match effect {
                Effect::Start => self.start(),
                Effect::Load { .. } => self.load(),
                Effect::Next => self.pump(),
                Effect::Send(id) => self.send(id),
                Effect::Watch => self.wait(),
                Effect::Rest => self.watch.stop(),
                Effect::Tell(id) => self.tell(id, reply.take()),
                Effect::Again(id) => self.waiting.update_value(|waiting| waiting.push_front(id)),
                Effect::Drop { id, reason } => self.fail(id, &reason),
                // It starts anew without a word: nothing is lost.
                Effect::Replace { .. } => {}
                Effect::End(reason) => self.end(&reason),
            }
        }
    }

    fn start(self) {
        self.stop();
        let hear = move |message| self.hear(message);
        match Listener::start(READER, &JsValue::NULL, hear, move |reason| self.on(Event::Broke(reason))) {
            Ok(listener) => {
                self.worker.set_value(Some(listener));
                // Its program comes first, over whatever network there is.
                self.wait();
            }
            Err(reason) => self.on(Event::Failed(reason)),
        }
    }

    /// Ends the worker.
    fn stop(self) {
        self.watch.stop();
        if let Some(old) = self.worker.try_update_value(Option::take).flatten() {
            old.end();
        }
    }

    fn wait(self) {
        let silent = format!("no answer for {} seconds", PATIENCE.as_secs());
        self.watch.set(PATIENCE, move || self.on(Event::Broke(silent)));
    }

    fn load(self) {
        let here = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
        match Url::new_with_base(FOLDER, &here) {
            Ok(folder) => {
                self.post(&Request::LoadReader { files: BundleAddress::Folder(folder.href()) }, None)
            }
            Err(_) => self.on(Event::Failed("the page's address cannot be read".to_owned())),
        }
    }

    fn send(self, id: u32) {
        let finding = self.desk.entry(id).and_then(|entry| untrack(|| entry.finding()));
        let caption = finding.map(|finding| finding.caption);
        self.post(&Request::Read { id, caption }, self.desk.file(id).as_ref());
    }

    fn post(self, request: &Request, photo: Option<&web_sys::Blob>) {
        let posted =
            self.worker.with_value(|listener| listener.as_ref().is_some_and(|it| it.post(request, photo)));
        if !posted {
            self.on(Event::Failed("the worker takes no messages".to_owned()));
        }
    }

    fn hear(self, message: JsValue) {
        match unpack::<Reply>(message) {
            Ok(Reply::Broken { reason }) => {
                web_sys::console::error_1(&reason.as_str().into());
                self.on(Event::Broke(reason));
            }
            Ok(reply) => {
                if reply == Reply::ReaderReady {
                    visits::keep_reader();
                }
                self.act(Event::from(&reply), Some(reply));
            }
            Err(error) => self.on(Event::Failed(format!("the worker gave an unknown answer: {error}"))),
        }
    }

    /// Writes the words onto the desk.
    fn tell(self, id: u32, reply: Option<Reply>) {
        match reply {
            Some(Reply::Read { reading, told, .. }) => {
                if let Some(entry) = self.desk.entry(id) {
                    entry.read(reading, told);
                    self.desk.save(id);
                }
            }
            Some(Reply::Refused { refusal, .. }) => self.fail(id, &format!("{refusal:?}")),
            _ => {}
        }
    }

    fn fail(self, id: u32, reason: &str) {
        if let Some(entry) = self.desk.entry(id) {
            entry.inscription.set(Inscription::Failed(reason.to_owned()));
        }
    }

    /// There is no reader to be had: who waits is told, and may ask again.
    fn end(self, reason: &str) {
        self.stop();
        for entry in self.desk.entries.get_untracked() {
            if entry.inscription.with_untracked(|known| *known == Inscription::Reading) {
                self.fail(entry.id, reason);
            }
        }
        self.waiting.update_value(VecDeque::clear);
    }
}
