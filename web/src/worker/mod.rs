//! The worker's side: loads a bundle, chooses a device, captions photos one after the other.

mod device;
mod download;

use std::cell::RefCell;
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc;
use showtell::{Bundle, Captioner, preprocess};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::protocol::{DeviceChoice, DeviceReport, Reply, Request, pack, unpack};

/// The error and all its causes in one line.
fn explain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Starts answering the page.
pub fn start() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let (sender, mut requests) = mpsc::unbounded::<Request>();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        match unpack(event.data()) {
            // The receiver lives as long as the worker.
            Ok(request) => drop(sender.unbounded_send(request)),
            Err(error) => tell(&Reply::Failed { reason: format!("unknown request: {error}") }),
        }
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    tell(&Reply::Listening);

    spawn_local(async move {
        let captioner: Rc<RefCell<Option<Captioner>>> = Rc::default();
        while let Some(request) = requests.next().await {
            match request {
                Request::Load { bundle, device } => match load(&bundle, device).await {
                    Ok((loaded, device, bundle)) => {
                        captioner.replace(Some(loaded));
                        tell(&Reply::Ready { device, bundle });
                    }
                    Err(reason) => tell(&Reply::Failed { reason }),
                },
                Request::Caption { id, photo } => {
                    let taken = captioner.take();
                    let reply = match &taken {
                        Some(captioner) => caption(captioner, id, &photo).await,
                        None => Reply::Refused { id, reason: "the captioner is not loaded".into() },
                    };
                    captioner.replace(taken);
                    tell(&reply);
                }
            }
        }
    });
}

fn tell(reply: &Reply) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    match pack(reply) {
        // Fails only for a message that cannot be cloned; ours are plain data.
        Ok(message) => drop(scope.post_message(&message)),
        Err(error) => web_sys::console::error_1(&error.into()),
    }
}

async fn load(address: &str, choice: DeviceChoice) -> Result<(Captioner, DeviceReport, String), String> {
    let files = download::bundle(address, |loaded, total| tell(&Reply::Progress { loaded, total })).await?;
    tell(&Reply::Warming);
    let bundle = Bundle::from_files(files).map_err(|error| explain(&error))?;
    let (captioner, report) = device::choose(&bundle, choice).await?;
    Ok((captioner, report, bundle.config().name.clone()))
}

async fn caption(captioner: &Captioner, id: u32, photo: &[u8]) -> Reply {
    let begun = js_sys::Date::now();
    let picture = match preprocess::decode(photo) {
        Ok(picture) => picture,
        Err(error) => return Reply::Refused { id, reason: explain(&error) },
    };
    match captioner.caption(&picture, captioner.defaults()).await {
        Ok(caption) => Reply::Captioned { id, caption, milliseconds: js_sys::Date::now() - begun },
        Err(error) => Reply::Refused { id, reason: explain(&error) },
    }
}
