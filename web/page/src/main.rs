//! The page: photos go in, editable suggestions come out. It draws and never computes; what computes is
//! the worker, to which it speaks through `showtell-protocol`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod app;
mod carried;
mod component;
mod desk;
mod export;
mod intake;
mod language;
mod link;
mod patience;
mod program;
mod visits;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(shell) = document.and_then(|document| document.get_element_by_id("shell")) {
        shell.remove();
    }
}
