//! All photos, each with its text, as a grid for the keyboard (ARIA Authoring Practices): one stop of the Tab key,
//! arrows move, typing writes, Enter takes the text and goes on to the next photo that waits for a person.
//!
//! Rows that are out of sight are not laid out (`content-visibility`), so that hundreds cost no more than a few.

use leptos::ev::{Event, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_types::alt::Purpose;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};

use super::step::go_on;
use crate::desk::{Desk, Draft, Entry, Review};
use crate::language::{self, Words};
use crate::link::Link;

/// The cell with the text, among those of a row that take the focus.
const TEXT: usize = 1;
/// Rows that a page key moves.
const PAGE: isize = 8;

/// The list.
#[component]
pub fn List(
    /// What lies on the desk.
    desk: Desk,
    /// The worker.
    link: Link,
) -> impl IntoView {
    // Which cell of the photo shown is the stop of the Tab key.
    let column = RwSignal::new(TEXT);
    let keys = move |event: KeyboardEvent| {
        let Some(cell) = target(&event) else { return };
        let Some(id) = row_of(&cell) else { return };
        // Whoever writes needs these keys in the text.
        if event.is_composing() || cell.class_list().contains("writing") {
            return;
        }
        let to = match event.key().as_str() {
            "ArrowDown" => Some(1),
            "ArrowUp" => Some(-1),
            "PageDown" => Some(PAGE),
            "PageUp" => Some(-PAGE),
            "Home" => Some(isize::MIN),
            "End" => Some(isize::MAX),
            _ => None,
        };
        if let Some(step) = to {
            event.prevent_default();
            if let Some(next) = desk.listed(id, step) {
                desk.select(next);
                focus(next, column.get_untracked());
            }
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" | "ArrowRight" => {
                event.prevent_default();
                let step = if event.key() == "ArrowRight" { 1 } else { -1 };
                let place = column
                    .get_untracked()
                    .saturating_add_signed(step)
                    .min(cells(&cell).len().saturating_sub(1));
                column.set(place);
                focus(id, place);
            }
            "Delete" => {
                event.prevent_default();
                desk.remove(id);
                link.pump();
                match desk.selected.get_untracked() {
                    Some(next) => focus(next, column.get_untracked()),
                    None => super::strip::focus_shown(),
                }
            }
            _ => {}
        }
    };
    view! {
        <p class="hint small keys">{move || tr!("list-hint")}</p>
        <div role="grid" class="list" aria-label=move || tr!("list") data-testid="list" on:keydown=keys>
            <For each=move || desk.entries.get() key=|entry| entry.id let:entry>
                <Row desk link entry column />
            </For>
        </div>
    }
}

fn target(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The photo that a cell belongs to.
fn row_of(cell: &Element) -> Option<u32> {
    cell.closest("[role=row]").ok().flatten()?.get_attribute("data-id")?.parse().ok()
}

/// The things in a cell's row that take the focus.
fn cells(cell: &Element) -> Vec<HtmlElement> {
    let Some(row) = cell.closest("[role=row]").ok().flatten() else { return Vec::new() };
    let Ok(found) = row.query_selector_all("textarea, button") else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.get(place)?.dyn_into().ok()).collect()
}

/// Puts the focus on a cell once the page has been drawn.
fn focus(id: u32, column: usize) {
    request_animation_frame(move || {
        let document = web_sys::window().and_then(|window| window.document());
        let row = document
            .and_then(|page| page.query_selector(&format!(".list [data-id=\"{id}\"]")).ok().flatten());
        let Some(row) = row else { return };
        if let Some(cell) = cells(&row).get(column) {
            // Fails only for an element that has gone.
            let _ = cell.focus();
        }
    });
}

#[component]
fn Row(desk: Desk, link: Link, entry: Entry, column: RwSignal<usize>) -> impl IntoView {
    let (id, path, draft) = (entry.id, entry.path.clone(), entry.draft.clone());
    let thumbnail = entry.thumbnail.clone();
    let current = Memo::new(move |_| desk.selected.get() == Some(id));
    let review = Memo::new({
        let entry = entry.clone();
        move |_| entry.review()
    });
    let stop = move |place: usize| if current.get() && column.get() == place { "0" } else { "-1" };
    let take_focus = move |place: usize| {
        if desk.selected.get_untracked() != Some(id) {
            desk.select(id);
            link.pump();
        }
        column.set(place);
    };
    Effect::new(move |_| {
        if desk.focus.get() == Some(id) {
            desk.focus.set(None);
            column.set(TEXT);
            focus(id, TEXT);
        }
    });
    let silent = Memo::new({
        let draft = draft.clone();
        move |_| draft.with(|draft| draft.purpose == Purpose::Decorative)
    });
    let toggle = move |_| {
        desk.undo.written(id, draft.get_untracked());
        draft.update(|draft| {
            let silent = draft.purpose == Purpose::Decorative;
            draft.purpose = if silent { Purpose::Informative } else { Purpose::Decorative };
            draft.chosen = true;
        });
        desk.save(id);
    };
    let named = |key: fn(String) -> String| {
        let path = path.clone();
        move || key(path.clone())
    };
    let (show, remove) = (
        named(|name| tr!("list-show", { "name" => name })),
        named(|name| tr!("entry-remove", { "name" => name })),
    );
    let decorate = named(|name| tr!("list-decorative", { "name" => name }));
    let (folder, name) = match path.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), name.to_owned()),
        None => (String::new(), path.clone()),
    };
    view! {
        <div
            role="row"
            class="line"
            data-id=id
            data-review=move || review.get().name()
            aria-selected=move || current.get().to_string()
            class:gone=move || !desk.filter.get().shows(review.get()) && !current.get()
        >
            <div role="gridcell" class="who">
                <button
                    type="button"
                    class="open"
                    tabindex=move || stop(0)
                    aria-label=show
                    on:focus=move |_| take_focus(0)
                    on:click=move |_| {
                        desk.select(id);
                        desk.focus.set(Some(id));
                        desk.layout.set(crate::desk::Layout::Single);
                    }
                >
                    {move || match thumbnail.get() {
                        Some(url) => view! { <img src=url alt="" loading="lazy" decoding="async" /> }.into_any(),
                        None => view! { <span class="blank"></span> }.into_any(),
                    }}
                    <span class="path"><span class="folder">{folder}</span>{name}</span>
                </button>
            </div>
            <div role="gridcell" class="words">
                <Cell desk entry=entry.clone() review stop=Signal::derive(move || stop(TEXT)) on_focus=Callback::new(move |()| take_focus(TEXT)) />
            </div>
            <div role="gridcell" class="state">
                <span class="review" data-review=move || review.get().name()>{move || language::review(review.get())}</span>
            </div>
            <div role="gridcell" class="acts">
                <button
                    type="button"
                    class="silence"
                    tabindex=move || stop(2)
                    aria-pressed=move || silent.get().to_string()
                    aria-label=decorate
                    on:focus=move |_| take_focus(2)
                    on:click=toggle
                >
                    {move || tr!("list-decoration")}
                </button>
                <button
                    type="button"
                    class="drop"
                    tabindex=move || stop(3)
                    aria-label=remove
                    on:focus=move |_| take_focus(3)
                    on:click=move |_| {
                        desk.remove(id);
                        link.pump();
                        match desk.selected.get_untracked() {
                            Some(next) => focus(next, column.get_untracked()),
                            None => super::strip::focus_shown(),
                        }
                    }
                >
                    "×"
                </button>
            </div>
        </div>
    }
}

/// A text in its cell: keys move until something is typed, then they write.
#[component]
fn Cell(
    desk: Desk,
    entry: Entry,
    review: Memo<Review>,
    stop: Signal<&'static str>,
    on_focus: Callback<()>,
) -> impl IntoView {
    let (id, draft, path) = (entry.id, entry.draft.clone(), entry.path.clone());
    let words = StoredValue::new(Words::here());
    let field = NodeRef::<html::Textarea>::new();
    let writing = RwSignal::new(false);
    // As it was when writing began, for Escape.
    let before = StoredValue::new(Draft::default());
    let begin = {
        let draft = draft.clone();
        move |field: &HtmlTextAreaElement| {
            if !writing.get_untracked() {
                before.set_value(draft.get_untracked());
                // At once: the key that began it is still to be typed.
                field.set_read_only(false);
                writing.set(true);
            }
        }
    };
    let finish = {
        let draft = draft.clone();
        move || {
            if writing.get_untracked() {
                writing.set(false);
                let earlier = before.get_value();
                if earlier != draft.get_untracked() {
                    desk.undo.written(id, earlier);
                }
            }
        }
    };
    let keys = {
        let (begin, finish, draft) = (begin.clone(), finish.clone(), draft.clone());
        move |event: KeyboardEvent| {
            let Some(field) = field.get_untracked().filter(|_| !event.is_composing()) else { return };
            let key = event.key();
            let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
            match key.as_str() {
                "Enter" if !event.shift_key() && !modified => {
                    event.prevent_default();
                    finish();
                    words.get_value().say(|| go_on(desk, id));
                }
                "Escape" if writing.get_untracked() => {
                    event.prevent_default();
                    writing.set(false);
                    draft.set(before.get_value());
                    desk.save(id);
                }
                "F2" if !writing.get_untracked() => {
                    event.prevent_default();
                    begin(&field);
                    let end = field.value().encode_utf16().count() as u32;
                    // Fails only for fields that hold no text.
                    let _ = field.set_selection_range(end, end);
                }
                // As in a table: the first letter takes the place of what was there, and Escape brings it back.
                _ if !writing.get_untracked() && !modified && key.chars().count() == 1 => {
                    begin(&field);
                    field.select();
                }
                _ => {}
            }
        }
    };
    let label =
        move || tr!("list-text", { "name" => path.clone(), "state" => language::review(review.get()) });
    let text = {
        let draft = draft.clone();
        move || draft.with(|draft| draft.alt().to_owned())
    };
    let silent = {
        let draft = draft.clone();
        move || draft.with(|draft| draft.purpose == Purpose::Decorative)
    };
    let frame = move || match review.get() {
        Review::Decorative => tr!("list-silent"),
        Review::Waiting => String::new(),
        _ => tr!("frame-informative"),
    };
    let (press, leave) = (begin.clone(), finish);
    view! {
        <textarea
            rows="2"
            dir="auto"
            node_ref=field
            tabindex=move || stop.get()
            class:writing=move || writing.get() && !silent()
            prop:readOnly=move || !writing.get()
            lang=move || (review.get() != Review::Edited).then_some("en")
            aria-label=label
            placeholder=frame
            prop:value=text
            on:keydown=keys
            on:focus=move |_| on_focus.run(())
            on:mousedown=move |_| if let Some(field) = field.get_untracked() { press(&field) }
            on:blur=move |_| leave()
            on:input=move |event: Event| {
                draft.update(|draft| {
                    // Whoever writes a text for it does not take it for decoration.
                    if draft.purpose == Purpose::Decorative {
                        draft.purpose = Purpose::Informative;
                    }
                    draft.write(event_target_value(&event));
                });
                desk.save(id);
            }
        ></textarea>
    }
}
