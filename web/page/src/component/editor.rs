//! The alt text: what the image is for, the text itself with remarks, and ways to take it along.

use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_types::alt::{Purpose, Severity};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::SpeechSynthesisUtterance;

use crate::desk::{Desk, Entry, Notice};
use crate::{export, language};

/// The editor of one photo's alt text.
#[component]
pub fn Editor(
    /// What lies on the desk.
    desk: Desk,
    /// The photo.
    entry: Entry,
) -> impl IntoView {
    let (id, file, draft) = (entry.id, entry.name, entry.draft);
    let purpose = {
        let draft = draft.clone();
        move || draft.with(|draft| draft.purpose)
    };
    let choices = {
        let draft = draft.clone();
        Purpose::ALL.map(|choice| {
            let (read, write) = (draft.clone(), draft.clone());
            view! {
                <label>
                    <input
                        type="radio"
                        name="purpose"
                        value=choice.name()
                        prop:checked=move || read.with(|draft| draft.purpose == choice)
                        on:change=move |_| {
                            write.update(|draft| draft.purpose = choice);
                            desk.save(id);
                        }
                    />
                    <span>{move || name_of(choice)}</span>
                </label>
            }
        })
    };
    let hint = {
        let purpose = purpose.clone();
        move || match purpose() {
            Purpose::Informative => tr!("purpose-informative-hint"),
            Purpose::Decorative => tr!("purpose-decorative-hint"),
            Purpose::Functional => tr!("purpose-functional-hint"),
            Purpose::Text => tr!("purpose-text-hint"),
        }
    };
    let label = {
        let purpose = purpose.clone();
        move || match purpose() {
            Purpose::Functional => tr!("label-functional"),
            Purpose::Text => tr!("label-text"),
            Purpose::Informative | Purpose::Decorative => tr!("alt-text"),
        }
    };
    let silent = {
        let purpose = purpose.clone();
        move || purpose() == Purpose::Decorative
    };
    let text = {
        let draft = draft.clone();
        move || draft.with(|draft| draft.alt().to_owned())
    };
    let count = {
        let text = text.clone();
        move || tr!("characters", { "count" => text().trim().chars().count() as i64 })
    };
    let remarks = {
        let (draft, file) = (draft.clone(), file.clone());
        move || {
            let found = draft.with(|draft| draft.remarks(&file));
            let lines = found.into_iter().map(|remark| {
                let warning = remark.severity() == Severity::Warning;
                view! { <li class:warning=warning>{language::remark(&remark)}</li> }
            });
            lines.collect_view()
        }
    };
    let write = {
        let draft = draft.clone();
        move |event| {
            draft.update(|draft| draft.write(event_target_value(&event)));
            desk.save(id);
        }
    };
    view! {
        <fieldset class="purpose" data-testid="purpose">
            <legend>{move || tr!("purpose")}</legend>
            <div class="choices">{choices}</div>
            <p class="hint small">{hint}</p>
        </fieldset>
        <div class="edit">
            <label>
                <span>{label}</span>
                <textarea
                    rows="3"
                    data-testid="alt-text"
                    aria-describedby="remarks"
                    prop:value=text
                    prop:disabled=silent
                    on:input=write
                ></textarea>
            </label>
            <div id="remarks" class="remarks" aria-live="polite">
                <p class="count">{count}</p>
                <ul data-testid="remarks">{remarks}</ul>
            </div>
        </div>
        <Take desk file draft />
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

/// The forms a text is copied in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Html,
    Markdown,
}

/// Copying and reading aloud.
#[component]
fn Take(desk: Desk, file: String, draft: ArcRwSignal<crate::desk::Draft>) -> impl IntoView {
    // What was copied last, so that an edit since takes the mark away.
    let copied = RwSignal::new(None::<(Form, String)>);
    let written = {
        let draft = draft.clone();
        move |form: Form| {
            draft.with(|draft| match form {
                Form::Text => draft.alt().trim().to_owned(),
                Form::Html => export::html(&file, draft.alt(), draft.purpose),
                Form::Markdown => export::markdown(&file, draft.alt(), draft.purpose),
            })
        }
    };
    let button = move |form: Form, id: &'static str, class: &'static str| {
        let (make, now) = (written.clone(), written.clone());
        let copy = move |_| {
            let text = untrack(|| make(form));
            spawn_local(async move {
                let Some(window) = web_sys::window() else { return };
                // Absent on addresses that are not secure; the promise is rejected where not allowed.
                let done = JsFuture::from(window.navigator().clipboard().write_text(&text)).await;
                if done.is_ok() {
                    copied.set(Some((form, text)));
                } else {
                    desk.notice.set(Some(Notice::NoClipboard));
                }
            });
        };
        let fresh = move || copied.with(|copied| *copied == Some((form, now(form))));
        let label = move || match form {
            _ if fresh() => tr!("copied"),
            Form::Text => tr!("copy-text"),
            Form::Html => tr!("copy-html"),
            Form::Markdown => tr!("copy-markdown"),
        };
        view! { <button type="button" class=class data-testid=id on:click=copy>{label}</button> }
    };
    let speaking = RwSignal::new(false);
    let speak = move |_| {
        let Some(synthesis) = web_sys::window().and_then(|window| window.speech_synthesis().ok()) else {
            return;
        };
        synthesis.cancel();
        if speaking.get_untracked() {
            speaking.set(false);
            return;
        }
        let text = draft.with_untracked(|draft| draft.alt().to_owned());
        if let Ok(utterance) = SpeechSynthesisUtterance::new_with_text(&text) {
            utterance.set_lang("en");
            let ended = wasm_bindgen::closure::Closure::once_into_js(move || {
                // The photo may be gone by then.
                let _ = speaking.try_set(false);
            });
            let ended: js_sys::Function = ended.into();
            utterance.set_onend(Some(&ended));
            utterance.set_onerror(Some(&ended));
            speaking.set(true);
            synthesis.speak(&utterance);
        }
    };
    view! {
        <div class="row take">
            {button(Form::Text, "copy", "button")}
            {button(Form::Html, "copy-html", "")}
            {button(Form::Markdown, "copy-markdown", "")}
            <button type="button" data-testid="read-aloud" aria-pressed=move || speaking.get().to_string() on:click=speak>
                {move || if speaking.get() { tr!("read-stop") } else { tr!("read-aloud") }}
            </button>
        </div>
    }
}
