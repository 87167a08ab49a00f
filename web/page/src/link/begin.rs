//! From the first byte to a captioner that can take photos, over whatever breaks on the way: what has come is kept,
//! the visitor is told what is wrong, and it goes on by itself.

use js_sys::Reflect;
use leptos::ev;
use leptos::prelude::*;
use showtell_protocol::{DeviceChoice, Failure};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Headers, RequestInit, Response};

use super::Link;
use crate::desk::{Notice, Stage, Trouble};
use crate::patience::within;
use crate::program::{Download, is_damaged};
use crate::visits;

/// What tells the sizes of a bundle's files.
const CONFIG: &str = "config.json";

/// Into how many steps the progress is parted.
const STEPS: u64 = 100;

impl Link {
    /// Fetches the worker's program and starts it.
    pub(super) fn begin(self) {
        // The network is back, or somebody looks again: no reason to wait any longer.
        let _ = window_event_listener(ev::online, move |_| self.pauses.ring());
        let _ = leptos::leptos_dom::helpers::document().add_event_listener_with_callback(
            "visibilitychange",
            Closure::<dyn Fn()>::new(move || {
                if !leptos::leptos_dom::helpers::document().hidden() {
                    self.pauses.ring();
                }
            })
            .into_js_value()
            .unchecked_ref(),
        );
        spawn_local(async move {
            self.desk.first.set(Some(!visits::has_weights().await));
            self.download();
        });
    }

    /// Fetches the worker's program, over whatever breaks on the way, and starts it.
    pub(super) fn download(self) {
        spawn_local(async move {
            let weights = self.weights().await.unwrap_or_default();
            let total = self.size.sent + weights;
            let mut download = Download::new(self.size);
            loop {
                self.loading(0, total);
                let heard = |loaded| self.loading(loaded, total);
                match download.go_on(heard).await {
                    Ok(program) => {
                        self.program.set_value(Some(program.into()));
                        self.pauses.reset();
                        return self.restart();
                    }
                    Err(Trouble::Refused(reason)) => {
                        self.desk.stage.set(Stage::Failed(reason));
                        // Only the visitor can know that it may be otherwise now.
                        self.pauses.asked().await;
                    }
                    Err(trouble) => self.hold(trouble, String::new()).await,
                }
            }
        });
    }

    /// Remembers how much has come for when nothing more does, and tells it. Bytes come in many small parts, and to
    /// tell each would keep the page busy: only what moves the progress by a hundredth is told, and the end.
    pub(super) fn loading(self, loaded: u64, total: u64) {
        self.come.set_value((loaded, total));
        let moved = match self.desk.stage.get_untracked() {
            Stage::Loading(shown, all) => {
                all != total || loaded >= total || loaded < shown || loaded - shown >= total / STEPS
            }
            _ => true,
        };
        if moved {
            self.desk.stage.set(Stage::Loading(loaded, total));
        }
    }

    /// Says what is wrong, and waits before it is tried again.
    async fn hold(self, trouble: Trouble, detail: String) {
        let (loaded, total) = self.come.get_value();
        self.desk.stage.set(Stage::Held { loaded, total, trouble, detail });
        self.pauses.next().await;
    }

    /// What follows when the captioner cannot be loaded: a network that is gone comes back, a bundle of the visitor's
    /// choice gives way to the page's own, and all else is told.
    pub(super) fn end(self, reason: String) {
        let fault = self.fault.get_value();
        if is_damaged(&reason) {
            // Not what it should be: who tries again fetches it anew.
            self.program.set_value(None);
            self.desk.stage.set(Stage::Failed(reason));
            return;
        }
        spawn_local(async move {
            // Without a fault the worker itself did not come, or broke.
            if matches!(fault, Some(Failure::Unreachable) | None) {
                match self.trouble().await {
                    Trouble::Refused(_) => {}
                    Trouble::Broken if fault.is_none() => {}
                    trouble => {
                        self.hold(trouble, reason).await;
                        return self.restart();
                    }
                }
            }
            let settings = self.desk.settings;
            if fault != Some(Failure::Device) && settings.read.get_untracked().bundle.is_some() {
                settings.write.update(|settings| settings.bundle = None);
                self.desk.notice.set(Some(Notice::BundleGivenUp(reason)));
                return self.restart();
            }
            self.desk.device_failed.set(fault == Some(Failure::Device));
            self.desk.stage.set(Stage::Failed(reason));
        });
    }

    /// Computes on the CPU, as the visitor wants after a GPU that cannot be used.
    pub fn use_cpu(self) {
        self.desk.settings.write.update(|settings| settings.device = DeviceChoice::Cpu);
        self.choose();
    }

    /// Tries again at once.
    pub fn try_now(self) {
        match self.desk.stage.get_untracked() {
            Stage::Failed(reason) if self.program.with_value(Option::is_some) || is_damaged(&reason) => {
                self.restart();
            }
            _ => self.pauses.ring(),
        }
    }

    /// Bytes of the bundle's files, as it tells them itself.
    async fn weights(self) -> Option<u64> {
        let (bundle, _) = self.wanted().ok()?;
        let window = web_sys::window()?;
        let response =
            within(window.fetch_with_str(&format!("{}/{CONFIG}", bundle.trim_end_matches('/')))).await;
        let response: Response = response.ok()?.ok()?.unchecked_into();
        let text = within(response.text().ok()?).await.ok()?.ok()?.as_string()?;
        let config: serde_json::Value = serde_json::from_str(&text).ok()?;
        let files = config.get("files")?.as_object()?;
        Some(files.values().filter_map(|file| file.get("size")?.as_u64()).sum())
    }

    /// What is wrong with the way to the bundle.
    async fn trouble(self) -> Trouble {
        let Ok((bundle, _)) = self.wanted() else { return Trouble::Refused(String::new()) };
        let Some(window) = web_sys::window() else { return Trouble::Gone };
        let online =
            Reflect::get(&window.navigator(), &"onLine".into()).is_ok_and(|online| online.is_truthy());
        if !online {
            return Trouble::Gone;
        }
        // From the server itself: what was kept says nothing of it, and the service worker lets ranges through.
        let asked = || {
            let headers = Headers::new()?;
            headers.set("Range", "bytes=0-0")?;
            let init = RequestInit::new();
            init.set_headers(&headers);
            let address = format!("{}/{CONFIG}?{}", bundle.trim_end_matches('/'), js_sys::Date::now());
            Ok::<_, JsValue>(window.fetch_with_str_and_init(&address, &init))
        };
        let Ok(asked) = asked() else { return Trouble::Gone };
        match within(asked).await {
            Err(silent) => silent,
            Ok(Err(_)) => Trouble::Gone,
            Ok(Ok(response)) => match JsCast::unchecked_into::<Response>(response).status() {
                status if (200..300).contains(&status) => Trouble::Broken,
                status => Trouble::of(status, &bundle),
            },
        }
    }
}
