//! Taking one photo's text along: copied in three forms, read aloud.

use leptos::prelude::*;
use leptos_fluent::tr;
use wasm_bindgen_futures::spawn_local;
use web_sys::SpeechSynthesisUtterance;

use crate::desk::{Desk, Entry, Notice, Outgoing, Review};
use crate::export::{self, copy};
use crate::language::{self, Words};

/// The forms a text is copied in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Html,
    Markdown,
}

impl Form {
    /// The text in this form; nothing where there is none to take.
    fn write(self, entry: &Entry) -> Option<String> {
        let outgoing = entry.outgoing();
        let text = outgoing.text()?;
        Some(match self {
            // An empty text is nothing to put anywhere.
            Self::Text if text.is_empty() => return None,
            Self::Text => text.to_owned(),
            Self::Html => export::html(&entry.path, Some(text)),
            Self::Markdown => export::markdown(&entry.path, text),
        })
    }
}

/// Copying and reading aloud.
#[component]
pub fn Take(
    /// What lies on the desk.
    desk: Desk,
    /// The photo.
    entry: Entry,
) -> impl IntoView {
    let words = StoredValue::new(Words::here());
    // What was copied last, so that an edit since takes the mark away.
    let copied = RwSignal::new(None::<(Form, String)>);
    let outgoing = Memo::new({
        let entry = entry.clone();
        move |_| entry.draft.with(|draft| entry.progress.with(|progress| Outgoing::of(draft, progress)))
    });
    let button = |form: Form, id: &'static str| {
        let make = entry.clone();
        let take = move |_| {
            let Some(text) = form.write(&make) else { return };
            let said = words.get_value();
            spawn_local(async move {
                if copy(&text).await.is_ok() {
                    desk.say(said.say(|| tr!("copied")));
                    copied.set(Some((form, text)));
                } else {
                    desk.notice.set(Some(Notice::NoClipboard));
                }
            });
        };
        let (now, there) = (entry.clone(), entry.clone());
        let fresh = move || {
            outgoing.track();
            copied.with(|copied| {
                copied
                    .as_ref()
                    .is_some_and(|(last, text)| *last == form && form.write(&now).as_ref() == Some(text))
            })
        };
        let absent = move || {
            outgoing.track();
            form.write(&there).is_none()
        };
        let label = move || match form {
            _ if fresh() => tr!("copied"),
            Form::Text => tr!("copy-text"),
            Form::Html => tr!("copy-html"),
            Form::Markdown => tr!("copy-markdown"),
        };
        view! { <button type="button" data-testid=id disabled=absent on:click=take>{label}</button> }
    };
    let (text, html, markdown) = (
        button(Form::Text, "copy"),
        button(Form::Html, "copy-html"),
        button(Form::Markdown, "copy-markdown"),
    );
    let read = entry.draft.clone();
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
        let text = entry.draft.with_untracked(|draft| draft.alt().to_owned());
        if let Ok(utterance) = SpeechSynthesisUtterance::new_with_text(&text) {
            // Whose words they are: the captioner speaks English.
            let own = untrack(|| entry.review()) == Review::Edited;
            utterance.set_lang(&if own { words.get_value().say(language::tag) } else { "en".to_owned() });
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
    let hint = move || {
        let plain = &read;
        outgoing.with(|outgoing| match outgoing {
            Outgoing::Nothing => tr!("take-nothing"),
            Outgoing::Draft(text) if plain.with(|draft| draft.alt().trim() != text) => tr!("take-draft"),
            Outgoing::Draft(_) => tr!("take-unread"),
            Outgoing::Finished(_) | Outgoing::Silent => String::new(),
        })
    };
    let mute = move || outgoing.with(|outgoing| outgoing.text().is_none_or(str::is_empty));
    view! {
        <div class="take">
            <div class="row">
                {text} {html} {markdown}
                <button
                    type="button"
                    data-testid="read-aloud"
                    disabled=mute
                    aria-pressed=move || speaking.get().to_string()
                    on:click=speak
                >
                    {move || if speaking.get() { tr!("read-stop") } else { tr!("read-aloud") }}
                </button>
            </div>
            <p class="hint small" data-testid="take-hint">{hint}</p>
        </div>
    }
}
