//! Name, state of the captioner, device, settings.

use leptos::prelude::*;
use leptos_fluent::tr;

use super::settings::Settings;
use crate::desk::{Desk, Progress, Review, Stage, Trouble};
use crate::language::{self, Words};
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
        Stage::Loading(loaded, total) | Stage::Held { loaded, total, .. } => Some((loaded, total)),
        _ => None,
    };
    say_quarters(desk);
    let busy = move || match desk.stage.get() {
        Stage::Ready => working(desk).is_some(),
        Stage::Failed(_) | Stage::Held { .. } => false,
        _ => true,
    };
    let failed = move || match desk.stage.get() {
        Stage::Failed(reason) => Some(reason),
        _ => None,
    };
    // Read out when it is ready, held up or lost; not every megabyte.
    Effect::new(move |_| {
        if matches!(desk.stage.get(), Stage::Ready | Stage::Failed(_) | Stage::Held { .. }) {
            let text = untrack(|| status(desk));
            desk.say(text);
        }
    });
    let first = move || match desk.stage.get() {
        Stage::Loading(_, total) if total > 0 && desk.first.get() == Some(true) => {
            Some(tr!("status-first", { "total" => megabytes(total) }))
        }
        _ => None,
    };
    let held = move || match desk.stage.get() {
        Stage::Held { detail, .. } => Some(detail),
        _ => None,
    };
    view! {
        <header>
            <div class="brand">
                <h1>"Showtell"</h1>
                <p class="claim">{move || tr!("claim")}</p>
            </div>
            <div class="state">
                <p data-testid="status" class:busy=busy>{move || status(desk)}</p>
                {move || first().map(|text| view! { <p class="small" data-testid="first">{text}</p> })}
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
        {move || held().map(|detail| view! {
            <div class="notice held">
                <p data-testid="held">{move || status(desk)}</p>
                {(!detail.is_empty()).then(|| view! {
                    <details class="small"><summary>{move || tr!("details")}</summary><p lang="en">{detail}</p></details>
                })}
                <button type="button" data-testid="try-now" on:click=move |_| link.try_now()>
                    {move || tr!("held-now")}
                </button>
            </div>
        })}
        {move || failed().map(|reason| view! {
            <div class="failure" role="alert">
                <p data-testid="error" lang="en">{reason}</p>
                <Show when=move || desk.device_failed.get()>
                    <button type="button" data-testid="use-cpu" on:click=move |_| link.use_cpu()>
                        {move || tr!("failed-cpu")}
                    </button>
                </Show>
                <button type="button" data-testid="reload" on:click=move |_| link.try_now()>
                    {move || tr!("failed-retry")}
                </button>
            </div>
        })}
    }
}

/// Says once each when a quarter, half and three quarters have come: minutes may lie between them.
fn say_quarters(desk: Desk) {
    let words = Words::here();
    let quarter = Memo::new(move |_| match desk.stage.get() {
        Stage::Loading(loaded, total) if total > 0 => 4 * loaded / total,
        _ => 0,
    });
    Effect::new(move |_| {
        let quarter = quarter.get();
        if (1..4).contains(&quarter) {
            desk.say(words.say(|| tr!("said-loading", { "percent" => (25 * quarter) as i64 })));
        }
    });
}

fn megabytes(bytes: u64) -> String {
    language::number(bytes as f64 / 1e6, 1)
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
    match desk.stage.get() {
        Stage::Starting => tr!("status-starting"),
        Stage::Loading(loaded, total) => {
            tr!("status-loading", { "loaded" => megabytes(loaded), "total" => megabytes(total) })
        }
        Stage::Held { loaded, total, trouble, .. } => {
            let kept = tr!("held-kept", { "loaded" => megabytes(loaded), "total" => megabytes(total) });
            let what = match trouble {
                Trouble::Gone => tr!("held-gone"),
                Trouble::Silent => tr!("held-silent"),
                Trouble::Broken | Trouble::Refused(_) => tr!("held-broken"),
                Trouble::Busy(status) => tr!("held-busy", { "status" => status.to_string() }),
            };
            format!("{what} {kept}")
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
