//! The page's side of the worker: starts it, hands it one photo after the other, writes its answers
//! onto the desk, and starts it anew when it breaks. When, is decided by a [`Session`].

mod begin;
mod listener;
mod reader;

use std::time::Duration;

use js_sys::Uint8Array;
use leptos::prelude::*;
use showtell_protocol::session::{Effect, Event, PATIENCE, Session};
use showtell_protocol::{
    BundleAddress, DeviceChoice, DeviceReason, Failure, Refusal, Reply, Request, unpack,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Url, UrlSearchParams};

use crate::carried;
use crate::desk::{Desk, Entry, Finding, Look, Notice, Progress, Stage};
use crate::patience::Pauses;
use crate::program::{Size, is_damaged};
use listener::{Listener, Watch};
pub use reader::Reader;

/// The worker's name, which says which program it is.
const CAPTIONER: &str = "captioner";
/// How long a worker may take to begin.
const START: Duration = Duration::from_secs(60);
/// The bundle beside the page.
const BUNDLE: &str = "bundle";

/// Bytes of the largest file that is searched for a description: it is held in memory.
const LARGEST: f64 = 64e6;

/// The worker and what was asked of it.
#[derive(Clone, Copy)]
pub struct Link {
    desk: Desk,
    worker: StoredValue<Option<Listener>, LocalStorage>,
    session: StoredValue<Session>,
    watch: Watch,
    /// Reads the words in photos.
    pub reader: Reader,
    /// The worker's program, once it is here.
    program: StoredValue<Option<JsValue>, LocalStorage>,
    size: Size,
    /// Bytes that have come and all that have to, as they were told last.
    come: StoredValue<(u64, u64)>,
    pauses: Pauses,
    /// What was at fault when the captioner could not be loaded.
    fault: StoredValue<Option<Failure>>,
    /// Whether the visitor has chosen a device or a bundle since the page came: that counts for more than its address.
    chosen: StoredValue<bool>,
    /// Counts the sentences drawn, so that each is another.
    draws: StoredValue<u64>,
}

impl Link {
    /// Starts the worker.
    #[must_use]
    pub fn open(desk: Desk) -> Self {
        let link = Self {
            desk,
            worker: StoredValue::new_local(None),
            session: StoredValue::new(Session::new()),
            watch: Watch::new(),
            reader: Reader::new(desk),
            program: StoredValue::new_local(None),
            size: Size::declared(),
            come: StoredValue::new((0, 0)),
            pauses: Pauses::new(),
            fault: StoredValue::new(None),
            chosen: StoredValue::new(false),
            draws: StoredValue::new(0),
        };
        link.begin();
        link
    }

    /// Starts the worker anew, since the visitor wants another device or bundle.
    pub fn choose(self) {
        self.chosen.set_value(true);
        self.restart();
    }

    /// Starts the worker anew.
    pub fn restart(self) {
        self.rest();
        self.fault.set_value(None);
        if self.program.with_value(Option::is_none) {
            return match self.desk.stage.get_untracked() {
                Stage::Failed(reason) if is_damaged(&reason) => self.download(),
                // It is being fetched.
                _ => self.pauses.ring(),
            };
        }
        if let Some(id) = self.session.with_value(Session::picture) {
            self.put(id, Progress::Waiting);
        }
        self.session.set_value(Session::new());
        self.on(Event::Open);
    }

    /// Hands the worker the next photo, if it is free and one waits.
    pub fn pump(self) {
        if !self.session.with_value(Session::is_free) || self.desk.stopped.get_untracked() {
            return;
        }
        let next = self.desk.next_waiting().filter(|entry| self.desk.file(entry.id).is_some());
        if let Some(entry) = next {
            self.on(Event::Ask(entry.id));
        }
    }

    /// Has the session decide about an event, and does what it says.
    fn on(self, event: Event) {
        self.act(event, None);
    }

    fn act(self, event: Event, reply: Option<Reply>) {
        let mut reply = reply;
        let effects = self.session.try_update_value(|session| session.on(event)).unwrap_or_default();
        for effect in effects {
            match effect {
                Effect::Start => self.start(),
                Effect::Load { on_cpu } => self.load(on_cpu),
                Effect::Next => self.pump(),
                Effect::Send(id) => self.send(id),
                Effect::Watch => self.watch(),
                Effect::Rest => self.rest(),
                Effect::Tell(id) => self.tell(id, reply.take()),
                Effect::Again(id) => self.put(id, Progress::Waiting),
                Effect::Drop { id, reason } => {
                    self.put(id, Progress::Refused(Refusal::Crashed { reason }));
                    self.desk.save(id);
                }
                Effect::Replace { on_cpu } => self.desk.notice.set(Some(Notice::Restarted { on_cpu })),
                Effect::End(reason) => self.end(reason),
            }
        }
    }

    fn start(self) {
        self.desk.device.set(None);
        self.desk.bundle.set(None);
        self.desk.stage.set(Stage::Starting);
        if let Some(old) = self.worker.try_update_value(Option::take).flatten() {
            old.end();
        }
        let program = self.program.get_value().unwrap_or(JsValue::NULL);
        let started = Listener::start(
            CAPTIONER,
            &program,
            move |message| self.hear(message),
            move |reason| self.broken(reason),
        );
        match started {
            Ok(listener) => {
                self.wait(START);
                self.worker.set_value(Some(listener));
            }
            Err(reason) => self.fail(reason),
        }
    }

    fn broken(self, reason: String) {
        web_sys::console::error_1(&reason.as_str().into());
        self.on(Event::Broke(reason));
    }

    fn fail(self, reason: String) {
        self.on(Event::Failed(reason));
    }

    fn post(self, request: &Request, photo: Option<&web_sys::Blob>) {
        let posted =
            self.worker.with_value(|listener| listener.as_ref().is_some_and(|it| it.post(request, photo)));
        if !posted {
            self.fail("the worker takes no messages".into());
        }
    }

    fn load(self, on_cpu: bool) {
        match self.wanted() {
            Ok((bundle, device)) => {
                let bundle = BundleAddress::Folder(bundle);
                let device = if on_cpu { DeviceChoice::Cpu } else { device };
                self.post(&Request::Load { bundle, device }, None);
            }
            Err(reason) => self.fail(reason),
        }
    }

    fn send(self, id: u32) {
        let settings = self.desk.settings.read.get_untracked();
        self.draws.update_value(|draws| *draws += 1);
        self.put(id, Progress::Working);
        let search = settings.search(self.draws.get_value());
        self.post(&Request::Caption { id, search }, self.desk.file(id).as_ref());
    }

    fn watch(self) {
        self.wait(PATIENCE);
    }

    /// Gives the worker some time to say something.
    fn wait(self, patience: Duration) {
        self.watch
            .set(patience, move || self.broken(format!("no answer for {} seconds", patience.as_secs())));
    }

    fn rest(self) {
        self.watch.stop();
    }

    /// Says how far a photo has come, unless it has been taken off the desk.
    fn put(self, id: u32, progress: Progress) {
        if let Some(entry) = self.desk.entry(id) {
            entry.progress.set(progress);
        }
    }

    /// Writes an answer onto the desk.
    fn tell(self, id: u32, reply: Option<Reply>) {
        let Some(entry) = self.desk.entry(id) else { return };
        match reply {
            Some(Reply::Captioned { caption, milliseconds, worded, .. }) => {
                entry.tell(Finding { caption, milliseconds });
                let wanted = self.desk.settings.read.with_untracked(|settings| !settings.unread);
                if worded && wanted {
                    self.reader.ask(id);
                }
            }
            Some(Reply::Refused { refusal, .. }) => entry.progress.set(Progress::Refused(refusal)),
            _ => return,
        }
        self.desk.save(id);
        self.read(id, entry);
    }

    /// Looks for the description that a photo's file carries. After the captioner, which is in nobody's way then.
    fn read(self, id: u32, entry: Entry) {
        let Some(file) = self.desk.file(id).filter(|file| file.size() < LARGEST) else { return };
        spawn_local(async move {
            // A file that cannot be read has been told of already.
            let Ok(buffer) = JsFuture::from(file.array_buffer()).await else { return };
            let found = carried::description(Uint8Array::new(&buffer).to_vec(), entry.name());
            if found.is_some() {
                entry.carry(found);
                self.desk.save(id);
            }
        });
    }

    fn hear(self, message: JsValue) {
        if self.session.with_value(Session::has_ended) {
            return;
        }
        match unpack::<Reply>(message) {
            Ok(Reply::Broken { reason }) => self.broken(reason),
            Ok(reply) => {
                match &reply {
                    // It has begun.
                    Reply::Listening => self.rest(),
                    Reply::Ready { .. } => self.pauses.reset(),
                    Reply::Failed { failure, .. } => self.fault.set_value(Some(*failure)),
                    _ => {}
                }
                self.show(&reply);
                self.act(Event::from(&reply), Some(reply));
            }
            Err(error) => self.fail(format!("the worker gave an unknown answer: {error}")),
        }
    }

    /// Shows what a worker says of itself, and of a photo before it has an answer.
    fn show(self, reply: &Reply) {
        let desk = self.desk;
        match reply {
            Reply::Progress { loaded, total } => {
                // One progress over all that has to come.
                self.loading(self.size.sent + loaded, self.size.sent + total);
            }
            Reply::Warming => desk.stage.set(Stage::Warming),
            Reply::Ready { device, bundle } => {
                let mut device = device.clone();
                // The worker knows of no GPU but its own.
                if let Some(reason) = self.session.with_value(|session| session.lost().map(ToOwned::to_owned))
                {
                    device.reason = DeviceReason::GpuFailed(reason);
                }
                desk.device.set(Some(device));
                desk.bundle.set(Some(bundle.clone()));
                desk.stage.set(Stage::Ready);
            }
            Reply::Seen { id, size, thumbnail } => {
                if let Some(entry) = desk.entry(*id) {
                    entry.see(Look { size: *size, thumbnail: thumbnail.clone() });
                    desk.keeper.put_look(desk, *id);
                }
            }
            Reply::Listening
            | Reply::ReaderReady
            | Reply::Captioned { .. }
            | Reply::Read { .. }
            | Reply::Refused { .. }
            | Reply::Broken { .. }
            | Reply::Failed { .. } => {}
        }
    }

    /// The bundle as an absolute address of this origin, and the device: the page's address decides,
    /// then the visitor's settings.
    fn wanted(self) -> Result<(String, DeviceChoice), String> {
        let unusable = |_| "the page's address cannot be read".to_owned();
        let window = web_sys::window().ok_or("there is no window")?;
        let location = window.location();
        let here = location.href().map_err(unusable)?;
        let query =
            location.search().and_then(|text| UrlSearchParams::new_with_str(&text)).map_err(unusable)?;
        let settings = self.desk.settings.read.get_untracked();
        let by_address = |key: &str| query.get(key).filter(|_| !self.chosen.get_value());
        let name = by_address("bundle").or(settings.bundle).unwrap_or_else(|| BUNDLE.into());
        let bundle = Url::new_with_base(&name, &here).map_err(|_| format!("{name} is no address"))?;
        if bundle.origin() != location.origin().map_err(unusable)? {
            return Err(format!("{name} is on another origin; bundles load from the page's own only"));
        }
        let named = by_address("device").as_deref().and_then(DeviceChoice::from_name);
        Ok((bundle.href(), named.unwrap_or(settings.device)))
    }
}
