//! Pictures by address: of the page's own origin, or carried in the address itself. No other: the
//! page asks nobody else for anything.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response, Url};

use super::Photo;

/// Why an address gave no picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressError {
    /// It is none, or nothing that is a picture lies there.
    Bad(String),
    /// It is of another origin, given here.
    Foreign(String),
}

/// Fetches a picture.
///
/// # Errors
/// [`AddressError`].
pub async fn fetch(text: &str) -> Result<Photo, AddressError> {
    let text = text.trim();
    let bad = || AddressError::Bad(text.to_owned());
    let window = web_sys::window().ok_or_else(bad)?;
    let location = window.location();
    let here = location.href().map_err(|_| bad())?;
    let url = Url::new_with_base(text, &here).map_err(|_| bad())?;
    let own = location.origin().is_ok_and(|origin| origin == url.origin());
    if !own && url.protocol() != "data:" {
        return Err(AddressError::Foreign(url.origin()));
    }
    let response = JsFuture::from(window.fetch_with_str(&url.href())).await.map_err(|_| bad())?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(bad());
    }
    let blob = JsFuture::from(response.blob().map_err(|_| bad())?).await.map_err(|_| bad())?;
    let blob: Blob = blob.unchecked_into();
    // A server's own page for missing files is not a picture, whatever its status.
    if blob.type_().starts_with("text/") {
        return Err(bad());
    }
    Ok(Photo::new(name(&url), blob))
}

/// The last part of the path, as a file would be called.
fn name(url: &Url) -> String {
    let path = url.pathname();
    let last = path.rsplit('/').next().unwrap_or_default();
    if url.protocol() == "data:" || last.is_empty() { "picture".to_owned() } else { last.to_owned() }
}
