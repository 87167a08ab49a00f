//! The browser around the worker: where its answers go, and what it says of its errors.

use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use showtell_protocol::{Failure, Reply, Request, open, pack};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, PromiseRejectionEvent};

/// The worker itself, as JavaScript has it.
#[must_use]
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// What a JavaScript error says.
#[must_use]
pub fn text_of(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}

/// Sends an answer to the page.
pub fn tell(reply: &Reply) {
    match pack(reply) {
        // Fails only for a message that cannot be cloned; ours are plain data.
        Ok(message) => drop(scope().post_message(&message)),
        Err(error) => web_sys::console::error_1(&error.into()),
    }
}

/// Requests as they come, each with whatever came as its picture.
#[must_use]
pub fn hear() -> UnboundedReceiver<(Request, JsValue)> {
    let (sender, requests) = unbounded();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        match open(&event.data()) {
            // The receiver lives as long as the worker.
            Ok(request) => drop(sender.unbounded_send(request)),
            Err(error) => {
                let reason = format!("unknown request: {}", text_of(&error));
                tell(&Reply::Failed { failure: Failure::Request, reason });
            }
        }
    });
    scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    requests
}

/// A panic and a lack of memory end in a trap, which the browser tells nobody but the console when it
/// happens behind a promise: the page would wait for ever.
pub fn tell_when_broken() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        tell(&Reply::Broken { reason: info.to_string() });
    }));
    let broken = Closure::<dyn Fn(PromiseRejectionEvent)>::new(|event: PromiseRejectionEvent| {
        tell(&Reply::Broken { reason: text_of(&event.reason()) });
    });
    // Fails only for an event without a name.
    let _ = scope().add_event_listener_with_callback("unhandledrejection", broken.as_ref().unchecked_ref());
    broken.forget();
}
