//! Visits without a network: the service worker that keeps the page, and the weights that the worker
//! keeps.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::*;
use showtell_protocol::cache::WEIGHTS;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Cache, CacheStorage, Response, ServiceWorkerRegistration};

use crate::desk::{Desk, Notice, Stage};

/// The service worker, made beside the page.
const SERVICE_WORKER: &str = "sw.js";

/// Registers the service worker once the captioner is ready, so that keeping the page does not compete
/// with loading it, and tells when a new version waits.
pub fn register(desk: Desk) {
    let registered = StoredValue::new(false);
    Effect::new(move |_| {
        if desk.stage.get() == Stage::Ready && !registered.get_value() {
            registered.set_value(true);
            spawn_local(async move {
                if let Err(error) = start(desk).await {
                    web_sys::console::warn_2(&"no visits without a network:".into(), &error);
                }
            });
        }
    });
}

async fn start(desk: Desk) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let navigator = window.navigator();
    // Absent on addresses that are not secure.
    if Reflect::get(&navigator, &"serviceWorker".into())?.is_undefined() {
        return Ok(());
    }
    let container = navigator.service_worker();
    let registration: ServiceWorkerRegistration =
        JsFuture::from(container.register(SERVICE_WORKER)).await?.unchecked_into();
    let tell = move |registration: &ServiceWorkerRegistration| {
        // The first version waits for nobody.
        if registration.waiting().is_some() && registration.active().is_some() {
            desk.notice.set(Some(Notice::NewVersion));
        }
    };
    tell(&registration);
    let watched = registration.clone();
    let found = Closure::<dyn Fn()>::new(move || {
        let Some(coming) = watched.installing() else { return };
        let watched = watched.clone();
        let changed = Closure::<dyn Fn()>::new(move || tell(&watched));
        coming.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
        changed.forget();
    });
    registration.set_onupdatefound(Some(found.as_ref().unchecked_ref()));
    found.forget();
    Ok(())
}

/// Has the service worker keep the reader of words, which this visit needed; a later one may have no network.
pub fn keep_reader() {
    spawn_local(async {
        let asked = async {
            let container = web_sys::window().ok_or("no window")?.navigator().service_worker();
            let found: ServiceWorkerRegistration = JsFuture::from(container.ready()?).await?.unchecked_into();
            found.active().ok_or("none active")?.post_message(&"reader".into())
        };
        if let Err(error) = asked.await {
            let error: JsValue = error;
            web_sys::console::warn_2(&"the reader is not kept:".into(), &error);
        }
    });
}

/// Lets the version that waits take over, and loads the page anew.
pub fn update() {
    spawn_local(async {
        let swapped = async {
            let window = web_sys::window().ok_or("no window")?;
            let container = window.navigator().service_worker();
            let reload = Closure::once_into_js(move || {
                // Fails only while the page is being left already.
                let _ = web_sys::window().map(|window| window.location().reload());
            });
            container.set_oncontrollerchange(Some(reload.unchecked_ref()));
            let found = JsFuture::from(container.get_registration()).await?;
            let registration: ServiceWorkerRegistration = found.dyn_into()?;
            match registration.waiting() {
                Some(waiting) => waiting.post_message(&"update".into()),
                None => window.location().reload(),
            }
        };
        if let Err(error) = swapped.await {
            web_sys::console::warn_1(&error);
        }
    });
}

/// The browser's caches; none on addresses that are not secure.
fn caches() -> Result<CacheStorage, JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    if Reflect::get(&window, &"caches".into())?.is_undefined() {
        return Err("nothing is kept on addresses that are not secure".into());
    }
    window.caches()
}

/// Whether an earlier visit has kept weights.
pub async fn has_weights() -> bool {
    let found = async { JsFuture::from(caches()?.has(WEIGHTS)).await };
    found.await.is_ok_and(|found: JsValue| found.is_truthy())
}

/// Bytes of all that this page keeps on this device, photos among it, as far as the browser tells.
pub async fn kept_in_all() -> Option<f64> {
    let navigator = web_sys::window()?.navigator();
    let storage =
        Reflect::get(&navigator, &"storage".into()).ok().filter(|storage| !storage.is_undefined())?;
    let ask: Function = Reflect::get(&storage, &"estimate".into()).ok()?.dyn_into().ok()?;
    let asked: Promise = ask.call0(&storage).ok()?.dyn_into().ok()?;
    let estimate = JsFuture::from(asked).await.ok()?;
    Reflect::get(&estimate, &"usage".into()).ok()?.as_f64()
}

/// Deletes the caches of this page and its service worker.
///
/// # Errors
/// Where the browser keeps nothing.
pub async fn delete_everything() -> Result<(), JsValue> {
    let caches = caches()?;
    let names: Array = JsFuture::from(caches.keys()).await?.unchecked_into();
    for name in names.iter().filter_map(|name| name.as_string()).filter(|name| name.starts_with("showtell")) {
        JsFuture::from(caches.delete(&name)).await?;
    }
    let window = web_sys::window().ok_or("no window")?;
    let found = JsFuture::from(window.navigator().service_worker().get_registration()).await?;
    if let Ok(registration) = found.dyn_into::<ServiceWorkerRegistration>() {
        JsFuture::from(registration.unregister()?).await?;
    }
    Ok(())
}

/// Bytes of the weights kept on this device.
///
/// # Errors
/// Where the browser keeps nothing, as in private windows.
pub async fn kept() -> Result<f64, JsValue> {
    let caches = caches()?;
    if !JsFuture::from(caches.has(WEIGHTS)).await?.is_truthy() {
        return Ok(0.0);
    }
    let cache: Cache = JsFuture::from(caches.open(WEIGHTS)).await?.unchecked_into();
    let keys: Array = JsFuture::from(cache.keys()).await?.unchecked_into();
    let mut size = 0.0;
    for key in keys.iter() {
        let found = JsFuture::from(cache.match_with_request(key.unchecked_ref())).await?;
        if let Ok(response) = found.dyn_into::<Response>() {
            let blob: web_sys::Blob = JsFuture::from(response.blob()?).await?.unchecked_into();
            size += blob.size();
        }
    }
    Ok(size)
}

/// Deletes the weights kept on this device.
///
/// # Errors
/// Where the browser keeps nothing.
pub async fn delete() -> Result<(), JsValue> {
    let caches = caches()?;
    JsFuture::from(caches.delete(WEIGHTS)).await.map(drop)
}
