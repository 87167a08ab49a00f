//! Where a photo is shown with what the captioner looked at, or, on an empty desk, how one gets there.

use leptos::ev::DragEvent;
use leptos::prelude::*;
use leptos_fluent::tr;
use web_sys::Url;

use super::attention::Attention;
use super::inscription::Places;
use super::intake::{Intake, Samples};
use crate::desk::{Desk, Progress};
use crate::intake::Receive;

/// The photo shown, and the ways in.
#[component]
pub fn Photo(
    /// What lies on the desk.
    desk: Desk,
    /// Takes photos.
    receive: Receive,
) -> impl IntoView {
    let over = RwSignal::new(false);
    // One address at a time: each holds its photo in memory.
    let url = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let file = desk.selected.get().and_then(|id| desk.file(id));
        let made = file.and_then(|file| Url::create_object_url_with_blob(&file).ok());
        if let Some(old) = url.try_update(|url| std::mem::replace(url, made)).flatten() {
            // Fails only for an address that is not ours.
            let _ = Url::revoke_object_url(&old);
        }
    });
    let alt = move || desk.shown().map(|entry| entry.draft.with(|draft| draft.alt().to_owned()));
    let working = move || {
        desk.shown().is_some_and(|entry| entry.progress.with(|progress| *progress == Progress::Working))
    };
    // What the browser cannot show has its small picture, which the captioner made.
    let unshown = RwSignal::new(None::<u32>);
    let source = move || {
        let id = desk.selected.get();
        let small = || desk.shown().and_then(|entry| entry.thumbnail.get());
        if unshown.get().is_some() && unshown.get() == id { small() } else { url.get().or_else(small) }
    };
    view! {
        <section
            class="stage"
            class:over=move || over.get()
            class:empty=move || desk.selected.get().is_none()
            data-testid="drop-zone"
            aria-label=move || tr!("photo")
            on:dragover=move |event: DragEvent| { event.prevent_default(); over.set(true); }
            on:dragleave=move |_: DragEvent| over.set(false)
            // The window takes what is dropped, here as elsewhere.
            on:drop=move |_: DragEvent| over.set(false)
        >
            {move || desk.selected.get().and(source()).map(|source| view! {
                <figure class:working=working>
                    // Empty until there is a suggestion: the file's name would be a poor description.
                    <img
                        src=source
                        alt=move || alt().unwrap_or_default()
                        lang="en"
                        data-testid="photo"
                        on:error=move |_| unshown.set(desk.selected.get_untracked())
                    />
                    <Attention desk />
                    <Places desk />
                </figure>
            })}
            <Show when=move || desk.selected.get().is_none()>
                <Intake desk receive />
                <Samples desk receive />
            </Show>
        </section>
    }
}
