//! The page's side of the worker: starts it, sends photos, writes its answers into the page.

use js_sys::Uint8Array;
use leptos::prelude::*;
use showtell::Trust;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ErrorEvent, File, MessageEvent, Url, UrlSearchParams, Worker};

use crate::app::{Page, Photo, Stage};
use crate::protocol::{DeviceChoice, Reply, Request, pack, unpack};

/// The worker's loader, made by trunk beside the page.
const WORKER: &str = "worker_loader.js";
/// The bundle beside the page.
const BUNDLE: &str = "bundle";

/// The worker and what was asked of it.
#[derive(Clone, Copy)]
pub struct Link {
    worker: StoredValue<Option<Worker>, LocalStorage>,
    /// Number of the photo last sent; answers to earlier ones come too late.
    latest: StoredValue<u32>,
    /// Whether the worker hears requests yet.
    listening: StoredValue<bool>,
    /// The photo last chosen before it did.
    early: StoredValue<Option<Request>>,
    page: Page,
}

impl Link {
    /// Starts the worker.
    #[must_use]
    pub fn open(page: Page) -> Self {
        let link = Self {
            worker: StoredValue::new_local(None),
            latest: StoredValue::new(0),
            listening: StoredValue::new(false),
            early: StoredValue::new(None),
            page,
        };
        match Worker::new(WORKER) {
            Ok(worker) => {
                let hear =
                    Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| link.hear(event.data()));
                worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
                hear.forget();
                let fail = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
                    link.fail(format!("the worker stopped: {}", event.message()));
                });
                worker.set_onerror(Some(fail.as_ref().unchecked_ref()));
                fail.forget();
                link.worker.set_value(Some(worker));
            }
            Err(_) => link.fail("this browser starts no workers here".into()),
        }
        link
    }

    fn fail(self, reason: String) {
        self.page.error.set(Some(reason.clone()));
        self.page.stage.set(Stage::Failed(reason));
    }

    fn post(self, request: &Request) {
        let posted = self.worker.with_value(|worker| {
            worker.as_ref().is_some_and(|worker| {
                pack(request).is_ok_and(|message| worker.post_message(&message).is_ok())
            })
        });
        if !posted {
            self.fail("the worker takes no messages".into());
        }
    }

    /// Asks for a caption now, or as soon as the worker hears.
    fn ask(self, request: Request) {
        if self.listening.get_value() {
            self.post(&request);
        } else {
            self.early.set_value(Some(request));
        }
    }

    fn hear(self, message: JsValue) {
        let page = self.page;
        match unpack(message) {
            Ok(Reply::Listening) => match query() {
                Ok((bundle, device)) => {
                    self.post(&Request::Load { bundle, device });
                    self.listening.set_value(true);
                    if let Some(request) = self.early.try_update_value(Option::take).flatten() {
                        self.post(&request);
                    }
                }
                Err(reason) => self.fail(reason),
            },
            Ok(Reply::Progress { loaded, total }) => page.stage.set(Stage::Loading(loaded, total)),
            Ok(Reply::Warming) => page.stage.set(Stage::Warming),
            Ok(Reply::Ready { device, bundle }) => {
                page.device.set(Some(device));
                page.bundle.set(Some(bundle));
                // A photo may have been dropped while the weights were coming.
                page.stage.set(if page.waits() { Stage::Working } else { Stage::Ready });
            }
            Ok(Reply::Captioned { id, caption, milliseconds }) if id == self.latest.get_value() => {
                // A sentence too doubtful to tell is still there to be picked.
                page.alt_text.set(match caption.trust {
                    Trust::Unable => String::new(),
                    Trust::Plain | Trust::Doubtful => caption.text.clone(),
                });
                page.milliseconds.set(milliseconds);
                page.caption.set(Some(caption));
                page.stage.set(Stage::Ready);
            }
            Ok(Reply::Refused { id, reason }) if id == self.latest.get_value() => {
                page.refuse(&reason);
                page.stage.set(Stage::Ready);
            }
            // Of a photo that another has replaced since.
            Ok(Reply::Captioned { .. } | Reply::Refused { .. }) => {}
            Ok(Reply::Failed { reason }) => self.fail(reason),
            Err(error) => self.fail(format!("the worker gave an unknown answer: {error}")),
        }
    }

    /// Shows a photo and asks for its caption.
    pub fn send(self, file: File) {
        let page = self.page;
        let id = self.latest.get_value() + 1;
        self.latest.set_value(id);
        if let Some(before) = page.photo.get_untracked() {
            // Fails only for an address that is not ours.
            let _ = Url::revoke_object_url(&before.url);
        }
        let url = Url::create_object_url_with_blob(&file).unwrap_or_default();
        page.photo.set(Some(Photo { name: file.name(), url }));
        page.caption.set(None);
        page.word.set(None);
        page.error.set(None);
        page.alt_text.set(String::new());
        if page.stage.get_untracked() == Stage::Ready {
            page.stage.set(Stage::Working);
        }
        spawn_local(async move {
            match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => self.ask(Request::Caption { id, photo: Uint8Array::new(&buffer).to_vec() }),
                Err(_) => page.refuse("the browser cannot read the file"),
            }
        });
    }
}

impl Page {
    /// Whether a photo has neither caption nor error yet.
    fn waits(self) -> bool {
        self.photo.with_untracked(Option::is_some)
            && self.caption.with_untracked(Option::is_none)
            && self.error.with_untracked(Option::is_none)
    }

    /// Says why the photo has no caption.
    fn refuse(self, reason: &str) {
        let name = self.photo.with_untracked(|photo| photo.as_ref().map(|photo| photo.name.clone()));
        self.error.set(Some(format!("{}: {reason}", name.unwrap_or_default())));
    }
}

/// `?bundle=` as an absolute address of this origin, and `?device=`.
fn query() -> Result<(String, DeviceChoice), String> {
    let unusable = |_| "the page's address cannot be read".to_owned();
    let window = web_sys::window().ok_or("there is no window")?;
    let here = window.location().href().map_err(unusable)?;
    let query =
        window.location().search().and_then(|text| UrlSearchParams::new_with_str(&text)).map_err(unusable)?;
    let name = query.get("bundle").unwrap_or_else(|| BUNDLE.into());
    let bundle = Url::new_with_base(&name, &here).map_err(|_| format!("?bundle={name} is no address"))?;
    if bundle.origin() != window.location().origin().map_err(unusable)? {
        return Err(format!("?bundle={name} is on another origin; bundles load from the page's own only"));
    }
    Ok((bundle.href(), DeviceChoice::from_query(query.get("device").as_deref())))
}
