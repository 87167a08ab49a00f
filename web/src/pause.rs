//! Lets the browser do something else.

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// Goes on once the page has had its turn: to draw, and to hear the visitor.
pub async fn pause() {
    let promise = Promise::new(&mut |resolve, _| {
        let set = web_sys::window()
            .map(|window| window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 0));
        // Without a window nobody waits for a turn.
        if !matches!(set, Some(Ok(_))) {
            let _ = resolve.call0(&wasm_bindgen::JsValue::UNDEFINED);
        }
    });
    // Never rejected.
    let _ = JsFuture::from(promise).await;
}
