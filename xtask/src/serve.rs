//! Builds the page and serves it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::setup::{self, WasmToolchain};
use crate::shell::{command, run};

/// Builds in release form into `dist`.
pub fn build(toolchain: WasmToolchain) -> anyhow::Result<()> {
    run(&mut trunk(toolchain, &["build", "--release"]))
}

/// A trunk command. Offline: trunk finds its tools on the PATH instead of fetching them.
fn trunk(toolchain: WasmToolchain, arguments: &[&str]) -> Command {
    let mut trunk = command("trunk", &[arguments, &["--offline"]].concat());
    toolchain.prepare(&mut trunk);
    // Some systems set this to 1, where trunk knows only true and false.
    trunk.env_remove("NO_COLOR");
    // stdout is for the address alone.
    trunk.stdout(std::io::stderr());
    trunk
}

/// `cargo xtask serve`: until it is interrupted.
pub fn serve(port: u16) -> anyhow::Result<()> {
    let toolchain = setup::page()?;
    build(toolchain)?;
    let mut server = Server::start(toolchain, port)?;
    println!("{}", server.address());
    server.wait()
}

/// A running server, stopped when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Serves on a port of this machine and returns once it answers.
    pub fn start(toolchain: WasmToolchain, port: u16) -> anyhow::Result<Self> {
        let number = port.to_string();
        let serve =
            ["serve", "--release", "--no-autoreload=true", "--address", "127.0.0.1", "--port", &number];
        if TcpListener::bind(("127.0.0.1", port)).is_err() {
            bail!("port {port} is taken: choose another with --port");
        }
        let child = trunk(toolchain, &serve).spawn().context("cannot start trunk")?;
        let mut server = Self { child, port };
        server.await_answer()?;
        Ok(server)
    }

    /// A port that is free now.
    pub fn free_port() -> anyhow::Result<u16> {
        Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
    }

    /// Where the page is.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    fn await_answer(&mut self) -> anyhow::Result<()> {
        // Trunk builds once more before it serves, which only checks that nothing changed.
        let limit = Instant::now() + Duration::from_secs(1800);
        while Instant::now() < limit {
            if let Some(status) = self.child.try_wait()? {
                bail!("trunk serve stopped: {status}");
            }
            if self.answers() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(300));
        }
        bail!("trunk serve does not answer");
    }

    fn answers(&self) -> bool {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(
                b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n",
            )?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200") && answer.contains("Showtell"))
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let status = self.child.wait()?;
        bail!("trunk serve stopped: {status}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
