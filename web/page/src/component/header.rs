//! Name, state of the captioner, device, settings.

use leptos::prelude::*;
use leptos_fluent::tr;

use super::settings::Settings;
use crate::desk::{Desk, Progress, Review, Stage};
use crate::language;
use crate::link::Link;

/// The top of the page.
#[component]
pub fn Header(
    /// What lies on the desk.
    desk: Desk,
    /// The worker.
    link: Link,
) -> impl IntoView {
    let loading = move || match desk.stage.get() {
        Stage::Loading(loaded, total) => Some((loaded, total)),
        _ => None,
    };
    let busy = move || match desk.stage.get() {
        Stage::Ready => working(desk).is_some(),
        Stage::Failed(_) => false,
        _ => true,
    };
    let failed = move || match desk.stage.get() {
        Stage::Failed(reason) => Some(reason),
        _ => None,
    };
    // Read out when it is ready or lost; not every megabyte.
    Effect::new(move |_| {
        if matches!(desk.stage.get(), Stage::Ready | Stage::Failed(_)) {
            let text = untrack(|| status(desk));
            desk.say(text);
        }
    });
    view! {
        <header>
            <div class="brand">
                <h1>"Showtell"</h1>
                <p class="claim">{move || tr!("claim")}</p>
            </div>
            <div class="state">
                <p data-testid="status" class:busy=busy>{move || status(desk)}</p>
                <Show when=move || loading().is_some()>
                    <progress
                        data-testid="progress"
                        aria-label=move || tr!("progress")
                        max=move || loading().map_or(1, |(_, total)| total)
                        value=move || loading().map_or(0, |(loaded, _)| loaded)
                    ></progress>
                </Show>
                {move || desk.device.get().map(|report| view! {
                    <p class="device" data-testid="device">
                        {tr!("device")} " " <strong>{report.name.clone()}</strong>
                        <span>" (" {language::device(&report)} ")"</span>
                    </p>
                })}
            </div>
            <Settings desk link />
        </header>
        {move || failed().map(|reason| view! {
            <div class="failure" role="alert">
                <p data-testid="error">{reason}</p>
                <button type="button" data-testid="reload" on:click=move |_| link.restart()>
                    {move || tr!("failed-retry")}
                </button>
            </div>
        })}
    }
}

/// Place of the photo being worked on, and how many there are; tracked.
fn working(desk: Desk) -> Option<(usize, usize)> {
    desk.entries.with(|entries| {
        let place = entries.iter().position(|entry| entry.progress.with(|p| *p == Progress::Working));
        place.map(|place| (place + 1, entries.len()))
    })
}

/// What the captioner is doing, for people.
fn status(desk: Desk) -> String {
    let megabytes = |bytes: u64| language::number(bytes as f64 / 1e6, 1);
    match desk.stage.get() {
        Stage::Starting => tr!("status-starting"),
        Stage::Loading(loaded, total) => {
            tr!("status-loading", { "loaded" => megabytes(loaded), "total" => megabytes(total) })
        }
        Stage::Warming => tr!("status-warming"),
        Stage::Failed(_) => tr!("status-failed"),
        Stage::Ready => match working(desk) {
            Some((_, 1)) => tr!("status-working"),
            Some((number, total)) => {
                tr!("status-queue", { "number" => number as i64, "total" => total as i64 })
            }
            None => {
                let waiting = desk.tally.with(|tally| tally.of(Review::Waiting));
                if waiting > 0 && desk.stopped.get() {
                    tr!("status-stopped", { "open" => waiting as i64 })
                } else {
                    tr!("status-ready")
                }
            }
        },
    }
}
