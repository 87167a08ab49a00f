//! Serves the finished site on this machine, as a strict server would.

mod headers;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::{fs, thread};

use anyhow::{Context, anyhow, bail};
use axum::handler::HandlerWithoutStateExt;
use axum::http::StatusCode;
use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot::{self, Receiver, Sender};
use tower_http::services::ServeDir;

use crate::site::{INDEX, policy};
use headers::Site;

/// A running server, stopped when dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    /// The server stops once this is gone.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves a finished site on a port of this machine, 0 for any that is free. It answers when this
    /// returns, and sends what the folder holds at the time of a request.
    ///
    /// # Errors
    /// When the port is taken, or the folder has no page with a policy.
    pub fn start(dist: &Path, port: u16) -> anyhow::Result<Self> {
        let index = dist.join(INDEX);
        let html = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
        let policy = policy(&html).with_context(|| format!("{} states no policy", index.display()))?;
        let app = app(dist, Site::new(dist, policy)?);
        let listener =
            std::net::TcpListener::bind(("127.0.0.1", port)).map_err(|error| match error.kind() {
                ErrorKind::AddrInUse => anyhow!("port {port} is taken: choose another with --port"),
                _ => anyhow!(error).context(format!("cannot listen on port {port}")),
            })?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || run(runtime, listener, app, stopped));
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// Where the page is.
    pub fn address(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Waits until the program is interrupted.
    ///
    /// # Errors
    /// When the server ends before that.
    pub fn wait(mut self) -> anyhow::Result<()> {
        let _ = self.thread.take().map(JoinHandle::join);
        bail!("the server stopped");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        // How it ended is of no interest any more.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn run(runtime: Runtime, listener: TcpListener, app: Router, stopped: Receiver<()>) {
    runtime.spawn(async move { axum::serve(listener, app).await });
    // Dropping the other end is the way to say it, so this is always an error.
    let _ = runtime.block_on(stopped);
    // Open connections are cut: browsers hold them for minutes.
    runtime.shutdown_background();
}

fn app(dist: &Path, site: Site) -> Router {
    let absent = || async { (StatusCode::NOT_FOUND, "There is no such file here.\n") };
    let files = ServeDir::new(dist).precompressed_br().precompressed_gzip();
    Router::new()
        .fallback_service(files.not_found_service(absent.into_service()))
        .layer(middleware::from_fn_with_state(Arc::new(site), headers::answer))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::SystemTime;

    use tempfile::TempDir;

    use super::*;

    const HASHED: &str = "page-0123456789abcdef.js";

    /// A small site and its server.
    fn served() -> (TempDir, Server) {
        let dist = TempDir::new().unwrap();
        let put = |name: &str, text: &str| fs::write(dist.path().join(name), text).unwrap();
        put(INDEX, r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'">"#);
        let time = SystemTime::now();
        for (name, text) in
            [("worker_bg.wasm", "0123456789"), ("worker_bg.wasm.br", "brotli"), ("worker_bg.wasm.gz", "gzip")]
        {
            put(name, text);
            File::options().append(true).open(dist.path().join(name)).unwrap().set_modified(time).unwrap();
        }
        put(HASHED, "1");
        put("manifest.webmanifest", "{}");
        let server = Server::start(dist.path(), 0).unwrap();
        (dist, server)
    }

    /// An answer, and its status.
    struct Answer {
        status: u16,
        head: String,
        body: String,
    }

    impl Answer {
        fn header(&self, name: &str) -> Option<&str> {
            self.head
                .lines()
                .find_map(|line| line.split_once(": ").filter(|pair| pair.0 == name))
                .map(|pair| pair.1)
        }
    }

    fn ask(server: &Server, method: &str, path: &str, headers: &[&str]) -> Answer {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{headers}\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    #[test]
    fn the_best_copy_that_is_understood_is_sent() {
        let (_dist, server) = served();
        for (accepted, encoding, body) in [
            ("Accept-Encoding: gzip, deflate, br, zstd", Some("br"), "brotli"),
            ("Accept-Encoding: gzip", Some("gzip"), "gzip"),
            ("Accept-Encoding: identity", None, "0123456789"),
            ("Accept: */*", None, "0123456789"),
        ] {
            let answer = ask(&server, "GET", "/worker_bg.wasm", &[accepted]);
            assert_eq!((answer.status, answer.body.as_str()), (200, body));
            assert_eq!(answer.header("content-encoding"), encoding);
            assert_eq!(answer.header("content-type"), Some("application/wasm"));
            assert_eq!(answer.header("vary"), Some("accept-encoding"));
        }
        let plain = ask(&server, "GET", "/manifest.webmanifest", &["Accept-Encoding: br"]);
        assert_eq!((plain.body.as_str(), plain.header("content-encoding")), ("{}", None));
        assert_eq!(plain.header("content-type"), Some("application/manifest+json"));
    }

    #[test]
    fn a_range_is_one_of_the_file_itself() {
        let (_dist, server) = served();
        let range = ["Accept-Encoding: gzip, br", "Range: bytes=2-4"];
        let answer = ask(&server, "GET", "/worker_bg.wasm", &range);
        assert_eq!((answer.status, answer.body.as_str()), (206, "234"));
        assert_eq!(answer.header("content-range"), Some("bytes 2-4/10"));
        assert_eq!(answer.header("content-encoding"), None);
        assert_eq!(ask(&server, "GET", "/worker_bg.wasm", &["Range: bytes=20-"]).status, 416);
        // Whether it is still that file is not looked at, so all of it is sent.
        let doubtful = ask(&server, "GET", "/worker_bg.wasm", &[&range[..], &["If-Range: \"old\""]].concat());
        assert_eq!((doubtful.status, doubtful.body.as_str()), (200, "brotli"));
    }

    #[test]
    fn what_has_not_changed_is_not_sent_again() {
        let (dist, server) = served();
        let first = ask(&server, "GET", "/worker_bg.wasm", &[]);
        let since = format!("If-Modified-Since: {}", first.header("last-modified").unwrap());
        let tag = format!("If-None-Match: {}", first.header("etag").unwrap());
        for condition in [&since, &tag] {
            let again = ask(&server, "GET", "/worker_bg.wasm", &[condition]);
            assert_eq!((again.status, again.body.as_str()), (304, ""));
        }
        fs::write(dist.path().join("worker_bg.wasm"), "new").unwrap();
        assert_eq!(ask(&server, "GET", "/worker_bg.wasm", &[&tag]).body, "new");
        // Nor is an old copy sent for it.
        assert_eq!(ask(&server, "GET", "/worker_bg.wasm", &["Accept-Encoding: br"]).body, "new");
    }

    #[test]
    fn only_hashed_names_are_kept_unasked() {
        let (_dist, server) = served();
        for (path, kept) in [("/", "no-cache"), ("/worker_bg.wasm", "no-cache")] {
            assert_eq!(ask(&server, "GET", path, &[]).header("cache-control"), Some(kept));
        }
        let hashed = ask(&server, "GET", &format!("/{HASHED}"), &[]);
        assert_eq!(hashed.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(hashed.header("content-type"), Some("text/javascript"));
    }

    #[test]
    fn every_answer_is_strict() {
        let (_dist, server) = served();
        for path in ["/", "/worker_bg.wasm", "/absent.js"] {
            let answer = ask(&server, "GET", path, &[]);
            let policy = answer.header("content-security-policy").unwrap();
            assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
            let features = answer.header("permissions-policy");
            assert_eq!(features, Some("camera=(self), microphone=(), geolocation=()"));
        }
    }

    #[test]
    fn what_is_absent_is_said_to_be() {
        let (dist, server) = served();
        let answer = ask(&server, "GET", "/page-fedcba9876543210.js", &[]);
        assert_eq!((answer.status, answer.body.as_str()), (404, "There is no such file here.\n"));
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(ask(&server, "GET", "/../Cargo.toml", &[]).status, 404);
        // A bundle may be put beside the page at any time.
        fs::create_dir(dist.path().join("other")).unwrap();
        fs::write(dist.path().join("other/config.json"), "{}").unwrap();
        assert_eq!(ask(&server, "GET", "/other/config.json", &[]).body, "{}");
    }

    #[test]
    fn only_reading_is_allowed() {
        let (_dist, server) = served();
        assert_eq!(ask(&server, "POST", "/", &["Content-Length: 0"]).status, 405);
        let head = ask(&server, "HEAD", "/worker_bg.wasm", &[]);
        assert_eq!((head.status, head.body.as_str(), head.header("content-length")), (200, "", Some("10")));
    }

    #[test]
    fn a_taken_port_is_named_and_a_dropped_server_frees_its_own() {
        let (dist, server) = served();
        let port = server.address.port();
        let taken = Server::start(dist.path(), port).unwrap_err().to_string();
        assert_eq!(taken, format!("port {port} is taken: choose another with --port"));
        // A browser's connection stays open.
        let _idle = TcpStream::connect(server.address).unwrap();
        drop(server);
        Server::start(dist.path(), port).unwrap();
    }

    #[test]
    fn a_page_without_a_policy_is_not_served() {
        let dist = TempDir::new().unwrap();
        assert!(Server::start(dist.path(), 0).unwrap_err().to_string().contains("cannot read"));
        fs::write(dist.path().join(INDEX), "<html></html>").unwrap();
        assert!(Server::start(dist.path(), 0).unwrap_err().to_string().contains("states no policy"));
    }
}
