//! Fetches files over the network, counting bytes as they come, and goes on with a download that broke.

use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::callback::Timeout;
use js_sys::{Promise, Reflect, Uint8Array};
use showtell_protocol::BundleAddress;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, ReadableStreamDefaultReader, Request, RequestInit, Response};

use crate::browser::{scope, text_of};
use crate::store::{Store, part};

/// The most bytes of the files that nothing declares.
const SMALL: u64 = 1 << 20;
/// Bytes after which a part is kept, so that a broken download goes on there.
const PART: usize = 4 << 20;
/// How long a connection may say nothing before it counts as broken.
const SILENCE: Duration = Duration::from_secs(20);
/// Waits before a broken download is tried again.
const PAUSES: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(2), Duration::from_secs(5)];

/// The text of one of a folder's files, where it came along with the addresses of the others.
#[must_use]
pub fn text_beside<'a>(bundle: &'a BundleAddress, name: &str) -> Option<&'a str> {
    match bundle {
        BundleAddress::Folder(_) => None,
        BundleAddress::Files { texts, .. } => texts.get(name).map(String::as_str),
    }
}

/// The address of one of a folder's files.
///
/// # Errors
/// When the file is not among those whose addresses came.
pub fn place(bundle: &BundleAddress, name: &str) -> anyhow::Result<String> {
    match bundle {
        BundleAddress::Folder(folder) => Ok(format!("{}/{name}", folder.trim_end_matches('/'))),
        BundleAddress::Files { addresses, .. } => {
            addresses.get(name).cloned().with_context(|| format!("{name} has no address"))
        }
    }
}

/// A small file, whose size nothing declares.
///
/// # Errors
/// Why it did not come.
pub async fn small(folder: &BundleAddress, name: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match text_beside(folder, name) {
        Some(text) => bytes.extend_from_slice(text.as_bytes()),
        None => piece(&place(folder, name)?, SMALL, &mut bytes, &mut async |_: &[u8]| ()).await?,
    }
    Ok(bytes)
}

/// Downloads one file of at most so many bytes, going on where an earlier attempt broke off; `progress` hears how
/// many are here.
///
/// # Errors
/// Why it did not come.
pub async fn file(
    address: &str,
    hash: &str,
    most: u64,
    store: &Store,
    progress: impl Fn(u64),
) -> anyhow::Result<Vec<u8>> {
    let mut bytes = store.get(&part(hash)).await.unwrap_or_default();
    let mut kept = bytes.len();
    let mut pauses = PAUSES.iter();
    loop {
        let mut heard = async |bytes: &[u8]| {
            progress(bytes.len() as u64);
            if bytes.len() >= kept + PART {
                kept = bytes.len();
                store.put(&part(hash), bytes).await;
            }
        };
        match piece(address, most, &mut bytes, &mut heard).await {
            Ok(()) => return Ok(bytes),
            Err(Trouble::Refused(reason)) => bail!(reason),
            Err(Trouble::Broken(reason)) => {
                store.put(&part(hash), &bytes).await;
                kept = bytes.len();
                let Some(pause) = pauses.next() else { bail!(reason) };
                sleep(*pause).await;
            }
        }
    }
}

/// Waits for something of a connection, but not for ever.
async fn within(promise: Promise, address: &str) -> Result<Result<JsValue, JsValue>, Trouble> {
    let (something, silence) = (pin!(JsFuture::from(promise)), pin!(sleep(SILENCE)));
    match select(something, silence).await {
        Either::Left((value, _)) => Ok(value),
        Either::Right(_) => {
            let seconds = SILENCE.as_secs();
            Err(Trouble::Broken(format!("cannot download {address}: nothing came for {seconds} seconds")))
        }
    }
}

async fn sleep(pause: Duration) {
    let (ring, rung) = oneshot::channel();
    let _timer = Timeout::new(pause.as_millis() as u32, || {
        // Somebody waits: the timer goes with who does.
        let _ = ring.send(());
    });
    let _ = rung.await;
}

/// Why a file did not come.
enum Trouble {
    /// The server said no: asking again is of no use.
    Refused(String),
    /// The connection broke.
    Broken(String),
}

impl From<Trouble> for anyhow::Error {
    fn from(trouble: Trouble) -> Self {
        let (Trouble::Refused(text) | Trouble::Broken(text)) = trouble;
        anyhow!(text)
    }
}

/// Appends to what is there already what is missing of a file, which has `most` bytes.
async fn piece(
    address: &str,
    most: u64,
    bytes: &mut Vec<u8>,
    heard: &mut impl AsyncFnMut(&[u8]),
) -> Result<(), Trouble> {
    let broken = |error: JsValue| Trouble::Broken(format!("cannot download {address}: {}", text_of(&error)));
    let init = RequestInit::new();
    if !bytes.is_empty() {
        let headers = Headers::new().map_err(broken)?;
        headers.set("Range", &format!("bytes={}-", bytes.len())).map_err(broken)?;
        init.set_headers(&headers);
    }
    let request = Request::new_with_str_and_init(address, &init).map_err(broken)?;
    let response = within(scope().fetch_with_request(&request), address).await?.map_err(broken)?;
    let response: Response = response.unchecked_into();
    match response.status() {
        206 => {}
        // All of it was there: only the last step was missing.
        416 if !bytes.is_empty() => return Ok(()),
        // A server that knows no ranges begins again.
        _ if response.ok() => bytes.clear(),
        // The server cannot for the moment.
        status @ (408 | 425 | 429 | 500..) => {
            return Err(Trouble::Broken(format!("cannot download {address}: the server answered {status}")));
        }
        status => {
            return Err(Trouble::Refused(format!("cannot download {address}: the server answered {status}")));
        }
    }
    let Some(body) = response.body() else { return Ok(()) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    loop {
        let chunk = match within(reader.read(), address).await {
            Ok(chunk) => chunk.map_err(broken)?,
            Err(silent) => {
                // Whatever comes of it is of no use any more.
                drop(reader.cancel());
                return Err(silent);
            }
        };
        let done = Reflect::get(&chunk, &"done".into()).map_err(broken)?;
        if done.is_truthy() {
            return Ok(());
        }
        let value: Uint8Array = Reflect::get(&chunk, &"value".into()).map_err(broken)?.unchecked_into();
        if bytes.len() as u64 + u64::from(value.length()) > most {
            drop(reader.cancel());
            return Err(Trouble::Refused(format!(
                "cannot download {address}: it is larger than {most} bytes"
            )));
        }
        let start = bytes.len();
        bytes.resize(start + value.length() as usize, 0);
        value.copy_to(&mut bytes[start..]);
        heard(bytes).await;
    }
}
