//! One tab at a time keeps its queue.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Held by the tab that keeps its queue.
const LOCK: &str = "showtell-queue";

/// Asks the browser whether this tab may keep the queue; it then does for as long as it lives.
///
/// # Errors
/// When this browser has no locks.
pub(super) async fn own_the_queue() -> Result<bool, JsValue> {
    // Not among the bindings that are called stable: asked for by name.
    let navigator = web_sys::window().ok_or("no window")?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into())?;
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE)?;
    let answered = Promise::new(&mut |resolve, reject| {
        let asked = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let owned = !lock.is_null();
            // A resolver takes any value.
            let _ = resolve.call1(&JsValue::UNDEFINED, &owned.into());
            // A promise that is never settled: the lock is given back when the tab closes.
            if owned { Promise::new(&mut |_, _| ()).into() } else { JsValue::UNDEFINED }
        });
        if request.call3(&locks, &LOCK.into(), &options, &asked).is_err() {
            let _ = reject.call0(&JsValue::UNDEFINED);
        }
    });
    Ok(JsFuture::from(answered).await?.is_truthy())
}
