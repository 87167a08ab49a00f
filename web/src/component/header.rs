//! Name, state of the captioner, device.

use leptos::prelude::*;

use crate::app::{Page, Stage};

/// The top of the page.
#[component]
pub fn Header(
    /// What the page shows.
    page: Page,
) -> impl IntoView {
    let loading = move || match page.stage.get() {
        Stage::Loading(loaded, total) => Some((loaded, total)),
        _ => None,
    };
    view! {
        <header>
            <h1>"Showtell"</h1>
            <p class="claim">"Alt text for your photos, written on your own device."</p>
            <div class="state">
                <p role="status" data-testid="status" class:busy=move || !matches!(page.stage.get(), Stage::Ready | Stage::Failed(_))>
                    {move || page.stage.get().text()}
                </p>
                <Show when=move || loading().is_some()>
                    <progress
                        data-testid="progress"
                        aria-label="Loading the captioner"
                        max=move || loading().map_or(1, |(_, total)| total)
                        value=move || loading().map_or(0, |(loaded, _)| loaded)
                    ></progress>
                </Show>
                {move || page.device.get().map(|device| view! {
                    <p class="device" data-testid="device">
                        "Computed on: " <strong>{device.name}</strong> <span>" (" {device.reason} ")"</span>
                    </p>
                })}
            </div>
        </header>
    }
}
