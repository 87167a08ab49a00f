//! What every answer says about itself, and how a request is read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Context;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue as Value,
    IF_RANGE, RANGE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

use crate::site::INDEX;

/// What is to know of the site.
#[derive(Debug)]
pub struct Site {
    dist: PathBuf,
    /// The page's policy as a header.
    policy: Value,
}

impl Site {
    /// Adds to the policy that the page states what can be said in a header alone.
    pub fn new(dist: &Path, stated: &str) -> anyhow::Result<Self> {
        let policy = format!("{stated}; frame-ancestors 'none'");
        let policy = policy.parse().context("the page's policy does not fit into a header")?;
        Ok(Self { dist: dist.to_owned(), policy })
    }

    /// Whether a compressed copy is of another time than the file, which has been replaced since.
    fn has_old_copies(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        let file = if path.is_empty() { INDEX } else { path };
        let modified = |suffix: &str| -> Option<SystemTime> {
            fs::metadata(self.dist.join(format!("{file}{suffix}"))).ok()?.modified().ok()
        };
        [".br", ".gz"].into_iter().filter_map(modified).any(|time| Some(time) != modified(""))
    }
}

/// Sent with everything. The page asks for the camera itself, and shares no window with other pages.
const STRICT: [(HeaderName, Value); 4] = [
    (X_CONTENT_TYPE_OPTIONS, Value::from_static("nosniff")),
    (REFERRER_POLICY, Value::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), Value::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        Value::from_static("camera=(self), microphone=(), geolocation=()"),
    ),
];

/// Around the files' service.
pub async fn answer(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    plain_ranges(request.headers_mut());
    if site.has_old_copies(&path) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    let mut response = next.run(request).await;
    let kept = Value::from_static(cache_control(&path, response.status()));
    let headers = response.headers_mut();
    headers.extend(STRICT);
    headers.insert(CONTENT_SECURITY_POLICY, site.policy.clone());
    headers.insert(CACHE_CONTROL, kept);
    response
}

/// A range counts the bytes of the file itself, not those of a compressed copy, and one that is asked
/// for on a condition is not looked into: then all of the file is right as well.
fn plain_ranges(headers: &mut HeaderMap) {
    if headers.contains_key(IF_RANGE) {
        headers.remove(RANGE);
    }
    if headers.contains_key(RANGE) {
        headers.remove(ACCEPT_ENCODING);
    }
}

/// How long a browser may keep an answer unasked: for good where the name changes with the content.
fn cache_control(path: &str, status: StatusCode) -> &'static str {
    let found = status.is_success() || status == StatusCode::NOT_MODIFIED;
    if found && is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" }
}

/// Whether a name has the form that trunk gives to what it hashes: `page-0123456789abcdef_bg.wasm`.
/// Bundles' files lie in folders, and a person named those.
fn is_hashed(path: &str) -> bool {
    let Some((_, rest)) = path.trim_start_matches('/').split_once('-') else { return false };
    let end = rest.find(|letter: char| !matches!(letter, '0'..='9' | 'a'..='f')).unwrap_or(rest.len());
    end == 16 && rest[end..].starts_with(['.', '_']) && !path.trim_start_matches('/').contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_hash_are_known() {
        for path in
            ["/page-282a4f64edcf81b8.js", "/page-282a4f64edcf81b8_bg.wasm", "/start-0123456789abcdef.js"]
        {
            assert!(is_hashed(path), "{path}");
        }
        for path in [
            "/",
            "/index.html",
            "/sw.js",
            "/worker_bg.wasm",
            "/icon-192.png",
            "/page-282a4f64edcf81b.js",
            "/page-282a4f64edcf81b8",
            "/forms-a/page-282a4f64edcf81b8.js",
            "/bundle/x-282a4f64edcf81b8.json",
        ] {
            assert!(!is_hashed(path), "{path}");
        }
    }

    #[test]
    fn only_what_was_found_is_kept() {
        let hashed = "/page-282a4f64edcf81b8.js";
        assert!(cache_control(hashed, StatusCode::OK).contains("immutable"));
        assert!(cache_control(hashed, StatusCode::NOT_MODIFIED).contains("immutable"));
        assert_eq!(cache_control(hashed, StatusCode::NOT_FOUND), "no-cache");
        assert_eq!(cache_control("/sw.js", StatusCode::OK), "no-cache");
    }

    #[test]
    fn a_range_asks_for_no_encoding_and_a_doubtful_one_is_none() {
        let headers = |pairs: &[(HeaderName, &'static str)]| {
            let mut headers: HeaderMap =
                pairs.iter().map(|(name, value)| (name.clone(), Value::from_static(value))).collect();
            plain_ranges(&mut headers);
            headers
        };
        let range = headers(&[(RANGE, "bytes=0-1"), (ACCEPT_ENCODING, "br")]);
        assert!(range.contains_key(RANGE) && !range.contains_key(ACCEPT_ENCODING));
        let doubtful = headers(&[(RANGE, "bytes=0-1"), (IF_RANGE, "x"), (ACCEPT_ENCODING, "br")]);
        assert!(!doubtful.contains_key(RANGE) && doubtful.contains_key(ACCEPT_ENCODING));
    }

    #[test]
    fn a_policy_that_is_no_header_is_refused() {
        let site = |policy| Site::new(Path::new("dist"), policy);
        assert!(site("default-src 'none'").is_ok());
        assert!(site("default-src\n'none'").is_err());
    }
}
