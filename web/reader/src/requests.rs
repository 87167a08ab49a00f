//! Answers the page: loads the reader, reads pictures one after the other.

use std::collections::BTreeMap;

use anyhow::anyhow;
use futures::StreamExt;
use showtell_protocol::{BundleAddress, Failure, Refusal, Reply, Request};
use showtell_reader::{NEEDED, Reader, SUMS, listed};
use showtell_types::Caption;
use showtell_types::together::together;
use showtell_worker_common::{Store, download, hear, photo, tell, tell_when_broken};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// The most bytes of one of the reader's files: three times what the largest has.
const MOST: u64 = 4 << 20;

/// Starts answering the page.
pub fn answer() {
    tell_when_broken();
    let mut requests = hear();
    tell(&Reply::Listening);
    spawn_local(async move {
        let mut loaded: Option<Reader> = None;
        while let Some((request, picture)) = requests.next().await {
            match request {
                Request::LoadReader { files } => match load(&files).await {
                    Ok(reader) => {
                        loaded = Some(reader);
                        tell(&Reply::ReaderReady);
                    }
                    Err((failure, error)) => {
                        tell(&Reply::Failed { failure, reason: format!("{error:#}") });
                    }
                },
                Request::Read { id, caption } => {
                    let Some(reader) = loaded.as_ref() else {
                        refuse(id, "the reader is not loaded");
                        continue;
                    };
                    tell(&read(reader, id, caption.as_ref(), &picture).await);
                }
                Request::Caption { id, .. } => refuse(id, "this worker reads words and captions nothing"),
                Request::Load { .. } => {
                    let reason = "this worker reads words and has no captioner".to_owned();
                    tell(&Reply::Failed { failure: Failure::Request, reason });
                }
            }
        }
    });
}

fn refuse(id: u32, reason: &str) {
    tell(&Reply::Refused { id, refusal: Refusal::Other { reason: reason.to_owned() } });
}

/// Fetches the reader's files, from what an earlier visit kept or over the network, and makes a reader of them.
async fn load(address: &BundleAddress) -> Result<Reader, (Failure, anyhow::Error)> {
    let unreachable = |error| (Failure::Unreachable, error);
    let store = Store::open().await;
    let sums = download::small(address, SUMS).await.map_err(unreachable)?;
    let list = String::from_utf8_lossy(&sums).into_owned();
    let (mut files, mut hashes, mut fresh) = (BTreeMap::new(), Vec::new(), Vec::new());
    for name in NEEDED.into_iter().filter(|name| *name != SUMS) {
        let hash = listed(&list, name).map_err(|error| (Failure::Damaged, error.into()))?;
        let kept = match download::text_beside(address, name) {
            Some(text) => Some(text.as_bytes().to_vec()),
            None => store.get(hash).await,
        };
        let bytes = match kept {
            Some(bytes) => bytes,
            None => {
                let place = download::place(address, name).map_err(unreachable)?;
                let bytes = download::file(&place, hash, MOST, &store, |_| ()).await.map_err(unreachable)?;
                fresh.push((hash, bytes.clone()));
                bytes
            }
        };
        hashes.push(hash);
        files.insert(name.to_owned(), bytes);
    }
    files.insert(SUMS.to_owned(), sums);
    let reader = match Reader::from_files(files) {
        Ok(reader) => reader,
        Err(error) => {
            for hash in hashes {
                store.forget(hash).await;
            }
            return Err((Failure::Damaged, error.into()));
        }
    };
    for (hash, bytes) in fresh {
        store.keep(hash, &bytes).await;
    }
    Ok(reader)
}

async fn read(reader: &Reader, id: u32, caption: Option<&Caption>, picture: &JsValue) -> Reply {
    let begun = js_sys::Date::now();
    let picture = match photo::read(picture).await {
        Ok(picture) => picture,
        Err(refusal) => return Reply::Refused { id, refusal },
    };
    match reader.read(&picture) {
        Ok(reading) => {
            let told = caption.and_then(|caption| together(&caption.answer, &caption.text, &reading));
            Reply::Read { id, reading, told, milliseconds: js_sys::Date::now() - begun }
        }
        Err(error) => {
            let reason = format!("{:#}", anyhow!(error));
            Reply::Refused { id, refusal: Refusal::Other { reason } }
        }
    }
}
