//! The page: photos go in, editable suggestions come out.

use leptos::ev;
use leptos::prelude::*;
use leptos_fluent::tr;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use crate::component::export::ExportMenu;
use crate::component::header::Header;
use crate::component::intake::Intake;
use crate::component::notices::Notices;
use crate::component::queue::Queue;
use crate::component::stage::Photo;
use crate::component::step::take_back;
use crate::component::suggestion::Outcome;
use crate::desk::{Desk, Layout, Notice, Review};
use crate::intake::transfer::Transfer;
use crate::intake::{Photo as Incoming, Receive, photos};
use crate::language::{Language, Words};
use crate::link::Link;
use crate::visits;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let desk = Desk::new();
    let link = Link::open(desk);
    desk.keeper.open(desk, move || link.pump());
    visits::register(desk);
    view! {
        <Language>
            <Table desk link />
        </Language>
    }
}

#[component]
fn Table(desk: Desk, link: Link) -> impl IntoView {
    let words = Words::here();
    let receive = Callback::new(move |photos: Vec<Incoming>| {
        if !photos.is_empty() {
            let said = words.say(|| tr!("said-added", { "count" => photos.len() as i64 }));
            desk.add(photos, move || link.pump());
            desk.say(said);
        }
    });
    let undone = StoredValue::new(Words::here());
    let _ = window_event_listener(ev::keydown, move |event| {
        let keys = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && event.key() == "z";
        // Fields have a history of their own.
        if keys && !event.default_prevented() && !is_field(&event) {
            event.prevent_default();
            undone.get_value().say(|| take_back(desk));
        }
    });
    // Where nothing is kept, texts that somebody has decided about would be lost with the page.
    let _ = window_event_listener(ev::beforeunload, move |event| {
        let reviewed = desk.tally.with_untracked(|tally| tally.with(Review::is_reviewed));
        let wanted = desk.settings.read.with_untracked(|settings| settings.forgetful);
        if (reviewed > 0 && !desk.keeper.keeps() && !wanted) || desk.keeper.has_lost_texts() {
            event.prevent_default();
        }
    });
    // The browser's tab and bookmarks as well.
    Effect::new(move |_| {
        let title = tr!("title");
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            document.set_title(&title);
        }
    });
    // Pasting works wherever the focus is, except where text is being written.
    let _ = window_event_listener(ev::paste, move |event| {
        let Some(transfer) = event.clipboard_data().map(|data| Transfer::new(&data)) else { return };
        if !transfer.is_empty() {
            event.prevent_default();
            open(desk, receive, transfer);
        }
    });
    // A file dropped beside the drop zone would otherwise replace the page.
    let _ = window_event_listener(ev::dragover, |event| event.prevent_default());
    let _ = window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        let transfer = event.data_transfer().map(|data| Transfer::new(&data)).unwrap_or_default();
        if transfer.is_empty() {
            desk.notice.set(Some(Notice::NoFile));
        } else {
            open(desk, receive, transfer);
        }
    });
    let many = Memo::new(move |_| desk.entries.with(|entries| !entries.is_empty()));
    // An empty desk has nothing to list.
    let list = Memo::new(move |_| many.get() && desk.layout.get() == Layout::List);
    view! {
        <Header desk link />
        <Notices desk />
        <main class:listing=move || list.get()>
            <div class="photos">
                <Show when=move || !list.get()>
                    <Photo desk receive />
                </Show>
                <Show when=move || many.get()>
                    <section class="queue" aria-label=move || tr!("queue")>
                        <Intake desk receive />
                        <Queue desk link />
                        <ExportMenu desk />
                    </section>
                </Show>
            </div>
            <Show when=move || !list.get()>
                <Outcome desk link />
            </Show>
        </main>
        <footer>
            <p>{move || tr!("promise")}</p>
        </footer>
    }
}

/// Whether a key was pressed in a field that is being written in.
fn is_field(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| match element.tag_name().as_str() {
        "TEXTAREA" => !element.has_attribute("readonly"),
        "INPUT" => element.get_attribute("type").is_some_and(|kind| kind == "text" || kind == "number"),
        _ => false,
    })
}

/// Takes in what was dropped or pasted.
fn open(desk: Desk, receive: Receive, transfer: Transfer) {
    spawn_local(async move {
        let (files, skipped) = transfer.open().await;
        receive.run(photos(files));
        if !skipped.is_empty() {
            desk.notice.set(Some(Notice::Skipped(skipped)));
        }
    });
}
