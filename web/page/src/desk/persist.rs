//! What is kept is not to go when space is short.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Asks that what is kept is not the first to go when space is short. Some browsers ask the visitor, so not before
/// there is something worth keeping.
pub fn persist() {
    spawn_local(async {
        let asked = async {
            let navigator = web_sys::window().ok_or("no window")?.navigator();
            if Reflect::get(&navigator, &"storage".into())?.is_undefined() {
                return Ok(JsValue::FALSE);
            }
            JsFuture::from(navigator.storage().persist()?).await
        };
        // A browser that does not promise it keeps things all the same.
        let _: Result<JsValue, JsValue> = asked.await;
    });
}
