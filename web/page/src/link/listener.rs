//! A worker with the closures that hear it.

use std::time::Duration;

use js_sys::Reflect;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use showtell_protocol::{Request, envelope};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker, WorkerOptions};

/// What starts a worker with the program that it is handed.
const WORKER: &str = "worker-start.js";

/// A worker with the closures that hear it; they live as long as it does.
pub(super) struct Listener {
    worker: Worker,
    _hear: Closure<dyn Fn(MessageEvent)>,
    _fail: Closure<dyn Fn(ErrorEvent)>,
}

impl Listener {
    /// Starts a worker. Its name decides which program it is; `program` is that, or nothing where the worker fetches it
    /// itself.
    ///
    /// # Errors
    /// Why this browser starts none.
    pub(super) fn start(
        name: &str,
        program: &JsValue,
        hear: impl Fn(JsValue) + 'static,
        broken: impl Fn(String) + 'static,
    ) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_name(name);
        let worker = Worker::new_with_options(WORKER, &options)
            .map_err(|_| "this browser starts no workers here".to_owned())?;
        worker
            .post_message(program)
            .map_err(|_| "this browser hands no programs to workers here".to_owned())?;
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| hear(event.data()));
        worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        let fail = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
            // A script that did not come is an event without a message.
            let message = Reflect::get(&event, &"message".into()).ok().and_then(|text| text.as_string());
            broken(format!("the worker stopped: {}", message.unwrap_or_else(|| "it did not come".into())));
        });
        worker.set_onerror(Some(fail.as_ref().unchecked_ref()));
        Ok(Self { worker, _hear: hear, _fail: fail })
    }

    /// Sends a request with the photo that belongs to it; whether that went.
    pub(super) fn post(&self, request: &Request, photo: Option<&Blob>) -> bool {
        envelope(request, photo).is_ok_and(|message| self.worker.post_message(&message).is_ok())
    }

    /// Ends the worker; what it says concerns nobody any more.
    pub(super) fn end(self) {
        self.worker.terminate();
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
    }
}

/// A clock that rings once, unless it is stopped or set anew.
#[derive(Clone, Copy)]
pub(super) struct Watch(StoredValue<Option<TimeoutHandle>, LocalStorage>);

impl Watch {
    /// One that is not set.
    pub(super) fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Rings after some time.
    pub(super) fn set(self, time: Duration, ring: impl FnOnce() + 'static) {
        self.stop();
        self.0.set_value(set_timeout_with_handle(ring, time).ok());
    }

    /// Does not ring.
    pub(super) fn stop(self) {
        if let Some(watch) = self.0.try_update_value(Option::take).flatten() {
            watch.clear();
        }
    }
}
