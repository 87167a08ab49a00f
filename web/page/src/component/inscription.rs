//! The words in the photo shown: asked for, read, marked where they stand, and taken as its alt text.

use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_types::alt::Purpose;
use showtell_types::reading::{Line, Reading};

use crate::desk::{Desk, Entry, Inscription};
use crate::link::Link;

/// The words in a photo, or the way to them.
#[component]
pub fn Words(
    /// What lies on the desk.
    desk: Desk,
    /// The workers.
    link: Link,
    /// The photo.
    entry: Entry,
) -> impl IntoView {
    let (id, known) = (entry.id, entry.inscription.clone());
    let ask = move |_| link.reader.ask(id);
    let content = move || {
        match known.get() {
        Inscription::Unread => view! {
            <button type="button" class="quiet" data-testid="read" on:click=ask>{move || tr!("read")}</button>
        }
        .into_any(),
        Inscription::Reading => {
            view! { <p class="hint small busy" data-testid="reading">{move || tr!("reading")}</p> }.into_any()
        }
        Inscription::Failed(reason) => view! {
            <div class="error">
                <p data-testid="read-failed">{move || tr!("read-failed")}</p>
                <details class="small"><summary>{move || tr!("details")}</summary><p lang="en">{reason}</p></details>
            </div>
            <button type="button" data-testid="read" on:click=ask>{move || tr!("failed-retry")}</button>
        }
        .into_any(),
        Inscription::Read(reading) if reading.lines.is_empty() => {
            view! { <p class="hint small" data-testid="read-none">{move || tr!("read-none")}</p> }.into_any()
        }
        Inscription::Read(reading) => view! { <Lines desk entry=entry.clone() reading /> }.into_any(),
    }
    };
    view! { <div class="inscription" role="group" aria-label=move || tr!("read-title") aria-live="polite">{content}</div> }
}

/// The lines that were read; while they are shown, so are their places in the photo.
#[component]
fn Lines(desk: Desk, entry: Entry, reading: Reading) -> impl IntoView {
    let (id, draft) = (entry.id, entry.draft);
    let Reading { lines, more, .. } = reading;
    let count = lines.len() as i64;
    desk.lines.set(Some(None));
    on_cleanup(move || {
        // Nothing is left to show them where the desk has gone.
        let _ = desk.lines.try_set(None);
    });
    let point = move |place| desk.lines.update(|shown| *shown = shown.map(|_| place));
    let items = lines.into_iter().enumerate().map(|(index, line)| {
        view! {
            <li on:mouseenter=move |_| point(Some(index)) on:mouseleave=move |_| point(None)>{line.text}</li>
        }
    });
    let worded = {
        let draft = draft.clone();
        move || draft.with(|draft| draft.purpose == Purpose::Text)
    };
    let take = move |_| {
        desk.undo.written(id, draft.get_untracked());
        draft.update(|draft| {
            draft.purpose = Purpose::Text;
            draft.chosen = true;
        });
        desk.save(id);
    };
    view! {
        <details
            open
            data-testid="lines"
            on:toggle=move |event| {
                let open = leptos::prelude::event_target::<web_sys::HtmlElement>(&event).has_attribute("open");
                desk.lines.set(open.then_some(None));
            }
        >
            <summary>{move || tr!("read-lines", { "count" => count })}</summary>
            // Long ones scroll, and are scrolled by key as well.
            <ul dir="auto" tabindex="0" aria-label=move || tr!("read-title")>{items.collect_view()}</ul>
            {more.then(|| view! { <p class="hint small">{move || tr!("read-more")}</p> })}
        </details>
        <button type="button" data-testid="take-words" disabled=worded on:click=take>
            {move || tr!("read-take")}
        </button>
    }
}

/// Where the lines stand in the photo shown, while they are shown beside it.
#[component]
pub fn Places(
    /// What lies on the desk.
    desk: Desk,
) -> impl IntoView {
    let shown = move || {
        desk.lines.get()?;
        match desk.shown()?.inscription.get() {
            Inscription::Read(reading) if !reading.lines.is_empty() => Some(reading),
            _ => None,
        }
    };
    move || {
        shown().map(|Reading { lines, width, height, .. }| {
            let places = lines.iter().enumerate().map(|(index, line)| {
                view! {
                    <polygon points=points(line) class:pointed=move || desk.lines.get().flatten() == Some(index) />
                }
            });
            view! {
                <svg
                    class="places"
                    data-testid="places"
                    aria-hidden="true"
                    viewBox=format!("0 0 {width} {height}")
                    preserveAspectRatio="none"
                >
                    {places.collect_view()}
                </svg>
            }
        })
    }
}

/// A line's corners as SVG has them.
fn points(line: &Line) -> String {
    line.corners.map(|[x, y]| format!("{x:.1},{y:.1}")).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_pairs_in_order() {
        let corners = [[1.0, 2.0], [30.5, 2.0], [30.5, 9.0], [1.0, 9.25]];
        let line = Line { text: "A".into(), confidence: 1.0, corners, turned: 0 };
        assert_eq!(points(&line), "1.0,2.0 30.5,2.0 30.5,9.0 1.0,9.2");
    }
}
