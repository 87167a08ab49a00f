//! Visits without a network: the service worker that keeps the page, and the weights that the worker
//! keeps.

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use showtell_protocol::cache::WEIGHTS;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Cache, Response, ServiceWorkerRegistration};

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
    // Asks that what is kept is not the first to go when space is short.
    if let Ok(storage) = Reflect::get(&navigator, &"storage".into())
        && !storage.is_undefined()
    {
        drop(JsFuture::from(navigator.storage().persist()?).await);
    }
    Ok(())
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

/// Bytes of the weights kept on this device.
///
/// # Errors
/// Where the browser keeps nothing, as in private windows.
pub async fn kept() -> Result<f64, JsValue> {
    let caches = web_sys::window().ok_or("no window")?.caches()?;
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
    let caches = web_sys::window().ok_or("no window")?.caches()?;
    JsFuture::from(caches.delete(WEIGHTS)).await.map(drop)
}
