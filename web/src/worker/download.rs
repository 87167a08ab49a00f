//! Fetches the files of a bundle, counting bytes as they come.

use std::collections::BTreeMap;

use js_sys::{Reflect, Uint8Array};
use showtell::bundle::{BundleConfig, CONFIG, SUMS};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, ReadableStreamDefaultReader, Response};

use super::explain;

/// Downloads a bundle; `progress` hears bytes received and bytes in all.
///
/// The small files come first: the configuration tells the sizes of the others.
pub async fn bundle(address: &str, progress: impl Fn(u64, u64)) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let address = address.trim_end_matches('/');
    let mut files = BTreeMap::new();
    for name in [SUMS, CONFIG] {
        files.insert(name.to_owned(), file(&format!("{address}/{name}"), |_| ()).await?);
    }
    let config = BundleConfig::from_json(&files[CONFIG]).map_err(|error| explain(&error))?;
    let total = config.files.values().map(|entry| entry.size).sum();
    let mut before = 0;
    progress(0, total);
    for (name, entry) in &config.files {
        let bytes = file(&format!("{address}/{name}"), |loaded| progress(before + loaded, total)).await?;
        before += entry.size;
        files.insert(name.clone(), bytes);
    }
    Ok(files)
}

/// Downloads one file.
async fn file(address: &str, progress: impl Fn(u64)) -> Result<Vec<u8>, String> {
    let failed = |error: JsValue| format!("cannot download {address}: {}", text_of(&error));
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let response = JsFuture::from(scope.fetch_with_str(address)).await.map_err(failed)?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(format!("cannot download {address}: the server answered {}", response.status()));
    }
    let Some(body) = response.body() else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(failed)?;
        let done = Reflect::get(&chunk, &"done".into()).map_err(failed)?;
        if done.is_truthy() {
            return Ok(bytes);
        }
        let value: Uint8Array = Reflect::get(&chunk, &"value".into()).map_err(failed)?.unchecked_into();
        let start = bytes.len();
        bytes.resize(start + value.length() as usize, 0);
        value.copy_to(&mut bytes[start..]);
        progress(bytes.len() as u64);
    }
}

fn text_of(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}
