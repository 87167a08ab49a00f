//! The page's side of the worker: starts it, hands it one photo after the other, writes its answers
//! onto the desk, and starts it anew when it breaks.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use showtell_protocol::{
    BundleAddress, DeviceChoice, DeviceReason, Refusal, Reply, Request, envelope, unpack,
};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Url, UrlSearchParams, Worker};

use crate::desk::{Desk, Entry, Finding, Look, Notice, Progress, Stage};

/// The worker's loader, made by trunk beside the page.
const WORKER: &str = "worker_loader.js";
/// The bundle beside the page.
const BUNDLE: &str = "bundle";
/// How long a photo may take before the worker counts as broken: a GPU computed by software needs a
/// minute for its first.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often the worker may break over one photo, or without having captioned any.
const CHANCES: u32 = 2;

/// The worker and what was asked of it.
#[derive(Clone, Copy)]
pub struct Link {
    desk: Desk,
    worker: StoredValue<Option<Listener>, LocalStorage>,
    /// The photo being worked on, and whether the search is the bundle's own.
    job: StoredValue<Option<(u32, bool)>>,
    watch: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    /// How often the worker broke since it last gave a caption.
    breaks: StoredValue<u32>,
    /// Why the GPU has been given up, if it has.
    lost: StoredValue<Option<String>>,
    /// Counts the sentences drawn, so that each is another.
    draws: StoredValue<u64>,
}

/// A worker with the closures that hear it; they live as long as it does.
struct Listener {
    worker: Worker,
    _hear: Closure<dyn Fn(MessageEvent)>,
    _fail: Closure<dyn Fn(ErrorEvent)>,
}

impl Link {
    /// Starts the worker.
    #[must_use]
    pub fn open(desk: Desk) -> Self {
        let link = Self {
            desk,
            worker: StoredValue::new_local(None),
            job: StoredValue::new(None),
            watch: StoredValue::new_local(None),
            breaks: StoredValue::new(0),
            lost: StoredValue::new(None),
            draws: StoredValue::new(0),
        };
        link.start();
        link
    }

    /// Starts the worker anew, as after another choice of device or bundle.
    pub fn restart(self) {
        self.lost.set_value(None);
        self.breaks.set_value(0);
        self.take_back();
        self.start();
    }

    fn start(self) {
        self.desk.device.set(None);
        self.desk.bundle.set(None);
        self.desk.stage.set(Stage::Starting);
        if let Some(old) = self.worker.try_update_value(Option::take).flatten() {
            old.worker.terminate();
            old.worker.set_onmessage(None);
            old.worker.set_onerror(None);
        }
        let Ok(worker) = Worker::new(WORKER) else {
            return self.fail("this browser starts no workers here".into());
        };
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| self.hear(event.data()));
        worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        let fail = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
            self.broken(&format!("the worker stopped: {}", event.message()));
        });
        worker.set_onerror(Some(fail.as_ref().unchecked_ref()));
        self.worker.set_value(Some(Listener { worker, _hear: hear, _fail: fail }));
    }

    fn fail(self, reason: String) {
        self.desk.stage.set(Stage::Failed(reason));
    }

    fn post(self, request: &Request, photo: Option<&web_sys::Blob>) {
        let posted = self.worker.with_value(|listener| {
            let Some(listener) = listener else { return false };
            envelope(request, photo).is_ok_and(|message| listener.worker.post_message(&message).is_ok())
        });
        if !posted {
            self.fail("the worker takes no messages".into());
        }
    }

    /// Hands the worker the next photo, if it is free and one waits.
    pub fn pump(self) {
        let ready = self.desk.stage.with_untracked(|stage| *stage == Stage::Ready);
        if !ready || self.job.with_value(Option::is_some) || self.desk.stopped.get_untracked() {
            return;
        }
        let Some((entry, file)) =
            self.desk.next_waiting().and_then(|entry| Some((entry.clone(), self.desk.file(entry.id)?)))
        else {
            return;
        };
        let settings = self.desk.settings.read.get_untracked();
        self.draws.update_value(|draws| *draws += 1);
        let search = settings.search(self.draws.get_value());
        self.job.set_value(Some((entry.id, settings.is_usual())));
        entry.progress.set(Progress::Working);
        let watch = set_timeout_with_handle(
            move || self.broken(&format!("no answer for {} seconds", PATIENCE.as_secs())),
            PATIENCE,
        );
        self.watch.set_value(watch.ok());
        self.post(&Request::Caption { id: entry.id, search }, Some(&file));
    }

    /// The photo being worked on, if it is this one, taken from the worker's hands.
    fn finish(self, id: u32) -> Option<(Entry, bool)> {
        let (working, measured) = self.job.get_value()?;
        if working != id {
            return None;
        }
        self.job.set_value(None);
        self.stop_watch();
        self.desk.entry(id).map(|entry| (entry, measured))
    }

    fn stop_watch(self) {
        if let Some(watch) = self.watch.try_update_value(Option::take).flatten() {
            watch.clear();
        }
    }

    /// Puts the photo being worked on back into the queue.
    fn take_back(self) -> Option<Entry> {
        let (id, _) = self.job.get_value()?;
        let (entry, _) = self.finish(id)?;
        entry.progress.set(Progress::Waiting);
        Some(entry)
    }

    /// The worker cannot go on. A photo it broke over twice is left out; a GPU that broke is left
    /// alone.
    fn broken(self, reason: &str) {
        web_sys::console::error_1(&reason.into());
        self.breaks.update_value(|breaks| *breaks += 1);
        if let Some(entry) = self.take_back() {
            entry.crashes.update(|crashes| *crashes += 1);
            if entry.crashes.get_untracked() >= CHANCES {
                entry.progress.set(Progress::Refused(Refusal::Crashed { reason: reason.to_owned() }));
                self.desk.save(entry.id);
                self.breaks.set_value(0);
            }
        }
        if self.breaks.get_value() > CHANCES {
            return self.fail(reason.to_owned());
        }
        let gpu = self.desk.device.with_untracked(|device| device.as_ref().is_some_and(|d| d.name != "CPU"));
        if gpu {
            self.lost.set_value(Some(reason.to_owned()));
        }
        self.desk.notice.set(Some(Notice::Restarted { on_cpu: gpu }));
        self.start();
    }

    fn hear(self, message: JsValue) {
        let desk = self.desk;
        match unpack(message) {
            Ok(Reply::Listening) => match self.wanted() {
                Ok((bundle, device)) => {
                    let bundle = BundleAddress::Folder(bundle);
                    self.post(&Request::Load { bundle, device }, None);
                }
                Err(reason) => self.fail(reason),
            },
            Ok(Reply::Progress { loaded, total }) => desk.stage.set(Stage::Loading(loaded, total)),
            Ok(Reply::Warming) => desk.stage.set(Stage::Warming),
            Ok(Reply::Ready { mut device, bundle }) => {
                // The worker knows of no GPU but its own.
                if let Some(reason) = self.lost.get_value() {
                    device.reason = DeviceReason::GpuFailed(reason);
                }
                desk.device.set(Some(device));
                desk.bundle.set(Some(bundle));
                desk.stage.set(Stage::Ready);
            }
            Ok(Reply::Seen { id, size, thumbnail }) => {
                if let Some(entry) = desk.entry(id) {
                    entry.see(Look { size, thumbnail });
                    desk.keeper.put_look(desk, id);
                }
            }
            Ok(Reply::Captioned { id, caption, milliseconds, .. }) => {
                self.breaks.set_value(0);
                if let Some((entry, measured)) = self.finish(id) {
                    entry.tell(Finding { caption, milliseconds, measured });
                    desk.save(id);
                }
            }
            Ok(Reply::Refused { id, refusal }) => {
                if let Some((entry, _)) = self.finish(id) {
                    entry.progress.set(Progress::Refused(refusal));
                    desk.save(id);
                }
            }
            Ok(Reply::Broken { reason }) => self.broken(&reason),
            Ok(Reply::Failed { reason, .. }) => self.fail(reason),
            Err(error) => self.fail(format!("the worker gave an unknown answer: {error}")),
        }
        self.pump();
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
        let name = query.get("bundle").or(settings.bundle).unwrap_or_else(|| BUNDLE.into());
        let bundle = Url::new_with_base(&name, &here).map_err(|_| format!("{name} is no address"))?;
        if bundle.origin() != location.origin().map_err(unusable)? {
            return Err(format!("{name} is on another origin; bundles load from the page's own only"));
        }
        let named = query.get("device").as_deref().and_then(DeviceChoice::from_name);
        let device = match named.unwrap_or(settings.device) {
            _ if self.lost.with_value(Option::is_some) => DeviceChoice::Cpu,
            device => device,
        };
        Ok((bundle.href(), device))
    }
}
