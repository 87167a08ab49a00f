//! The browser's Cache Storage, where weights stay between visits, each file under its SHA-256.

use js_sys::{Reflect, Uint8Array};
use showtell_protocol::cache::WEIGHTS;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, Response};

use crate::browser::scope;

/// Where files are kept. A browser that keeps nothing, or is full, is no reason to fail.
#[derive(Debug)]
pub struct Store {
    cache: Option<Cache>,
}

impl Store {
    /// Opens it; private windows may have none.
    pub async fn open() -> Self {
        // Absent on addresses that are not secure.
        let absent = Reflect::get(&scope(), &"caches".into()).is_ok_and(|caches| caches.is_undefined());
        let cache = match scope().caches() {
            Ok(caches) if !absent => JsFuture::from(caches.open(WEIGHTS)).await.ok(),
            _ => None,
        };
        Self { cache: cache.map(JsCast::unchecked_into) }
    }

    /// The bytes under a name.
    pub async fn get(&self, name: &str) -> Option<Vec<u8>> {
        let found = JsFuture::from(self.cache.as_ref()?.match_with_str(&address(name))).await.ok()?;
        let response: Response = found.dyn_into().ok()?;
        let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    }

    /// Keeps bytes under a name.
    pub async fn put(&self, name: &str, bytes: &[u8]) {
        let kept = async {
            let body: JsValue = Uint8Array::from(bytes).into();
            let response = Response::new_with_opt_js_u8_array(Some(body.unchecked_ref()))?;
            match &self.cache {
                Some(cache) => JsFuture::from(cache.put_with_str(&address(name), &response)).await,
                None => Ok(JsValue::UNDEFINED),
            }
        };
        if let Err(error) = kept.await {
            web_sys::console::warn_2(&"not kept for the next visit:".into(), &error);
        }
    }

    /// Keeps a whole file, in the place of the part of it that was kept while it came.
    pub async fn keep(&self, hash: &str, bytes: &[u8]) {
        self.put(hash, bytes).await;
        self.delete(&part(hash)).await;
    }

    /// Forgets a file and any part of it.
    pub async fn forget(&self, hash: &str) {
        self.delete(hash).await;
        self.delete(&part(hash)).await;
    }

    /// Forgets what is under a name.
    pub async fn delete(&self, name: &str) {
        if let Some(cache) = &self.cache {
            // What was not there is gone as well.
            let _ = JsFuture::from(cache.delete_with_str(&address(name))).await;
        }
    }
}

/// Caches are asked by address; no server ever sees this one.
fn address(name: &str) -> String {
    format!("weights/{name}")
}

/// The name of what has come of a file that is not whole yet.
#[must_use]
pub fn part(hash: &str) -> String {
    format!("{hash}.part")
}
