//! Above all photos: what is left to do, which of them are listed and how, and what can be done with all.

use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_protocol::Refusal;

use super::list::List;
use super::strip::{Strip, focus_if_lost, focus_shown};
use crate::desk::{Desk, Entry, Filter, Layout, Progress, Review};
use crate::language::{self, Words};
use crate::link::Link;

/// The photos with their state, and what can be done with all of them.
#[component]
pub fn Queue(
    /// What lies on the desk.
    desk: Desk,
    /// The worker.
    link: Link,
) -> impl IntoView {
    let waiting = Memo::new(move |_| desk.tally.with(|tally| tally.of(Review::Waiting)));
    say_the_end(desk, waiting);
    // The button goes when nothing waits any more: whoever was on it is not left nowhere.
    let held = StoredValue::new(false);
    Effect::new(move |_| {
        if waiting.get() == 0 && held.get_value() {
            held.set_value(false);
            focus_if_lost();
        }
    });
    let toggle = move |_| {
        desk.stopped.update(|stopped| *stopped = !*stopped);
        link.pump();
    };
    let retriable = move || desk.entries.with(|entries| entries.iter().any(can_be_retried));
    let retry_all = move |_| {
        for entry in desk.entries.get_untracked() {
            if untrack(|| can_be_retried(&entry)) {
                retry(desk, &entry);
            }
        }
        link.pump();
        focus_shown();
    };
    view! {
        <div class="bar">
            <h2>{move || tr!("queue")}</h2>
            <p data-testid="queue-count">{move || desk.tally.with(language::tally)}</p>
            <Show when=move || { waiting.get() > 0 }>
                <progress
                    aria-label=move || tr!("queue")
                    max=move || desk.tally.with(|tally| tally.all())
                    value=move || desk.tally.with(|tally| tally.all()) - waiting.get()
                ></progress>
                <button
                    type="button"
                    data-testid="queue-stop"
                    on:focus=move |_| held.set_value(true)
                    // A button that goes takes the focus nowhere else.
                    on:blur=move |event| if event.related_target().is_some() { held.set_value(false) }
                    on:click=toggle
                >
                    {move || if desk.stopped.get() { tr!("queue-go") } else { tr!("queue-stop") }}
                </button>
            </Show>
            <Show when=retriable>
                <button type="button" data-testid="queue-retry" on:click=retry_all>
                    {move || tr!("queue-retry")}
                </button>
            </Show>
            <button type="button" data-testid="queue-clear" on:click=move |_| { desk.clear(); focus_shown(); }>
                {move || tr!("queue-clear")}
            </button>
        </div>
        <div class="bar">
            <Filters desk />
            <Layouts desk />
        </div>
        {move || match desk.layout.get() {
            Layout::Single => view! { <Strip desk link /> }.into_any(),
            Layout::List => view! { <List desk link /> }.into_any(),
        }}
    }
}

/// Says once that the captioner is through with many photos, and what is left for a person.
fn say_the_end(desk: Desk, waiting: Memo<usize>) {
    let words = Words::here();
    Effect::new(move |before: Option<usize>| {
        let now = waiting.get();
        let tally = desk.tally.get_untracked();
        if now == 0 && before.is_some_and(|before| before > 0) && tally.all() > 1 {
            desk.say(words.say(|| tr!("said-end", { "counts" => untrack(|| language::tally(&tally)) })));
        }
        now
    });
}

/// Which photos are listed.
#[component]
fn Filters(desk: Desk) -> impl IntoView {
    let choices = Filter::ALL.map(|filter| {
        let name = move || {
            let count = desk.tally.with(|tally| tally.with(|review| filter.shows(review)));
            match filter {
                Filter::All => tr!("filter-all", { "count" => count as i64 }),
                Filter::Open => tr!("filter-open", { "count" => count as i64 }),
                Filter::Reviewed => tr!("filter-reviewed", { "count" => count as i64 }),
            }
        };
        let id = match filter {
            Filter::All => "all",
            Filter::Open => "open",
            Filter::Reviewed => "reviewed",
        };
        radio("filter", id, filter, desk.filter, name)
    });
    view! {
        <fieldset data-testid="filter">
            <legend class="heard">{move || tr!("filter")}</legend>
            <div class="choices">{choices}</div>
        </fieldset>
    }
}

/// One of several choices of a group, which sets a signal.
fn radio<T: Copy + PartialEq + Send + Sync + 'static>(
    group: &'static str,
    id: &'static str,
    own: T,
    chosen: RwSignal<T>,
    name: impl Fn() -> String + Send + 'static,
) -> impl IntoView {
    view! {
        <label>
            <input
                type="radio"
                name=group
                value=id
                prop:checked=move || chosen.get() == own
                on:change=move |_| chosen.set(own)
            />
            <span>{name}</span>
        </label>
    }
}

/// One photo, or all in a list.
#[component]
fn Layouts(desk: Desk) -> impl IntoView {
    let choices = [Layout::Single, Layout::List].map(|layout| {
        let name = move || match layout {
            Layout::Single => tr!("layout-single"),
            Layout::List => tr!("layout-list"),
        };
        let id = if layout == Layout::Single { "single" } else { "list" };
        radio("layout", id, layout, desk.layout, name)
    });
    view! {
        <fieldset class="layouts" data-testid="layout">
            <legend class="heard">{move || tr!("layout")}</legend>
            <div class="choices">{choices}</div>
        </fieldset>
    }
}

/// Whether trying again can help: not with a file that will be the same. Tracked.
pub fn can_be_retried(entry: &Entry) -> bool {
    entry
        .progress
        .with(|progress| matches!(progress, Progress::Refused(refusal) if language::passes(refusal)))
}

/// Lets a photo begin again.
pub fn retry(desk: Desk, entry: &Entry) {
    // Of a photo that could not be kept there is nothing to try again.
    let gone = desk.file(entry.id).is_none();
    entry.progress.set(if gone { Progress::Refused(Refusal::Unreadable) } else { Progress::Waiting });
    desk.save(entry.id);
}
