//! All photos as a strip beside the one shown: one stop of the Tab key, in which arrows move.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_fluent::tr;
use wasm_bindgen::JsCast;

use crate::desk::{Desk, Entry, Progress};
use crate::language;
use crate::link::Link;

/// The photos with their state.
#[component]
pub fn Strip(
    /// What lies on the desk.
    desk: Desk,
    /// The worker.
    link: Link,
) -> impl IntoView {
    let list = NodeRef::<html::Ul>::new();
    // Whoever chooses a photo elsewhere finds it here.
    Effect::new(move |_| {
        let (Some(list), Some(id)) = (list.get(), desk.selected.get()) else { return };
        request_animation_frame(move || {
            let item = list.query_selector(&format!("[data-id=\"{id}\"]")).ok().flatten();
            if let Some(item) = item.and_then(|item| item.dyn_into::<web_sys::HtmlElement>().ok()) {
                let (start, end) = (item.offset_left(), item.offset_left() + item.offset_width());
                // By hand: the browser's own way would scroll the page as well.
                if start < list.scroll_left() {
                    list.set_scroll_left(start - 8);
                } else if end > list.scroll_left() + list.client_width() {
                    list.set_scroll_left(end + 8 - list.client_width());
                }
            }
        });
    });
    let keys = move |event: KeyboardEvent| {
        let Some(id) = desk.selected.get_untracked() else { return };
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => -1,
            "PageDown" => 6,
            "PageUp" => -6,
            "Home" => isize::MIN,
            "End" => isize::MAX,
            "Delete" => {
                event.prevent_default();
                desk.remove(id);
                link.pump();
                focus_shown();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(next) = desk.listed(id, step) {
            desk.select(next);
            link.pump();
            focus_shown();
        }
    };
    view! {
        <div role="toolbar" aria-label=move || tr!("strip") on:keydown=keys>
            <ul class="strip" data-testid="queue" node_ref=list>
                <For each=move || desk.entries.get() key=|entry| entry.id let:entry>
                    <Item desk link entry />
                </For>
            </ul>
        </div>
    }
}

/// Puts the focus on the photo shown, or on the way in where there is none.
pub fn focus_shown() {
    request_animation_frame(|| {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        let found = |selector: &str| document.query_selector(selector).ok().flatten();
        let place = found(".strip [aria-current]").or_else(|| found("[data-testid=file-input]"));
        if let Some(element) = place.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Fails only for an element that has gone.
            let _ = element.focus();
        }
    });
}

/// Puts the focus on the photo shown if it is nowhere.
pub fn focus_if_lost() {
    request_animation_frame(|| {
        let document = web_sys::window().and_then(|window| window.document());
        let focused = document.and_then(|document| document.active_element());
        if focused.is_none_or(|element| element.tag_name() == "BODY") {
            focus_shown();
        }
    });
}

/// Puts the focus on what has a test id.
pub fn focus(id: &'static str) {
    request_animation_frame(move || {
        let document = web_sys::window().and_then(|window| window.document());
        let found =
            document.and_then(|page| page.query_selector(&format!("[data-testid={id}]")).ok().flatten());
        if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Fails only for an element that has gone.
            let _ = element.focus();
        }
    });
}

#[component]
fn Item(desk: Desk, link: Link, entry: Entry) -> impl IntoView {
    let (id, path) = (entry.id, entry.path.clone());
    let Entry { progress, thumbnail, .. } = entry.clone();
    let current = Memo::new(move |_| desk.selected.get() == Some(id));
    let review = Memo::new(move |_| entry.review());
    let state = move || {
        progress.with(|progress| match progress {
            Progress::Waiting => "waiting",
            Progress::Working => "working",
            Progress::Done(_) => "done",
            Progress::Refused(_) => "refused",
        })
    };
    let remove = {
        let path = path.clone();
        move || tr!("entry-remove", { "name" => path.clone() })
    };
    let label = {
        let path = path.clone();
        move || tr!("entry-label", { "name" => path.clone(), "state" => language::review(review.get()) })
    };
    view! {
        <li
            data-id=id
            data-state=state
            data-review=move || review.get().name()
            class:gone=move || !desk.filter.get().shows(review.get()) && !current.get()
        >
            <button
                type="button"
                class="pick"
                tabindex=move || if current.get() { "0" } else { "-1" }
                aria-current=move || current.get().then_some("true")
                aria-label=label
                title=path.clone()
                on:click=move |_| { desk.select(id); link.pump(); }
            >
                {move || match thumbnail.get() {
                    Some(url) => view! { <img src=url alt="" loading="lazy" decoding="async" /> }.into_any(),
                    None => view! { <span class="blank"></span> }.into_any(),
                }}
                <span class="mark" aria-hidden="true"></span>
            </button>
            <button
                type="button"
                class="remove"
                tabindex="-1"
                aria-label=remove
                on:click=move |_| {
                    let shown = current.get_untracked();
                    desk.remove(id);
                    link.pump();
                    // The button goes with its photo.
                    if shown || desk.selected.get_untracked().is_none() { focus_shown() }
                }
            >
                "×"
            </button>
        </li>
    }
}
