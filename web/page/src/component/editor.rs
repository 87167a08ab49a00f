//! The alt text: the text itself with remarks, what the image is for, and the step to the next photo.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_types::alt::{Purpose, Severity};

use super::step::{Stride, go_on, step_to, take_back};
use super::take::Take;
use crate::desk::{Desk, Entry, Inscription, Review};
use crate::language::{self, Words};
use crate::link::Link;

/// How long somebody has to pause before remarks are read out: in between they would be in the way.
const PAUSE: Duration = Duration::from_millis(1200);

/// The editor of one photo's alt text.
#[component]
pub fn Editor(
    /// What lies on the desk.
    desk: Desk,
    /// The workers.
    link: Link,
    /// The photo.
    entry: Entry,
) -> impl IntoView {
    let (id, draft) = (entry.id, entry.draft.clone());
    let words = StoredValue::new(Words::here());
    let field = NodeRef::<html::Textarea>::new();
    focus_when_wanted(desk, id, field);
    let purpose = Memo::new({
        let draft = draft.clone();
        move |_| draft.with(|draft| draft.purpose)
    });
    let label = move || match purpose.get() {
        Purpose::Functional => tr!("label-functional"),
        Purpose::Text => tr!("label-text"),
        Purpose::Informative | Purpose::Decorative => tr!("alt-text"),
    };
    let frame = move || match purpose.get() {
        Purpose::Informative => tr!("frame-informative"),
        Purpose::Functional => tr!("frame-functional"),
        Purpose::Text => tr!("frame-text"),
        Purpose::Decorative => String::new(),
    };
    let text = Memo::new({
        let draft = draft.clone();
        move |_| draft.with(|draft| draft.alt().to_owned())
    });
    let review = Memo::new({
        let entry = entry.clone();
        move |_| entry.review()
    });
    let write = {
        let draft = draft.clone();
        move |event| {
            draft.update(|draft| draft.write(event_target_value(&event)));
            desk.save(id);
        }
    };
    let keys = move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let said = words.get_value();
        let plain = !event.shift_key() && !event.alt_key() && !event.meta_key();
        match event.key().as_str() {
            "Enter" if plain => {
                event.prevent_default();
                said.say(|| go_on(desk, id));
            }
            "ArrowDown" | "PageDown" if event.alt_key() => {
                event.prevent_default();
                step_to(desk, id, Stride::Next);
            }
            "ArrowUp" | "PageUp" if event.alt_key() => {
                event.prevent_default();
                step_to(desk, id, Stride::Before);
            }
            // What was replaced from outside is not in the field's own history.
            "z" if (event.ctrl_key() || event.meta_key()) && desk.undo.replaced(desk, id) => {
                event.prevent_default();
                said.say(|| take_back(desk));
            }
            _ => {}
        }
    };
    view! {
        <div class="edit">
            <div class="head">
                <label for="alt-text">{label}</label>
                <span class="review" data-review=move || review.get().name() data-testid="review">
                    {move || language::review(review.get())}
                </span>
            </div>
            <textarea
                id="alt-text"
                rows="3"
                dir="auto"
                data-testid="alt-text"
                aria-describedby="remarks"
                node_ref=field
                // Whose words they are: the captioner speaks English in every language.
                lang=move || (review.get() != Review::Edited).then_some("en")
                placeholder=frame
                prop:value=move || text.get()
                prop:disabled=move || purpose.get() == Purpose::Decorative
                on:input=write
                on:keydown=keys
            ></textarea>
            <Remarks entry=entry.clone() text />
        </div>
        <div class="row decide">
            <button
                type="button"
                class="button"
                data-testid="accept"
                disabled=move || text.get().trim().is_empty() && purpose.get() != Purpose::Decorative
                on:click=move |_| words.get_value().say(|| go_on(desk, id))
            >
                {move || if review.get().is_reviewed() { tr!("next-open") } else { tr!("accept") }}
            </button>
            <span class="hint small keys">{move || tr!("accept-hint")}</span>
        </div>
        <Purposes desk link entry=entry.clone() />
        <Take desk entry />
    }
}

/// Puts the focus, and the cursor behind the text, into the field once it is wanted there.
fn focus_when_wanted(desk: Desk, id: u32, field: NodeRef<html::Textarea>) {
    Effect::new(move |_| {
        let Some(field) = field.get() else { return };
        if desk.focus.get() != Some(id) {
            return;
        }
        desk.focus.set(None);
        request_animation_frame(move || {
            // Fails only for an element that has gone.
            let _ = field.focus();
            let end = field.value().encode_utf16().count() as u32;
            let _ = field.set_selection_range(end, end);
        });
    });
}

/// What could be better about the text: seen at once, heard after a pause.
#[component]
fn Remarks(entry: Entry, text: Memo<String>) -> impl IntoView {
    let draft = entry.draft.clone();
    let file = entry.name().to_owned();
    let found = Memo::new(move |_| draft.with(|draft| draft.remarks(&file)));
    let count = move || tr!("characters", { "count" => text.get().trim().chars().count() as i64 });
    let lines = move || {
        let lines = found.get().into_iter().map(|remark| {
            let warning = remark.severity() == Severity::Warning;
            view! { <li class:warning=warning>{language::remark(&remark)}</li> }
        });
        lines.collect_view()
    };
    let heard = RwSignal::new(String::new());
    let waiting = StoredValue::new_local(None::<TimeoutHandle>);
    let clear = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    let words = StoredValue::new(Words::here());
    Effect::new(move |before: Option<()>| {
        // Tracked: each key begins the pause anew.
        let empty = text.with(|text| text.trim().is_empty());
        clear();
        // What is there when the photo is shown is described by the field.
        if before.is_none() || empty {
            return;
        }
        let speak = move || {
            let Some(remarks) = found.try_get_untracked() else { return };
            let all = remarks.iter().map(|remark| words.get_value().say(|| language::remark(remark)));
            heard.set(all.collect::<Vec<_>>().join(" "));
        };
        waiting.set_value(set_timeout_with_handle(speak, PAUSE).ok());
    });
    on_cleanup(clear);
    view! {
        <div id="remarks" class="remarks">
            <p class="count">{count}</p>
            <ul data-testid="remarks">{lines}</ul>
        </div>
        <p class="heard" role="status" data-testid="remarks-heard">{move || heard.get()}</p>
    }
}

/// What the image is for.
#[component]
fn Purposes(desk: Desk, link: Link, entry: Entry) -> impl IntoView {
    let (id, draft, known) = (entry.id, entry.draft, entry.inscription);
    let choices = Purpose::ALL.map(|choice| {
        let (read, write, known) = (draft.clone(), draft.clone(), known.clone());
        view! {
            <label>
                <input
                    type="radio"
                    name="purpose"
                    value=choice.name()
                    prop:checked=move || read.with(|draft| draft.purpose == choice)
                    on:change=move |_| {
                        desk.undo.written(id, write.get_untracked());
                        write.update(|draft| {
                            draft.purpose = choice;
                            draft.chosen = true;
                        });
                        desk.save(id);
                        // Who says that the picture is its words need not type them.
                        if choice == Purpose::Text && known.with_untracked(|known| *known == Inscription::Unread) {
                            link.reader.ask(id);
                        }
                    }
                />
                <span>{move || name_of(choice)}</span>
            </label>
        }
    });
    let hint = move || match draft.with(|draft| draft.purpose) {
        Purpose::Informative => tr!("purpose-informative-hint"),
        Purpose::Decorative => tr!("purpose-decorative-hint"),
        Purpose::Functional => tr!("purpose-functional-hint"),
        Purpose::Text => tr!("purpose-text-hint"),
    };
    view! {
        <fieldset class="purpose" data-testid="purpose">
            <legend>{move || tr!("purpose")}</legend>
            <div class="choices">{choices}</div>
            <p class="hint small">{hint}</p>
        </fieldset>
    }
}

fn name_of(purpose: Purpose) -> String {
    match purpose {
        Purpose::Informative => tr!("purpose-informative"),
        Purpose::Decorative => tr!("purpose-decorative"),
        Purpose::Functional => tr!("purpose-functional"),
        Purpose::Text => tr!("purpose-text"),
    }
}
