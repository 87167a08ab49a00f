//! Fetches the worker's program, counting bytes as they come, and goes on with a download that broke.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, Headers, ReadableStream, ReadableStreamDefaultReader, Request, RequestInit,
    Response,
};

use crate::desk::Trouble;
use crate::patience::within;

/// The worker's program, made by trunk beside the page.
const PROGRAM: &str = "worker_bg.wasm";

/// Bytes of the worker's program: as it is, and as it is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    whole: u64,
    /// Bytes that the network carries.
    pub sent: u64,
}

impl Size {
    /// What the page was told when it was built; nothing where it was not.
    #[must_use]
    pub fn declared() -> Self {
        let document = web_sys::window().and_then(|window| window.document());
        let meta = document.and_then(|page| page.query_selector("meta[name=program]").ok().flatten());
        let text = meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
        Self::read(&text).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        let (whole, sent) = text.split_once(' ')?;
        Some(Self { whole: whole.parse().ok()?, sent: sent.parse().ok()? })
    }

    /// Bytes that the network has carried once so many of the program are here.
    fn carried(self, bytes: u64) -> u64 {
        (bytes.min(self.whole) * self.sent).checked_div(self.whole).unwrap_or_default()
    }
}

/// What of the program has come.
#[derive(Debug, Clone)]
pub struct Download {
    parts: Array,
    bytes: u64,
    size: Size,
}

impl Download {
    /// Nothing yet.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self { parts: Array::new(), bytes: 0, size }
    }

    /// Fetches what is missing; `heard` is told of the bytes that the network has carried. The worker compiles it: on
    /// the page's own thread that would hold up what the visitor does.
    ///
    /// # Errors
    /// What stopped it. What has come stays for the next attempt.
    pub async fn go_on(&mut self, heard: impl Fn(u64)) -> Result<Blob, Trouble> {
        self.fetch(heard).await?;
        let options = BlobPropertyBag::new();
        options.set_type("application/wasm");
        match Blob::new_with_blob_sequence_and_options(&self.parts, &options) {
            Ok(whole) if self.bytes >= self.size.whole => Ok(whole),
            _ => {
                // Not what it should be: the next attempt begins anew.
                let come = std::mem::replace(self, Self::new(self.size)).bytes;
                Err(Trouble::Refused(format!("{PROGRAM} is damaged: {come} bytes of {}", self.size.whole)))
            }
        }
    }

    async fn fetch(&mut self, heard: impl Fn(u64)) -> Result<(), Trouble> {
        let gone = |_: JsValue| Trouble::Gone;
        let init = RequestInit::new();
        if self.bytes > 0 {
            let headers = Headers::new().map_err(gone)?;
            headers.set("Range", &format!("bytes={}-", self.bytes)).map_err(gone)?;
            init.set_headers(&headers);
        }
        let window = web_sys::window().ok_or(Trouble::Gone)?;
        let request = Request::new_with_str_and_init(PROGRAM, &init).map_err(gone)?;
        let response = within(window.fetch_with_request(&request)).await?.map_err(gone)?;
        let response: Response = response.unchecked_into();
        match response.status() {
            206 => {}
            // All of it was there: only the last step was missing.
            416 if self.bytes > 0 => return Ok(()),
            // A server that knows no ranges begins again.
            _ if response.ok() => *self = Self::new(self.size),
            status => return Err(Trouble::of(status, PROGRAM)),
        }
        let Some(body): Option<ReadableStream> = response.body() else { return Ok(()) };
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        loop {
            let chunk = match within(reader.read()).await {
                Ok(chunk) => chunk.map_err(gone)?,
                Err(silent) => {
                    // Whatever comes of it is of no use any more.
                    drop(reader.cancel());
                    return Err(silent);
                }
            };
            let done = Reflect::get(&chunk, &"done".into()).map_err(gone)?;
            if done.is_truthy() {
                return Ok(());
            }
            let part: Uint8Array = Reflect::get(&chunk, &"value".into()).map_err(gone)?.unchecked_into();
            self.bytes += u64::from(part.length());
            self.parts.push(&part);
            heard(self.size.carried(self.bytes));
        }
    }
}

/// Whether an error of the worker says that its program cannot be compiled.
#[must_use]
pub fn is_damaged(reason: &str) -> bool {
    reason.contains("CompileError")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_is_that_of_the_network() {
        let size = Size::read("4000 1000").unwrap();
        assert_eq!([0, 1, 2000, 4000, 5000].map(|bytes| size.carried(bytes)), [0, 0, 500, 1000, 1000]);
        assert_eq!(Size::default().carried(7), 0);
        assert_eq!(Size::read(""), None);
    }

    #[test]
    fn what_cannot_be_compiled_is_damaged_and_what_stopped_is_not() {
        assert!(is_damaged("Uncaught CompileError: WebAssembly.instantiateStreaming(): expected magic word"));
        assert!(!is_damaged("Uncaught RuntimeError: unreachable"));
    }
}
