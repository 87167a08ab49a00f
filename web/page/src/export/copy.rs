//! Puts a text on the clipboard.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Copies a text.
///
/// # Errors
/// Where the browser has no clipboard for pages, as on addresses that are not secure, or does not allow it.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    let navigator = web_sys::window().ok_or("no window")?.navigator();
    if Reflect::get(&navigator, &"clipboard".into())?.is_undefined() {
        return Err("no clipboard".into());
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.map(drop)
}
