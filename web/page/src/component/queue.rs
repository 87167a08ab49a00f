//! All photos, as a strip.

use leptos::prelude::*;
use leptos_fluent::tr;

use crate::desk::{Desk, Entry, Progress};
use crate::link::Link;

/// The photos with their state, and what can be done with all of them.
#[component]
pub fn Queue(
    /// What lies on the desk.
    desk: Desk,
    /// The worker.
    link: Link,
) -> impl IntoView {
    // Once for all that show it: it asks every photo.
    let counts = Memo::new(move |_| desk.counts());
    let open = move || {
        let (done, total) = counts.get();
        done < total
    };
    let refused = move || {
        desk.entries.with(|entries| {
            entries.iter().any(|entry| entry.progress.with(|p| matches!(p, Progress::Refused(_))))
        })
    };
    let toggle = move |_| {
        desk.stopped.update(|stopped| *stopped = !*stopped);
        link.pump();
    };
    let retry_all = move |_| {
        for entry in desk.entries.get_untracked() {
            if entry.progress.with_untracked(|progress| matches!(progress, Progress::Refused(_))) {
                retry(desk, &entry);
            }
        }
        link.pump();
    };
    view! {
        <div class="bar">
            <h2>{move || tr!("queue")}</h2>
            <p data-testid="queue-count">
                {move || {
                    let (done, total) = counts.get();
                    tr!("queue-count", { "done" => done as i64, "total" => total as i64 })
                }}
            </p>
            <Show when=open>
                <progress
                    aria-label=move || tr!("queue")
                    max=move || counts.get().1
                    value=move || counts.get().0
                ></progress>
                <button type="button" data-testid="queue-stop" on:click=toggle>
                    {move || if desk.stopped.get() { tr!("queue-go") } else { tr!("queue-stop") }}
                </button>
            </Show>
            <Show when=refused>
                <button type="button" data-testid="queue-retry" on:click=retry_all>
                    {move || tr!("queue-retry")}
                </button>
            </Show>
            <button type="button" data-testid="queue-clear" on:click=move |_| desk.clear()>
                {move || tr!("queue-clear")}
            </button>
        </div>
        <ul class="strip" data-testid="queue">
            <For each=move || desk.entries.get() key=|entry| entry.id let:entry>
                <Item desk link entry />
            </For>
        </ul>
    }
}

/// Lets a photo begin again.
pub fn retry(desk: Desk, entry: &Entry) {
    entry.progress.set(Progress::Waiting);
    desk.save(entry.id);
}

#[component]
fn Item(desk: Desk, link: Link, entry: Entry) -> impl IntoView {
    let Entry { id, name, progress, thumbnail, .. } = entry;
    let current = move || desk.selected.get() == Some(id);
    let state = {
        let progress = progress.clone();
        move || {
            progress.with(|progress| match progress {
                Progress::Waiting => (tr!("entry-waiting"), "waiting"),
                Progress::Working => (tr!("entry-working"), "working"),
                Progress::Done(_) => (tr!("entry-done"), "done"),
                Progress::Refused(_) => (tr!("entry-refused"), "refused"),
            })
        }
    };
    let remove = {
        let name = name.clone();
        move || tr!("entry-remove", { "name" => name.clone() })
    };
    let label = {
        let (name, state) = (name.clone(), state.clone());
        move || tr!("entry-label", { "name" => name.clone(), "state" => state().0 })
    };
    view! {
        <li data-state=move || state().1>
            <button
                type="button"
                class="pick"
                aria-current=move || current().then_some("true")
                aria-label=label
                title=name.clone()
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
                aria-label=remove
                on:click=move |event| { keep_focus(&event); desk.remove(id); link.pump(); }
            >
                "×"
            </button>
        </li>
    }
}

/// The button goes with its photo: puts the focus on the next photo's, or the one before.
fn keep_focus(event: &web_sys::MouseEvent) {
    use wasm_bindgen::JsCast;
    let own = event
        .current_target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|button| button.closest("li").ok().flatten());
    let other = own.and_then(|item| item.next_element_sibling().or(item.previous_element_sibling()));
    let button = other.and_then(|item| item.query_selector(".remove").ok().flatten());
    let fallback = || {
        let document = web_sys::window()?.document()?;
        document.query_selector("[data-testid=file-input]").ok().flatten()
    };
    if let Some(element) = button.or_else(fallback).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Fails only for an element that has gone.
        let _ = element.focus();
    }
}
