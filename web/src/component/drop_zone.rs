//! Where a photo goes in, and where it is shown with what the model looked at.

use leptos::ev::{DragEvent, Event};
use leptos::html;
use leptos::prelude::*;
use web_sys::File;

use super::attention::Attention;
use crate::app::Page;

/// Takes a photo by drop or by file input, and shows it.
#[component]
pub fn DropZone(
    /// What the page shows.
    page: Page,
    /// Takes the photo.
    choose: Callback<File>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let chosen = move |_: Event| {
        let Some(input) = input.get() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            choose.run(file);
        }
        // The same file may be chosen again.
        input.set_value("");
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        match event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)) {
            Some(file) => choose.run(file),
            None => page
                .error
                .set(Some("What was dropped is not a file. Save the picture first, then drop it.".into())),
        }
    };
    view! {
        <section
            class="stage"
            class:over=move || over.get()
            data-testid="drop-zone"
            aria-label="Photo"
            on:dragover=move |event: DragEvent| { event.prevent_default(); over.set(true); }
            on:dragleave=move |_: DragEvent| over.set(false)
            on:drop=dropped
        >
            {move || page.photo.get().map(|photo| view! {
                <figure>
                    // Empty until there is a suggestion: the file's name would be a poor description.
                    <img src=photo.url alt=move || page.alt_text.get() />
                    <Attention page />
                </figure>
            })}
            <label class="choose" class:again=move || page.photo.get().is_some()>
                <input
                    type="file"
                    accept="image/jpeg,image/png,image/webp"
                    data-testid="file-input"
                    node_ref=input
                    on:change=chosen
                />
                <span class="button">
                    {move || if page.photo.get().is_some() { "Another photo" } else { "Choose a photo" }}
                </span>
                <span class="hint">"or drop one here: JPEG, PNG or WebP"</span>
            </label>
        </section>
    }
}
