//! The ways in: files, a folder, the camera, an address, samples. Dropping and pasting work anywhere.

use leptos::ev::{Event, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use leptos_fluent::tr;
use wasm_bindgen_futures::spawn_local;

use super::camera::Camera;
use super::strip::focus_shown;
use crate::desk::{Desk, Notice};
use crate::intake::Receive;
use crate::intake::{ACCEPTED, address, is_picture, listed, photos};

/// Pictures that may be shown, beside the page.
const SAMPLES: [&str; 5] = ["boats", "coffee", "chelsea", "rocket", "astronaut"];

/// Buttons and fields for photos: large on an empty desk, small beside others.
#[component]
pub fn Intake(
    /// What lies on the desk.
    desk: Desk,
    /// Takes photos.
    receive: Receive,
) -> impl IntoView {
    let empty = move || desk.selected.get().is_none();
    let (files, folder) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let chosen = move |node: NodeRef<html::Input>, whole_folder: bool| {
        move |_: Event| {
            let Some(input) = node.get() else { return };
            let mut found = input.files().map(|files| listed(&files)).unwrap_or_default();
            let mut skipped = Vec::new();
            if whole_folder {
                let (pictures, others) = found.into_iter().partition(|(_, file)| is_picture(file));
                found = pictures;
                skipped = Vec::into_iter(others).map(|(path, _)| path).collect();
            }
            receive.run(photos(found));
            if !skipped.is_empty() {
                desk.notice.set(Some(Notice::Skipped(skipped)));
            }
            // The same file may be chosen again.
            input.set_value("");
        }
    };
    // Not among the attributes that Leptos knows.
    Effect::new(move |_| {
        if let Some(input) = folder.get() {
            input.set_webkitdirectory(true);
        }
    });
    let typed = RwSignal::new(String::new());
    let fetch = move |event: SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked();
        if text.trim().is_empty() {
            return;
        }
        spawn_local(async move {
            match address::fetch(&text).await {
                Ok(photo) => {
                    receive.run(vec![photo]);
                    typed.set(String::new());
                }
                Err(error) => desk.notice.set(Some(error.into())),
            }
        });
    };
    view! {
        <div class="intake">
            <label class="choose">
                <input
                    type="file"
                    multiple
                    accept=ACCEPTED
                    data-testid="file-input"
                    node_ref=files
                    on:change=chosen(files, false)
                />
                <span class="button">{move || if empty() { tr!("choose") } else { tr!("choose-more") }}</span>
            </label>
            <label class="choose">
                <input
                    type="file"
                    multiple
                    data-testid="folder-input"
                    node_ref=folder
                    on:change=chosen(folder, true)
                />
                <span class="button second">{move || tr!("choose-folder")}</span>
            </label>
            <Camera desk receive />
            <Show when=empty>
                <p class="hint">{move || tr!("choose-hint")}</p>
                <p class="hint small">{move || tr!("formats")}</p>
            </Show>
            <details class="address">
                <summary>{move || tr!("address")}</summary>
                <form on:submit=fetch>
                    <label>
                        <span class="heard">{move || tr!("address")}</span>
                        <input
                            type="text"
                            inputmode="url"
                            autocomplete="off"
                            data-testid="address"
                            prop:value=move || typed.get()
                            on:input=move |event| typed.set(event_target_value(&event))
                        />
                    </label>
                    <button type="submit" data-testid="address-add">{move || tr!("address-add")}</button>
                </form>
                <p class="hint small">{move || tr!("address-hint")}</p>
            </details>
        </div>
    }
}

/// Pictures to try the page with.
#[component]
pub fn Samples(
    /// What lies on the desk.
    desk: Desk,
    /// Takes photos.
    receive: Receive,
) -> impl IntoView {
    let name = |sample: &str| match sample {
        "astronaut" => tr!("sample-astronaut"),
        "boats" => tr!("sample-boats"),
        "chelsea" => tr!("sample-chelsea"),
        "coffee" => tr!("sample-coffee"),
        _ => tr!("sample-rocket"),
    };
    let take = move |sample: &'static str| {
        spawn_local(async move {
            match address::fetch(&format!("photos/{sample}.jpg")).await {
                Ok(photo) => {
                    receive.run(vec![photo]);
                    // The samples go with the empty desk.
                    focus_shown();
                }
                Err(error) => desk.notice.set(Some(error.into())),
            }
        });
    };
    view! {
        <div class="samples">
            <p>{move || tr!("samples")}</p>
            <ul data-testid="samples">
                {SAMPLES
                    .into_iter()
                    .map(|sample| view! {
                        <li>
                            <button
                                type="button"
                                aria-label=move || tr!("sample-use", { "name" => name(sample) })
                                on:click=move |_| take(sample)
                            >
                                <img src=format!("photos/{sample}.jpg") alt="" loading="lazy" width="96" height="72" />
                            </button>
                        </li>
                    })
                    .collect_view()}
            </ul>
        </div>
    }
}
